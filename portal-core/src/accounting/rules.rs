//! Pure. Nothing here awaits, reads a clock or draws an id.
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::{
    Attention, Export, ExportRefusal, ExportState, Fingerprint, LedgerDocument, Mirror,
    OnOpenPayment, PushState, PushedPayment,
};
use crate::{
    Money, OrderDetails, Refusals,
    order::{CutOff, LedgerLink, Order},
    payment::{PaymentAttempt, can_be_given_up},
    refusal::Reasons,
};

/// How long whoever has sent something to the books may still be waiting for an answer. Nobody sends it anew before.
pub const ANSWERED_WITHIN: Duration = Duration::minutes(2);

/// Whether an order can go into the books now. Draws the button and guards the export.
///
/// # Errors
/// Every reason why not.
pub fn may_export(
    details: &OrderDetails,
    export: Option<&Export>,
    system: &Arc<str>,
) -> Result<(), Refusals> {
    let mut reasons = Reasons::default();
    let order = &details.order;
    if !order.balance.total().is_positive() || details.lines.is_empty() {
        reasons.refuse(ExportRefusal::NothingToInvoice);
    }
    let system = Arc::clone(system);
    match export.map(|export| &export.state) {
        None | Some(ExportState::Forgotten) => match &order.ledger {
            LedgerLink::NotExported => {}
            // The host's own doing, from before the portal kept these books.
            LedgerLink::Connected { system, .. } => {
                let system = Arc::clone(system);
                reasons.refuse(ExportRefusal::AlreadyThere { system });
            }
            LedgerLink::Exporting { system } => {
                let system = Arc::clone(system);
                reasons.refuse(ExportRefusal::UnderWay { system });
            }
            LedgerLink::Disconnected { .. } => reasons.refuse(ExportRefusal::CutOff),
        },
        Some(ExportState::Wanted | ExportState::Exporting | ExportState::Recovering) => {
            reasons.refuse(ExportRefusal::UnderWay { system });
        }
        Some(ExportState::NeedsAttention(_)) => reasons.refuse(ExportRefusal::NeedsAttention),
        Some(ExportState::Connected) => reasons.refuse(ExportRefusal::AlreadyThere { system }),
        Some(ExportState::Disconnected(_)) => reasons.refuse(ExportRefusal::CutOff),
    }
    reasons.verdict()
}

/// Since when a payment has been under way that an export must not overtake; none where it may begin.
///
/// An attempt that nobody can be paying, such as words that tell how to pay by bank, holds nothing up.
#[must_use]
pub fn held_up_by(
    order: &Order,
    live: Option<&PaymentAttempt>,
    policy: OnOpenPayment,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    match policy {
        OnOpenPayment::ExportAnyway => return None,
        OnOpenPayment::CancelFirst | OnOpenPayment::Defer => {}
    }
    match live {
        Some(live) if can_be_given_up(live, now) => None,
        Some(live) => Some(live.begun_at),
        None => order.payment.as_ref().map(|payment| payment.since),
    }
}

/// What a document means that has the number of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller must face each answer")]
pub enum FoundThere {
    /// It is what we would have sent, or have: it is ours.
    Ours,
    /// It is ours, and does not come to what the order does.
    TotalDiffers {
        /// What the order comes to.
        ours: Money,
        /// What the document comes to.
        theirs: Money,
    },
    /// Somebody else has the number.
    SomebodyElses,
}

/// What a document means that was found under the number of an export: it is ours only if it was made of what was sent, or would have been.
#[must_use]
pub fn found_there(expected: &Fingerprint, order: &Order, document: &LedgerDocument) -> FoundThere {
    if !expected.made(document) {
        return FoundThere::SomebodyElses;
    }
    as_made(order, document)
}

/// What a document means that the books have just made for us: it is ours, whatever they have made of it.
#[must_use]
pub fn as_made(order: &Order, document: &LedgerDocument) -> FoundThere {
    let (ours, theirs) = (order.balance.total(), document.total);
    if ours == theirs {
        FoundThere::Ours
    } else {
        FoundThere::TotalDiffers { ours, theirs }
    }
}

