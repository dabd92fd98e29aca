//! What customers see of payments.
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    Applied, Attempt, DeclineReason, NextStep, PayStyle, PaymentAttempt, PaymentState, Received,
    RetryAdvice, Shown, StoredMethod,
};
use crate::{CustomerDesk, Error, Id, Money, Order, order::OrderView};

/// What a pay page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PayPageView {
    /// The order; its verdict says whether it can be paid, and why not.
    pub order: OrderView,
    /// What is due: exactly this is paid.
    pub due: Money,
    /// The ways to pay it.
    pub ways: Vec<WayToPay>,
    /// For the form's hidden field.
    pub shown: Shown,
    /// The payment that is under way, where there is one.
    pub under_way: Option<PaymentView>,
}

/// One way to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WayToPay {
    /// The provider's name, for the form.
    pub provider: String,
    /// How the payer pays.
    pub style: PayStyle,
    /// What is kept for them there and can be charged without a page: [`PayOrder::with`](super::PayOrder::with). Never a number.
    pub kept: Vec<StoredMethod>,
}

/// A payment, as its payer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PaymentView {
    /// Our name for it.
    pub attempt: Attempt,
    /// For which order.
    pub order: Id<Order>,
    /// How much.
    pub amount: Money,
    /// When it began.
    pub since: DateTime<Utc>,
    /// How it stands.
    pub standing: PaymentStanding,
    /// What it was paid with, such as `Visa 4242`.
    pub paid_with: Option<String>,
}

/// How a payment stands, as far as a payer needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "standing", content = "data", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PaymentStanding {
    /// It waits for the payer, who does this.
    Open(NextStep),
    /// It is under way at a bank; it may take days.
    Pending,
    /// It has been paid.
    Paid,
    /// It did not work.
    Failed {
        /// Why, where that was said.
        reason: Option<DeclineReason>,
        /// What to do about it.
        advice: Option<RetryAdvice>,
    },
    /// It was called off, or its page has closed. Nothing was paid.
    Ended,
    /// Nobody knows yet, or staff are looking into it: we are checking. Do not pay again.
    Checking,
}

/// What comes of asking to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PaymentStep {
    /// How the payment stands; [`PaymentStanding::Open`] says where the payer goes now.
    pub payment: PaymentView,
    /// The form had been sent before, or a payment was open already: this is that one.
    pub again: bool,
}

impl CustomerDesk {
    /// How a payment stands, for whoever may know of it.
    pub(super) async fn payment_view(&self, attempt: PaymentAttempt) -> Result<PaymentView, Error> {
        let standing = match attempt.state {
            PaymentState::Succeeded => self.paid(&attempt).await?,
            PaymentState::Processing => PaymentStanding::Pending,
            PaymentState::Failed => PaymentStanding::Failed {
                reason: attempt.decline.as_ref().map(|decline| decline.reason),
                advice: attempt.decline.as_ref().map(|decline| decline.advice),
            },
            PaymentState::Cancelled | PaymentState::Expired => PaymentStanding::Ended,
            PaymentState::Open | PaymentState::ActionRequired => {
                let mine = attempt.by.as_ref() == Some(self.me());
                let open = is_open(&attempt, self.wiring().clock.now());
                match attempt.page.filter(|_| mine && open) {
                    Some(page) => PaymentStanding::Open(page.next),
                    None => PaymentStanding::Checking,
                }
            }
        };
        Ok(PaymentView {
            attempt: attempt.attempt,
            order: attempt.order,
            amount: attempt.amount,
            since: attempt.begun_at,
            standing,
            paid_with: attempt.paid_with,
        })
    }

    /// Money that came and pays for nothing yet is being looked into.
    async fn paid(&self, attempt: &PaymentAttempt) -> Result<PaymentStanding, Error> {
        let Some(payment) = &attempt.payment else {
            return Ok(PaymentStanding::Checking);
        };
        let key = Received::key(&attempt.merchant, payment);
        let received = self.wiring().payment_store()?.received(&key).await?;
        let applied = received.map(|received| received.value.applied);
        Ok(match applied {
            Some(Applied::To(_)) => PaymentStanding::Paid,
            Some(Applied::Not(_)) | None => PaymentStanding::Checking,
        })
    }
}

/// Its page can be gone to.
pub(super) fn is_open(attempt: &PaymentAttempt, now: DateTime<Utc>) -> bool {
    let page = attempt.page.as_ref();
    let waits = matches!(
        attempt.state,
        PaymentState::Open | PaymentState::ActionRequired
    );
    waits && page.is_some_and(|page| page.until.is_none_or(|until| now < until))
}
