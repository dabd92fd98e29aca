//! The sign-in log.
use portal_core::{
    Id, Page,
    accounts::{Flow, FollowLink, Outcome},
    staff::StaffRole,
};
use portal_testkit::facts::*;

use super::house::*;

/// 002-19
#[tokio::test]
async fn a_sign_in_is_logged_with_its_success_address_date_and_customer_code() {
    let house = House::new();
    house.member("ana").await;
    house.clock.advance(hours(5));
    let browser = Browser::at("198.51.100.9");
    entered(
        house
            .sign_in_from(&browser, "ana@acme.example", PASSWORD)
            .await,
    );
    let row = house.last_row().await;
    assert!(row.succeeded());
    assert_eq!((row.flow, row.outcome), (Flow::SignIn, Outcome::Done));
    assert_eq!(row.at, today() + hours(5));
    assert_eq!(row.ip, Some(browser.ip));
    assert_eq!(row.customer, Some(Id::new("acme")));
    assert_eq!(row.agent.as_deref(), Some("Browser/1.0"));
    assert!(row.account.is_some() && row.typed.is_none());
}

/// 002-19
#[tokio::test]
async fn a_failure_is_logged_too_with_the_customer_code_of_whoever_was_named() {
    let house = House::new();
    house.member("ana").await;
    let no = house.try_sign_in("ana@acme.example", WRONG).await;
    assert_eq!(refused(no), ["account.not-recognised"]);
    let row = house.last_row().await;
    assert!(!row.succeeded());
    assert_eq!(row.outcome, Outcome::Wrong);
    assert_eq!(row.customer, Some(Id::new("acme")));
}

/// 002-19
/// C13
#[tokio::test]
async fn what_names_nobody_is_logged_without_a_code_and_never_in_clear() {
    let house = House::new();
    for typed in [PASSWORD, "nobody@acme.example", "+18135550000", ""] {
        let no = house.try_sign_in(typed, WRONG).await;
        assert_eq!(refused(no), ["account.not-recognised"]);
        let row = house.last_row().await;
        assert_eq!(row.outcome, Outcome::Unknown);
        assert_eq!((&row.customer, &row.account), (&None, &None));
        let kept = serde_json::to_string(&row).unwrap();
        assert!(typed.is_empty() || !kept.contains(typed), "{kept}");
        assert!(!kept.contains(WRONG), "{kept}");
        assert!(row.typed.is_some());
    }
}

/// 002-19
#[tokio::test]
async fn the_log_tells_staff_apart_what_the_door_answers_alike() {
    let house = House::new();
    house.member("ana").await;
    let mut barred = person("ana");
    barred.standing.portal_option = false;
    let number = standing("ana").phone.unwrap();
    house
        .try_sign_in("who@acme.example", PASSWORD)
        .await
        .unwrap_err();
    house
        .try_sign_in("ana@acme.example", WRONG)
        .await
        .unwrap_err();
    house
        .try_sign_in(number.as_str(), number.as_str())
        .await
        .unwrap();
    house.knows(barred);
    house
        .try_sign_in("ana@acme.example", PASSWORD)
        .await
        .unwrap_err();
    let rows = house.rows().await;
    let outcomes: Vec<_> = rows.iter().take(4).map(|row| row.outcome).collect();
    assert_eq!(
        outcomes,
        [
            Outcome::NotEligible,
            Outcome::NotActivated,
            Outcome::Wrong,
            Outcome::Unknown,
        ]
    );
}

/// 002-19
#[tokio::test]
async fn every_attempt_has_one_row_even_one_that_came_too_often() {
    let house = House::new();
    house.member("ana").await;
    let before = house.rows().await.len();
    for n in 1..=14 {
        house
            .try_sign_in("ana@acme.example", WRONG)
            .await
            .unwrap_err();
        assert_eq!(house.rows().await.len(), before + n);
    }
    assert_eq!(house.last_row().await.outcome, Outcome::TooMany);
    let nothing = FollowLink::new("nothing".into());
    house.door().follow(&nothing).await.unwrap_err();
    assert_eq!(house.last_row().await.flow, Flow::FollowLink);
}

/// 002-19
#[tokio::test]
async fn what_makes_no_sense_takes_tries_from_nobody_else() {
    let house = House::new();
    for n in 0..30 {
        let browser = Browser::at(&format!("198.51.100.{n}"));
        let typed = format!("no address {n}");
        let no = house.sign_in_from(&browser, &typed, WRONG).await;
        assert_eq!(refused(no), ["account.not-recognised"], "{n}");
    }
}

/// 002-19
#[tokio::test]
async fn staff_page_through_all_of_it_or_one_accounts_newest_first() {
    let house = House::new();
    for id in ["ana", "ben"] {
        house.member(id).await;
    }
    for _ in 0..4 {
        house.clock.advance(minutes(1));
        house.signed_in("ana").await;
        house
            .try_sign_in("ben@acme.example", WRONG)
            .await
            .unwrap_err();
    }
    let desk = house.desk_of(StaffRole::Support);
    let ana = desk.account_of(&Id::new("ana")).await.unwrap();
    for (of, wanted) in [(None, house.rows().await.len()), (ana.clone(), 5)] {
        let (mut page, mut rows) = (Page::first(2), vec![]);
        loop {
            let found = desk.sign_ins(of.clone(), &page).await.unwrap();
            rows.extend(found.items);
            match found.next {
                Some(next) => page = Page::first(2).following(next),
                None => break,
            }
        }
        assert_eq!(rows.len(), wanted);
        assert!(rows.is_sorted_by(|one, next| one.at >= next.at));
        assert!(of.is_none() || rows.iter().all(|row| row.account == of));
    }
}
