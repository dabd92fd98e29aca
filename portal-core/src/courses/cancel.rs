//! "Cancel registration". Pure: nothing here awaits, reads a clock or draws an id.
use chrono::{DateTime, Utc};

use super::{
    CourseChange, CourseRefusal, CourseRules, Delivery, Registration,
    transfer::{ledger_review, staff_task, tell_both},
    verdicts::still_stands,
};
use crate::{
    Ask, Decision, EffectKind, Loaded, RecordRef, Refusals, Viewer,
    effect::{MailKind, Recipient, StaffTask},
    refusal::Reasons,
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
    let mut reasons = Reasons::default();
    still_stands(r, now, &mut reasons);
    if r.course.delivery == Delivery::Elearning {
        reasons.refuse(CourseRefusal::NotSupportedForElearning);
    }
    let closed = rules.policy(r).cancellations.check(
        &r.session,
        now,
        CourseRefusal::CancelNotAllowed,
        |deadline| CourseRefusal::TooLateToCancel { deadline },
    );
    if let Some(closed) = closed {
        reasons.refuse(closed);
    }
    reasons.verdict()
}

/// Cancels a registration, and tells the registrant and the order contact. Never refunds: that is for staff, who get a task when something was paid.
///
/// # Errors
/// Every reason why not.
pub fn cancel(
    facts: &Loaded<Registration>,
    _: SurnameConfirmed,
    rules: CourseRules<'_>,
    ask: &Ask<'_, Viewer>,
) -> Result<Decision, Refusals> {
    let r = &facts.value;
    may_cancel(r, rules, ask.now)?;
    let cancelled = CourseChange::Cancelled {
        registration: r.id.clone(),
        session: r.session.id.clone(),
    };
    let about = RecordRef::Registration(r.id.clone());
    let mut decision = Decision::new(ask, "registration.cancel", about)
        .given(facts)
        .changed(cancelled);
    decision = tell_both(
        decision,
        r,
        rules,
        MailKind::RegistrationCancelled,
        MailKind::CancellationNotice,
    );
    if rules.settings.mail.staff_notice_on_cancel {
        decision = decision.mail(MailKind::CancellationStaffNotice, Recipient::Staff);
    }
    let paid = |order: &crate::Order| order.balance.paid().is_positive();
    if r.order.as_ref().is_some_and(paid) {
        decision = staff_task(decision, StaffTask::RefundReview);
    }
    Ok(ledger_review(decision, r).effect(
        "place-freed",
        EffectKind::PlaceFreed {
            session: r.session.id.clone(),
        },
    ))
}
