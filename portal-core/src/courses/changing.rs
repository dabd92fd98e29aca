//! What moving and cancelling a registration have in common. Pure.
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{
    ChangePolicy, CourseRefusal, CourseRules, Delivery, Registration, RegistrationStatus, Shelf,
    shelf,
};
use crate::{
    Decision, EffectKind, Refusals,
    effect::{MailKind, Recipient, StaffTask},
    order::LedgerLink,
    refusal::Reasons,
};

/// Whether customers may change a registration in one way: it stands, has dates, and its policy allows it still.
pub(super) fn may_change(
    r: &Registration,
    policy: ChangePolicy,
    now: DateTime<Utc>,
    not_allowed: CourseRefusal,
    too_late: fn(DateTime<Tz>) -> CourseRefusal,
) -> Result<(), Refusals> {
    let mut reasons = Reasons::default();
    if let Some(status) = ended(r, now) {
        reasons.refuse(CourseRefusal::NotActive { status });
    }
    if r.course.delivery == Delivery::Elearning {
        reasons.refuse(CourseRefusal::NotSupportedForElearning);
    }
    match policy {
        ChangePolicy::Refused => reasons.refuse(not_allowed),
        ChangePolicy::Until(cutoff) if now > cutoff.last_instant(&r.session) => {
            reasons.refuse(too_late(cutoff.deadline(&r.session)));
        }
        ChangePolicy::Until(_) => {}
    }
    reasons.verdict()
}

/// How it ended, if it did: cancelled, moved away, completed or over.
fn ended(r: &Registration, now: DateTime<Utc>) -> Option<RegistrationStatus> {
    match (r.status, shelf(r, now)) {
        (RegistrationStatus::Active, Shelf::Current) => None,
        (RegistrationStatus::Active, _) => Some(RegistrationStatus::Completed),
        (status, _) => Some(status),
    }
}

/// What a change owes: messages to both contacts, a look at the books where they know the registration, word of the place that came free.
pub(super) fn owing(
    decision: Decision,
    r: &Registration,
    rules: CourseRules<'_>,
    to_registrant: MailKind,
    to_order_contact: MailKind,
) -> Decision {
    let decision = tell_both(decision, r, rules, to_registrant, to_order_contact);
    let session = r.session.id.clone();
    look_at_books(decision, r).effect("place-freed", EffectKind::PlaceFreed { session })
}

/// The registrant always; the order contact when there is an order. Two messages even when both are one person, unless the host has them joined.
fn tell_both(
    decision: Decision,
    r: &Registration,
    rules: CourseRules<'_>,
    to_registrant: MailKind,
    to_order_contact: MailKind,
) -> Decision {
    let registrant = &r.registrant.id;
    let decision = decision.mail(to_registrant, Recipient::Contact(registrant.clone()));
    let joined = rules.settings.mail.coalesce_same_recipient;
    match &r.order {
        Some(order) if !(joined && order.order_contact == *registrant) => {
            let contact = order.order_contact.clone();
            decision.mail(to_order_contact, Recipient::Contact(contact))
        }
        _ => decision,
    }
}

/// The books know the registration as it was: somebody has to look, the portal never edits an order.
fn look_at_books(decision: Decision, r: &Registration) -> Decision {
    match r.order.as_ref().map(|order| &order.ledger) {
        Some(LedgerLink::Connected { .. } | LedgerLink::Exporting { .. }) => {
            staff_task(decision, StaffTask::LedgerReview)
        }
        Some(LedgerLink::NotExported | LedgerLink::Disconnected { .. }) | None => decision,
    }
}

pub(super) fn staff_task(decision: Decision, kind: StaffTask) -> Decision {
    let what = format!("staff:{}", kind.as_str());
    let about = decision.audit.about.clone();
    decision.effect(&what, EffectKind::StaffTask { kind, about })
}
