//! What makes no sense, and passwords that will not do: one row of the log each, with nothing of it in clear.
use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::mpsc,
    task::Poll,
};

use portal_core::{
    Error, Id,
    accounts::{Applicant, Claim, EmailChange, Flow, FollowLink, Outcome},
    effect::MailKind,
    staff::Invite,
};
use portal_testkit::{PlainHasher, facts::*};
use secrecy::SecretString;
use tokio::{runtime::Builder, task::spawn_blocking};

use super::house::*;

const WEAK: &str = "hunter2";

fn nora(surname: &str) -> Applicant {
    Applicant::new(email("nora@new.example"), "Nora", surname)
}

/// One row came of it, which says so; whether it names an account.
async fn one_row(house: &House, before: usize, flow: Flow) -> bool {
    let rows = house.rows().await;
    assert_eq!(rows.len(), before + 1, "{flow:?}");
    let row = rows.first().unwrap();
    assert_eq!((row.flow, row.outcome), (flow, Outcome::Malformed));
    assert!(!row.succeeded());
    let kept = serde_json::to_string(row).unwrap();
    for typed in [WEAK, "no phone", "nora@new.example", "no address"] {
        assert!(!kept.contains(typed), "{kept}");
    }
    assert_ne!(row.account.is_some(), row.typed.is_some());
    row.account.is_some()
}

async fn invited(house: &House) -> SecretString {
    house.knows(person("ben"));
    let invite = Invite::new(house.form(), Id::new("ben"));
    house.staff(&invite).await.unwrap();
    house.link(MailKind::Invitation).await
}

/// 002-19
#[tokio::test]
async fn every_form_at_the_door_that_makes_no_sense_leaves_one_row() {
    let house = House::new();
    let (door, rows) = (house.door(), house.rows().await.len());
    let claim = Claim::new("no phone", "nora@new.example", "33601");
    assert_eq!(refused(door.claim(&claim).await), ["account.malformed"]);
    assert!(!one_row(&house, rows, Flow::Claim).await);
    let asked = door.request_account(nora(" ")).await;
    assert_eq!(refused(asked), ["profile.required"]);
    assert!(!one_row(&house, rows + 1, Flow::Request).await);
    let signed_up = door.sign_up(nora(" "), &PASSWORD.into()).await;
    assert_eq!(refused(signed_up), ["profile.required"]);
    assert!(!one_row(&house, rows + 2, Flow::SignUp).await);
}

/// 002-19
#[tokio::test]
async fn every_password_that_will_not_do_leaves_one_row() {
    let house = House::with(|s| s.accounts.email_change = EmailChange::VerifyNewAddress);
    house.member("ana").await;
    let link = invited(&house).await;
    let rows = house.rows().await.len();
    let signed_up = house.door().sign_up(nora("Vega"), &WEAK.into()).await;
    assert!(refused(signed_up).contains(&"account.password-too-short"));
    assert!(!one_row(&house, rows, Flow::SignUp).await);
    let chosen = house.choose(&link, WEAK).await;
    assert!(refused(chosen).contains(&"account.password-too-short"));
    assert!(one_row(&house, rows + 1, Flow::FollowLink).await);
    house.choose(&link, PASSWORD).await.unwrap();
    let desk = house.desk("ana").await;
    let rows = house.rows().await.len();
    let changed = change(&desk, PASSWORD, WEAK).await;
    assert!(refused(changed).contains(&"account.password-too-short"));
    assert!(one_row(&house, rows, Flow::ProveAgain).await);
    let same = change(&desk, PASSWORD, PASSWORD).await;
    assert_eq!(refused(same), ["account.password-unchanged"]);
    assert!(one_row(&house, rows + 1, Flow::ProveAgain).await);
    let account = desk.account().unwrap();
    let password = PASSWORD.into();
    let moved = account.change_email(&password, "no address").await;
    assert_eq!(refused(moved), ["account.malformed"]);
    assert!(one_row(&house, rows + 2, Flow::ChangeEmail).await);
}

/// 002-19
#[tokio::test]
async fn by_the_article_to_the_letter_a_weak_password_has_its_row_too() {
    let hasher = std::sync::Arc::new(PlainHasher::default());
    let house = House::built(|_| (), &Proof::RecordOnly, hasher);
    house.knows(person("ana"));
    let number = standing("ana").phone.unwrap();
    let claim = Claim::new(number.as_str(), "ana@acme.example", "33601");
    let claim = claim.with_password(WEAK.into());
    let rows = house.rows().await.len();
    let weak = house.claim(&claim).await;
    assert!(refused(weak).contains(&"account.password-too-short"));
    assert!(!one_row(&house, rows, Flow::Claim).await);
}

/// 002-19
#[tokio::test]
async fn one_place_has_only_so_many_passwords_judged() {
    let house = House::new();
    for n in 0..60 {
        let no = house.door().sign_up(nora("Vega"), &WEAK.into()).await;
        assert!(
            refused(no).contains(&"account.password-too-short"),
            "after {n}"
        );
    }
    let rows = house.rows().await.len();
    let no = house.door().sign_up(nora("Vega"), &WEAK.into()).await;
    assert_eq!(refused(no), ["account.too-many-attempts"]);
    assert_eq!(house.rows().await.len(), rows + 1);
    let elsewhere = house.door_from(&Browser::at("203.0.113.5"));
    let no = elsewhere.sign_up(nora("Vega"), &WEAK.into()).await;
    assert!(refused(no).contains(&"account.password-too-short"));
}

/// Whether it has to wait for anything: with everything in memory, only for work on another thread.
async fn waits<T>(work: impl Future<Output = Result<T, Error>>) -> bool {
    let mut work = pin!(work);
    poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx).is_pending())).await
}

/// Judging a password takes a processor for a while, and nobody else's request waits for that.
#[test]
fn passwords_are_judged_on_another_thread() {
    let mut runtime = Builder::new_current_thread();
    let runtime = runtime.max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let house = House::new();
        house.member("ana").await;
        let link = invited(&house).await;
        let desk = house.desk("ana").await;
        let (go, wait) = mpsc::channel::<()>();
        let only_thread = spawn_blocking(move || wait.recv().is_err());
        let weak = SecretString::from(WEAK);
        let door = house.door();
        assert!(!waits(door.request_account(nora("Vega"))).await);
        assert!(waits(door.sign_up(nora("Vega"), &weak)).await);
        let form = FollowLink::new(link).choosing(weak.clone());
        assert!(waits(door.follow(&form)).await);
        let account = desk.account().unwrap();
        let current = PASSWORD.into();
        assert!(waits(account.change_password(&current, &weak)).await);
        drop(go);
        assert!(only_thread.await.unwrap());
    });
}
