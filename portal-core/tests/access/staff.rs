//! The staff desk: closing, reopening, signing out, seeing why somebody does not get in.
use portal_core::{
    Error, Id,
    accounts::{ConditionKind, EligibilitySettings, Fix},
    effect::MailKind,
    staff::{ChangeAccess, Closing, Invite, SendInstructions, Staff, StaffRole},
};
use portal_testkit::facts::*;

use super::house::*;

async fn account(house: &House) -> Id<portal_core::Account> {
    let desk = house.desk_of(StaffRole::Admin);
    desk.account_of(&Id::new("ana")).await.unwrap().unwrap()
}

async fn change_access(house: &House, closing: Closing) {
    let form = ChangeAccess::new(house.form(), account(house).await, closing);
    house.staff(&form).await.unwrap();
}

/// 002-04
#[tokio::test]
async fn signing_somebody_out_everywhere_leaves_the_account_open() {
    let house = House::new();
    house.member("ana").await;
    let signed_in = house.signed_in("ana").await;
    change_access(&house, Closing::SignOutEverywhere).await;
    assert!(is_out(&house.resume(&signed_in.session).await));
    let own = Browser::known_by(&signed_in.device.unwrap());
    let again = house.sign_in_from(&own, "ana@acme.example", PASSWORD).await;
    assert!(entered(again).device.is_some(), "the browser was forgotten");
}

/// 002-04
#[tokio::test]
async fn closing_twice_and_reopening_what_is_open_change_nothing() {
    let house = House::new();
    house.member("ana").await;
    change_access(&house, Closing::Reopen).await;
    house.signed_in("ana").await;
    for _ in 0..2 {
        change_access(&house, Closing::Close).await;
    }
    change_access(&house, Closing::Reopen).await;
    house.signed_in("ana").await;
}

/// 002-04
#[tokio::test]
async fn an_account_that_never_had_a_password_reopens_as_an_invited_one() {
    let house = House::new();
    house.knows(person("ana"));
    let invite = || Invite::new(house.form(), Id::new("ana"));
    house.staff(&invite()).await.unwrap();
    change_access(&house, Closing::Close).await;
    assert_eq!(refused(house.staff(&invite()).await), ["account.closed"]);
    change_access(&house, Closing::Reopen).await;
    house.post().await;
    house.staff(&invite()).await.unwrap();
    let link = house.link(MailKind::Invitation).await;
    house.choose(&link, PASSWORD).await.unwrap();
    house.signed_in("ana").await;
}

/// 000-06
#[tokio::test]
async fn the_same_form_sent_again_is_answered_with_its_receipt_and_sends_one_mail() {
    let house = House::new();
    house.knows(person("ana"));
    let invite = Invite::new(house.form(), Id::new("ana"));
    let first = house.staff(&invite).await.unwrap();
    let again = house.staff(&invite).await.unwrap();
    assert!(!first.replayed && again.replayed);
    assert_eq!(first.receipt, again.receipt);
    assert_eq!(house.kinds().await, [MailKind::Invitation]);
    let other = house.portal.staff(Staff::new("boris", StaffRole::Admin));
    let taken = other.submit(&invite).await;
    assert!(matches!(taken, Err(Error::FormReused)));
    let about = portal_core::RecordRef::Contact(Id::new("ana"));
    let reused = SendInstructions::new(invite.command, Id::new("ana"), about);
    assert!(matches!(house.staff(&reused).await, Err(Error::FormReused)));
}

/// 000-06
#[tokio::test]
async fn whoever_is_unknown_is_not_found() {
    let house = House::new();
    let desk = house.desk_of(StaffRole::Admin);
    let nobody = Id::new("nobody");
    assert!(matches!(
        desk.explain_eligibility(&nobody).await,
        Err(Error::NotFound)
    ));
    assert_eq!(desk.account_of(&nobody).await.unwrap(), None);
    let form = ChangeAccess::new(house.form(), Id::new("none"), Closing::Close);
    assert!(matches!(house.staff(&form).await, Err(Error::NotFound)));
}

/// 001-13
/// B4
/// B9
#[tokio::test]
async fn staff_see_every_condition_and_what_would_mend_each_that_is_not_met() {
    let house = House::with(|s| s.accounts.eligibility = EligibilitySettings::strict());
    house.knows(portal_core::accounts::Person::new(
        contact("ana"),
        portal_core::accounts::Standing::new(),
    ));
    let desk = house.desk_of(StaffRole::Support);
    let lines = desk.explain_eligibility(&Id::new("ana")).await.unwrap();
    let kinds: Vec<_> = lines.iter().map(|line| line.condition).collect();
    assert_eq!(kinds, ConditionKind::ALL);
    let fixes: Vec<_> = lines.iter().filter_map(|line| line.fix).collect();
    assert_eq!(
        fixes,
        [
            Fix::EnterPhone,
            Fix::EnterEmail,
            Fix::EnterPostalCode,
            Fix::WriteQuoteOrContract,
            Fix::OpenCreditAccount,
            Fix::UpdateSite,
        ]
    );
    house.knows(person("ana"));
    let lines = desk.explain_eligibility(&Id::new("ana")).await.unwrap();
    assert!(lines.iter().all(|line| line.met && line.fix.is_none()));
}
