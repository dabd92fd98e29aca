//! Course instructions and invitations.
use portal_core::{
    Error, Id, RecordRef,
    accounts::{Answer, LinkTakes, NextStep},
    courses::Shelf,
    effect::{MailKind, Recipient},
    staff::{Invite, SendInstructions},
};
use portal_testkit::facts::*;

use super::house::*;

fn instructions(house: &House, contact: &str) -> SendInstructions {
    house.memory.put_session(session("s1"));
    let r = registration("r1").of(&portal_testkit::facts::contact(contact));
    house.memory.put_registration(r);
    let about = RecordRef::Registration(Id::new("r1"));
    SendInstructions::new(house.form(), Id::new(contact), about)
}

/// 000-01
/// 000-03
#[tokio::test]
async fn a_first_time_registrant_is_sent_the_way_to_an_account_with_the_instructions() {
    let house = House::new();
    house.knows(person("ana"));
    house.staff(&instructions(&house, "ana")).await.unwrap();
    let post = house.post().await;
    let [letter] = &*post else { panic!("{post:?}") };
    assert_eq!(letter.kind, MailKind::FirstTimeInstructions);
    assert_eq!(letter.to, Recipient::Address(email("ana@acme.example")));
    let link = house.secret(letter);
    house.choose(&link, PASSWORD).await.unwrap();
    house.signed_in("ana").await;
}

/// 000-04
#[tokio::test]
async fn somebody_with_an_account_is_sent_the_other_instructions_and_never_both() {
    let house = House::new();
    house.member("ana").await;
    house.staff(&instructions(&house, "ana")).await.unwrap();
    assert_eq!(house.kinds().await, [MailKind::ExistingUserInstructions]);
}

/// 000-03
#[tokio::test]
async fn somebody_invited_who_chose_no_password_yet_is_a_first_timer_still() {
    let house = House::new();
    house.knows(person("ana"));
    for _ in 0..2 {
        house.staff(&instructions(&house, "ana")).await.unwrap();
        assert_eq!(house.kinds().await, [MailKind::FirstTimeInstructions]);
    }
}

/// 000-03
#[tokio::test]
async fn nobody_is_instructed_about_somebody_elses_registration_or_one_that_is_gone() {
    let house = House::new();
    house.knows(person("ana"));
    house.knows(person("ben"));
    let theirs = instructions(&house, "ben");
    for id in ["r1", "gone"] {
        let about = RecordRef::Registration(Id::new(id));
        let form = SendInstructions::new(house.form(), Id::new("ana"), about);
        let no = house.staff(&form).await;
        assert!(matches!(no, Err(Error::NotFound)), "{id}: {no:?}");
    }
    assert!(house.kinds().await.is_empty());
    house.staff(&theirs).await.unwrap();
}

/// 000-02
#[tokio::test]
async fn nothing_is_queued_while_the_portal_is_off() {
    let house = House::with(|s| s.enabled = false);
    house.knows(person("ana"));
    let no = house.staff(&instructions(&house, "ana")).await;
    assert_eq!(refused(no), ["portal.disabled"]);
    let no = house
        .staff(&Invite::new(house.form(), Id::new("ana")))
        .await;
    assert_eq!(refused(no), ["portal.disabled"]);
    assert!(house.post().await.is_empty());
}

/// 000-02
#[tokio::test]
async fn where_nobody_is_invited_only_those_with_an_account_are_instructed() {
    let house = House::new();
    house.member("ana").await;
    house.knows(person("ben"));
    let house = house.after(|s| s.accounts.invitations = false);
    house.staff(&instructions(&house, "ana")).await.unwrap();
    assert_eq!(house.kinds().await, [MailKind::ExistingUserInstructions]);
    let no = house.staff(&instructions(&house, "ben")).await;
    assert_eq!(refused(no), ["account.invitations-disabled"]);
    assert!(house.post().await.is_empty());
}

