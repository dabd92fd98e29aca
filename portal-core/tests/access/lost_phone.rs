//! The second factor beyond its codes: who hears of it, what proves it again, and what becomes of whoever has lost the phone.
use portal_core::{
    CustomerDesk, Error, Id, Page, Store,
    accounts::{Flow, Outcome, RecoveryCodes, SignedIn},
    effect::{MailKind, Recipient},
    staff::{ResetSecondFactor, StaffRole},
};
use portal_testkit::facts::{email, hours, minutes};
use secrecy::{ExposeSecret, SecretString};

use super::{
    factor::{App, enter, half_way, protected},
    house::*,
};

/// A member with an app, and the codes they were shown.
async fn prepared() -> (House, App, RecoveryCodes) {
    let house = House::new();
    house.member("ana").await;
    let desk = house.desk("ana").await;
    let (app, codes) = set_up(&house, &desk).await;
    (house, app, codes)
}

async fn set_up(house: &House, desk: &CustomerDesk) -> (App, RecoveryCodes) {
    let account = desk.account().unwrap();
    let app = App::reading(&account.set_up_second_factor().await.unwrap().uri);
    let codes = account.confirm_second_factor(&app.shows(house)).await;
    house.post().await;
    (app, codes.unwrap())
}

async fn prove_with(desk: &CustomerDesk, code: Option<&SecretString>) -> Result<SignedIn, Error> {
    desk.account()?.prove_again(&PASSWORD.into(), code).await
}

/// Signed in by the app.
async fn inside(house: &House, app: &App) -> CustomerDesk {
    let step = half_way(house, &Browser::new()).await;
    let entered = enter(house, &step, &app.shows(house)).await.unwrap();
    house.resume(&entered.session).await.unwrap()
}

async fn reset(house: &House) -> Result<portal_core::Done, Error> {
    let desk = house.desk_of(StaffRole::Admin);
    let account = desk.account_of(&Id::new("ana")).await.unwrap().unwrap();
    let form = ResetSecondFactor::new(house.form(), account);
    house.staff(&form).await
}

/// 001-21
#[tokio::test]
async fn the_owner_hears_that_it_was_set_up_and_that_it_was_removed() {
    let house = House::new();
    house.member("ana").await;
    let desk = house.desk("ana").await;
    let account = desk.account().unwrap();
    let app = App::reading(&account.set_up_second_factor().await.unwrap().uri);
    assert!(house.kinds().await.is_empty(), "it protects nothing yet");
    let code = app.shows(&house);
    account.confirm_second_factor(&code).await.unwrap();
    let set_up = house.post().await;
    account.remove_second_factor().await.unwrap();
    let removed = house.post().await;
    for (post, kind) in [
        (set_up, MailKind::SecondFactorSetUp),
        (removed, MailKind::SecondFactorRemoved),
    ] {
        let [letter] = &*post else { panic!("{post:?}") };
        assert_eq!(letter.kind, kind);
        assert_eq!(letter.to, Recipient::Address(email("ana@acme.example")));
    }
}

/// 002-19
#[tokio::test]
async fn a_code_that_confirms_has_its_row_as_a_wrong_one_has() {
    let house = House::new();
    house.member("ana").await;
    let desk = house.desk("ana").await;
    let account = desk.account().unwrap();
    let app = App::reading(&account.set_up_second_factor().await.unwrap().uri);
    let rows = house.rows().await.len();
    let wrong = account.confirm_second_factor(&"000000".into()).await;
    assert_eq!(refused(wrong), ["account.wrong-code"]);
    let code = app.shows(&house);
    account.confirm_second_factor(&code).await.unwrap();
    let seen = house.rows().await;
    let seen: Vec<_> = seen.iter().map(|row| (row.flow, row.outcome)).collect();
    let flow = Flow::SecondFactor;
    assert_eq!(seen.len(), rows + 2);
    assert_eq!(seen[..2], [(flow, Outcome::Done), (flow, Outcome::Wrong)]);
}

