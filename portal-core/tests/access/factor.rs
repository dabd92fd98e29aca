//! The second factor: codes from an authenticator app.
use portal_core::{
    Clock, CustomerDesk, Error,
    accounts::{EnterCode, NextStep, SignedIn, Token},
    effect::MailKind,
};
use portal_testkit::facts::*;
use secrecy::{ExposeSecret, SecretString};
use totp_rs::{Builder, Secret};

use super::house::*;

/// The app on the customer's phone.
pub(crate) struct App(Vec<u8>);

impl App {
    pub(crate) fn reading(uri: &SecretString) -> Self {
        let uri = uri.expose_secret();
        let (_, rest) = uri.split_once("secret=").unwrap();
        let (secret, _) = rest.split_once('&').unwrap();
        let secret = Secret::try_from_base32(secret).unwrap();
        Self(secret.as_ref().to_vec())
    }

    /// The code of this moment.
    pub(crate) fn shows(&self, house: &House) -> SecretString {
        let totp = Builder::new().with_secret(&*self.0).build().unwrap();
        let now = u64::try_from(house.clock.now().timestamp()).unwrap();
        totp.generate(now).to_string().into()
    }
}

/// A member with an app, shown to work a minute ago.
pub(crate) async fn protected() -> (House, App) {
    let house = House::new();
    house.member("ana").await;
    let desk = house.desk("ana").await;
    let account = desk.account().unwrap();
    let app = App::reading(&account.set_up_second_factor().await.unwrap().uri);
    let code = app.shows(&house);
    account.confirm_second_factor(&code).await.unwrap();
    house.clock.advance(minutes(1));
    house.post().await;
    (house, app)
}

