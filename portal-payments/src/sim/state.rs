use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use portal_core::{
    Money,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{
        Attempt, BeginPayment, Decline, DeclineReason, Found, Lookup, Merchant, MethodRef,
        Observation, ObservedRefund, PayerRef, PaymentRef, PaymentState, Refund, RefundRef,
        RefundState, Refunded, RetryAdvice, SessionRef, StoredMethod,
    },
};

use super::{NAME, not_found, rejected};

/// What the provider keeps.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) payments: Vec<Payment>,
    pub(super) payers: Vec<Payer>,
    pub(super) setups: Vec<(SessionRef, PayerRef)>,
    pub(super) posts: VecDeque<Post>,
    pub(super) declines: VecDeque<DeclineReason>,
    pub(super) slow: bool,
    pub(super) lost_replies: u32,
    pub(super) refused_connections: u32,
    pub(super) refusing_refunds: bool,
    last: u64,
}

#[derive(Debug)]
pub(super) struct Payment {
    pub(super) name: PaymentRef,
    pub(super) session: SessionRef,
    pub(super) attempt: Attempt,
    pub(super) requested: Money,
    pub(super) state: PaymentState,
    pub(super) captured: Money,
    pub(super) disputed: Money,
    pub(super) refunds: Vec<ObservedRefund>,
    pub(super) paid_with: Option<String>,
    pub(super) decline: Option<Decline>,
    pub(super) until: DateTime<Utc>,
}

#[derive(Debug)]
pub(super) struct Payer {
    pub(super) name: PayerRef,
    pub(super) methods: Vec<StoredMethod>,
}

/// A webhook on its way.
#[derive(Debug, Clone)]
pub(super) struct Post {
    pub(super) name: String,
    pub(super) body: String,
}

impl State {
    /// A name nobody else has. What is named after an attempt or a refund of the portal's keeps its name when the demonstration is started again.
    pub(super) fn next(&mut self, prefix: &str) -> String {
        self.last += 1;
        format!("{prefix}_{}", self.last)
    }

    /// The request comes in, unless the switch says otherwise.
    pub(super) fn arrives(&mut self, operation: &'static str) -> Result<(), AdapterError> {
        gone(
            &mut self.refused_connections,
            Disposition::NeverSent,
            operation,
        )
    }

    /// The reply gets out, unless the switch says otherwise. What was asked for is done by then.
    pub(super) fn answers(&mut self, operation: &'static str) -> Result<(), AdapterError> {
        gone(&mut self.lost_replies, Disposition::Unknown, operation)
    }

    pub(super) fn open(
        &mut self,
        asked: &BeginPayment,
        until: DateTime<Utc>,
    ) -> Result<(SessionRef, DateTime<Utc>), AdapterError> {
        if let Some(known) = self.of(asked.attempt) {
            return if known.requested == asked.amount {
                Ok((known.session.clone(), known.until))
            } else {
                Err(key_reused("begin"))
            };
        }
        let session = SessionRef::new(format!("page_{}", asked.attempt.0.simple()));
        let payment = Self::payment(asked.attempt, asked.amount, session.clone(), until);
        self.payments.push(payment);
        Ok((session, until))
    }

    pub(super) fn payment(
        attempt: Attempt,
        requested: Money,
        session: SessionRef,
        until: DateTime<Utc>,
    ) -> Payment {
        let nothing = Money::zero(requested.currency());
        Payment {
            name: PaymentRef::new(format!("pay_{}", attempt.0.simple())),
            session,
            attempt,
            requested,
            state: PaymentState::Open,
            captured: nothing,
            disputed: nothing,
            refunds: vec![],
            paid_with: None,
            decline: None,
            until,
        }
    }

    /// Asks the bank that is not there.
    pub(super) fn decide(&mut self, payment: &mut Payment, paid_with: String) {
        payment.paid_with = Some(paid_with);
        if let Some(reason) = self.declines.pop_front() {
            payment.decline = Some(Decline::new(reason, RetryAdvice::OtherMethod, "sim"));
            payment.state = PaymentState::Failed;
        } else if self.slow {
            payment.state = PaymentState::Processing;
        } else {
            payment.state = PaymentState::Succeeded;
            payment.captured = payment.requested;
        }
        self.tell(&payment.name.clone());
    }

    pub(super) fn of(&self, attempt: Attempt) -> Option<&Payment> {
        self.payments.iter().find(|p| p.attempt == attempt)
    }

    pub(super) fn walk_away(&mut self, session: &SessionRef) {
        let open = |p: &&mut Payment| p.session == *session && p.waits();
        let Some(payment) = self.payments.iter_mut().find(open) else {
            return;
        };
        payment.state = PaymentState::Cancelled;
        let name = payment.name.clone();
        self.tell(&name);
    }

