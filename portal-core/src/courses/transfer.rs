//! "Pick another date". Pure: nothing here awaits, reads a clock or draws an id.
use chrono::{DateTime, Utc};

use super::{
    CourseChange, CourseRefusal, CourseRules, PriceRule, Registration, Session,
    changing::{may_change, owing, staff_task},
};
use crate::{
    Ask, Decision, Expectation, Loaded, Money, RecordRef, Refusals, Viewer,
    effect::{MailKind, StaffTask},
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
    may_change(
        r,
        rules.policy(r).transfers,
        now,
        CourseRefusal::TransferNotAllowed,
        |deadline| CourseRefusal::TooLateToTransfer { deadline },
    )
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
    if rules.settings.courses.price_rule == PriceRule::EqualOnly && !same_price(r, to) {
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

/// Free is free, whether it has no price or one of nothing.
fn same_price(r: &Registration, to: &Session) -> bool {
    let charged = |price: Option<Money>| price.filter(|price| price.minor() != 0);
    charged(r.price) == charged(to.price)
}

/// Moves a registration to another date of the same course, and tells the registrant and the order contact.
///
/// # Errors
/// Every reason why not.
pub fn transfer(
    facts: &Loaded<Registration>,
    to: &Session,
    confirmed: &SurnameConfirmed,
    rules: CourseRules<'_>,
    ask: &Ask<'_, Viewer>,
) -> Result<Decision, Refusals> {
    let r = &facts.value;
    all([
        may_transfer(r, rules, ask.now),
        may_move_to(r, to, rules, ask.now),
        confirmed.is_of(&r.registrant),
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
    if !same_price(r, to) && rules.settings.courses.price_rule == PriceRule::RequireReview {
        decision = staff_task(decision, StaffTask::PriceReview);
    }
    let dates = [&r.session.id, &to.id].map(|date| RecordRef::Session(date.clone()));
    let (to_registrant, to_order_contact) =
        (MailKind::RegistrationTransferred, MailKind::TransferNotice);
    let decision = owing(decision, r, rules, to_registrant, to_order_contact);
    Ok(decision.telling_of(&dates))
}
