use std::{fmt, net::IpAddr, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{
    Attempt, Found, IdempotencyKey, Merchant, PayerRef, PaymentRef, PaymentVault, ProviderTraits,
    RawWebhook, Refunds, SessionRef, WebhookBatch, WebhookError,
};
use crate::{Id, Language, Money, Order, adapter::AdapterError};

/// Takes payments: a provider's hosted page, a form, a frame, a bank transfer.
///
/// Every error says whether money may have moved, by its [`Disposition`](crate::adapter::Disposition). A decline is an answer, not an error.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PaymentProvider: fmt::Debug + Send + Sync + 'static {
    /// What rows and logs call it, such as `stripe`. Never changes.
    fn name(&self) -> &str;

    /// At which account, and whether its money is real.
    fn merchant(&self) -> &Merchant;

    /// What it takes, and how far its answers can be trusted. Rules read this to draw, or not to draw, the Pay button.
    fn traits(&self) -> &ProviderTraits;

    /// Opens a payment for exactly this amount. Called again with the same attempt, within the time it [repeats](super::Repeats), it opens no second one.
    async fn begin(&self, payment: &BeginPayment) -> Result<Begun, AdapterError>;

    /// Where something stands: the answer to every unknown outcome.
    async fn look_up(&self, what: &Lookup) -> Result<Found, AdapterError>;

    /// What the browser that came back speaks of. Parsed only to know what to look up; never believed.
    fn returned(&self, params: &ReturnParams) -> Option<Lookup>;

    /// Reads what somebody posted to the webhook address: checks that it is the provider's before anything is parsed.
    async fn receive(&self, raw: &RawWebhook) -> Result<WebhookBatch, WebhookError>;

    /// Closing a page before its time, where the provider can.
    fn sessions(&self) -> Option<Arc<dyn Sessions>> {
        None
    }

    /// Cards and bank accounts kept for later, where the provider keeps them.
    fn vault(&self) -> Option<Arc<dyn PaymentVault>> {
        None
    }

    /// Paying back, where the provider can.
    fn refunds(&self) -> Option<Arc<dyn Refunds>> {
        None
    }
}

/// Closes pages before their time.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Sessions: fmt::Debug + Send + Sync + 'static {
    /// Closes it, and answers how it stood: somebody may have paid meanwhile.
    async fn close(&self, session: &SessionRef) -> Result<Found, AdapterError>;
}

/// What a provider needs to open a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BeginPayment {
    /// The attempt the portal has recorded.
    pub attempt: Attempt,
    /// When it was first sent. A repeat has to be the same to the byte, so times are counted from here and not from the clock.
    pub since: Option<DateTime<Utc>>,
    /// Exactly this.
    pub amount: Money,
    /// For which order.
    pub order: Id<Order>,
    /// What the payer calls it.
    pub order_number: String,
    /// Where the payer comes back to.
    pub return_to: String,
    /// Where the payer comes back to who changed their mind.
    pub cancel_to: String,
    /// Who they are at the provider, where they have paid before.
    pub payer: Option<PayerRef>,
    /// Where they are, for providers that want it.
    pub payer_ip: Option<IpAddr>,
    /// What they read.
    pub language: Language,
    /// Until when the page may be open.
    pub until: Option<DateTime<Utc>>,
    /// Whether the card or account is kept for later.
    pub save: SaveMethod,
}

/// Whether what is paid with is kept for later.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SaveMethod {
    /// No.
    #[default]
    No,
    /// If the payer says so.
    AskPayer,
    /// For payments without the payer.
    ForLater,
}

/// An opened payment.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Begun {
    /// The provider's name for what was opened.
    pub session: SessionRef,
    /// What the payer does next.
    pub next: NextStep,
    /// Until when it is open.
    pub until: Option<DateTime<Utc>>,
    /// What the provider gave to check the payer's return with. The portal does not keep it: it asks the provider instead.
    pub secret: Option<SecretString>,
}

