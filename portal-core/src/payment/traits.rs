use std::time::Duration;

use serde::Serialize;

use super::PaymentLimits;

/// What a provider is like, as data: what it takes, and how far its answers can be trusted. Rules and the settlement read it; nobody asks the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProviderTraits {
    /// What one payment may be.
    pub limits: PaymentLimits,
    /// How the payer pays.
    pub pay: PayStyle,
    /// What [`look_up`](super::PaymentProvider::look_up) can tell.
    pub fetching: Fetching,
    /// Whether it can be asked for an attempt it never answered about.
    pub finding: Finding,
    /// What its webhooks are worth.
    pub webhooks: Webhooks,
    /// How long it answers a repeated key with the first answer.
    pub repeats: Repeats,
    /// How long a page stays open where nothing else was said.
    pub session_lifetime: Option<Duration>,
    /// It wants the payer's own IP address with every payment.
    pub wants_payer_ip: bool,
}

/// How the payer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PayStyle {
    /// On the provider's page.
    Redirect,
    /// On the provider's page, which a form has to be posted to.
    PostForm,
    /// In a frame that the provider's script puts on ours.
    Embedded,
    /// Elsewhere, as they are told.
    Instructions,
}

/// What asking for a payment can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fetching {
    /// The payment with its amounts.
    Payment,
    /// How a page stands, and no amounts.
    SessionOnly,
    /// Nothing: only its signed messages tell.
    Nothing,
}

/// Whether a provider can be asked for an attempt by our own name for it, and when an empty answer may be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// It cannot.
    Never,
    /// It can, and knows of everything that is older than this.
    Eventually(Duration),
    /// It can, and knows at once.
    AtOnce,
}

/// What a provider's webhooks are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Webhooks {
    /// There are none.
    None,
    /// Anybody could have sent them: they are a reason to look.
    UnsignedPing,
    /// They are the provider's, and a reason to look.
    SignedPing,
    /// They are the provider's, and say what happened.
    SignedSnapshot,
}

/// How long a provider answers a repeated key with the first answer. After that a repeat may move money again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Repeats {
    /// Not at all.
    Never,
    /// It does not say: only an immediate repeat is safe.
    Unsaid,
    /// At least this long.
    For(Duration),
}

/// How much of a payment can be paid back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefundKind {
    /// All of it or nothing.
    FullOnly,
    /// A part of it, once.
    Partial,
    /// Parts of it, until it is all paid back.
    PartialRepeated,
}

impl ProviderTraits {
    /// A provider that pays in this style within these limits, whose answers are worth nothing until said otherwise.
    #[must_use]
    pub fn new(limits: PaymentLimits, pay: PayStyle) -> Self {
        Self {
            limits,
            pay,
            fetching: Fetching::Nothing,
            finding: Finding::Never,
            webhooks: Webhooks::None,
            repeats: Repeats::Never,
            session_lifetime: None,
            wants_payer_ip: false,
        }
    }

    /// What asking for a payment can tell.
    #[must_use]
    pub fn fetching(mut self, fetching: Fetching) -> Self {
        self.fetching = fetching;
        self
    }

    /// Whether it can be asked by our own name for an attempt.
    #[must_use]
    pub fn finding(mut self, finding: Finding) -> Self {
        self.finding = finding;
        self
    }

    /// What its webhooks are worth.
    #[must_use]
    pub fn webhooks(mut self, webhooks: Webhooks) -> Self {
        self.webhooks = webhooks;
        self
    }

    /// How long it answers a repeated key with the first answer.
    #[must_use]
    pub fn repeats(mut self, repeats: Repeats) -> Self {
        self.repeats = repeats;
        self
    }

    /// How long a page stays open.
    #[must_use]
    pub fn session_lifetime(mut self, lifetime: Duration) -> Self {
        self.session_lifetime = Some(lifetime);
        self
    }

    /// It wants the payer's own IP address.
    #[must_use]
    pub fn wanting_payer_ip(mut self) -> Self {
        self.wants_payer_ip = true;
        self
    }
}
