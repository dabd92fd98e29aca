use portal_core::{
    Ask, Change, EffectKind, Expectation, Loaded, RecordRef, Settings, Version,
    courses::{
        ChangePolicy, CourseAction, CourseChange, Cutoff, PriceRule, Registration,
        RegistrationPolicy, RegistrationStatus, Session, TransferRegistration, may_move_to,
        may_transfer, transfer,
    },
    effect::{MailKind, Recipient, StaffTask},
    memory::Memory,
    order::LedgerLink,
    surname,
};
use portal_testkit::facts::*;

use super::support::*;

fn only(transfers: ChangePolicy, cancellations: ChangePolicy) -> Registration {
    registration("r1").under(RegistrationPolicy::new(transfers, cancellations))
}

const YES: ChangePolicy = ChangePolicy::Until(Cutoff::None);
const NO: ChangePolicy = ChangePolicy::Refused;

/// 000-22, 000-23: offered exactly where the policy allows it, for what can be moved at all.
#[test]
fn a_registration_may_move_where_its_policy_says_so() {
    let settings = Settings::default();
    let elearning = {
        let mut r = registration("r1");
        r.course = r.course.as_elearning();
        r
    };
    let closes = ChangePolicy::hours_before(48).unwrap();
    for (what, r, expected) in [
        ("allowed", registration("r1"), vec![]),
        (
            "not allowed",
            only(NO, YES),
            vec!["course.transfer-not-allowed"],
        ),
        (
            "by the settings: not",
            Registration::new(
                portal_core::Id::new("r1"),
                contact("ana"),
                course("rust"),
                session("s1"),
            ),
            vec!["course.transfer-not-allowed"],
        ),
        ("just in time", only(closes, NO), vec![]),
        (
            "too late",
            only(ChangePolicy::hours_before(49).unwrap(), NO),
            vec!["course.too-late-to-transfer"],
        ),
        (
            "cancelled",
            registration("r1").now(RegistrationStatus::Cancelled),
            vec!["course.not-active"],
        ),
        (
            "completed",
            registration("r1").now(RegistrationStatus::Completed),
            vec!["course.not-active"],
        ),
        (
            "moved away",
            registration("r1").now(RegistrationStatus::TransferredAway),
            vec!["course.not-active"],
        ),
        (
            "over",
            registration("r1").on(session("s1").starting_in(hours(-9))),
            vec!["course.not-active", "course.too-late-to-transfer"],
        ),
        (
            "e-learning",
            elearning,
            vec!["course.not-supported-for-elearning"],
        ),
        (
            "all of it",
            only(NO, NO).now(RegistrationStatus::Cancelled),
            vec!["course.not-active", "course.transfer-not-allowed"],
        ),
    ] {
        let verdict = may_transfer(&r, rules(&settings), today());
        assert_eq!(codes(verdict), expected, "{what}");
    }
}

/// 000-24: transfers and cancellations are enabled independently; all four combinations are valid.
#[test]
fn transfers_and_cancellations_are_allowed_independently() {
    let settings = Settings::default();
    for (transfers, cancellations) in [(YES, YES), (YES, NO), (NO, YES), (NO, NO)] {
        let r = only(transfers, cancellations);
        let offers =
            portal_core::courses::actions(&r, &viewer(&contact("ana")), rules(&settings), today());
        let open = |action| {
            let offer = offers.iter().find(|o| o.action == action).unwrap();
            offer.verdict.is_open()
        };
        assert_eq!(open(CourseAction::Transfer), transfers == YES);
        assert_eq!(open(CourseAction::Cancel), cancellations == YES);
    }
}

