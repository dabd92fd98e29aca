//! Bank transfer and pay later: the payer is told what to do and what to name, staff record what came.
//!
//! Nothing is asked of anybody, so nothing can be looked up. When the money is on the statement, staff enter the reference: [`Manual::received`] makes the
//! [`Observation`] for the settlement to take, as it takes any provider's.
mod reference;

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    Language, Money,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{
        Attempt, BeginPayment, Begun, Found, Lookup, Merchant, NextStep, Observation, PayStyle,
        PaymentLimits, PaymentProvider, PaymentRef, PaymentState, ProviderTraits, RawWebhook,
        Repeats, ReturnParams, SessionRef, WebhookBatch, WebhookError,
    },
};

pub use reference::{Reference, ReferenceError};

const NAME: &str = "manual";

/// Takes money that comes some other way.
#[derive(Debug, Clone)]
pub struct Manual {
    merchant: Merchant,
    traits: ProviderTraits,
    text: String,
    texts: Vec<(Language, String)>,
    label: String,
}

/// What staff saw on the statement.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt {
    /// Which attempt it names.
    pub attempt: Attempt,
    /// How much came. It may be less or more than was asked for: what to make of that is the settlement's business.
    pub amount: Money,
    /// What the statement calls the entry. Two entries have two names; the same one, recorded twice, counts once.
    pub entry: String,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

impl Manual {
    /// Money comes to this account. The text tells the payer what to do; the reference is shown beside it.
    #[must_use]
    pub fn new(merchant: Merchant, limits: PaymentLimits, text: impl Into<String>) -> Self {
        // What is told depends on nothing but the attempt, however often it is told.
        let repeats = Repeats::For(Duration::from_hours(24 * 365));
        Self {
            merchant,
            traits: ProviderTraits::new(limits.offline(), PayStyle::Instructions).repeats(repeats),
            text: text.into(),
            texts: vec![],
            label: "Bank transfer".to_owned(),
        }
    }

    /// The same in another language.
    #[must_use]
    pub fn in_language(mut self, language: Language, text: impl Into<String>) -> Self {
        self.texts.push((language, text.into()));
        self
    }

    /// What receipts say it was paid with, instead of "Bank transfer".
    #[must_use]
    pub fn called(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// What staff recorded, as the settlement takes it.
    #[must_use]
    pub fn received(&self, receipt: &Receipt) -> Observation {
        let payment = PaymentRef::new(receipt.entry.trim());
        Observation::new(
            self.merchant.clone(),
            payment,
            PaymentState::Succeeded,
            receipt.amount,
            receipt.recorded_at,
        )
        .of(Some(receipt.attempt))
        .paid_with(Some(self.label.clone()))
    }

    fn told(&self, language: Language) -> &str {
        let known = self.texts.iter().find(|(l, _)| *l == language);
        known.map_or(&self.text, |(_, text)| text)
    }
}

impl Receipt {
    /// This much came for this attempt, in this entry of the statement.
    pub fn new(
        attempt: Attempt,
        amount: Money,
        entry: impl Into<String>,
        recorded_at: DateTime<Utc>,
    ) -> Self {
        Self {
            attempt,
            amount,
            entry: entry.into(),
            recorded_at,
        }
    }
}

#[async_trait]
impl PaymentProvider for Manual {
    fn name(&self) -> &'static str {
        NAME
    }

    fn merchant(&self) -> &Merchant {
        &self.merchant
    }

    fn traits(&self) -> &ProviderTraits {
        &self.traits
    }

    async fn begin(&self, payment: &BeginPayment) -> Result<Begun, AdapterError> {
        if !self.traits.limits.accept(payment.amount) || !payment.amount.is_positive() {
            return Err(AdapterError::new(
                AdapterErrorKind::Rejected,
                Disposition::NeverSent,
                NAME,
                "begin",
                "no such amount is taken this way",
            ));
        }
        let reference = Reference::of(payment.attempt);
        let next = NextStep::Instructions {
            text: self.told(payment.language).to_owned(),
            reference: reference.to_string(),
        };
        Ok(Begun::new(SessionRef::new(reference.compact()), next))
    }

    async fn look_up(&self, _: &Lookup) -> Result<Found, AdapterError> {
        Ok(Found::Nothing)
    }

    fn returned(&self, _: &ReturnParams) -> Option<Lookup> {
        None
    }

    async fn receive(&self, _: &RawWebhook) -> Result<WebhookBatch, WebhookError> {
        Err(WebhookError::NotConfigured)
    }
}
