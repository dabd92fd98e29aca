//! A forgotten password, and the activation mail once more.
use portal_core::{
    Id,
    accounts::{Answer, Followed, Login, Outcome},
    effect::{MailKind, Recipient},
    staff::{ChangeAccess, Closing, Invite, StaffRole},
};
use portal_testkit::facts::*;

use super::house::*;

/// 002-03
#[tokio::test]
async fn whoever_is_named_the_answer_is_one_and_only_members_have_post() {
    let house = House::new();
    house.member("ana").await;
    house.knows(person("ben"));
    for (login, sent) in [
        ("ana@acme.example", true),
        ("ben@acme.example", false),
        ("nobody@acme.example", false),
        ("no address", false),
    ] {
        let answer = house.forgot(login).await.unwrap();
        assert_eq!(answer, Answer::Sent, "{login}");
        assert_eq!(house.post().await.len(), usize::from(sent), "{login}");
    }
}

/// 002-03
#[tokio::test]
async fn the_link_is_sent_to_the_address_on_record_whichever_name_was_typed() {
    let house = House::new();
    house.member("ana").await;
    let number = standing("ana").phone.unwrap();
    house.forgot(number.as_str()).await.unwrap();
    let post = house.post().await;
    assert_eq!(post[0].kind, MailKind::ResetLink);
    assert_eq!(post[0].to, Recipient::Address(email("ana@acme.example")));
}

/// 002-03
#[tokio::test]
async fn a_reset_ends_every_session_and_signs_nobody_in_and_the_owner_hears_of_it() {
    let house = House::new();
    house.member("ana").await;
    let session = house.signed_in("ana").await.session;
    house.forgot("ana@acme.example").await.unwrap();
    let link = house.link(MailKind::ResetLink).await;
    house.choose(&link, ANOTHER).await.unwrap();
    assert!(is_out(&house.resume(&session).await));
    assert_eq!(house.kinds().await, [MailKind::PasswordChanged]);
    let old = house.try_sign_in("ana@acme.example", PASSWORD).await;
    assert_eq!(refused(old), ["account.not-recognised"]);
    entered(house.try_sign_in("ana@acme.example", ANOTHER).await);
}

/// 002-03
#[tokio::test]
async fn during_an_attack_the_owner_gets_back_in_from_the_browser_the_link_was_followed_in() {
    let house = House::new();
    house.member("ana").await;
    for n in 0..60 {
        let attacker = Browser::at(&format!("198.51.100.{n}"));
        house
            .sign_in_from(&attacker, "ana@acme.example", WRONG)
            .await
            .unwrap_err();
    }
    let no = house.try_sign_in("ana@acme.example", PASSWORD).await;
    assert_eq!(refused(no), ["account.too-many-attempts"]);
    house.forgot("ana@acme.example").await.unwrap();
    let link = house.link(MailKind::ResetLink).await;
    let Ok(Followed::PasswordChosen { device }) = house.choose(&link, ANOTHER).await else {
        panic!("not followed")
    };
    let own = Browser::known_by(&device);
    entered(house.sign_in_from(&own, "ana@acme.example", ANOTHER).await);
}

/// 002-03
#[tokio::test]
async fn a_browser_the_owner_signed_in_from_has_tries_that_strangers_cannot_use_up() {
    let house = House::new();
    house.member("ana").await;
    let device = house.signed_in("ana").await.device.unwrap();
    for n in 0..200 {
        let attacker = Browser::at(&format!("198.51.100.{n}"));
        house
            .sign_in_from(&attacker, "ana@acme.example", WRONG)
            .await
            .unwrap_err();
    }
    let own = Browser::known_by(&device);
    entered(house.sign_in_from(&own, "ana@acme.example", PASSWORD).await);
}

/// 002-03
#[tokio::test]
async fn one_name_has_a_few_messages_and_then_some_every_day() {
    let house = House::new();
    house.member("ana").await;
    for _ in 0..3 {
        house.forgot("ana@acme.example").await.unwrap();
    }
    let no = house.forgot("ana@acme.example").await;
    assert_eq!(refused(no), ["account.too-many-attempts"]);
    house.clock.advance(minutes(85));
    house.forgot("ana@acme.example").await.unwrap();
    assert_eq!(house.post().await.len(), 4);
}

/// 002-28
#[tokio::test]
async fn whoever_has_no_password_yet_is_sent_the_activation_mail_by_either_form() {
    let house = House::new();
    house.knows(person("ana"));
    let invite = Invite::new(house.form(), Id::new("ana"));
    house.staff(&invite).await.unwrap();
    house.post().await;
    let login = Login::new("ana@acme.example");
    house.door().resend_activation(&login).await.unwrap();
    let first = house.link(MailKind::Activation).await;
    house.forgot("ana@acme.example").await.unwrap();
    let second = house.link(MailKind::Activation).await;
    assert_eq!(
        refused(house.choose(&first, PASSWORD).await),
        ["account.link-not-valid"]
    );
    house.choose(&second, PASSWORD).await.unwrap();
}

/// 002-28
#[tokio::test]
async fn a_member_is_not_sent_the_activation_mail_and_not_told_so() {
    let house = House::new();
    house.member("ana").await;
    let login = Login::new("ana@acme.example");
    let answer = house.door().resend_activation(&login).await.unwrap();
    assert_eq!(answer, Answer::Sent);
    assert!(house.post().await.is_empty());
}

/// B10
#[tokio::test]
async fn who_may_not_enter_is_sent_nothing_and_the_log_has_why() {
    let house = House::new();
    house.member("ana").await;
    let mut barred = person("ana");
    barred.standing.portal_option = false;
    house.knows(barred);
    house.forgot("ana@acme.example").await.unwrap();
    assert_eq!(house.last_row().await.outcome, Outcome::NotEligible);
    house.knows(person("ana"));
    let desk = house.desk_of(StaffRole::Admin);
    let account = desk.account_of(&Id::new("ana")).await.unwrap().unwrap();
    let close = ChangeAccess::new(house.form(), account, Closing::Close);
    house.staff(&close).await.unwrap();
    house.forgot("ana@acme.example").await.unwrap();
    assert!(!house.last_row().await.succeeded());
    assert!(house.post().await.is_empty());
}