/// What the payer does next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NextStep {
    /// Goes to the provider's page.
    Redirect {
        /// Its address.
        url: String,
    },
    /// Goes there with a form.
    PostForm {
        /// Where the form goes.
        action: String,
        /// What is in it.
        fields: Vec<(String, String)>,
    },
    /// Pays in a frame.
    Embedded {
        /// The provider's script.
        script: String,
        /// What the script is started with.
        token: String,
    },
    /// Has been written to by the provider.
    PayerContacted,
    /// Pays elsewhere, as told.
    Instructions {
        /// What to do, as the host wrote it.
        text: String,
        /// What to name in the transfer.
        reference: String,
    },
}

/// What to look up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Lookup {
    /// A payment.
    Payment(PaymentRef),
    /// A page.
    Session(SessionRef),
    /// An attempt of ours, by our own name for it.
    Attempt {
        /// Which.
        attempt: Attempt,
        /// When it was first sent.
        since: DateTime<Utc>,
    },
}

/// What the browser came back with.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ReturnParams {
    /// From the address.
    pub query: Vec<(String, String)>,
    /// From a posted form.
    pub form: Vec<(String, String)>,
}

impl BeginPayment {
    /// Pay this much for this order.
    pub fn new(
        attempt: Attempt,
        amount: Money,
        order: Id<Order>,
        order_number: impl Into<String>,
        return_to: impl Into<String>,
        cancel_to: impl Into<String>,
    ) -> Self {
        Self {
            attempt,
            since: None,
            amount,
            order,
            order_number: order_number.into(),
            return_to: return_to.into(),
            cancel_to: cancel_to.into(),
            payer: None,
            payer_ip: None,
            language: Language::En,
            until: None,
            save: SaveMethod::No,
        }
    }

    /// What makes a repeat of this call harmless.
    #[must_use]
    pub fn key(&self) -> IdempotencyKey {
        IdempotencyKey::derive(self.attempt.0, "begin")
    }

    /// First sent then.
    #[must_use]
    pub fn since(mut self, since: DateTime<Utc>) -> Self {
        self.since = Some(since);
        self
    }

    /// By somebody the provider knows.
    #[must_use]
    pub fn by(mut self, payer: Option<PayerRef>) -> Self {
        self.payer = payer;
        self
    }

    /// From this address.
    #[must_use]
    pub fn from(mut self, ip: Option<IpAddr>) -> Self {
        self.payer_ip = ip;
        self
    }

    /// In this language.
    #[must_use]
    pub fn speaking(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// On a page that closes then.
    #[must_use]
    pub fn until(mut self, until: DateTime<Utc>) -> Self {
        self.until = Some(until);
        self
    }

    /// And keep what it is paid with.
    #[must_use]
    pub fn saving(mut self, save: SaveMethod) -> Self {
        self.save = save;
        self
    }
}

impl Begun {
    /// An opened payment, and what the payer does next.
    #[must_use]
    pub fn new(session: SessionRef, next: NextStep) -> Self {
        Self {
            session,
            next,
            until: None,
            secret: None,
        }
    }

    /// It is open until then.
    #[must_use]
    pub fn until(mut self, until: Option<DateTime<Utc>>) -> Self {
        self.until = until;
        self
    }

    /// Its return is checked with this.
    #[must_use]
    pub fn with_secret(mut self, secret: SecretString) -> Self {
        self.secret = Some(secret);
        self
    }
}

impl ReturnParams {
    /// What the browser came back with in the address.
    #[must_use]
    pub fn query(query: Vec<(String, String)>) -> Self {
        Self {
            query,
            form: vec![],
        }
    }

    /// The one value of this name; none where it is missing or there are several.
    #[must_use]
    pub fn one(&self, name: &str) -> Option<&str> {
        let mut all = self
            .query
            .iter()
            .chain(&self.form)
            .filter(|(n, _)| n == name);
        let (_, value) = all.next()?;
        all.next().is_none().then_some(value)
    }
}