/// 000-25: another date of the course that has begun, is closed, is full or costs something else is not one to move to.
#[test]
fn a_date_can_be_moved_to_when_it_is_another_open_one_with_a_place_at_the_same_price() {
    let settings = Settings::default();
    let r = registration("r1").on(session("s1"));
    let other = || session("s2").starting_in(days(9));
    for (what, to, expected) in [
        ("another date", other(), vec![]),
        ("the same date", session("s1"), vec!["course.same-date"]),
        (
            "begun",
            session("s2").starting_at(today()),
            vec!["course.target-started"],
        ),
        ("closed", other().closed(), vec!["course.target-closed"]),
        ("full", other().full(), vec!["course.target-full"]),
        (
            "dearer",
            other().priced(eur(1)),
            vec!["course.price-differs"],
        ),
        (
            "all of it",
            session("s2")
                .starting_in(hours(-1))
                .closed()
                .full()
                .priced(eur(1)),
            vec![
                "course.target-started",
                "course.target-closed",
                "course.price-differs",
                "course.target-full",
            ],
        ),
    ] {
        let verdict = may_move_to(&r, &to, rules(&settings), today());
        assert_eq!(codes(verdict), expected, "{what}");
    }
}

#[test]
fn what_a_transfer_may_do_to_the_price_is_a_setting() {
    let r = registration("r1").priced(eur(100_00));
    let dearer = session("s2").starting_in(days(9)).priced(eur(120_00));
    for (rule, expected, review) in [
        (PriceRule::EqualOnly, vec!["course.price-differs"], false),
        (PriceRule::AnyKeepOrder, vec![], false),
        (PriceRule::RequireReview, vec![], true),
    ] {
        let mut settings = Settings::default();
        settings.courses.price_rule = rule;
        let verdict = may_move_to(&r, &dearer, rules(&settings), today());
        assert_eq!(codes(verdict), expected, "{rule:?}");
        if expected.is_empty() {
            let tasks = staff_tasks(&decide(&r, &dearer, &settings));
            assert_eq!(tasks.contains(&StaffTask::PriceReview), review, "{rule:?}");
        }
    }
}

fn decide(r: &Registration, to: &Session, settings: &Settings) -> portal_core::Decision {
    let record = RecordRef::Registration(r.id.clone());
    let facts = Loaded::one(r.clone(), record, Version::number(1));
    let by = viewer(&r.registrant);
    let ask = Ask::new(&by, today(), command(1));
    let confirmed = surname::confirm(&r.registrant, SURNAME, &settings.names).unwrap();
    transfer(&facts, to, &confirmed, rules(settings), &ask).unwrap()
}

fn staff_tasks(decision: &portal_core::Decision) -> Vec<StaffTask> {
    let tasks = decision.effects.iter().filter_map(|e| match &e.kind {
        EffectKind::StaffTask { kind, .. } => Some(*kind),
        _ => None,
    });
    tasks.collect()
}

fn mails(decision: &portal_core::Decision) -> Vec<(MailKind, Recipient)> {
    let mails = decision.effects.iter().filter_map(|e| match &e.kind {
        EffectKind::Mail { kind, to, .. } => Some((*kind, to.clone())),
        _ => None,
    });
    mails.collect()
}

fn to(contact: &str) -> Recipient {
    Recipient::Contact(portal_core::Id::new(contact))
}

/// 000-26: the registration moves to the chosen date, if that still has a place and nothing decided upon has changed.
#[test]
fn a_transfer_says_what_moved_and_what_must_still_be_so() {
    let settings = Settings::default();
    let r = registration("r1");
    let there = session("s2").starting_in(days(9));
    let decision = decide(&r, &there, &settings);
    assert_eq!(
        decision.changes,
        [Change::Course(CourseChange::Transferred {
            registration: r.id.clone(),
            from: r.session.id.clone(),
            to: there.id.clone(),
        })]
    );
    let expected = [
        Expectation::Unchanged(RecordRef::Registration(r.id.clone()), Version::number(1)),
        Expectation::PlacesLeft {
            session: there.id,
            at_least: 1,
        },
    ];
    assert_eq!(decision.expect, expected);
    assert_eq!(decision.audit.action, "registration.transfer");
}