/// 001-21
#[tokio::test]
async fn giving_up_half_way_is_no_news() {
    let house = House::new();
    house.member("ana").await;
    let desk = house.desk("ana").await;
    let account = desk.account().unwrap();
    account.set_up_second_factor().await.unwrap();
    account.remove_second_factor().await.unwrap();
    assert!(house.kinds().await.is_empty());
}

/// 001-21
#[tokio::test]
async fn one_that_was_confirmed_is_not_confirmed_again() {
    let (house, app) = protected().await;
    let desk = inside(&house, &app).await;
    house.clock.advance(minutes(1));
    let account = desk.account().unwrap();
    let again = account.confirm_second_factor(&app.shows(&house)).await;
    assert_eq!(refused(again), ["account.second-factor-on"]);
}

/// 001-21
#[tokio::test]
async fn proving_once_more_takes_the_code_too() {
    let (house, app) = protected().await;
    let desk = inside(&house, &app).await;
    assert!(desk.account().unwrap().proof_takes_code().await.unwrap());
    let rows = house.rows().await.len();
    let half = prove_with(&desk, None).await;
    assert_eq!(refused(half), ["account.code-needed"]);
    let wrong = prove_with(&desk, Some(&"000000".into())).await;
    assert_eq!(refused(wrong), ["account.wrong-code"]);
    let used = prove_with(&desk, Some(&app.shows(&house))).await;
    assert_eq!(refused(used), ["account.wrong-code"], "it signed them in");
    assert_eq!(house.rows().await.len(), rows + 3);
    house.clock.advance(minutes(1));
    let proved = prove_with(&desk, Some(&app.shows(&house))).await;
    house.resume(&proved.unwrap().session).await.unwrap();
    assert_eq!(house.last_row().await.outcome, Outcome::Done);
}

/// 001-21
#[tokio::test]
async fn whoever_has_no_app_proves_it_by_the_password_alone() {
    let house = House::new();
    house.member("ana").await;
    let desk = house.desk("ana").await;
    assert!(!desk.account().unwrap().proof_takes_code().await.unwrap());
    prove_with(&desk, None).await.unwrap();
}

/// 001-21
#[tokio::test]
async fn wrong_codes_run_out_at_the_proof_too_and_right_ones_never_do() {
    let (house, app) = protected().await;
    let mut desk = inside(&house, &app).await;
    for _ in 0..12 {
        house.clock.advance(minutes(1));
        let proved = prove_with(&desk, Some(&app.shows(&house))).await.unwrap();
        desk = house.resume(&proved.session).await.unwrap();
    }
    let mut refusals = vec![];
    for _ in 0..6 {
        refusals.extend(refused(prove_with(&desk, Some(&"000000".into())).await));
    }
    assert_eq!(refusals.last(), Some(&"account.too-many-attempts"));
}

/// 001-21
#[tokio::test]
async fn each_of_eight_recovery_codes_lets_its_owner_in_once() {
    let (house, app, codes) = prepared().await;
    assert_eq!(codes.codes.len(), 8);
    for code in &codes.codes {
        let step = half_way(&house, &Browser::new()).await;
        let entered = enter(&house, &step, code).await.unwrap();
        house.resume(&entered.session).await.unwrap();
        house.clock.advance(hours(2));
    }
    for code in &codes.codes[..3] {
        let step = half_way(&house, &Browser::new()).await;
        let again = enter(&house, &step, code).await;
        assert_eq!(refused(again), ["account.wrong-code"]);
        house.clock.advance(hours(2));
    }
    inside(&house, &app).await;
}

