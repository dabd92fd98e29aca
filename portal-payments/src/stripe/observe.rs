//! What Stripe says of one payment, as the portal settles it.
use chrono::{DateTime, Months, NaiveDate, Utc};
use portal_core::{
    Money,
    adapter::AdapterError,
    payment::{
        Attempt, Found, Merchant, MethodKind, MethodRef, MethodState, Observation, ObservedRefund,
        PaymentRef, PaymentState, RefundRef, RefundState, SessionRef, StoredMethod,
    },
};
use uuid::Uuid;

use super::{
    amount::from_stripe,
    answer::{Complaint, unintelligible},
    request::{ATTEMPT, FLOW, REFUND, STORED},
    response::{
        Bank, Details, Dispute, Intent, IntentStatus, RefundBody, RefundStatus, Session,
        SessionStatus, Setup, SetupStatus,
    },
};

/// One reading of an account.
pub(super) struct Reading<'a> {
    pub(super) operation: &'static str,
    pub(super) merchant: &'a Merchant,
    pub(super) now: DateTime<Utc>,
}

/// What a payment alone does not say.
#[derive(Default)]
pub(super) struct Beside {
    pub(super) page: Option<SessionStatus>,
    /// All refunds, where the payment carries some only.
    pub(super) refunds: Option<Vec<RefundBody>>,
    pub(super) disputes: Vec<Dispute>,
}

