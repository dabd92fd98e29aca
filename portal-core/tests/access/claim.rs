//! First registration: by what is on record.
use std::sync::Arc;

use portal_core::{
    accounts::{Answer, Claim, Claimed, NextStep, Outcome, Person},
    effect::{MailKind, Recipient, StaffTask},
};
use portal_testkit::{PlainHasher, facts::*};

use super::house::*;

const NUMBER: &str = "+18135551234";

/// Her number is one everybody can spell.
fn ana() -> Person {
    let mut ana = person("ana");
    ana.standing.phone = Some(phone(NUMBER));
    ana
}

fn right() -> Claim {
    Claim::new(NUMBER, "ana@acme.example", "33601")
}

fn record_only() -> House {
    let hasher = Arc::new(PlainHasher::default());
    let house = House::built(|_| (), &Proof::RecordOnly, hasher);
    house.knows(ana());
    house
}

fn by_link() -> House {
    let house = House::new();
    house.knows(ana());
    house
}

/// 001-15
#[tokio::test]
async fn the_phone_number_as_both_opens_the_claim_step_in_whatever_spelling_and_nothing_else() {
    let house = by_link();
    for typed in [
        "8135551234",
        "(813) 555-1234",
        "+1 813 555 1234",
        "813.555.1234",
    ] {
        for password in ["8135551234", "+18135551234", "813-555-1234"] {
            let next = house.try_sign_in(typed, password).await;
            assert!(matches!(next, Ok(NextStep::Claim)), "{typed} {next:?}");
            house.clock.advance(hours(3));
        }
    }
    assert!(house.rows().await.iter().all(|row| !row.succeeded()));
    assert!(house.post().await.is_empty());
}

/// 001-15
#[tokio::test]
async fn without_claims_the_phone_number_as_both_is_as_wrong_as_anything() {
    let house = House::with(|s| s.accounts.claims = false);
    house.knows(ana());
    let no = house.try_sign_in(NUMBER, NUMBER).await;
    assert_eq!(refused(no), ["account.not-recognised"]);
    let no = house.claim(&right()).await;
    assert_eq!(refused(no), ["account.claims-disabled"]);
}

/// 001-16
#[tokio::test]
async fn who_knows_number_address_and_zip_has_a_link_sent_and_chooses_a_password_by_it() {
    let house = by_link();
    let answer = house.claim(&right()).await.unwrap();
    assert_eq!(answer, Claimed::Answered(Answer::Sent));
    let post = house.post().await;
    let [letter] = &*post else { panic!("{post:?}") };
    assert_eq!(letter.kind, MailKind::ClaimLink);
    assert_eq!(letter.to, Recipient::Address(email("ana@acme.example")));
    let link = house.secret(letter);
    let weak = house.choose(&link, NUMBER).await;
    assert!(refused(weak).contains(&"account.password-about-you"));
    house.choose(&link, PASSWORD).await.unwrap();
    entered(house.try_sign_in("(813) 555-1234", PASSWORD).await);
}

/// 001-17
#[tokio::test]
async fn whatever_is_wrong_the_answer_is_one_and_the_account_stays_unclaimed() {
    for claim in [
        Claim::new(NUMBER, "ben@acme.example", "33601"),
        Claim::new(NUMBER, "ana@acme.example", "33602"),
        Claim::new(NUMBER, "ben@acme.example", "33602"),
        Claim::new("+18135559999", "ana@acme.example", "33601"),
    ] {
        let house = by_link();
        let answer = house.claim(&claim).await.unwrap();
        assert_eq!(answer, Claimed::Answered(Answer::Sent), "{claim:?}");
        assert!(house.post().await.is_empty(), "{claim:?}");
        let house = record_only();
        let claim = claim.with_password(PASSWORD.into());
        let no = house.claim(&claim).await;
        assert_eq!(refused(no), ["account.no-match"], "{claim:?}");
        let out = house.try_sign_in(NUMBER, PASSWORD).await;
        assert_eq!(refused(out), ["account.not-recognised"], "{claim:?}");
        assert!(house.post().await.is_empty(), "{claim:?}");
    }
}

