//! Being signed in.
use portal_core::{
    Error, Id,
    accounts::{EndOtherSessions, EndSession, SessionSettings, Token},
    staff::{ChangeAccess, Closing, StaffRole},
};
use portal_testkit::facts::*;

use super::house::*;

async fn change_access(house: &House, closing: Closing) {
    let desk = house.desk_of(StaffRole::Admin);
    let account = desk.account_of(&Id::new("ana")).await.unwrap().unwrap();
    let form = ChangeAccess::new(house.form(), account, closing);
    house.staff(&form).await.unwrap();
}

/// 001-23
#[tokio::test]
async fn a_session_ends_after_half_an_hour_without_a_page() {
    let house = House::new();
    house.member("ana").await;
    let session = house.signed_in("ana").await.session;
    for _ in 0..4 {
        house.clock.advance(minutes(30));
        house.resume(&session).await.unwrap();
    }
    house.clock.advance(minutes(31));
    assert!(is_out(&house.resume(&session).await));
    house.clock.advance(-minutes(31));
    assert!(house.resume(&session).await.is_ok());
}

/// 001-23
#[tokio::test]
async fn a_session_ends_after_twelve_hours_however_busy_it_was() {
    let house = House::new();
    house.member("ana").await;
    let session = house.signed_in("ana").await.session;
    for _ in 0..48 {
        house.clock.advance(minutes(15));
        house.resume(&session).await.unwrap();
    }
    house.clock.advance(minutes(1));
    assert!(is_out(&house.resume(&session).await));
}

/// 001-23
#[tokio::test]
async fn how_long_is_for_the_host_to_say() {
    let house = House::with(|s| {
        let mut sessions = SessionSettings::default();
        sessions.idle_minutes = 5.try_into().unwrap();
        sessions.longest_hours = 1.try_into().unwrap();
        s.accounts.sessions = sessions;
    });
    house.member("ana").await;
    let session = house.signed_in("ana").await.session;
    house.clock.advance(minutes(6));
    assert!(is_out(&house.resume(&session).await));
}

/// 001-23
#[tokio::test]
async fn a_clock_set_back_before_the_sign_in_ends_the_session() {
    let house = House::new();
    house.member("ana").await;
    let session = house.signed_in("ana").await.session;
    house.clock.advance(-minutes(6));
    assert!(is_out(&house.resume(&session).await));
}

/// 001-23
#[tokio::test]
async fn what_was_never_a_session_is_not_taken_for_one() {
    let house = House::new();
    for cookie in [
        "",
        "x",
        &"A".repeat(43),
        &"é".repeat(43),
        &"A".repeat(10_000),
    ] {
        assert!(is_out(&house.door().resume(cookie).await), "{cookie}");
    }
}

/// 001-21
#[tokio::test]
async fn every_sign_in_and_every_new_proof_is_another_session() {
    let house = House::new();
    house.member("ana").await;
    let first = house.signed_in("ana").await.session;
    let second = house.signed_in("ana").await.session;
    assert_ne!(first.expose(), second.expose());
    let desk = house.resume(&second).await.unwrap();
    let no = prove(&desk, WRONG).await;
    assert_eq!(refused(no), ["account.wrong-password"]);
    assert!(house.resume(&second).await.is_ok());
    let third = prove(&desk, PASSWORD).await.unwrap();
    assert!(third.device.is_none());
    assert!(is_out(&house.resume(&second).await));
    house.resume(&third.session).await.unwrap();
    house.resume(&first).await.unwrap();
}

