use std::{fmt, time::Duration};

use async_trait::async_trait;

use super::Mail;
use crate::adapter::AdapterError;

/// Hands one finished message to the post.
///
/// What an error says decides what happens next:
///
/// * [`Misconfigured`](crate::adapter::AdapterErrorKind::Misconfigured) and [`Unauthorized`](crate::adapter::AdapterErrorKind::Unauthorized): no message at all can be
///   sent this way. The post is held up until somebody has mended it, and no message counts it against itself.
/// * [`Unavailable`](crate::adapter::AdapterErrorKind::Unavailable) with [`Disposition::NeverSent`](crate::adapter::Disposition::NeverSent), and
///   [`RateLimited`](crate::adapter::AdapterErrorKind::RateLimited): the other end takes nothing at the moment. The post waits.
/// * [`Rejected`](crate::adapter::AdapterErrorKind::Rejected): this message, or its recipient, will never be taken. It is given up.
/// * [`Disposition::Unknown`](crate::adapter::Disposition::Unknown): it may have been taken. It is sent again, under the same Message-ID,
///   ten times at most.
/// * Everything else is about this message, now: it comes again later, ten times at most.
///
/// What holds up the post is believed once of a message, but for a limit: where the same one would do so again and others got through since, it is about that one.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Mailer: fmt::Debug + Send + Sync + 'static {
    /// Sends it, and answers once the other end has taken it. A message with an id seen before is the same message again.
    ///
    /// It answers in less than a minute whatever happens, or than half of the [lease](crate::PortalBuilder::outbox_lease) where that is another: when time is over, what had left by then is
    /// [`Disposition::Unknown`](crate::adapter::Disposition::Unknown). Whoever takes longer may have it sent by another process as well.
    async fn send(&self, mail: &Mail) -> Result<(), AdapterError>;

    /// How long it may take to send one, where it gives up by itself after a while. Half of [`outbox_lease`](crate::PortalBuilder::outbox_lease) or more is refused when the portal is built.
    fn takes_at_most(&self) -> Option<Duration> {
        None
    }
}