/// 001-17
#[tokio::test]
async fn what_can_be_no_number_address_or_zip_is_named_without_looking_anybody_up() {
    let house = by_link();
    let no = house.claim(&Claim::new("12", "ana", "@")).await;
    assert_eq!(refused(no), ["account.malformed"; 3]);
    assert!(house.post().await.is_empty());
}

/// 001-18
#[tokio::test]
async fn by_the_article_to_the_letter_everything_right_means_they_can_sign_in_now() {
    let house = record_only();
    let claim = Claim::new("8135551234", "ANA@acme.example", "33601-1234");
    let claim = claim.with_password(PASSWORD.into());
    assert_eq!(house.claim(&claim).await.unwrap(), Claimed::CanSignIn);
    entered(house.try_sign_in("8135551234", PASSWORD).await);
    assert_eq!(house.kinds().await, [MailKind::PasswordChanged]);
}

/// 001-16
#[tokio::test]
async fn by_the_article_to_the_letter_a_weak_password_takes_no_try() {
    let house = record_only();
    for _ in 0..12 {
        let weak = right().with_password("short".into());
        assert!(refused(house.claim(&weak).await).contains(&"account.password-too-short"));
        let none = house.claim(&right()).await;
        assert!(refused(none).contains(&"account.password-too-short"));
    }
    let claim = right().with_password(PASSWORD.into());
    assert_eq!(house.claim(&claim).await.unwrap(), Claimed::CanSignIn);
}

/// 001-19
#[tokio::test]
async fn after_the_claim_the_phone_number_is_no_password() {
    let house = record_only();
    let claim = right().with_password(PASSWORD.into());
    house.claim(&claim).await.unwrap();
    for typed in ["8135551234", "+18135551234", "(813) 555-1234"] {
        let next = house.try_sign_in(NUMBER, typed).await;
        assert!(matches!(next, Ok(NextStep::Claim)), "{next:?}");
        let no = house.try_sign_in("ana@acme.example", typed).await;
        assert_eq!(refused(no), ["account.not-recognised"]);
    }
    let again = house.claim(&right().with_password(ANOTHER.into())).await;
    assert_eq!(refused(again), ["account.no-match"]);
    entered(house.try_sign_in(NUMBER, PASSWORD).await);
}

/// 001-20
#[tokio::test]
async fn before_the_claim_is_complete_nobody_is_in() {
    let house = by_link();
    house.claim(&right()).await.unwrap();
    for password in ["", NUMBER, PASSWORD, "33601"] {
        let next = house.try_sign_in(NUMBER, password).await;
        assert!(!matches!(next, Ok(NextStep::SignedIn(_))), "{next:?}");
    }
    let link = house.link(MailKind::ClaimLink).await;
    let facts = house.door().look(&link).await.unwrap();
    let shown = serde_json::to_string(&facts).unwrap();
    for told in ["ana", "Cruz", "555", "33601"] {
        assert!(!shown.contains(told), "{shown}");
    }
}

/// 001-13
#[tokio::test]
async fn a_record_not_yet_brought_over_cannot_be_claimed_and_nobody_is_told() {
    let house = House::with(|s| s.accounts.eligibility.synced = true);
    let mut late = ana();
    late.standing.changed_at = Some(today());
    late.standing.synced_at = Some(today() - hours(1));
    house.knows(late);
    let answer = house.claim(&right()).await.unwrap();
    assert_eq!(answer, Claimed::Answered(Answer::Sent));
    assert!(house.post().await.is_empty());
    assert_eq!(house.last_row().await.outcome, Outcome::NotEligible);
}

/// 001-14
#[tokio::test]
async fn once_it_was_brought_over_it_can() {
    let house = House::with(|s| s.accounts.eligibility = strict());
    let mut updated = ana();
    updated.standing.changed_at = Some(today() - hours(1));
    updated.standing.synced_at = Some(today());
    house.knows(updated);
    house.claim(&right()).await.unwrap();
    let link = house.link(MailKind::ClaimLink).await;
    house.choose(&link, PASSWORD).await.unwrap();
    entered(house.try_sign_in(NUMBER, PASSWORD).await);
}