/// 001-23
#[tokio::test]
async fn one_sees_where_one_is_signed_in_and_which_is_here() {
    let house = House::new();
    house.member("ana").await;
    house.signed_in("ana").await;
    house.clock.advance(minutes(5));
    let phone = Browser::at("198.51.100.9");
    let there = house
        .sign_in_from(&phone, "ana@acme.example", PASSWORD)
        .await;
    let desk = house.resume(&entered(there).session).await.unwrap();
    let lines = desk.account().unwrap().sessions().await.unwrap();
    let here: Vec<_> = lines.iter().map(|line| line.here).collect();
    assert_eq!(here, [true, false]);
    assert_eq!(lines[0].ip, Some(phone.ip));
    assert_eq!(lines[0].since, today() + minutes(5));
    assert_eq!(lines[1].agent.as_deref(), Some("Browser/1.0"));
    house.clock.advance(minutes(27));
    let lines = desk.account().unwrap().sessions().await.unwrap();
    assert_eq!(lines.len(), 1, "the other has been idle for too long");
}

/// 001-23
#[tokio::test]
async fn one_session_can_be_ended_from_another_and_ending_it_twice_is_ending_it_once() {
    let house = House::new();
    house.member("ana").await;
    let there = house.signed_in("ana").await.session;
    let desk = house.desk("ana").await;
    let lines = desk.account().unwrap().sessions().await.unwrap();
    let other = lines.iter().find(|line| !line.here).unwrap();
    let end = EndSession::new(house.form(), other.session.clone());
    assert!(!desk.submit(&end).await.unwrap().replayed);
    assert!(desk.submit(&end).await.unwrap().replayed);
    assert!(is_out(&house.resume(&there).await));
    let again = EndSession::new(house.form(), other.session.clone());
    assert!(matches!(desk.submit(&again).await, Err(Error::NotFound)));
}

/// 001-23
#[tokio::test]
async fn somebody_elses_session_is_not_there() {
    let house = House::new();
    for id in ["ana", "ben"] {
        house.member(id).await;
    }
    let session = house.signed_in("ben").await.session;
    let ben = house.resume(&session).await.unwrap();
    let line = ben.account().unwrap().sessions().await.unwrap().remove(0);
    let ana = house.desk("ana").await;
    let end = EndSession::new(house.form(), line.session);
    assert!(matches!(ana.submit(&end).await, Err(Error::NotFound)));
    house.resume(&session).await.unwrap();
}

/// 001-23
#[tokio::test]
async fn all_others_can_be_ended_at_once_and_this_one_goes_on() {
    let house = House::new();
    for id in ["ana", "ben"] {
        house.member(id).await;
    }
    let ben = house.signed_in("ben").await.session;
    let mut others: Vec<Token> = vec![];
    for _ in 0..3 {
        others.push(house.signed_in("ana").await.session);
    }
    let here = house.signed_in("ana").await.session;
    let desk = house.resume(&here).await.unwrap();
    desk.submit(&EndOtherSessions::new(house.form()))
        .await
        .unwrap();
    for other in others {
        assert!(is_out(&house.resume(&other).await));
    }
    for on in [here, ben] {
        assert!(house.resume(&on).await.is_ok());
    }
}

/// 002-04
#[tokio::test]
async fn closing_an_account_ends_its_sessions_at_once_and_reopening_brings_none_back() {
    let house = House::new();
    house.member("ana").await;
    let session = house.signed_in("ana").await.session;
    change_access(&house, Closing::Close).await;
    assert!(is_out(&house.resume(&session).await));
    let no = house.try_sign_in("ana@acme.example", PASSWORD).await;
    assert_eq!(refused(no), ["account.not-recognised"]);
    change_access(&house, Closing::Reopen).await;
    assert!(is_out(&house.resume(&session).await));
    house.signed_in("ana").await;
}

/// 001-21
#[tokio::test]
async fn a_password_hashed_long_ago_is_hashed_anew_and_nobody_notices() {
    let hasher = portal_testkit::PlainHasher::default();
    let shared = std::sync::Arc::new(hasher.clone());
    let house = House::built(|_| (), &Proof::ByLink, shared);
    house.member("ana").await;
    let session = house.signed_in("ana").await.session;
    hasher.call_outdated(true);
    let runs = hasher.runs();
    house.signed_in("ana").await;
    assert_eq!(hasher.runs() - runs, 2);
    hasher.call_outdated(false);
    house.resume(&session).await.unwrap();
    house.signed_in("ana").await;
}
