//! Changing one's own e-mail address.
use portal_core::{
    CustomerDesk, Error, Id, Settings,
    accounts::{EmailChange, FollowLink, Followed, SignedIn},
    effect::{MailKind, Recipient},
};
use portal_testkit::facts::*;
use secrecy::SecretString;

use super::house::*;

const NEW: &str = "ana@home.example";

fn allowed(settings: &mut Settings) {
    settings.accounts.email_change = EmailChange::VerifyNewAddress;
}

async fn ask(desk: &CustomerDesk, password: &str, email: &str) -> Result<SignedIn, Error> {
    desk.account()?.change_email(&password.into(), email).await
}

/// A member who asked for another address, and the link that was sent there.
async fn asked() -> (House, CustomerDesk, SecretString) {
    let house = House::with(allowed);
    house.member("ana").await;
    let desk = house.desk("ana").await;
    ask(&desk, PASSWORD, NEW).await.unwrap();
    let link = house.link(MailKind::NewEmailLink).await;
    (house, desk, link)
}

async fn follow(house: &House, link: &SecretString) -> Result<Followed, Error> {
    house.door().follow(&FollowLink::new(link.clone())).await
}

/// 003-02
#[tokio::test]
async fn unless_the_host_allows_it_customers_ask_the_organiser() {
    let house = House::new();
    house.member("ana").await;
    let no = ask(&house.desk("ana").await, PASSWORD, NEW).await;
    assert_eq!(refused(no), ["account.email-change-forbidden"]);
    assert!(house.post().await.is_empty());
}

/// 003-02
#[tokio::test]
async fn it_counts_once_it_was_shown_to_be_theirs_and_the_old_address_hears_of_it() {
    let house = House::with(allowed);
    house.member("ana").await;
    let desk = house.desk("ana").await;
    ask(&desk, PASSWORD, NEW).await.unwrap();
    let post = house.post().await;
    let [letter] = &*post else { panic!("{post:?}") };
    assert_eq!(letter.kind, MailKind::NewEmailLink);
    assert_eq!(letter.to, Recipient::Address(email(NEW)));
    let not_yet = house.try_sign_in(NEW, PASSWORD).await;
    assert_eq!(refused(not_yet), ["account.not-recognised"]);
    let link = house.secret(letter);
    assert_eq!(
        house.door().look(&link).await.unwrap().takes,
        portal_core::accounts::LinkTakes::Nothing
    );
    let done = follow(&house, &link).await;
    assert!(matches!(done, Ok(Followed::EmailChanged)));
    let post = house.post().await;
    assert_eq!(post[0].kind, MailKind::EmailChanged);
    assert_eq!(post[0].to, Recipient::Address(email("ana@acme.example")));
    entered(house.try_sign_in(NEW, PASSWORD).await);
    let old = house.try_sign_in("ana@acme.example", PASSWORD).await;
    assert_eq!(refused(old), ["account.not-recognised"]);
}

/// 003-02
#[tokio::test]
async fn it_takes_the_password_and_an_address() {
    let house = House::with(allowed);
    house.member("ana").await;
    let desk = house.desk("ana").await;
    let no = ask(&desk, WRONG, NEW).await;
    assert_eq!(refused(no), ["account.wrong-password"]);
    let no = ask(&desk, PASSWORD, "ana").await;
    assert_eq!(refused(no), ["account.malformed"]);
    assert!(house.post().await.is_empty());
}

/// 003-02
#[tokio::test]
async fn an_address_of_somebody_elses_is_answered_alike_and_they_hear_of_it() {
    let house = House::with(allowed);
    for id in ["ana", "ben"] {
        house.member(id).await;
    }
    let desk = house.desk("ana").await;
    let taken = ask(&desk, PASSWORD, "ben@acme.example").await.unwrap();
    let post = house.post().await;
    assert_eq!(post[0].kind, MailKind::AlreadyRegistered);
    assert_eq!(post[0].to, Recipient::Contact(Id::new("ben")));
    let free = ask(&desk, PASSWORD, NEW).await.unwrap();
    assert_eq!(format!("{taken:?}"), format!("{free:?}"));
}

/// 003-02
#[tokio::test]
async fn an_address_somebody_took_meanwhile_is_not_taken_from_them() {
    let (house, _, link) = asked().await;
    let mut ben = person("ben");
    ben.standing.email = Some(email(NEW));
    ben.contact.email = Some(NEW.to_owned());
    house.knows(ben);
    let form = house.form();
    let invite = portal_core::staff::Invite::new(form, Id::new("ben"));
    house.staff(&invite).await.unwrap();
    let theirs = house.link(MailKind::Invitation).await;
    house.choose(&theirs, ANOTHER).await.unwrap();
    let no = follow(&house, &link).await;
    assert_eq!(refused(no), ["account.link-not-valid"]);
    entered(house.try_sign_in(NEW, ANOTHER).await);
    house.signed_in("ana").await;
}

/// 003-02
#[tokio::test]
async fn the_link_is_good_once_for_a_day_and_dies_with_the_password() {
    let (house, _, link) = asked().await;
    house.clock.advance(hours(24) + minutes(1));
    assert_eq!(
        refused(follow(&house, &link).await),
        ["account.link-not-valid"]
    );
    let (house, desk, link) = asked().await;
    change(&desk, PASSWORD, ANOTHER).await.unwrap();
    assert_eq!(
        refused(follow(&house, &link).await),
        ["account.link-not-valid"]
    );
    let (house, _, link) = asked().await;
    follow(&house, &link).await.unwrap();
    assert_eq!(
        refused(follow(&house, &link).await),
        ["account.link-not-valid"]
    );
}

/// 003-02
#[tokio::test]
async fn a_newer_wish_or_a_host_that_forbids_it_by_now_makes_the_link_useless() {
    let (house, desk, first) = asked().await;
    ask(&desk, PASSWORD, "ana@away.example").await.unwrap();
    let second = house.link(MailKind::NewEmailLink).await;
    assert_eq!(
        refused(follow(&house, &first).await),
        ["account.link-not-valid"]
    );
    let forbidden = house.after(|s| s.accounts.email_change = EmailChange::Forbidden);
    assert_eq!(
        refused(follow(&forbidden, &second).await),
        ["account.link-not-valid"]
    );
    follow(&house, &second).await.unwrap();
}

/// 003-02
#[tokio::test]
async fn links_sent_to_the_old_address_die_with_it() {
    let (house, _, link) = asked().await;
    house.forgot("ana@acme.example").await.unwrap();
    let reset = house.link(MailKind::ResetLink).await;
    follow(&house, &link).await.unwrap();
    let no = house.choose(&reset, ANOTHER).await;
    assert_eq!(refused(no), ["account.link-not-valid"]);
}

/// 003-02
#[tokio::test]
async fn asking_goes_on_under_another_session() {
    let house = House::with(allowed);
    house.member("ana").await;
    let before = house.signed_in("ana").await.session;
    let desk = house.resume(&before).await.unwrap();
    let after = ask(&desk, PASSWORD, NEW).await.unwrap().session;
    assert!(is_out(&house.resume(&before).await));
    house.resume(&after).await.unwrap();
}

/// 003-02
#[tokio::test]
async fn a_right_password_takes_no_try_from_its_owner() {
    let house = House::with(allowed);
    house.member("ana").await;
    for n in 0..6 {
        let desk = house.desk("ana").await;
        let email = format!("ana-{n}@home.example");
        ask(&desk, PASSWORD, &email).await.unwrap();
        // Letters come back at their own pace.
        house.clock.advance(minutes(if n < 2 { 0 } else { 90 }));
    }
}
