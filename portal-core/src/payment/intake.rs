//! Taking what providers post: check first, keep it, answer once it is kept. The outbox looks into it.
use std::sync::Arc;

use uuid::Uuid;

use super::{
    Lookup, PaymentProvider, PaymentWork, RawWebhook, Received, WebhookError, WebhookEvent,
    WebhookSubject,
};
use crate::{
    Ask, CommandId, Decision, EffectKind, Error, Id, Portal, RecordRef, Upkeep, command::written,
};

/// What the ids of deliveries derive from: an event that is delivered again is kept once.
const HEARD: Uuid = Uuid::from_u128(0xb5c6_0a3e_7f19_4d84_9c02_e8d1_16f4_3a7b);

/// What to answer whoever posted to the webhook address.
#[derive(Debug)]
#[non_exhaustive]
pub struct WebhookAnswer {
    /// The HTTP status. Anything but a 2xx has the provider send it again.
    pub status: u16,
    /// The body.
    pub body: &'static str,
    /// Why it was not taken, for the log: it says nothing that was posted.
    pub refused: Option<WebhookRefused>,
}

/// Why a webhook was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookRefused {
    /// No provider of that name is wired in.
    #[error("no provider of that name is wired in")]
    NoSuchProvider,
    /// It is not the provider's, or not for us.
    #[error(transparent)]
    Webhook(#[from] WebhookError),
    /// It could not be kept: it comes again.
    #[error(transparent)]
    Portal(#[from] Error),
}

impl Portal {
    /// Takes what somebody posted to a provider's webhook address. Wire one address for each provider, hand on the bytes as they came, and answer as this says.
    ///
    /// Nothing is parsed before the adapter has seen that it is the provider's. The answer is given once every event is kept; the [`Dispatcher`](crate::outbox::Dispatcher) then
    /// asks the provider what is true. Bodies beyond [`RawWebhook::LARGEST`] are refused unread: stop reading them there.
    pub async fn webhook(&self, provider: &str, raw: &RawWebhook) -> WebhookAnswer {
        let Some(provider) = self.wiring().provider(provider) else {
            return WebhookAnswer::refused(404, WebhookRefused::NoSuchProvider);
        };
        if raw.body.len() > RawWebhook::LARGEST {
            return WebhookAnswer::refused(413, WebhookError::TooLarge.into());
        }
        let batch = match provider.receive(raw).await {
            Ok(batch) => batch,
            Err(no) => return WebhookAnswer::refused(status(&no), no.into()),
        };
        for event in batch.events {
            if let Err(e) = self.keep(provider.as_ref(), event).await {
                return WebhookAnswer::refused(503, e.into());
            }
        }
        WebhookAnswer {
            status: batch.ack.status,
            body: batch.ack.body,
            refused: None,
        }
    }

    async fn keep(&self, provider: &dyn PaymentProvider, event: WebhookEvent) -> Result<(), Error> {
        let WebhookSubject::Payment(what) = event.about else {
            // Stored cards are listed at the provider each time, so there is nothing to bring up to date.
            return Ok(());
        };
        let merchant = provider.merchant();
        let mode = if merchant.live { "live" } else { "test" };
        let name = [
            provider.name(),
            mode,
            &merchant.account,
            event.event.as_str(),
        ];
        let command = CommandId(Uuid::new_v5(&HEARD, written(&name).as_bytes()));
        let about = match &what {
            Lookup::Payment(payment) => RecordRef::Received(Received::key(merchant, payment)),
            Lookup::Session(session) => RecordRef::Payment(Id::new(session.as_str())),
            Lookup::Attempt { attempt, .. } => attempt.record(),
        };
        let now = self.wiring().clock.now();
        let ask = Ask::new(&Upkeep, now, command);
        let work = PaymentWork::Heard {
            provider: Arc::from(provider.name()),
            what,
            said: event.snapshot,
        };
        let decision = Decision::new(&ask, "payment.hear", about);
        let decision = decision.effect("look-up", EffectKind::Payment(work));
        self.wiring().store.commit(decision).await?;
        Ok(())
    }
}

impl WebhookAnswer {
    /// What to answer to a post of the books that is not to be had. Who did not sign it is not known: Xero posts in another's name to see that it hears just that, 401.
    #[cfg(feature = "accounting")]
    pub(crate) fn of_books(no: WebhookError) -> Self {
        let status = match &no {
            WebhookError::NoSignature | WebhookError::BadSignature => 401,
            other => status(other),
        };
        Self::refused(status, no.into())
    }

    pub(crate) fn refused(status: u16, why: WebhookRefused) -> Self {
        Self {
            status,
            body: "",
            refused: Some(why),
        }
    }
}

/// What is not the provider's is the sender's fault; what we cannot check now is ours, and comes again.
fn status(no: &WebhookError) -> u16 {
    match no {
        WebhookError::NotConfigured | WebhookError::Adapter(_) => 503,
        WebhookError::TooLarge => 413,
        WebhookError::NoSignature
        | WebhookError::BadSignature
        | WebhookError::Stale
        | WebhookError::Malformed(_)
        | WebhookError::WrongMerchant => 400,
    }
}
