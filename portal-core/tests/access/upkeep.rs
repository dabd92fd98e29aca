//! What is forgotten in time.
use portal_core::{effect::MailKind, staff::StaffRole};
use portal_testkit::facts::*;

use super::house::*;

/// C13
/// 002-19
#[tokio::test]
async fn the_log_is_kept_as_long_as_the_host_says_and_not_longer() {
    let house = House::with(|s| s.accounts.log_days = 30.try_into().unwrap());
    house.member("ana").await;
    house.signed_in("ana").await;
    house.clock.advance(days(29));
    house.portal.sweep_accounts().await.unwrap();
    assert!(!house.rows().await.is_empty());
    house.clock.advance(days(2));
    assert!(house.portal.sweep_accounts().await.unwrap() > 0);
    assert!(house.rows().await.is_empty());
    house.signed_in("ana").await;
}

/// 001-23
#[tokio::test]
async fn sweeping_takes_nothing_from_whoever_is_signed_in_or_has_a_link_under_way() {
    let house = House::new();
    house.member("ana").await;
    let session = house.signed_in("ana").await.session;
    house.forgot("ana@acme.example").await.unwrap();
    let link = house.link(MailKind::ResetLink).await;
    house.clock.advance(minutes(29));
    house.portal.sweep_accounts().await.unwrap();
    house.resume(&session).await.unwrap();
    house.door().look(&link).await.unwrap();
    house.clock.advance(days(2));
    assert!(house.portal.sweep_accounts().await.unwrap() >= 2);
    assert!(is_out(&house.resume(&session).await));
    let no = house.door().look(&link).await;
    assert_eq!(refused(no), ["account.link-not-valid"]);
    assert_eq!(house.portal.sweep_accounts().await.unwrap(), 0);
}

/// 004-04
#[tokio::test]
async fn a_request_nobody_answered_in_three_months_is_forgotten() {
    let house = House::new();
    let nora = portal_core::accounts::Applicant::new(email("nora@new.example"), "Nora", "Vega");
    house.door().request_account(nora.clone()).await.unwrap();
    house.clock.advance(days(91));
    house.portal.sweep_accounts().await.unwrap();
    let desk = house.desk_of(StaffRole::Admin);
    let pending = portal_core::accounts::RequestState::Pending;
    let found = desk.requests(pending, &portal_core::Page::default()).await;
    assert!(found.unwrap().items.is_empty());
    house.door().request_account(nora).await.unwrap();
}

/// 002-19
#[tokio::test]
async fn sweeping_gives_a_guesser_no_try_back() {
    let house = House::new();
    house.member("ana").await;
    for _ in 0..10 {
        house
            .try_sign_in("ana@acme.example", WRONG)
            .await
            .unwrap_err();
    }
    house.portal.sweep_accounts().await.unwrap();
    let no = house.try_sign_in("ana@acme.example", WRONG).await;
    assert_eq!(refused(no), ["account.too-many-attempts"]);
}
