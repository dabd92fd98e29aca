//! The portal's own switches: off means off, for everybody at once.
use portal_core::{
    Error, Id, Settings,
    accounts::{Claim, Login},
    effect::MailKind,
    staff::{SendActivation, StaffRole},
};
use portal_testkit::facts::*;

use super::house::*;

type Switch = (fn(&mut Settings), &'static str);

const OFF: [Switch; 3] = [
    (|s| s.enabled = false, "portal.disabled"),
    (|s| s.licensed = false, "portal.licence-missing"),
    (|s| s.beta = false, "portal.in-beta"),
];

/// 002-03
#[tokio::test]
async fn while_the_portal_is_on_members_get_in() {
    let house = House::new();
    house.member("ana").await;
    let session = house.signed_in("ana").await.session;
    house.resume(&session).await.unwrap();
}

/// 002-04
#[tokio::test]
async fn while_it_is_off_nobody_signs_in_no_link_works_and_no_session_goes_on() {
    for (off, code) in OFF {
        let house = House::new();
        house.member("ana").await;
        let session = house.signed_in("ana").await.session;
        let desk = house.resume(&session).await.unwrap();
        house.forgot("ana@acme.example").await.unwrap();
        let link = house.link(MailKind::ResetLink).await;
        let dark = house.after(off);
        // Signing in, following links and going on all begin at the door.
        let door = dark.portal.door(Browser::new().visitor());
        assert_eq!(refused(door), [code]);
        let there = dark.portal.customer(desk.viewer().clone());
        assert_eq!(refused(there.account()), [code]);
        assert_eq!(refused(there.courses()), [code]);
        house.resume(&session).await.unwrap();
        house.choose(&link, ANOTHER).await.unwrap();
    }
}

/// 002-04
#[tokio::test]
async fn while_it_is_off_staff_still_see_why_and_send_nobody_a_link() {
    for (off, code) in OFF {
        let house = House::with(off);
        house.knows(person("ana"));
        let desk = house.desk_of(StaffRole::Support);
        let conditions = desk.explain_eligibility(&Id::new("ana")).await.unwrap();
        let unmet = conditions.iter().filter(|c| c.required && !c.met);
        assert_eq!(unmet.count(), 1);
        let send = SendActivation::new(house.form(), Id::new("ana"));
        assert_eq!(refused(house.staff(&send).await), [code]);
        assert!(house.post().await.is_empty());
    }
}

/// 002-04
#[tokio::test]
async fn a_way_in_that_is_switched_off_is_refused_to_whoever_asks_directly() {
    let house = House::with(|s| {
        s.accounts.claims = false;
        s.accounts.requests = false;
        s.accounts.sign_up.enabled = false;
    });
    let door = house.door();
    let nora = || portal_core::accounts::Applicant::new(email("nora@new.example"), "Nora", "Vega");
    let claim = Claim::new("8135551234", "nora@new.example", "33601");
    assert_eq!(
        refused(door.claim(&claim).await),
        ["account.claims-disabled"]
    );
    let no = door.request_account(nora()).await;
    assert_eq!(refused(no), ["account.requests-disabled"]);
    let no = door.sign_up(nora(), &PASSWORD.into()).await;
    assert_eq!(refused(no), ["account.creation-disabled"]);
    assert!(house.post().await.is_empty() && house.rows().await.is_empty());
}

/// 002-04
#[tokio::test]
async fn claims_and_invitations_under_way_end_with_their_switch() {
    let house = House::new();
    house.knows(person("ana"));
    let mut claimed = standing("ana");
    let number = claimed.phone.take().unwrap();
    let claim = Claim::new(number.as_str(), "ana@acme.example", "33601");
    house.claim(&claim).await.unwrap();
    let link = house.link(MailKind::ClaimLink).await;
    let off = house.after(|s| s.accounts.claims = false);
    assert_eq!(
        refused(off.choose(&link, PASSWORD).await),
        ["account.link-not-valid"]
    );
    house.choose(&link, PASSWORD).await.unwrap();
}

/// A host that signs its users in itself has none of this.
#[tokio::test]
async fn without_accounts_there_is_no_door_and_no_desk() {
    let memory = || std::sync::Arc::new(portal_core::memory::Memory::default());
    let portal = portal_core::Portal::builder(memory(), memory())
        .build()
        .unwrap();
    let door = portal.door(Browser::new().visitor());
    assert!(matches!(door, Err(Error::NotWired("accounts"))));
    let desk = portal.customer(viewer(&contact("ana")));
    assert!(matches!(desk.account(), Err(Error::NotWired("accounts"))));
    let staff = portal.staff(portal_core::staff::Staff::new("olga", StaffRole::Admin));
    let asked = staff.account_of(&Id::new("ana")).await;
    assert!(matches!(asked, Err(Error::NotWired("accounts"))));
    drop(Login::new("ana"));
}
