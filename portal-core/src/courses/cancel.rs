//! "Cancel registration". Pure: nothing here awaits, reads a clock or draws an id.
use chrono::{DateTime, Utc};

use super::{
    CourseChange, CourseRefusal, CourseRules, Registration,
    changing::{may_change, owing, staff_task},
};
use crate::{
    Ask, Decision, Loaded, Order, RecordRef, Refusals, Viewer,
    effect::{MailKind, Recipient, StaffTask},
    refusal::all,
    surname::SurnameConfirmed,
};

/// Whether this registration can be cancelled. Draws the button and guards the command: they cannot disagree.
///
/// # Errors
/// Every reason why not.
pub fn may_cancel(
    r: &Registration,
    rules: CourseRules<'_>,
    now: DateTime<Utc>,
) -> Result<(), Refusals> {
    may_change(
        r,
        rules.policy(r).cancellations,
        now,
        CourseRefusal::CancelNotAllowed,
        |deadline| CourseRefusal::TooLateToCancel { deadline },
    )
}

/// Cancels a registration, and tells the registrant and the order contact. Never refunds: that is for staff, who get a task when something was paid.
///
/// # Errors
/// Every reason why not.
pub fn cancel(
    facts: &Loaded<Registration>,
    confirmed: &SurnameConfirmed,
    rules: CourseRules<'_>,
    ask: &Ask<'_, Viewer>,
) -> Result<Decision, Refusals> {
    let r = &facts.value;
    all([
        may_cancel(r, rules, ask.now),
        confirmed.is_of(&r.registrant),
    ])?;
    let cancelled = CourseChange::Cancelled {
        registration: r.id.clone(),
        session: r.session.id.clone(),
    };
    let about = RecordRef::Registration(r.id.clone());
    let mut decision = Decision::new(ask, "registration.cancel", about)
        .given(facts)
        .changed(cancelled);
    if rules.settings.mail.staff_notice_on_cancel {
        decision = decision.mail(MailKind::CancellationStaffNotice, Recipient::Staff);
    }
    let paid = |order: &Order| order.balance.paid().is_positive();
    if r.order.as_ref().is_some_and(paid) {
        decision = staff_task(decision, StaffTask::RefundReview);
    }
    Ok(owing(
        decision,
        r,
        rules,
        MailKind::RegistrationCancelled,
        MailKind::CancellationNotice,
    ))
}
