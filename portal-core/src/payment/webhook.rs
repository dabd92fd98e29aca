use chrono::{DateTime, Utc};

use super::{EventRef, Lookup, Observation, PayerRef};
use crate::adapter::AdapterError;

/// What somebody posted to the webhook address, as it came.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RawWebhook {
    /// Header names in lower case, each as often as it came.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The bytes, unparsed.
    pub body: Vec<u8>,
    /// When it came.
    pub received_at: DateTime<Utc>,
}

/// What a webhook says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebhookBatch {
    /// Its events; providers may send many at once.
    pub events: Vec<WebhookEvent>,
    /// What the provider wants to hear once they are kept.
    pub ack: Ack,
}

/// The answer a provider wants to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ack {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: &'static str,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebhookEvent {
    /// The provider's name for it; delivered again it has the same.
    pub event: EventRef,
    /// What it is about.
    pub about: WebhookSubject,
    /// When it happened there.
    pub happened_at: Option<DateTime<Utc>>,
    /// What it says, where the provider signs that and cannot be asked.
    pub snapshot: Option<Box<Observation>>,
}

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookSubject {
    /// A payment, or a page: look it up.
    Payment(Lookup),
    /// The stored cards and accounts of a customer.
    Methods(PayerRef),
    /// Nothing that concerns us.
    Ignored {
        /// The provider's word for it.
        kind: String,
    },
}

/// Why a webhook is not taken. Nothing of it was believed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The adapter has no secret to check it with: answer 503, so that it comes again.
    #[error("no webhook secret is configured")]
    NotConfigured,
    /// No signature, or none that can be read.
    #[error("the signature is missing or malformed")]
    NoSignature,
    /// The signature is of something else, or somebody else's.
    #[error("the signature does not match")]
    BadSignature,
    /// Too old, or from the future.
    #[error("the timestamp is outside the tolerance")]
    Stale,
    /// More than [`RawWebhook::LARGEST`].
    #[error("the body is too large")]
    TooLarge,
    /// Signed, and not understood.
    #[error("the body was not understood: {0}")]
    Malformed(String),
    /// Signed, and of another account or mode.
    #[error("it is of another account, or of the other mode")]
    WrongMerchant,
    /// The provider had to be asked, and could not.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
}

impl RawWebhook {
    /// The largest body that is looked at.
    pub const LARGEST: usize = 1 << 20;

    /// What came. Header names may be in any case.
    #[must_use]
    pub fn new(headers: Vec<(String, Vec<u8>)>, body: Vec<u8>, received_at: DateTime<Utc>) -> Self {
        let lower = |(name, value): (String, Vec<u8>)| (name.to_ascii_lowercase(), value);
        Self {
            headers: headers.into_iter().map(lower).collect(),
            body,
            received_at,
        }
    }

    /// The one header of this name.
    ///
    /// # Errors
    /// [`WebhookError::NoSignature`] where it is missing, is not text, or came twice: which of two to believe is nobody's guess.
    pub fn one(&self, name: &str) -> Result<&str, WebhookError> {
        let mut all = self.headers.iter().filter(|(n, _)| n == name);
        match (all.next(), all.next()) {
            (Some((_, value)), None) => {
                str::from_utf8(value).map_err(|_| WebhookError::NoSignature)
            }
            _ => Err(WebhookError::NoSignature),
        }
    }
}

impl Ack {
    /// This status with this body.
    #[must_use]
    pub fn new(status: u16, body: &'static str) -> Self {
        Self { status, body }
    }
}

impl WebhookBatch {
    /// These events, answered with 200 and nothing.
    #[must_use]
    pub fn new(events: Vec<WebhookEvent>) -> Self {
        Self {
            events,
            ack: Ack::new(200, ""),
        }
    }

    /// Answered like that instead.
    #[must_use]
    pub fn answered(mut self, status: u16, body: &'static str) -> Self {
        self.ack = Ack::new(status, body);
        self
    }
}

impl WebhookEvent {
    /// An event about something.
    #[must_use]
    pub fn new(event: EventRef, about: WebhookSubject) -> Self {
        Self {
            event,
            about,
            happened_at: None,
            snapshot: None,
        }
    }

    /// It happened then.
    #[must_use]
    pub fn at(mut self, at: Option<DateTime<Utc>>) -> Self {
        self.happened_at = at;
        self
    }

    /// It says this itself.
    #[must_use]
    pub fn saying(mut self, snapshot: Observation) -> Self {
        self.snapshot = Some(Box::new(snapshot));
        self
    }
}