pub(crate) async fn half_way(house: &House, browser: &Browser) -> Token {
    let next = house.sign_in_from(browser, "ana@acme.example", PASSWORD);
    match next.await {
        Ok(NextStep::EnterCode(token)) => token,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn enter(
    house: &House,
    step: &Token,
    code: &SecretString,
) -> Result<SignedIn, Error> {
    let form = EnterCode::new(step.expose().into(), code.clone());
    house.door().enter_code(&form).await
}

async fn remove(desk: &CustomerDesk) -> Result<(), Error> {
    desk.account()?.remove_second_factor().await
}

/// 001-21
#[tokio::test]
async fn it_is_not_asked_for_before_the_app_was_shown_to_work() {
    let house = House::new();
    house.member("ana").await;
    let desk = house.desk("ana").await;
    let account = desk.account().unwrap();
    let setup = account.set_up_second_factor().await.unwrap();
    assert!(
        setup
            .uri
            .expose_secret()
            .starts_with("otpauth://totp/rental.example:")
    );
    house.signed_in("ana").await;
    let app = App::reading(&setup.uri);
    let no = account.confirm_second_factor(&"000000".into()).await;
    assert_eq!(refused(no), ["account.wrong-code"]);
    let code = app.shows(&house);
    account.confirm_second_factor(&code).await.unwrap();
    half_way(&house, &Browser::new()).await;
}

/// 001-21
#[tokio::test]
async fn the_password_alone_opens_nothing_and_the_code_makes_it_another_session() {
    let (house, app) = protected().await;
    let step = half_way(&house, &Browser::new()).await;
    assert!(is_out(&house.resume(&step).await));
    let choosing = house.choose(&step.expose().into(), ANOTHER).await;
    assert_eq!(refused(choosing), ["account.link-not-valid"]);
    let session = enter(&house, &step, &app.shows(&house))
        .await
        .unwrap()
        .session;
    assert_ne!(session.expose(), step.expose());
    house.resume(&session).await.unwrap();
    assert!(is_out(&house.resume(&step).await));
}

/// 001-21
#[tokio::test]
async fn no_code_counts_twice_and_no_step_either() {
    let (house, app) = protected().await;
    let code = app.shows(&house);
    let step = half_way(&house, &Browser::new()).await;
    enter(&house, &step, &code).await.unwrap();
    let again = enter(&house, &step, &code).await;
    assert_eq!(refused(again), ["account.link-not-valid"]);
    let next = half_way(&house, &Browser::new()).await;
    assert_eq!(
        refused(enter(&house, &next, &code).await),
        ["account.wrong-code"]
    );
    house.clock.advance(minutes(1));
    enter(&house, &next, &app.shows(&house)).await.unwrap();
}

/// 001-21
#[tokio::test]
async fn the_step_between_lasts_five_minutes() {
    let (house, app) = protected().await;
    let step = half_way(&house, &Browser::new()).await;
    house.clock.advance(minutes(6));
    let late = enter(&house, &step, &app.shows(&house)).await;
    assert_eq!(refused(late), ["account.link-not-valid"]);
}

/// 001-21
#[tokio::test]
async fn a_few_wrong_codes_and_even_the_right_one_has_to_wait() {
    let (house, app) = protected().await;
    let step = half_way(&house, &Browser::new()).await;
    let mut refusals = vec![];
    for _ in 0..6 {
        refusals.extend(refused(enter(&house, &step, &"000000".into()).await));
    }
    let limit = refusals
        .iter()
        .position(|c| *c == "account.too-many-attempts");
    assert!(limit.is_some_and(|at| at >= 3), "{refusals:?}");
    let no = enter(&house, &step, &app.shows(&house)).await;
    assert_eq!(refused(no), ["account.too-many-attempts"]);
    house.clock.advance(hours(1));
    let step = half_way(&house, &Browser::new()).await;
    enter(&house, &step, &app.shows(&house)).await.unwrap();
}

/// 001-21
#[tokio::test]
async fn who_knows_the_password_cannot_lock_its_owner_out_by_wrong_codes_for_good() {
    let (house, app) = protected().await;
    for _ in 0..40 {
        let thief = Browser::at("198.51.100.9");
        let next = house
            .sign_in_from(&thief, "ana@acme.example", PASSWORD)
            .await;
        if let Ok(NextStep::EnterCode(step)) = next {
            enter(&house, &step, &"000000".into()).await.unwrap_err();
        }
        house.clock.advance(hours(2));
    }
    house.forgot("ana@acme.example").await.unwrap();
    let link = house.link(MailKind::ResetLink).await;
    house.choose(&link, ANOTHER).await.unwrap();
    let elsewhere = Browser::at("203.0.113.5");
    let next = house.sign_in_from(&elsewhere, "ana@acme.example", ANOTHER);
    let Ok(NextStep::EnterCode(step)) = next.await else {
        panic!("the password was not taken")
    };
    enter(&house, &step, &app.shows(&house)).await.unwrap();
}

/// 001-21
#[tokio::test]
async fn who_does_everything_right_is_never_told_to_wait() {
    let (house, app) = protected().await;
    let step = half_way(&house, &Browser::new()).await;
    let first = enter(&house, &step, &app.shows(&house)).await.unwrap();
    let own = Browser::known_by(&first.device.unwrap());
    for n in 0..20 {
        house.clock.advance(minutes(5));
        let next = house.sign_in_from(&own, "ana@acme.example", PASSWORD).await;
        let Ok(NextStep::EnterCode(step)) = next else {
            panic!("{n}: {next:?}")
        };
        let form = EnterCode::new(step.expose().into(), app.shows(&house));
        house.door_from(&own).enter_code(&form).await.unwrap();
    }
}

/// 001-21
#[tokio::test]
async fn setting_it_up_and_removing_it_take_a_fresh_proof() {
    let house = House::new();
    house.member("ana").await;
    let desk = house.desk("ana").await;
    house.clock.advance(minutes(6));
    let no = desk.account().unwrap().set_up_second_factor().await;
    assert_eq!(refused(no), ["account.prove-again"]);
    let (house, app) = protected().await;
    let step = half_way(&house, &Browser::new()).await;
    let session = enter(&house, &step, &app.shows(&house))
        .await
        .unwrap()
        .session;
    house.clock.advance(minutes(6));
    let desk = house.resume(&session).await.unwrap();
    assert_eq!(refused(remove(&desk).await), ["account.prove-again"]);
    let account = desk.account().unwrap();
    let code = app.shows(&house);
    let fresh = account.prove_again(&PASSWORD.into(), Some(&code)).await;
    let desk = house.resume(&fresh.unwrap().session).await.unwrap();
    remove(&desk).await.unwrap();
    house.signed_in("ana").await;
}

/// 001-21
#[tokio::test]
async fn one_that_works_is_not_replaced_before_it_was_removed() {
    let (house, app) = protected().await;
    let step = half_way(&house, &Browser::new()).await;
    let session = enter(&house, &step, &app.shows(&house))
        .await
        .unwrap()
        .session;
    let desk = house.resume(&session).await.unwrap();
    let account = desk.account().unwrap();
    let no = account.set_up_second_factor().await;
    assert_eq!(refused(no.map(drop)), ["account.second-factor-on"]);
    half_way(&house, &Browser::new()).await;
    remove(&desk).await.unwrap();
    account.set_up_second_factor().await.unwrap();
}

/// 001-21
#[tokio::test]
async fn where_the_portal_has_none_it_is_neither_set_up_nor_asked_for() {
    let (house, _) = protected().await;
    let house = house.after(|s| s.accounts.second_factor = false);
    let desk = house.desk("ana").await;
    let account = desk.account().unwrap();
    let no = account.set_up_second_factor().await.map(drop);
    assert_eq!(refused(no), ["account.second-factor-off"]);
    let no = account.confirm_second_factor(&"000000".into()).await;
    assert_eq!(refused(no), ["account.second-factor-off"]);
}

/// 001-21
#[tokio::test]
async fn a_code_without_a_set_up_confirms_nothing() {
    let house = House::new();
    house.member("ana").await;
    let desk = house.desk("ana").await;
    let account = desk.account().unwrap();
    let no = account.confirm_second_factor(&"000000".into()).await;
    assert!(matches!(no, Err(Error::NotFound)));
}

/// 001-21
#[tokio::test]
async fn a_reset_password_still_takes_the_code() {
    let (house, app) = protected().await;
    house.forgot("ana@acme.example").await.unwrap();
    let link = house.link(MailKind::ResetLink).await;
    house.choose(&link, ANOTHER).await.unwrap();
    let next = house.try_sign_in("ana@acme.example", ANOTHER).await;
    let Ok(NextStep::EnterCode(step)) = next else {
        panic!("{next:?}")
    };
    enter(&house, &step, &app.shows(&house)).await.unwrap();
}