/// 001-21
#[tokio::test]
async fn a_recovery_code_leaves_codes_of_the_app_as_used_up_as_they_were() {
    let (house, app) = protected().await;
    let code = app.shows(&house);
    let step = half_way(&house, &Browser::new()).await;
    let entered = enter(&house, &step, &code).await.unwrap();
    let desk = house.resume(&entered.session).await.unwrap();
    let account = desk.account().unwrap();
    account.remove_second_factor().await.unwrap();
    let (app, codes) = set_up(&house, &desk).await;
    let confirmed_by = app.shows(&house);
    let step = half_way(&house, &Browser::new()).await;
    enter(&house, &step, &codes.codes[0]).await.unwrap();
    let step = half_way(&house, &Browser::new()).await;
    let replayed = enter(&house, &step, &confirmed_by).await;
    assert_eq!(refused(replayed), ["account.wrong-code"]);
}

/// 001-21
#[tokio::test]
async fn a_recovery_code_proves_once_more_who_they_are() {
    let (house, _, codes) = prepared().await;
    let step = half_way(&house, &Browser::new()).await;
    let entered = enter(&house, &step, &codes.codes[0]).await.unwrap();
    let desk = house.resume(&entered.session).await.unwrap();
    let used = prove_with(&desk, Some(&codes.codes[0])).await;
    assert_eq!(refused(used), ["account.wrong-code"]);
    let proved = prove_with(&desk, Some(&codes.codes[1])).await.unwrap();
    let desk = house.resume(&proved.session).await.unwrap();
    desk.account()
        .unwrap()
        .remove_second_factor()
        .await
        .unwrap();
}

/// 001-21
#[tokio::test]
async fn codes_of_an_app_that_was_removed_are_worth_nothing() {
    let (house, _, old) = prepared().await;
    let step = half_way(&house, &Browser::new()).await;
    let entered = enter(&house, &step, &old.codes[0]).await.unwrap();
    let desk = house.resume(&entered.session).await.unwrap();
    let account = desk.account().unwrap();
    account.remove_second_factor().await.unwrap();
    let (_, new) = set_up(&house, &desk).await;
    let step = half_way(&house, &Browser::new()).await;
    let no = enter(&house, &step, &old.codes[1]).await;
    assert_eq!(refused(no), ["account.wrong-code"]);
    enter(&house, &step, &new.codes[1]).await.unwrap();
}

/// 001-21
#[tokio::test]
async fn recovery_codes_are_neither_printed_nor_kept_in_clear() {
    let (house, _, codes) = prepared().await;
    let kept = format!("{:?} {codes:?}", house.rows().await);
    let trail = house.memory.audit(&Page::default()).await.unwrap();
    let kept = format!("{kept} {trail:?}");
    for code in &codes.codes {
        assert!(!kept.contains(code.expose_secret()));
    }
}

/// 001-21
#[tokio::test]
async fn staff_help_out_whoever_has_lost_the_phone() {
    let (house, app) = protected().await;
    let step = half_way(&house, &Browser::new()).await;
    let entered = enter(&house, &step, &app.shows(&house)).await.unwrap();
    reset(&house).await.unwrap();
    assert!(is_out(&house.resume(&entered.session).await));
    let post = house.post().await;
    let [letter] = &*post else { panic!("{post:?}") };
    assert_eq!(letter.kind, MailKind::SecondFactorRemoved);
    assert_eq!(letter.to, Recipient::Address(email("ana@acme.example")));
    let trail = house.memory.audit(&Page::default()).await.unwrap();
    let line = &trail.items[0];
    assert_eq!(line.action, "account.second-factor-reset");
    assert_eq!(line.by, portal_core::Actor::Staff("olga".into()));
    house.signed_in("ana").await;
}

/// 001-21
#[tokio::test]
async fn a_reset_ends_what_was_under_way_and_there_is_nothing_to_reset_twice() {
    let (house, app) = protected().await;
    let step = half_way(&house, &Browser::new()).await;
    reset(&house).await.unwrap();
    let late = enter(&house, &step, &app.shows(&house)).await;
    assert_eq!(refused(late), ["account.link-not-valid"]);
    house.post().await;
    assert!(matches!(reset(&house).await, Err(Error::NotFound)));
    assert!(house.post().await.is_empty());
}
