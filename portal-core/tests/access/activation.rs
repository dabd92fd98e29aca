//! Activation mails: a link, or a temporary password where the host wants that.
use portal_core::{
    Id,
    accounts::{Activation, NextStep, Outcome, Token},
    effect::{MailKind, Recipient},
    staff::SendActivation,
};
use portal_testkit::facts::*;
use secrecy::{ExposeSecret, SecretString};

use super::house::*;

async fn activate(house: &House, contact: &str) {
    let send = SendActivation::new(house.form(), Id::new(contact));
    house.staff(&send).await.unwrap();
}

fn temporary() -> House {
    let house = House::with(|s| s.accounts.activation = Activation::TemporaryPassword);
    house.knows(person("ana"));
    house
}

/// The temporary password in the one mail that is owed.
async fn mailed(house: &House) -> SecretString {
    let post = house.post().await;
    let [letter] = &*post else { panic!("{post:?}") };
    assert_eq!(letter.kind, MailKind::TemporaryPassword);
    assert_eq!(letter.to, Recipient::Address(email("ana@acme.example")));
    house.portal.temporary_password(letter.because).unwrap()
}

async fn use_it(house: &House, temporary: &SecretString) -> Token {
    let next = house.try_sign_in("ana@acme.example", temporary.expose_secret());
    match next.await {
        Ok(NextStep::ChoosePassword(token)) => token,
        other => panic!("{other:?}"),
    }
}

/// 002-28
#[tokio::test]
async fn an_activation_mail_has_a_link_by_which_a_password_is_chosen() {
    let house = House::new();
    house.knows(person("ana"));
    activate(&house, "ana").await;
    let link = house.link(MailKind::Activation).await;
    house.choose(&link, PASSWORD).await.unwrap();
    house.signed_in("ana").await;
}

/// 002-28
#[tokio::test]
async fn one_with_an_account_can_be_sent_it_too_and_hears_that_the_password_is_another() {
    let house = House::new();
    house.member("ana").await;
    activate(&house, "ana").await;
    let link = house.link(MailKind::Activation).await;
    house.signed_in("ana").await;
    house.choose(&link, ANOTHER).await.unwrap();
    assert_eq!(house.kinds().await, [MailKind::PasswordChanged]);
    entered(house.try_sign_in("ana@acme.example", ANOTHER).await);
}

/// 002-28
/// C12
#[tokio::test]
async fn the_temporary_password_is_random_and_the_portals_url_goes_with_it() {
    let house = temporary();
    activate(&house, "ana").await;
    let one = mailed(&house).await;
    activate(&house, "ana").await;
    let other = mailed(&house).await;
    assert_eq!(one.expose_secret().len(), 20);
    assert_ne!(one.expose_secret(), other.expose_secret());
    assert!(house.portal.settings().url.is_some());
    let no = house
        .try_sign_in("ana@acme.example", one.expose_secret())
        .await;
    assert_eq!(refused(no), ["account.not-recognised"]);
    use_it(&house, &other).await;
}

/// 002-29
#[tokio::test]
async fn who_signs_in_by_it_must_choose_another_and_is_not_in_before() {
    let house = temporary();
    activate(&house, "ana").await;
    let sent = mailed(&house).await;
    let step = use_it(&house, &sent).await;
    assert!(is_out(&house.resume(&step).await));
    let link: SecretString = step.expose().into();
    house.choose(&link, PASSWORD).await.unwrap();
    house.signed_in("ana").await;
}

/// 002-29
#[tokio::test]
async fn it_cannot_stay_by_whatever_link_the_next_one_is_chosen() {
    let house = temporary();
    activate(&house, "ana").await;
    let sent = mailed(&house).await;
    house.forgot("ana@acme.example").await.unwrap();
    let link = house.link(MailKind::Activation).await;
    let no = house.choose(&link, sent.expose_secret()).await;
    assert_eq!(refused(no), ["account.password-unchanged"]);
    let step = use_it(&house, &sent).await;
    let link: SecretString = step.expose().into();
    let no = house.choose(&link, sent.expose_secret()).await;
    assert_eq!(refused(no), ["account.password-unchanged"]);
    house.choose(&link, PASSWORD).await.unwrap();
    let no = house
        .try_sign_in("ana@acme.example", sent.expose_secret())
        .await;
    assert_eq!(refused(no), ["account.not-recognised"]);
}

/// 002-29
#[tokio::test]
async fn it_is_good_once_even_if_no_other_was_chosen() {
    let house = temporary();
    activate(&house, "ana").await;
    let sent = mailed(&house).await;
    use_it(&house, &sent).await;
    let no = house
        .try_sign_in("ana@acme.example", sent.expose_secret())
        .await;
    assert_eq!(refused(no), ["account.not-recognised"]);
}

/// 002-29
/// C12
#[tokio::test]
async fn it_is_good_for_three_days_and_the_log_has_why_not_afterwards() {
    let house = temporary();
    activate(&house, "ana").await;
    let sent = mailed(&house).await;
    house.clock.advance(hours(72) + minutes(1));
    let no = house
        .try_sign_in("ana@acme.example", sent.expose_secret())
        .await;
    assert_eq!(refused(no), ["account.not-recognised"]);
    assert_eq!(house.last_row().await.outcome, Outcome::Expired);
    activate(&house, "ana").await;
    let sent = mailed(&house).await;
    house.clock.advance(hours(72));
    use_it(&house, &sent).await;
}

/// 002-29
#[tokio::test]
async fn choosing_has_a_quarter_of_an_hour_and_opens_nothing_else() {
    let house = temporary();
    activate(&house, "ana").await;
    let step = use_it(&house, &mailed(&house).await).await;
    let link: SecretString = step.expose().into();
    let code = portal_core::accounts::EnterCode::new(link.clone(), "000000".into());
    let no = house.door().enter_code(&code).await;
    assert_eq!(refused(no), ["account.link-not-valid"]);
    house.clock.advance(minutes(16));
    let late = house.choose(&link, PASSWORD).await;
    assert_eq!(refused(late), ["account.link-not-valid"]);
}

/// 002-29
#[tokio::test]
async fn the_lasting_password_works_until_the_temporary_one_is_followed_up() {
    let house = House::new();
    house.member("ana").await;
    let house = house.after(|s| s.accounts.activation = Activation::TemporaryPassword);
    activate(&house, "ana").await;
    let sent = mailed(&house).await;
    house.signed_in("ana").await;
    let link: SecretString = use_it(&house, &sent).await.expose().into();
    house.signed_in("ana").await;
    house.choose(&link, ANOTHER).await.unwrap();
    let old = house.try_sign_in("ana@acme.example", PASSWORD).await;
    assert_eq!(refused(old), ["account.not-recognised"]);
}

/// 002-28
#[tokio::test]
async fn whoever_cannot_get_in_is_sent_nothing_and_staff_hear_why() {
    let house = House::new();
    let mut ana = person("ana");
    ana.standing.portal_option = false;
    house.knows(ana);
    let send = SendActivation::new(house.form(), Id::new("ana"));
    let no = house.staff(&send).await;
    assert_eq!(refused(no), ["eligibility.portal-option-off"]);
    assert!(house.post().await.is_empty());
}
