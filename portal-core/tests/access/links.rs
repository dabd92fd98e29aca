//! One-time links, and what makes them useless.
use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{
    Id,
    accounts::{
        Activation, FollowLink, Followed, NextStep, PasswordHash, PasswordHasher, Verified,
    },
    adapter::AdapterError,
    effect::MailKind,
    staff::{ChangeAccess, Closing, Invite, SendActivation, StaffRole},
};
use portal_testkit::{PlainHasher, facts::*};
use secrecy::{ExposeSecret, SecretString};

use super::house::*;

/// A member, and a link by which they could choose another password.
async fn reset() -> (House, SecretString) {
    let house = House::new();
    house.member("ana").await;
    house.forgot("ana@acme.example").await.unwrap();
    let link = house.link(MailKind::ResetLink).await;
    (house, link)
}

async fn access(house: &House, closing: Closing) {
    let desk = house.desk_of(StaffRole::Admin);
    let account = desk.account_of(&Id::new("ana")).await.unwrap().unwrap();
    let form = ChangeAccess::new(house.form(), account, closing);
    house.staff(&form).await.unwrap();
}

/// Looking and following answer alike, whatever is wrong.
async fn is_dead(house: &House, link: &SecretString) {
    let look = house.door().look(link).await;
    assert_eq!(refused(look), ["account.link-not-valid"]);
    for password in [ANOTHER, "short"] {
        let no = house.choose(link, password).await;
        assert_eq!(refused(no), ["account.link-not-valid"]);
    }
    let no = house.door().follow(&FollowLink::new(link.clone())).await;
    assert_eq!(refused(no), ["account.link-not-valid"]);
}

/// 000-06
#[tokio::test]
async fn looking_at_a_link_fifty_times_uses_nothing_up() {
    let (house, link) = reset().await;
    let rows = house.rows().await.len();
    for _ in 0..50 {
        house.door().look(&link).await.unwrap();
    }
    assert_eq!(house.rows().await.len(), rows);
    house.choose(&link, ANOTHER).await.unwrap();
}

/// 002-28
#[tokio::test]
async fn a_link_is_good_until_its_last_minute_and_not_after() {
    let (house, link) = reset().await;
    house.clock.advance(minutes(60));
    assert!(house.door().look(&link).await.is_ok());
    house.clock.advance(minutes(1));
    is_dead(&house, &link).await;
}

/// 002-28
#[tokio::test]
async fn a_used_link_is_as_dead_as_one_that_never_was() {
    let (house, link) = reset().await;
    house.choose(&link, ANOTHER).await.unwrap();
    is_dead(&house, &link).await;
    let own = link.expose_secret().to_owned();
    for mangled in [
        String::new(),
        "x".repeat(43),
        own.to_uppercase(),
        format!("{own}="),
        own[1..].to_owned(),
        own.repeat(1_000),
        "../../etc/passwd".to_owned(),
    ] {
        is_dead(&house, &mangled.into()).await;
    }
}

/// 002-28
#[tokio::test]
async fn a_newer_link_of_a_kind_makes_the_one_before_useless() {
    let (house, first) = reset().await;
    house.forgot("ana@acme.example").await.unwrap();
    let second = house.link(MailKind::ResetLink).await;
    is_dead(&house, &first).await;
    house.choose(&second, ANOTHER).await.unwrap();
}

/// 000-06
#[tokio::test]
async fn a_newer_invitation_makes_the_one_before_useless_and_a_chosen_password_all_of_them() {
    let house = House::new();
    house.knows(person("ana"));
    let invite = || Invite::new(house.form(), Id::new("ana"));
    house.staff(&invite()).await.unwrap();
    let first = house.link(MailKind::Invitation).await;
    house.staff(&invite()).await.unwrap();
    let second = house.link(MailKind::Invitation).await;
    let send = SendActivation::new(house.form(), Id::new("ana"));
    house.staff(&send).await.unwrap();
    let third = house.link(MailKind::Activation).await;
    is_dead(&house, &first).await;
    house.choose(&third, PASSWORD).await.unwrap();
    is_dead(&house, &second).await;
}

/// 000-06
#[tokio::test]
async fn a_link_sent_to_an_address_that_is_no_longer_theirs_is_dead() {
    let (house, link) = reset().await;
    let mut moved = person("ana");
    moved.standing.email = Some(email("ana@home.example"));
    house.knows(moved.clone());
    is_dead(&house, &link).await;
    moved.standing.email = None;
    house.knows(moved);
    is_dead(&house, &link).await;
    house.knows(person("ana"));
    house.choose(&link, ANOTHER).await.unwrap();
}

/// B10
#[tokio::test]
async fn a_link_is_dead_while_its_owner_may_not_use_the_portal() {
    let (house, link) = reset().await;
    let mut barred = person("ana");
    barred.standing.portal_option = false;
    house.knows(barred);
    is_dead(&house, &link).await;
}