/// What a look at its document makes of a connected export, or of a forgotten one; nothing where nothing is new. Payments and credits alone are no change of the document.
///
/// `whole`: the document tells all of its payments, so that one which is missing was taken out.
#[must_use]
pub fn heard(
    export: &Export,
    document: &LedgerDocument,
    whole: bool,
    now: DateTime<Utc>,
) -> Option<Export> {
    match &export.state {
        ExportState::Connected => {}
        ExportState::Forgotten => return heard_of_forgotten(export, document, now),
        ExportState::Wanted
        | ExportState::Exporting
        | ExportState::Recovering
        | ExportState::NeedsAttention(_)
        | ExportState::Disconnected(_) => return None,
    }
    let mut heard = export.clone();
    heard.mirror = Some(mirrored(export, document, now));
    if let Some(reason) = cut_off_by(export, document) {
        return Some(heard.standing(ExportState::Disconnected(reason), now));
    }
    if whole {
        heard.payments = taken_out(export, document);
    }
    (heard != *export).then_some(heard)
}

/// A forgotten document that still stands may be paid there, while its order may be paid here. One that was taken back is nobody's business any more.
fn heard_of_forgotten(
    export: &Export,
    document: &LedgerDocument,
    now: DateTime<Utc>,
) -> Option<Export> {
    let mut heard = export.clone();
    if document.state.stands() {
        heard.mirror = Some(mirrored(export, document, now));
    } else {
        (heard.document, heard.mirror) = (None, None);
    }
    (heard != *export).then_some(heard)
}

fn mirrored(export: &Export, document: &LedgerDocument, now: DateTime<Utc>) -> Mirror {
    let seen = Mirror::of(document, now);
    match &export.mirror {
        Some(known) if known.says_the_same(&seen) => known.clone(),
        _ => seen,
    }
}

fn cut_off_by(export: &Export, document: &LedgerDocument) -> Option<CutOff> {
    use super::DocumentState as S;
    match document.state {
        S::Voided => return Some(CutOff::RemoteVoided),
        S::Deleted => return Some(CutOff::RemoteDeleted),
        S::Draft | S::Open | S::Settled | S::Strange => {}
    }
    let baseline = export.baseline.as_ref();
    let changed = baseline.is_some_and(|baseline| !baseline.is_of(document));
    changed.then_some(CutOff::RemoteChanged)
}

fn taken_out(export: &Export, document: &LedgerDocument) -> Vec<PushedPayment> {
    let stands = |push: &PushedPayment| document.payment(&push.reference()).is_some();
    let all = export.payments.iter().cloned();
    all.map(|push| match &push.state {
        PushState::Recorded(posted) if !stands(&push) => {
            let (why, posted) = (Attention::TakenOut, Some(posted.clone()));
            PushedPayment {
                state: PushState::NeedsAttention(why, posted),
                ..push
            }
        }
        _ => push,
    })
    .collect()
}

/// Whether so much can be put against a document as it is.
///
/// # Errors
/// Why staff have to do it.
pub fn fits(document: &LedgerDocument, amount: Money) -> Result<(), Attention> {
    use super::DocumentState as S;
    let due = document.due;
    match document.state {
        S::Open if due.currency() == amount.currency() && due.amount() >= amount.amount() => Ok(()),
        S::Open | S::Settled => Err(Attention::Overpaid { due, came: amount }),
        state @ (S::Draft | S::Voided | S::Deleted | S::Strange) => {
            Err(Attention::NotOpen { state })
        }
    }
}

/// When to come back to something that has been waiting since then: after half as long again, between a minute and an hour.
#[must_use]
pub(super) fn later(since: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    let waited = (now - since) / 2;
    now + waited.clamp(Duration::minutes(1), Duration::hours(1))
}