/// 001-17
#[tokio::test]
async fn two_who_share_a_number_cannot_claim_by_it_and_staff_hear_of_it() {
    let house = by_link();
    let mut ben = person("ben");
    ben.standing.phone = Some(phone(NUMBER));
    house.knows(ben);
    let answer = house.claim(&right()).await.unwrap();
    assert_eq!(answer, Claimed::Answered(Answer::Sent));
    assert_eq!(house.tasks().await, [StaffTask::AmbiguousRecord]);
    assert!(house.post().await.is_empty());
}

/// 001-16
#[tokio::test]
async fn a_claim_that_is_asked_for_again_makes_the_link_before_useless() {
    let house = by_link();
    house.claim(&right()).await.unwrap();
    let first = house.link(MailKind::ClaimLink).await;
    house.claim(&right()).await.unwrap();
    let second = house.link(MailKind::ClaimLink).await;
    let no = house.choose(&first, PASSWORD).await;
    assert_eq!(refused(no), ["account.link-not-valid"]);
    house.choose(&second, PASSWORD).await.unwrap();
}

/// 001-17
#[tokio::test]
async fn one_number_can_be_tried_a_few_times_a_day() {
    let house = by_link();
    let wrong = || Claim::new(NUMBER, "ana@acme.example", "33602");
    for _ in 0..3 {
        house.claim(&wrong()).await.unwrap();
    }
    let no = house.claim(&right()).await;
    assert_eq!(refused(no), ["account.too-many-attempts"]);
    assert!(house.post().await.is_empty());
    house.clock.advance(hours(12));
    house.claim(&right()).await.unwrap();
    assert_eq!(house.kinds().await, [MailKind::ClaimLink]);
}

/// 001-21
/// B1
#[tokio::test]
async fn a_registered_customer_signs_in_by_the_number_however_it_is_written() {
    let house = by_link();
    house.claim(&right()).await.unwrap();
    let link = house.link(MailKind::ClaimLink).await;
    house.choose(&link, PASSWORD).await.unwrap();
    for typed in [
        "8135551234",
        "813-555-1234",
        "(813) 555-1234",
        "813 555 1234",
        "+1 (813) 555-1234",
        "1-813-555-1234",
        "001 813 555 1234",
        " 8135551234 ",
        "+1.813.555.1234",
        "\u{ff18}\u{ff11}\u{ff13}5551234",
    ] {
        let next = house.try_sign_in(typed, PASSWORD).await;
        if typed.starts_with("001") {
            // Dialled from the United States, abroad begins with 011.
            assert_eq!(refused(next), ["account.not-recognised"], "{typed}");
        } else {
            entered(next);
        }
    }
    let no = house.try_sign_in("8135551234", WRONG).await;
    assert_eq!(refused(no), ["account.not-recognised"]);
}

/// 001-23
#[tokio::test]
async fn who_signs_out_must_sign_in_anew_for_any_page() {
    let house = House::new();
    house.member("ana").await;
    let session = house.signed_in("ana").await.session;
    let desk = house.resume(&session).await.unwrap();
    desk.account().unwrap().sign_out().await.unwrap();
    assert!(is_out(&house.resume(&session).await));
    let again = desk.account().unwrap().sign_out().await;
    assert!(again.is_ok(), "{again:?}");
    house.signed_in("ana").await;
}

/// B10
/// 001-22
#[tokio::test]
async fn who_may_not_use_the_portal_any_more_is_out_at_the_next_page() {
    let house = House::new();
    house.member("ana").await;
    let session = house.signed_in("ana").await.session;
    let mut ana = person("ana");
    ana.standing.portal_option = false;
    house.knows(ana);
    assert!(is_out(&house.resume(&session).await));
    let no = house.try_sign_in("ana@acme.example", PASSWORD).await;
    assert_eq!(refused(no), ["account.not-recognised"]);
    house.knows(person("ana"));
    assert!(house.resume(&session).await.is_ok());
}

fn strict() -> portal_core::accounts::EligibilitySettings {
    portal_core::accounts::EligibilitySettings::strict()
}