/// 000-28, 000-29: the registrant gets a transfer mail, the order contact a notice.
#[test]
fn a_transfer_owes_the_registrant_a_mail_and_the_order_contact_a_notice() {
    let settings = Settings::default();
    let there = session("s2").starting_in(days(9));
    let r = registration("r1").on_order(order("o1").ordered_by(&contact("boss")));
    assert_eq!(
        mails(&decide(&r, &there, &settings)),
        [
            (MailKind::RegistrationTransferred, to("ana")),
            (MailKind::TransferNotice, to("boss")),
        ]
    );
}

/// 000-29: without an order there is nobody to notify.
#[test]
fn a_registration_without_an_order_moves_without_a_notice() {
    let there = session("s2").starting_in(days(9));
    let decision = decide(&registration("r1"), &there, &Settings::default());
    assert_eq!(
        mails(&decision),
        [(MailKind::RegistrationTransferred, to("ana"))]
    );
}

/// 000-28, 000-29: one person in both roles gets both, unless the host has them joined.
#[test]
fn who_ordered_for_themselves_gets_two_mails_or_one_as_the_host_says() {
    let there = session("s2").starting_in(days(9));
    let r = registration("r1").on_order(order("o1"));
    let mut settings = Settings::default();
    assert_eq!(mails(&decide(&r, &there, &settings)).len(), 2);
    settings.mail.coalesce_same_recipient = true;
    assert_eq!(
        mails(&decide(&r, &there, &settings)),
        [(MailKind::RegistrationTransferred, to("ana"))]
    );
}

/// 000-49: an order in the accounting system does not stop a transfer; staff are asked to look.
#[test]
fn an_exported_order_does_not_stop_a_transfer() {
    let there = session("s2").starting_in(days(9));
    let exported = order("o1").with_ledger(LedgerLink::connected("Xero", "INV-1"));
    let r = registration("r1").on_order(exported);
    let decision = decide(&r, &there, &Settings::default());
    assert_eq!(staff_tasks(&decision), [StaffTask::LedgerReview]);
    assert_eq!(decision.changes.len(), 1, "the order is not touched");
}

#[test]
fn the_place_left_behind_is_reported_for_the_waiting_list() {
    let there = session("s2").starting_in(days(9));
    let decision = decide(&registration("r1"), &there, &Settings::default());
    let freed = decision.effects.iter().filter(
        |e| matches!(&e.kind, EffectKind::PlaceFreed { session } if session.as_str() == "s1"),
    );
    assert_eq!(freed.count(), 1);
}

#[test]
fn every_effect_of_a_decision_has_an_id_of_its_own() {
    let exported = order("o1").with_ledger(LedgerLink::connected("Xero", "INV-1"));
    let r = registration("r1").on_order(exported);
    let there = session("s2").starting_in(days(9));
    let decision = decide(&r, &there, &Settings::default());
    let mut ids: Vec<_> = decision.effects.iter().map(|e| e.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), decision.effects.len());
}

fn form(n: u128, to: &str, surname: &str) -> TransferRegistration {
    TransferRegistration::new(
        command(n),
        portal_core::Id::new("r1"),
        portal_core::Id::new("s1"),
        portal_core::Id::new(to),
        surname,
    )
}

fn memory() -> Memory {
    let memory = Memory::default();
    put(&memory, &registration("r1"));
    memory.put_session(session("s2").starting_in(days(9)));
    memory.put_session(session("s3").starting_in(days(9)).full());
    memory.put_session(session("s4").starting_in(days(9)).closed());
    memory.put_session(session("s5").starting_in(hours(-1)));
    memory.put_session(session("x1").of_course("painting").starting_in(days(9)));
    memory
}