impl Reading<'_> {
    pub(super) fn observation(
        &self,
        intent: &Intent,
        beside: &Beside,
    ) -> Result<Observation, AdapterError> {
        self.mode(intent.livemode)?;
        let requested = self.money(intent.amount, &intent.currency)?;
        let captured = self.money(intent.amount_received, &intent.currency)?;
        let state = state(intent, beside.page);
        if captured.minor() > requested.minor() {
            return Err(self.nonsense("more was taken than asked for"));
        }
        let mut seen = Observation::new(
            self.merchant.clone(),
            PaymentRef::new(intent.id.as_str()),
            state,
            captured,
            self.now,
        )
        .of(ours(intent))
        .requested(requested);
        if matches!(state, PaymentState::Open | PaymentState::Failed) {
            seen = seen.declined(intent.last_payment_error.as_ref().map(Complaint::decline));
        }
        let Some(charge) = &intent.latest_charge else {
            if state == PaymentState::Succeeded {
                return Err(self.nonsense("it succeeded without a charge"));
            }
            return Ok(seen);
        };
        let Some(charge) = charge.whole() else {
            return Err(self.nonsense("the charge was not in the answer"));
        };
        if charge.currency != intent.currency {
            return Err(self.nonsense("the charge is in another currency than the payment"));
        }
        if state == PaymentState::Succeeded && charge.amount_captured != intent.amount_received {
            return Err(self.nonsense("the charge is of another amount than the payment"));
        }
        let refunded = self.money(charge.amount_refunded, &charge.currency)?;
        if refunded.minor() > captured.minor() {
            return Err(self.nonsense("more was paid back than taken"));
        }
        let listed = charge.refunds.as_ref().map_or(&[][..], |list| &list.data);
        let refunds = beside.refunds.as_deref().unwrap_or(listed);
        let refunds = refunds.iter().map(|refund| self.refund(refund, captured));
        let mut disputed = 0_i64;
        for dispute in &beside.disputes {
            if dispute.currency != intent.currency {
                return Err(self.nonsense("the dispute is in another currency than the payment"));
            }
            if has_taken_money(&dispute.status) {
                disputed = disputed.saturating_add(dispute.amount);
            }
        }
        Ok(seen
            .refunded(refunded, refunds.collect::<Result<_, _>>()?)
            .disputed(self.money(disputed, &intent.currency)?)
            .paid_with(charge.payment_method_details.as_ref().and_then(label)))
    }

    /// One refund, which has to be in the currency of what was taken.
    pub(super) fn refund(
        &self,
        refund: &RefundBody,
        of: Money,
    ) -> Result<ObservedRefund, AdapterError> {
        let amount = self.money(refund.amount, &refund.currency)?;
        if amount.currency() != of.currency() {
            return Err(self.nonsense("the refund is in another currency than the payment"));
        }
        let state = match refund.status {
            Some(RefundStatus::Succeeded) => RefundState::Succeeded,
            Some(RefundStatus::Failed | RefundStatus::Canceled) => RefundState::Failed,
            Some(RefundStatus::Pending | RefundStatus::RequiresAction | RefundStatus::Other)
            | None => RefundState::Pending,
        };
        let name = RefundRef::new(refund.id.as_str());
        let ours = refund
            .metadata
            .as_ref()
            .and_then(|metadata| metadata.get(REFUND));
        let ours = ours.and_then(|id| Uuid::parse_str(id).ok());
        Ok(ObservedRefund::new(name, ours, amount, state))
    }

    /// A page without a payment, or on which something is stored.
    pub(super) fn page(&self, session: &Session) -> Result<Found, AdapterError> {
        self.mode(session.livemode)?;
        let state = match session.status {
            Some(SessionStatus::Expired) => PaymentState::Expired,
            Some(SessionStatus::Complete) => PaymentState::Processing,
            Some(SessionStatus::Open | SessionStatus::Other) | None => PaymentState::Open,
        };
        let until = session
            .expires_at
            .and_then(|at| DateTime::from_timestamp(at, 0));
        Ok(Found::Session {
            session: SessionRef::new(session.id.as_str()),
            state,
            until,
        })
    }

    pub(super) fn setup(
        &self,
        session: &Session,
        setup: Option<&Setup>,
    ) -> Result<Found, AdapterError> {
        self.mode(session.livemode)?;
        if let Some(setup) = setup {
            self.mode(setup.livemode)?;
        }
        let expired = session.status == Some(SessionStatus::Expired);
        let state = match setup.map(|setup| setup.status) {
            Some(SetupStatus::Succeeded) => PaymentState::Succeeded,
            Some(SetupStatus::Canceled) => PaymentState::Cancelled,
            _ if expired => PaymentState::Expired,
            Some(SetupStatus::Processing | SetupStatus::Other) => PaymentState::Processing,
            Some(SetupStatus::RequiresAction) => PaymentState::ActionRequired,
            Some(SetupStatus::RequiresPaymentMethod | SetupStatus::RequiresConfirmation) => {
                let failed = setup.is_some_and(|setup| setup.last_setup_error.is_some());
                match session.status {
                    Some(SessionStatus::Complete) if failed => PaymentState::Failed,
                    _ => PaymentState::Open,
                }
            }
            None => PaymentState::Open,
        };
        let stored = setup.and_then(|setup| setup.payment_method.as_ref()?.whole());
        let method = stored.and_then(|details| method(details, None, self.now.date_naive()));
        Ok(Found::Setup {
            session: SessionRef::new(session.id.as_str()),
            state,
            method: method.map(Box::new),
        })
    }

    /// Real money and play money never meet.
    pub(super) fn mode(&self, live: bool) -> Result<(), AdapterError> {
        if live == self.merchant.live {
            return Ok(());
        }
        Err(self.nonsense("it is of the other mode, live or test"))
    }

    pub(super) fn money(&self, amount: i64, currency: &str) -> Result<Money, AdapterError> {
        from_stripe(amount, currency).ok_or_else(|| self.nonsense("an amount is no exact money"))
    }

    pub(super) fn nonsense(&self, why: &str) -> AdapterError {
        unintelligible(self.operation, why)
    }
}

/// Our attempt, where Stripe gave it back.
pub(super) fn ours(intent: &Intent) -> Option<Attempt> {
    let id = intent.metadata.get(ATTEMPT)?;
    Uuid::parse_str(id).ok().map(Attempt)
}