/// 000-06
#[tokio::test]
async fn somebody_who_never_registered_for_anything_can_be_invited() {
    let house = House::new();
    house.knows(person("ana"));
    let invite = Invite::new(house.form(), Id::new("ana"));
    house.staff(&invite).await.unwrap();
    let link = house.link(MailKind::Invitation).await;
    assert_eq!(
        house.door().look(&link).await.unwrap().takes,
        LinkTakes::NewPassword
    );
    house.choose(&link, PASSWORD).await.unwrap();
    house.signed_in("ana").await;
}

/// 000-07
#[tokio::test]
async fn who_used_the_invitation_signs_in_later_and_sees_their_courses() {
    let house = House::new();
    house.memory.put_session(session("s1"));
    house.memory.put_registration(registration("r1"));
    house.member("ana").await;
    house.clock.advance(days(20));
    let desk = house.desk("ana").await;
    let page = portal_core::Page::default();
    let courses = desk.courses().unwrap();
    let shelves = [Shelf::Current, Shelf::Completed];
    let mut seen = 0;
    for shelf in shelves {
        seen += courses
            .registrations(shelf, &page)
            .await
            .unwrap()
            .items
            .len();
    }
    assert_eq!(seen, 1);
}

/// 000-08
#[tokio::test]
async fn the_door_is_open_to_anybody_at_any_time() {
    let house = House::new();
    let answer = house.try_sign_in("ana@acme.example", PASSWORD).await;
    assert_eq!(refused(answer), ["account.not-recognised"]);
    let answer = house.forgot("ana@acme.example").await.unwrap();
    assert_eq!(answer, Answer::Sent);
}

/// 000-09
#[tokio::test]
async fn a_contact_without_an_account_gets_no_session() {
    let house = House::new();
    house.knows(person("ana"));
    let number = standing("ana").phone.unwrap();
    for login in ["ana@acme.example", number.as_str()] {
        for password in ["", PASSWORD, "ana@acme.example"] {
            let answer = house.try_sign_in(login, password).await;
            assert_eq!(refused(answer), ["account.not-recognised"], "{login}");
        }
    }
    let claim = house.try_sign_in(number.as_str(), number.as_str()).await;
    assert!(matches!(claim, Ok(NextStep::Claim)));
}

/// 000-09
#[tokio::test]
async fn an_invitation_alone_lets_nobody_in() {
    let house = House::new();
    house.knows(person("ana"));
    let invite = Invite::new(house.form(), Id::new("ana"));
    house.staff(&invite).await.unwrap();
    for password in ["", PASSWORD] {
        let answer = house.try_sign_in("ana@acme.example", password).await;
        assert_eq!(refused(answer), ["account.not-recognised"]);
    }
}

/// 000-06
#[tokio::test]
async fn staff_are_told_every_reason_why_somebody_cannot_be_invited() {
    let house = House::with(|s| {
        s.accounts.eligibility.history = true;
        s.accounts.invitations = false;
    });
    let mut ana = person("ana");
    ana.standing.email = None;
    ana.standing.contracts = 0;
    ana.standing.portal_option = false;
    house.knows(ana);
    let mut codes = refused(
        house
            .staff(&Invite::new(house.form(), Id::new("ana")))
            .await,
    );
    codes.sort_unstable();
    assert_eq!(
        codes,
        [
            "account.invitations-disabled",
            "account.no-address",
            "eligibility.no-history",
            "eligibility.portal-option-off",
        ]
    );
}

/// 000-06
#[tokio::test]
async fn whoever_has_an_account_or_is_nobody_is_not_invited() {
    let house = House::new();
    house.member("ana").await;
    let no = house
        .staff(&Invite::new(house.form(), Id::new("ana")))
        .await;
    assert_eq!(refused(no), ["account.already-active"]);
    let no = house
        .staff(&Invite::new(house.form(), Id::new("nobody")))
        .await;
    assert!(matches!(no, Err(Error::NotFound)));
}