/// 000-25: the list offers other dates only, without full or closed ones.
#[tokio::test]
async fn the_dates_to_pick_are_those_a_transfer_would_take() {
    let memory = memory();
    let desk = desk(&memory, &contact("ana"));
    let id = portal_core::Id::new("r1");
    let picks = desk.courses().unwrap().dates_to_pick(&id).await.unwrap();
    let ids: Vec<_> = picks.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids, ["s2"]);
    let all = desk.courses().unwrap().other_dates(&id).await.unwrap();
    let full = all.iter().find(|d| d.session.id.as_str() == "s3").unwrap();
    assert_eq!(verdict_codes(&full.verdict), ["course.target-full"]);
}

/// 000-25
#[tokio::test]
async fn where_there_is_no_date_to_pick_the_answer_says_so() {
    let memory = Memory::default();
    put(&memory, &registration("r1"));
    let desk = desk(&memory, &contact("ana"));
    let id = portal_core::Id::new("r1");
    let no = desk
        .courses()
        .unwrap()
        .dates_to_pick(&id)
        .await
        .unwrap_err();
    assert_eq!(refused(&no), ["course.no-other-dates"]);
}

/// 000-23: a direct request is refused as the button is missing.
#[tokio::test]
async fn a_transfer_that_is_not_offered_is_refused_when_asked_for_directly() {
    let memory = memory();
    memory.put_registration(only(NO, YES));
    let desk = desk(&memory, &contact("ana"));
    let no = desk.submit(&form(1, "s2", SURNAME)).await.unwrap_err();
    assert_eq!(refused(&no), ["course.transfer-not-allowed"]);
    let no = desk.courses().unwrap();
    let no = no
        .dates_to_pick(&portal_core::Id::new("r1"))
        .await
        .unwrap_err();
    assert_eq!(refused(&no), ["course.transfer-not-allowed"]);
}

/// 000-26
#[tokio::test]
async fn the_registration_is_on_the_chosen_date_afterwards() {
    let memory = memory();
    let desk = desk(&memory, &contact("ana"));
    desk.submit(&form(1, "s2", " cruz ")).await.unwrap();
    let courses = desk.courses().unwrap();
    let view = courses
        .registration(&portal_core::Id::new("r1"))
        .await
        .unwrap();
    assert_eq!(view.registration.session.id.as_str(), "s2");
    assert_eq!(view.registration.session.places_left, 9);
}

/// 000-27: nothing changes and nobody is mailed.
#[tokio::test]
async fn a_wrong_surname_changes_nothing_and_mails_nobody() {
    use portal_core::Store;
    let memory = memory();
    let desk = desk(&memory, &contact("ana"));
    for (n, typed) in [(1, ""), (2, "Smith"), (3, "  ")] {
        let no = desk.submit(&form(n, "s2", typed)).await.unwrap_err();
        assert_eq!(refused(&no), ["name.mismatch"]);
    }
    let courses = desk.courses().unwrap();
    let view = courses
        .registration(&portal_core::Id::new("r1"))
        .await
        .unwrap();
    assert_eq!(view.registration.session.id.as_str(), "s1");
    let page = portal_core::Page::default();
    assert_eq!(memory.outbox(&page).await.unwrap().items, []);
    assert_eq!(memory.audit(&page).await.unwrap().items, []);
}

/// 000-27: every reason is given, the one that lasts first.
#[tokio::test]
async fn a_wrong_surname_is_named_beside_every_other_reason() {
    let memory = memory();
    memory.put_registration(only(NO, NO));
    let desk = desk(&memory, &contact("ana"));
    let no = desk.submit(&form(1, "s3", "Smith")).await.unwrap_err();
    assert_eq!(
        refused(&no),
        [
            "course.transfer-not-allowed",
            "course.target-full",
            "name.mismatch"
        ]
    );
}

#[tokio::test]
async fn a_date_of_another_course_does_not_exist_for_a_transfer() {
    let memory = memory();
    let desk = desk(&memory, &contact("ana"));
    for to in ["x1", "nowhere"] {
        let no = desk.submit(&form(1, to, SURNAME)).await.unwrap_err();
        assert_eq!(no.to_string(), "not found");
    }
}