    /// Puts a webhook about a payment on its way.
    pub(super) fn tell(&mut self, payment: &PaymentRef) {
        let name = self.next(&format!("evt_{payment}"));
        let body = format!(r#"{{"payment":"{payment}"}}"#);
        self.posts.push_back(Post { name, body });
    }

    pub(super) fn found(&self, what: &Lookup, merchant: &Merchant, now: DateTime<Utc>) -> Found {
        let meant = |p: &&Payment| match what {
            Lookup::Payment(payment) => p.name == *payment,
            Lookup::Session(session) => p.session == *session,
            Lookup::Attempt { attempt, .. } => p.attempt == *attempt,
            _ => false,
        };
        let Some(payment) = self.payments.iter().find(meant) else {
            return Found::Nothing;
        };
        let over = payment.until <= now;
        if payment.state == PaymentState::Open {
            let state = if over {
                PaymentState::Expired
            } else {
                PaymentState::Open
            };
            return Found::Session {
                session: payment.session.clone(),
                state,
                until: Some(payment.until),
            };
        }
        let mut seen = payment.observed(merchant, now);
        if payment.waits() && !over {
            // Whoever was declined may try again while the page is open.
            seen.state = PaymentState::Open;
        }
        Found::Payment(Box::new(seen))
    }

    pub(super) fn refund(&mut self, asked: &Refund) -> Result<Refunded, AdapterError> {
        let refused = self.refusing_refunds;
        let name = RefundRef::new(format!("back_{}", asked.refund.simple()));
        let payment = self.payments.iter_mut().find(|p| p.name == asked.payment);
        let payment = payment.ok_or_else(|| not_found("refund"))?;
        let known = payment
            .refunds
            .iter()
            .find(|r| r.ours == Some(asked.refund));
        if let Some(known) = known {
            return if known.amount == asked.amount {
                Ok(Refunded::Taken(known.clone()))
            } else {
                Err(key_reused("refund"))
            };
        }
        if refused {
            let (why, advice) = (DeclineReason::Other, RetryAdvice::Later);
            return Ok(Refunded::Declined(Decline::new(why, advice, "sim")));
        }
        let left = payment.captured.minus(payment.paid_back());
        let enough = left.is_ok_and(|left| {
            left.currency() == asked.amount.currency() && left.minor() >= asked.amount.minor()
        });
        if !enough || !asked.amount.is_positive() {
            return Err(rejected("refund", "more than is left of it"));
        }
        let (ours, state) = (Some(asked.refund), RefundState::Succeeded);
        let made = ObservedRefund::new(name, ours, asked.amount, state);
        payment.refunds.push(made.clone());
        let payment = payment.name.clone();
        self.tell(&payment);
        Ok(Refunded::Taken(made))
    }

    /// A method, if it is this payer's.
    pub(super) fn own(
        &mut self,
        payer: &PayerRef,
        method: &MethodRef,
    ) -> Option<&mut StoredMethod> {
        let payer = self.payers.iter_mut().find(|p| p.name == *payer)?;
        payer.methods.iter_mut().find(|m| m.method == *method)
    }
}

impl Payment {
    /// The payer has not paid, or was declined and may try again; a debit that came back is over.
    pub(super) fn waits(&self) -> bool {
        let declined = self.state == PaymentState::Failed && self.decline.is_some();
        self.state == PaymentState::Open || declined
    }

    pub(super) fn observed(&self, merchant: &Merchant, now: DateTime<Utc>) -> Observation {
        let (name, state) = (self.name.clone(), self.state);
        Observation::new(merchant.clone(), name, state, self.captured, now)
            .of(Some(self.attempt))
            .requested(self.requested)
            .refunded(self.paid_back(), self.refunds.clone())
            .disputed(self.disputed)
            .paid_with(self.paid_with.clone())
            .declined(self.decline.clone())
    }

    fn paid_back(&self) -> Money {
        let done = self
            .refunds
            .iter()
            .filter(|r| r.state == RefundState::Succeeded);
        let minor = done.map(|r| r.amount.minor()).sum();
        Money::from_minor(minor, self.requested.currency())
    }
}

pub(super) fn key_reused(operation: &'static str) -> AdapterError {
    let (kind, disposition) = (AdapterErrorKind::KeyReused, Disposition::Unknown);
    let why = "the same attempt, for something else";
    AdapterError::new(kind, disposition, NAME, operation, why)
}

fn gone(
    times: &mut u32,
    disposition: Disposition,
    operation: &'static str,
) -> Result<(), AdapterError> {
    if *times == 0 {
        return Ok(());
    }
    *times -= 1;
    let (kind, why) = (AdapterErrorKind::Unavailable, "switched off");
    Err(AdapterError::new(kind, disposition, NAME, operation, why))
}
