use portal_core::{
    Ask, Change, Decision, EffectKind, Id, Loaded, RecordRef, Settings, Version,
    courses::{
        CancelRegistration, ChangePolicy, CourseChange, Cutoff, Registration, RegistrationPolicy,
        RegistrationStatus, Shelf, cancel, may_cancel,
    },
    effect::{MailKind, Recipient, StaffTask},
    memory::Memory,
    order::{Balance, LedgerLink},
    surname,
};
use portal_testkit::facts::*;

use super::support::*;

const YES: ChangePolicy = ChangePolicy::Until(Cutoff::None);
const NO: ChangePolicy = ChangePolicy::Refused;

fn cancellable(cancellations: ChangePolicy) -> Registration {
    registration("r1").under(RegistrationPolicy::new(YES, cancellations))
}

fn decide(r: &Registration, settings: &Settings) -> Decision {
    let record = RecordRef::Registration(r.id.clone());
    let facts = Loaded::one(r.clone(), record, Version::number(1));
    let by = viewer(&r.registrant);
    let ask = Ask::new(&by, today(), command(1));
    let confirmed = surname::confirm(&r.registrant, SURNAME, &settings.names).unwrap();
    cancel(&facts, &confirmed, rules(settings), &ask).unwrap()
}

fn mails(decision: &Decision) -> Vec<(MailKind, String)> {
    let mails = decision.effects.iter().filter_map(|e| match &e.kind {
        EffectKind::Mail { kind, to, .. } => Some((*kind, to.to_string())),
        _ => None,
    });
    mails.collect()
}

fn staff_tasks(decision: &Decision) -> Vec<StaffTask> {
    let tasks = decision.effects.iter().filter_map(|e| match &e.kind {
        EffectKind::StaffTask { kind, .. } => Some(*kind),
        _ => None,
    });
    tasks.collect()
}

/// 000-30, 000-31: offered exactly where the policy allows it.
#[test]
fn a_registration_may_be_cancelled_where_its_policy_says_so() {
    let settings = Settings::default();
    let elearning = {
        let mut r = registration("r1");
        r.course = r.course.as_elearning();
        r
    };
    for (what, r, expected) in [
        ("allowed", cancellable(YES), vec![]),
        (
            "not allowed",
            cancellable(NO),
            vec!["course.cancel-not-allowed"],
        ),
        (
            "too late",
            cancellable(ChangePolicy::hours_before(49).unwrap()),
            vec!["course.too-late-to-cancel"],
        ),
        (
            "cancelled before",
            cancellable(YES).now(RegistrationStatus::Cancelled),
            vec!["course.not-active"],
        ),
        (
            "e-learning",
            elearning,
            vec!["course.not-supported-for-elearning"],
        ),
    ] {
        let verdict = may_cancel(&r, rules(&settings), today());
        assert_eq!(codes(verdict), expected, "{what}");
    }
}

/// 000-34, 000-35: the registrant gets a cancellation mail, the order contact a notice.
#[test]
fn a_cancellation_owes_the_registrant_a_mail_and_the_order_contact_a_notice() {
    let r = cancellable(YES).on_order(order("o1").ordered_by(&contact("boss")));
    assert_eq!(
        mails(&decide(&r, &Settings::default())),
        [
            (MailKind::RegistrationCancelled, "contact:ana".into()),
            (MailKind::CancellationNotice, "contact:boss".into()),
        ]
    );
}

#[test]
fn staff_hear_of_a_cancellation_where_the_host_wants_it() {
    let mut settings = Settings::default();
    settings.mail.staff_notice_on_cancel = true;
    settings.mail.staff_address = Some("desk@school.example".into());
    let decision = decide(&cancellable(YES), &settings);
    let notice = (
        MailKind::CancellationStaffNotice,
        Recipient::Staff.to_string(),
    );
    assert!(mails(&decision).contains(&notice));
}

/// 000-36: no refund is issued; staff get a task when something was paid, and only then.
#[test]
fn a_cancellation_never_refunds_but_gives_staff_a_task_when_something_was_paid() {
    let settings = Settings::default();
    let part = Balance::new(eur(120_00), eur(1)).unwrap();
    for (what, order, expected) in [
        ("unpaid", order("o1"), vec![]),
        ("paid", order("o1").paid(), vec![StaffTask::RefundReview]),
        (
            "part paid",
            order("o1").with_balance(part),
            vec![StaffTask::RefundReview],
        ),
    ] {
        let decision = decide(&cancellable(YES).on_order(order), &settings);
        assert_eq!(staff_tasks(&decision), expected, "{what}");
        let cancelled = CourseChange::Cancelled {
            registration: Id::new("r1"),
            session: Id::new("s1"),
        };
        assert_eq!(
            decision.changes,
            [Change::Course(cancelled)],
            "and nothing else: {what}"
        );
    }
}

/// 000-49: an order in the accounting system does not stop a cancellation.
#[test]
fn an_exported_order_does_not_stop_a_cancellation() {
    let exported = order("o1").with_ledger(LedgerLink::connected("Xero", "INV-1"));
    let decision = decide(&cancellable(YES).on_order(exported), &Settings::default());
    assert_eq!(staff_tasks(&decision), [StaffTask::LedgerReview]);
}

/// 000-32: the registration is cancelled and its place free again.
#[tokio::test]
async fn the_registration_is_gone_from_current_and_its_place_is_free() {
    let memory = Memory::default();
    put(&memory, &cancellable(YES));
    let desk = desk(&memory, &contact("ana"));
    let form = CancelRegistration::new(command(1), Id::new("r1"), Id::new("s1"), "CRUZ");
    desk.submit(&form).await.unwrap();
    let courses = desk.courses().unwrap();
    let view = courses.registration(&Id::new("r1")).await.unwrap();
    assert_eq!(view.registration.status, RegistrationStatus::Cancelled);
    assert_eq!(view.registration.session.places_left, 11);
    let page = portal_core::Page::default();
    let current = courses.registrations(Shelf::Current, &page).await.unwrap();
    assert_eq!(current.items, []);
}

/// 000-33: another name leaves it as it was. 000-31: so does a direct request that the policy does not allow.
#[tokio::test]
async fn a_wrong_surname_or_a_closed_policy_leaves_the_registration_as_it_was() {
    let memory = Memory::default();
    for (policy, typed, expected) in [
        (YES, "Smith", vec!["name.mismatch"]),
        (NO, SURNAME, vec!["course.cancel-not-allowed"]),
        (NO, "", vec!["course.cancel-not-allowed", "name.mismatch"]),
    ] {
        put(&memory, &cancellable(policy));
        let desk = desk(&memory, &contact("ana"));
        let form = CancelRegistration::new(command(1), Id::new("r1"), Id::new("s1"), typed);
        let no = desk.submit(&form).await.unwrap_err();
        assert_eq!(refused(&no), expected);
        let view = desk.courses().unwrap().registration(&Id::new("r1")).await;
        assert_eq!(
            view.unwrap().registration.status,
            RegistrationStatus::Active
        );
    }
}
