//! Changing the password while signed in.
use portal_core::{
    accounts::{NextStep, Outcome},
    effect::{MailKind, Recipient},
};

use portal_testkit::facts::email;

use super::house::*;

/// 000-57
#[tokio::test]
async fn who_changes_the_password_signs_in_by_the_new_one_only() {
    let house = House::new();
    house.member("ana").await;
    let desk = house.desk("ana").await;
    change(&desk, PASSWORD, ANOTHER).await.unwrap();
    let old = house.try_sign_in("ana@acme.example", PASSWORD).await;
    assert_eq!(refused(old), ["account.not-recognised"]);
    entered(house.try_sign_in("ana@acme.example", ANOTHER).await);
}

/// 000-57
#[tokio::test]
async fn a_password_is_not_changed_without_the_current_one_or_to_one_that_will_not_do() {
    let house = House::new();
    house.member("ana").await;
    let desk = house.desk("ana").await;
    for (current, new, codes) in [
        (WRONG, ANOTHER, &["account.wrong-password"][..]),
        ("", ANOTHER, &["account.wrong-password"]),
        (PASSWORD, PASSWORD, &["account.password-unchanged"]),
        (
            PASSWORD,
            "abc",
            &["account.password-too-short", "account.password-too-common"],
        ),
        (
            PASSWORD,
            "ana@acme.example",
            &["account.password-about-you"],
        ),
        (
            PASSWORD,
            "7X2MQ9TBC4VKE8ZRJ5WN",
            &["account.password-unchanged"],
        ),
    ] {
        let no = change(&desk, current, new).await;
        assert_eq!(refused(no), codes, "{current} to {new}");
    }
    assert!(house.kinds().await.is_empty());
    house.signed_in("ana").await;
}

/// 000-57
#[tokio::test]
async fn the_new_password_is_looked_at_before_a_try_is_taken_from_the_current_one() {
    let house = House::new();
    house.member("ana").await;
    let desk = house.desk("ana").await;
    for _ in 0..20 {
        let no = change(&desk, PASSWORD, "abc");
        assert!(refused(no.await).contains(&"account.password-too-short"));
    }
    let changed = change(&desk, PASSWORD, ANOTHER);
    changed.await.unwrap();
}

/// 000-57
#[tokio::test]
async fn the_same_password_in_another_spelling_is_the_same_password() {
    let house = House::new();
    house.member("ana").await;
    let desk = house.desk("ana").await;
    let composed = "caf\u{e9} lantern orbit 41";
    let apart = "cafe\u{301} lantern orbit 41";
    let signed_in = change(&desk, PASSWORD, composed).await.unwrap();
    let desk = house.resume(&signed_in.session).await.unwrap();
    let no = change(&desk, composed, apart);
    assert_eq!(refused(no.await), ["account.password-unchanged"]);
}

/// 000-57
#[tokio::test]
async fn every_other_session_ends_and_this_one_goes_on_under_another_id() {
    let house = House::new();
    house.member("ana").await;
    let here = house.signed_in("ana").await.session;
    let there = house.signed_in("ana").await.session;
    let desk = house.resume(&here).await.unwrap();
    let anew = change(&desk, PASSWORD, ANOTHER).await.unwrap();
    assert!(is_out(&house.resume(&there).await));
    assert!(is_out(&house.resume(&here).await));
    let desk = house.resume(&anew.session).await.unwrap();
    assert_eq!(desk.account().unwrap().sessions().await.unwrap().len(), 1);
}

/// 000-57
#[tokio::test]
async fn links_under_way_die_and_the_address_on_record_hears_of_it() {
    let house = House::new();
    house.member("ana").await;
    let desk = house.desk("ana").await;
    house.forgot("ana@acme.example").await.unwrap();
    let link = house.link(MailKind::ResetLink).await;
    let changed = change(&desk, PASSWORD, ANOTHER);
    changed.await.unwrap();
    let dead = house.choose(&link, PASSWORD).await;
    assert_eq!(refused(dead), ["account.link-not-valid"]);
    let post = house.post().await;
    let [letter] = &*post else { panic!("{post:?}") };
    assert_eq!(letter.kind, MailKind::PasswordChanged);
    assert_eq!(letter.to, Recipient::Address(email("ana@acme.example")));
}

/// 000-57
#[tokio::test]
async fn wrong_current_passwords_are_counted_and_logged() {
    let house = House::new();
    house.member("ana").await;
    let desk = house.desk("ana").await;
    for _ in 0..5 {
        let no = change(&desk, WRONG, ANOTHER);
        assert_eq!(refused(no.await), ["account.wrong-password"]);
        assert_eq!(house.last_row().await.outcome, Outcome::Wrong);
    }
    let no = change(&desk, PASSWORD, ANOTHER);
    assert_eq!(refused(no.await), ["account.too-many-attempts"]);
    assert_eq!(house.last_row().await.outcome, Outcome::TooMany);
}

/// 000-57
#[tokio::test]
async fn who_used_up_every_try_and_chose_another_password_by_the_link_gets_in_at_once() {
    let house = House::new();
    house.member("ana").await;
    let first = house.signed_in("ana").await.device.unwrap();
    let own = Browser::known_by(&first);
    for _ in 0..5 {
        let no = house.sign_in_from(&own, "ana@acme.example", WRONG).await;
        assert_eq!(refused(no), ["account.not-recognised"]);
    }
    let no = house.sign_in_from(&own, "ana@acme.example", PASSWORD).await;
    assert_eq!(refused(no), ["account.too-many-attempts"]);
    house.forgot("ana@acme.example").await.unwrap();
    let link = house.link(MailKind::ResetLink).await;
    house.choose(&link, ANOTHER).await.unwrap();
    let next = house.sign_in_from(&own, "ana@acme.example", ANOTHER).await;
    assert!(matches!(next, Ok(NextStep::SignedIn(_))), "{next:?}");
}
