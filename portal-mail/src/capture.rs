use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use portal_core::{
    adapter::AdapterError,
    effect::MailKind,
    mail::{Mail, Mailer},
};

/// Keeps every message in memory, for tests and demonstrations. Clones share what they hold.
///
/// ```
/// use portal_core::{effect::MailKind, mail::{EmailAddress, Mail, Mailbox, Mailer}, uuid::Uuid};
/// use portal_mail::{Capture, assert_sent};
///
/// # async fn sent() -> Result<(), Box<dyn std::error::Error>> {
/// let post = Capture::default();
/// let to = Mailbox::new(EmailAddress::parse("ana@acme.example")?);
/// post.send(&Mail::new(Uuid::nil(), MailKind::InvoiceCopy, to, "Your invoice", "Here it is.")).await?;
///
/// let mail = assert_sent!(post, "ana@acme.example", MailKind::InvoiceCopy);
/// assert_eq!(mail.subject.as_str(), "Your invoice");
/// # Ok(())
/// # }
/// # fn main() {}
/// ```
#[derive(Clone, Default)]
pub struct Capture(Arc<Mutex<Vec<Mail>>>);

impl Capture {
    /// Everything that was sent, the first first.
    #[must_use]
    pub fn sent(&self) -> Vec<Mail> {
        self.kept().clone()
    }

    /// What was sent of this kind to this address, the first first.
    #[must_use]
    pub fn sent_to(&self, address: &str, kind: MailKind) -> Vec<Mail> {
        let kept = self.kept();
        let wanted = |mail: &&Mail| mail.kind == kind && mail.to.address().as_str() == address;
        kept.iter().filter(wanted).cloned().collect()
    }

    /// Forgets what was sent so far.
    pub fn clear(&self) {
        self.kept().clear();
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Mail>> {
        // Nothing that runs under the lock panics.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asserts that exactly one message of a kind was sent to an address, and answers it.
///
/// See [`Capture`].
#[macro_export]
macro_rules! assert_sent {
    ($post:expr, $address:expr, $kind:expr) => {{
        let (post, address, kind) = (&$post, $address, $kind);
        let mut found = post.sent_to(address, kind);
        let all = || {
            let sent = post.sent().into_iter();
            let line = |mail: $crate::Mail| {
                format!("{} to {}", mail.kind.as_str(), mail.to.address().as_str())
            };
            sent.map(line).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(
            found.len(),
            1,
            "messages of kind {} to {address}; sent were:\n{}",
            kind.as_str(),
            all()
        );
        found.remove(0)
    }};
}

#[async_trait]
impl Mailer for Capture {
    async fn send(&self, mail: &Mail) -> Result<(), AdapterError> {
        self.kept().push(mail.clone());
        Ok(())
    }
}

impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture")
            .field("sent", &self.kept().len())
            .finish()
    }
}