/// 002-28
#[tokio::test]
async fn closing_the_account_or_signing_out_everywhere_kills_its_links_for_good() {
    for closing in [Closing::Close, Closing::SignOutEverywhere] {
        let (house, link) = reset().await;
        access(&house, closing).await;
        is_dead(&house, &link).await;
        access(&house, Closing::Reopen).await;
        is_dead(&house, &link).await;
    }
}

/// 001-16
#[tokio::test]
async fn a_password_that_will_not_do_leaves_the_link_as_good_as_it_was() {
    let (house, link) = reset().await;
    for (typed, code) in [
        ("short", "account.password-too-short"),
        ("password123", "account.password-too-common"),
        ("ana@acme.example", "account.password-about-you"),
        (&*"x".repeat(300), "account.password-too-long"),
    ] {
        let no = refused(house.choose(&link, typed).await);
        assert!(no.contains(&code), "{typed}: {no:?}");
    }
    let none = house.door().follow(&FollowLink::new(link.clone())).await;
    assert!(refused(none).contains(&"account.password-too-short"));
    house.choose(&link, ANOTHER).await.unwrap();
}

/// 002-28
#[tokio::test]
async fn a_link_lets_in_nobody_but_whom_it_was_sent_to() {
    let (house, link) = reset().await;
    house.member("ben").await;
    house.choose(&link, ANOTHER).await.unwrap();
    entered(house.try_sign_in("ana@acme.example", ANOTHER).await);
    house.signed_in("ben").await;
    let no = house.try_sign_in("ben@acme.example", ANOTHER).await;
    assert_eq!(refused(no), ["account.not-recognised"]);
}

/// 002-29
#[tokio::test]
async fn what_hands_on_the_next_step_is_good_for_that_step_only() {
    let house = House::with(|s| s.accounts.activation = Activation::TemporaryPassword);
    house.knows(person("ana"));
    let send = SendActivation::new(house.form(), Id::new("ana"));
    house.staff(&send).await.unwrap();
    let temporary = house.portal.temporary_password(send.command).unwrap();
    let next = house.try_sign_in("ana@acme.example", temporary.expose_secret());
    let Ok(NextStep::ChoosePassword(step)) = next.await else {
        panic!("no step")
    };
    assert!(is_out(&house.resume(&step).await));
    let step: SecretString = step.expose().into();
    assert_eq!(
        house.door().look(&step).await.unwrap().takes,
        portal_core::accounts::LinkTakes::NewPassword
    );
    house.choose(&step, PASSWORD).await.unwrap();
    is_dead(&house, &step).await;
}

/// Hashes when everybody else had a turn, as a slow one does.
#[derive(Debug, Default)]
struct Slow(PlainHasher);

#[async_trait]
impl PasswordHasher for Slow {
    async fn hash(&self, password: &SecretString) -> Result<PasswordHash, AdapterError> {
        tokio::task::yield_now().await;
        self.0.hash(password).await
    }

    async fn verify(
        &self,
        password: &SecretString,
        kept: &PasswordHash,
    ) -> Result<Verified, AdapterError> {
        tokio::task::yield_now().await;
        self.0.verify(password, kept).await
    }

    fn decoy(&self) -> PasswordHash {
        self.0.decoy()
    }
}

/// 002-28
#[tokio::test]
async fn of_two_who_follow_a_link_at_once_one_chooses_the_password() {
    let house = House::built(|_| (), &Proof::ByLink, Arc::new(Slow::default()));
    house.member("ana").await;
    house.forgot("ana@acme.example").await.unwrap();
    let link = house.link(MailKind::ResetLink).await;
    let (one, other) = tokio::join!(house.choose(&link, ANOTHER), house.choose(&link, WRONG));
    let won = one.is_ok();
    assert_ne!(won, other.is_ok());
    let lost = if won { other } else { one };
    assert_eq!(refused(lost), ["account.link-not-valid"]);
    let chosen = if won { ANOTHER } else { WRONG };
    entered(house.try_sign_in("ana@acme.example", chosen).await);
    assert_eq!(house.kinds().await, [MailKind::PasswordChanged]);
}

/// 002-04
#[tokio::test]
async fn an_account_changed_while_the_password_is_checked_lets_nobody_in_by_the_old_one() {
    let house = House::built(|_| (), &Proof::ByLink, Arc::new(Slow::default()));
    house.member("ana").await;
    let (entry, ()) = tokio::join!(
        house.try_sign_in("ana@acme.example", PASSWORD),
        access(&house, Closing::Close),
    );
    assert!(entry.is_err(), "{entry:?}");
}

/// 002-28
#[tokio::test]
async fn following_a_link_signs_nobody_in() {
    let (house, link) = reset().await;
    let Ok(Followed::PasswordChosen { device }) = house.choose(&link, ANOTHER).await else {
        panic!("not followed")
    };
    assert!(is_out(&house.resume(&device).await));
    assert!(is_out(&house.door().resume(link.expose_secret()).await));
}