/// Nobody will try again on it by themselves.
pub(super) fn is_charge(intent: &Intent) -> bool {
    intent.metadata.get(FLOW).is_some_and(|flow| flow == STORED)
}

fn state(intent: &Intent, page: Option<SessionStatus>) -> PaymentState {
    let closed = page == Some(SessionStatus::Complete) || is_charge(intent);
    match intent.status {
        IntentStatus::Succeeded => PaymentState::Succeeded,
        IntentStatus::Canceled => PaymentState::Cancelled,
        // What we do not know may be under way.
        IntentStatus::Processing | IntentStatus::RequiresCapture | IntentStatus::Other => {
            PaymentState::Processing
        }
        _ if page == Some(SessionStatus::Expired) => PaymentState::Expired,
        IntentStatus::RequiresAction => PaymentState::ActionRequired,
        // A page lets the payer try again; without one, or once it is done, nobody does.
        IntentStatus::RequiresPaymentMethod if closed && intent.last_payment_error.is_some() => {
            PaymentState::Failed
        }
        IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresConfirmation => {
            PaymentState::Open
        }
    }
}

/// An inquiry takes nothing yet, and what was won came back.
fn has_taken_money(status: &str) -> bool {
    !(status == "won" || status == "prevented" || status.starts_with("warning_"))
}

/// What it was paid with: `Visa 4242`.
fn label(details: &Details) -> Option<String> {
    let (_, brand, last4) = face(details)?;
    Some(format!("{brand} {last4}"))
}

/// A stored method; none for kinds that cannot be shown.
pub(super) fn method(
    details: &Details,
    default: Option<&str>,
    today: NaiveDate,
) -> Option<StoredMethod> {
    let id = details.id.as_deref()?;
    let (kind, brand, last4) = face(details)?;
    let expires = details.card.as_ref().and_then(|card| {
        let first = NaiveDate::from_ymd_opt(card.exp_year?, card.exp_month?, 1)?;
        first.checked_add_months(Months::new(1))?.pred_opt()
    });
    let state = match expires {
        Some(last) if last < today => MethodState::Expired,
        Some(_) | None => MethodState::Usable,
    };
    let stored = StoredMethod::new(MethodRef::new(id), kind, brand, last4)
        .in_state(state)
        .defaulting(default == Some(id))
        .expiring(expires);
    Some(stored)
}

fn face(details: &Details) -> Option<(MethodKind, String, String)> {
    let bank = |kind, bank: &Bank| {
        let names = [&bank.name, &bank.institution_number, &bank.code];
        let brand = names.into_iter().flatten().next().cloned();
        (
            kind,
            brand.unwrap_or_default(),
            digits(bank.last4.as_deref()),
        )
    };
    match details.kind.as_str() {
        "card" => {
            let card = details.card.as_ref()?;
            let brand = spelled(card.brand.as_deref().unwrap_or("card"));
            Some((MethodKind::Card, brand, digits(card.last4.as_deref())))
        }
        "us_bank_account" => Some(bank(MethodKind::UsBank, details.us_bank_account.as_ref()?)),
        "acss_debit" => Some(bank(MethodKind::CaBank, details.acss_debit.as_ref()?)),
        "sepa_debit" => Some(bank(MethodKind::SepaDebit, details.sepa_debit.as_ref()?)),
        _ => None,
    }
}

/// Never more of a number than the last four.
fn digits(last4: Option<&str>) -> String {
    let last4 = last4.unwrap_or_default();
    let skip = last4.chars().count().saturating_sub(4);
    last4.chars().skip(skip).collect()
}

fn spelled(brand: &str) -> String {
    match brand {
        "amex" => "American Express".to_owned(),
        "diners" => "Diners Club".to_owned(),
        "jcb" => "JCB".to_owned(),
        "unionpay" => "UnionPay".to_owned(),
        "mastercard" => "Mastercard".to_owned(),
        other => {
            let mut letters = other.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect()
        }
    }
}
