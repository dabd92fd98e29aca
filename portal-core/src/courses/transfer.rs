//! "Pick another date". Pure: nothing here awaits, reads a clock or draws an id.
use chrono::{DateTime, Utc};

use super::{
    CourseChange, CourseRefusal, CourseRules, Delivery, PriceRule, Registration, Session,
    verdicts::still_stands,
};
use crate::{
    Ask, Decision, EffectKind, Expectation, Loaded, RecordRef, Refusals, Viewer,
    effect::{MailKind, Recipient, StaffTask},
    order::LedgerLink,
    refusal::{Reasons, all},
    surname::SurnameConfirmed,
};

/// Whether this registration can be moved at all. Draws the button and guards the command: they cannot disagree.
///
/// # Errors
/// Every reason why not.
pub fn may_transfer(
    r: &Registration,
    rules: CourseRules<'_>,
    now: DateTime<Utc>,
) -> Result<(), Refusals> {
    let mut reasons = Reasons::default();
    still_stands(r, now, &mut reasons);
    if r.course.delivery == Delivery::Elearning {
        reasons.refuse(CourseRefusal::NotSupportedForElearning);
    }
    let closed = rules.policy(r).transfers.check(
        &r.session,
        now,
        CourseRefusal::TransferNotAllowed,
        |deadline| CourseRefusal::TooLateToTransfer { deadline },
    );
    if let Some(closed) = closed {
        reasons.refuse(closed);
    }
    reasons.verdict()
}

/// Whether a registration that can be moved can be moved to this date.
///
/// # Errors
/// Every reason why not.
pub fn may_move_to(
    r: &Registration,
    to: &Session,
    rules: CourseRules<'_>,
    now: DateTime<Utc>,
) -> Result<(), Refusals> {
    let mut reasons = Reasons::default();
    if to.id == r.session.id {
        reasons.refuse(CourseRefusal::SameDate);
    }
    if to.starts_at <= now {
        reasons.refuse(CourseRefusal::TargetStarted);
    }
    if !to.open {
        reasons.refuse(CourseRefusal::TargetClosed);
    }
    if rules.settings.courses.price_rule == PriceRule::EqualOnly && to.price != r.price {
        reasons.refuse(CourseRefusal::PriceDiffers {
            now: r.price,
            there: to.price,
        });
    }
    if to.places_left == 0 {
        reasons.refuse(CourseRefusal::TargetFull);
    }
    reasons.verdict()
}

/// Moves a registration to another date of the same course, and tells the registrant and the order contact.
///
/// # Errors
/// Every reason why not.
pub fn transfer(
    facts: &Loaded<Registration>,
    to: &Session,
    _: SurnameConfirmed,
    rules: CourseRules<'_>,
    ask: &Ask<'_, Viewer>,
) -> Result<Decision, Refusals> {
    let r = &facts.value;
    all([
        may_transfer(r, rules, ask.now),
        may_move_to(r, to, rules, ask.now),
    ])?;
    let moved = CourseChange::Transferred {
        registration: r.id.clone(),
        from: r.session.id.clone(),
        to: to.id.clone(),
    };
    let about = RecordRef::Registration(r.id.clone());
    let mut decision = Decision::new(ask, "registration.transfer", about)
        .given(facts)
        .expecting(Expectation::PlacesLeft {
            session: to.id.clone(),
            at_least: 1,
        })
        .changed(moved);
    decision = tell_both(
        decision,
        r,
        rules,
        MailKind::RegistrationTransferred,
        MailKind::TransferNotice,
    );
    if to.price != r.price && rules.settings.courses.price_rule == PriceRule::RequireReview {
        decision = staff_task(decision, StaffTask::PriceReview);
    }
    Ok(ledger_review(decision, r).effect(
        "place-freed",
        EffectKind::PlaceFreed {
            session: r.session.id.clone(),
        },
    ))
}

/// The registrant always; the order contact when there is an order. Two messages even when both are one person, unless the host has them joined.
pub(super) fn tell_both(
    decision: Decision,
    r: &Registration,
    rules: CourseRules<'_>,
    registrant: MailKind,
    order_contact: MailKind,
) -> Decision {
    let to = &r.registrant.id;
    let decision = decision.mail(registrant, Recipient::Contact(to.clone()));
    let joined = rules.settings.mail.coalesce_same_recipient;
    match &r.order {
        Some(order) if !(joined && order.order_contact == *to) => decision.mail(
            order_contact,
            Recipient::Contact(order.order_contact.clone()),
        ),
        _ => decision,
    }
}

/// The books know the registration as it was: somebody has to look, the portal never edits an order.
pub(super) fn ledger_review(decision: Decision, r: &Registration) -> Decision {
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
