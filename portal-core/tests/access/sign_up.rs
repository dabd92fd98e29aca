//! Creating an account oneself.
use std::collections::BTreeSet;

use portal_core::{
    Error, Id, Refusal,
    accounts::{
        AccountRefusal, Answer, Applicant, FollowLink, Followed, LinkTakes, Login, Outcome,
        RequiredInfo, SignIn,
    },
    details::{PostalAddress, Region},
    effect::{MailKind, Recipient, StaffTask},
    staff::{ChangeAccess, Closing, Invite},
};
use portal_testkit::facts::*;
use secrecy::SecretString;

use super::house::*;

fn nora() -> Applicant {
    Applicant::new(email("nora@new.example"), "Nora", "Vega")
}

fn address() -> PostalAddress {
    PostalAddress::new(["1 Main St"], "Tampa", Region::parse("US").unwrap()).unwrap()
}

async fn sign_up(house: &House, applicant: Applicant) -> Result<Answer, Error> {
    house.door().sign_up(applicant, &PASSWORD.into()).await
}

async fn follow(house: &House, link: &SecretString) -> Result<Followed, Error> {
    let form = FollowLink::new(link.clone()).choosing(PASSWORD.into());
    house.door().follow(&form).await
}

/// 002-07
/// 002-27
/// 003-09
#[tokio::test]
async fn where_accounts_can_be_created_anybody_creates_one_and_signs_in() {
    let house = House::new();
    assert_eq!(house.door().creation_takes(), Some(vec![]));
    assert_eq!(sign_up(&house, nora()).await.unwrap(), Answer::Sent);
    let post = house.post().await;
    let [letter] = &*post else { panic!("{post:?}") };
    assert_eq!(letter.kind, MailKind::SignUpLink);
    assert_eq!(letter.to, Recipient::Address(email("nora@new.example")));
    let out = house.try_sign_in("nora@new.example", PASSWORD).await;
    assert_eq!(refused(out), ["account.not-recognised"]);
    let link = house.secret(letter);
    assert_eq!(
        house.door().look(&link).await.unwrap().takes,
        LinkTakes::SamePassword
    );
    let done = follow(&house, &link).await;
    assert!(matches!(done, Ok(Followed::AccountCreated { .. })));
    let session = entered(house.try_sign_in("nora@new.example", PASSWORD).await).session;
    let desk = house.resume(&session).await.unwrap();
    assert_eq!(desk.viewer().contact.given_name, "Nora");
}

/// 002-08
#[tokio::test]
async fn where_they_cannot_there_is_no_such_link_and_the_request_itself_is_refused() {
    let house = House::with(|s| s.accounts.sign_up.enabled = false);
    assert_eq!(house.door().creation_takes(), None);
    let no = sign_up(&house, nora()).await;
    assert_eq!(refused(no), ["account.creation-disabled"]);
    assert!(house.post().await.is_empty());
}

/// 002-08
/// 002-27
#[tokio::test]
async fn a_link_that_was_under_way_when_creation_was_switched_off_creates_nothing() {
    let house = House::new();
    sign_up(&house, nora()).await.unwrap();
    let link = house.link(MailKind::SignUpLink).await;
    let off = house.after(|s| s.accounts.sign_up.enabled = false);
    let no = follow(&off, &link).await;
    assert_eq!(refused(no), ["account.link-not-valid"]);
    assert!(follow(&house, &link).await.is_ok());
}

/// 002-08
#[tokio::test]
async fn switching_creation_off_leaves_existing_accounts_and_invitations_alone() {
    let house = House::with(|s| s.accounts.sign_up.enabled = false);
    house.member("ana").await;
    house.signed_in("ana").await;
}

/// 002-09
#[tokio::test]
async fn any_of_the_four_can_be_required() {
    use RequiredInfo as R;
    let all = [
        R::CreditCard,
        R::BankAccount,
        R::BillingDetails,
        R::ShippingDetails,
    ];
    for n in 0..16_u8 {
        let required = all.iter().enumerate().filter(|(bit, _)| n >> bit & 1 == 1);
        let required: BTreeSet<R> = required.map(|(_, info)| *info).collect();
        let house = House::with(|s| s.accounts.sign_up.required.clone_from(&required));
        let takes = house.door().creation_takes().unwrap();
        assert_eq!(takes, required.into_iter().collect::<Vec<_>>());
    }
}

/// 002-10
#[tokio::test]
async fn each_missing_item_is_named_and_there_is_no_account() {
    use RequiredInfo as R;
    let house = House::with(|s| {
        s.accounts.sign_up.required = [R::CreditCard, R::BillingDetails, R::ShippingDetails].into();
    });
    let mut given = nora();
    given.billing = Some(address());
    let no = sign_up(&house, given).await.unwrap_err();
    let named: Vec<_> = no.refusals().unwrap().iter().cloned().collect();
    let missing = |info| Refusal::from(AccountRefusal::RequiredInfoMissing { info });
    assert_eq!(named, [missing(R::CreditCard), missing(R::ShippingDetails)]);
    assert!(house.post().await.is_empty());
}

/// 002-10
#[tokio::test]
async fn what_is_wrong_with_the_password_and_the_names_is_told_along_with_it() {
    let house = House::with(|s| {
        s.accounts.sign_up.required = [RequiredInfo::CreditCard].into();
    });
    let nameless = Applicant::new(email("nora@new.example"), "Nora", " ");
    let no = house.door().sign_up(nameless, &"short".into()).await;
    let mut codes = refused(no);
    codes.sort_unstable();
    assert_eq!(
        codes,
        [
            "account.password-too-common",
            "account.password-too-short",
            "account.required-info-missing",
            "profile.required",
        ]
    );
}

/// 002-11
#[tokio::test]
async fn what_is_not_required_may_be_left_out_or_given() {
    let house = House::with(|s| {
        s.accounts.sign_up.required = [RequiredInfo::BillingDetails].into();
    });
    let mut enough = nora();
    enough.billing = Some(address());
    let mut more = enough.clone();
    more.email = email("mia@new.example");
    more.shipping = Some(address());
    more.card = Some("tok_1".to_owned());
    for applicant in [enough, more] {
        sign_up(&house, applicant).await.unwrap();
        assert_eq!(house.kinds().await, [MailKind::SignUpLink]);
    }
}

/// 002-27
#[tokio::test]
async fn who_has_an_account_already_is_told_by_mail_and_nobody_else_is() {
    let house = House::new();
    house.member("ana").await;
    let taken = Applicant::new(email("ana@acme.example"), "Ana", "Cruz");
    let answer = house.door().sign_up(taken, &ANOTHER.into()).await.unwrap();
    assert_eq!(answer, Answer::Sent);
    let post = house.post().await;
    let [letter] = &*post else { panic!("{post:?}") };
    assert_eq!(letter.kind, MailKind::AlreadyRegistered);
    assert_eq!(letter.to, Recipient::Contact(Id::new("ana")));
    house.signed_in("ana").await;
}

/// 002-27
#[tokio::test]
async fn somebody_the_host_knows_by_that_address_gets_the_account_of_theirs() {
    let house = House::new();
    house.knows(person("ana"));
    let known = Applicant::new(email("ana@acme.example"), "Ann", "Other");
    sign_up(&house, known).await.unwrap();
    let link = house.link(MailKind::SignUpLink).await;
    follow(&house, &link).await.unwrap();
    let session = house.signed_in("ana").await.session;
    let desk = house.resume(&session).await.unwrap();
    assert_eq!(desk.viewer().contact, contact("ana"));
}

/// 002-27
#[tokio::test]
async fn an_account_is_found_by_the_address_on_record_though_it_was_opened_under_another() {
    let house = House::new();
    house.member("ana").await;
    let mut moved = person("ana");
    moved.standing.email = Some(email("ana@home.example"));
    moved.contact.email = Some("ana@home.example".to_owned());
    house.knows(moved);
    let again = Applicant::new(email("ana@home.example"), "Ana", "Cruz");
    house.door().sign_up(again, &ANOTHER.into()).await.unwrap();
    assert_eq!(house.kinds().await, [MailKind::AlreadyRegistered]);
    let no = house.try_sign_in("ana@home.example", ANOTHER).await;
    assert_eq!(refused(no), ["account.not-recognised"]);
    entered(house.try_sign_in("ana@home.example", PASSWORD).await);
}

/// 002-27
#[tokio::test]
async fn who_was_let_in_by_another_way_meanwhile_keeps_that_password() {
    let house = House::new();
    house.knows(person("ana"));
    let known = Applicant::new(email("ana@acme.example"), "Ana", "Cruz");
    house.door().sign_up(known, &ANOTHER.into()).await.unwrap();
    let late = house.link(MailKind::SignUpLink).await;
    house
        .staff(&Invite::new(house.form(), Id::new("ana")))
        .await
        .unwrap();
    let link = house.link(MailKind::Invitation).await;
    house.choose(&link, PASSWORD).await.unwrap();
    assert_eq!(
        refused(house.choose(&late, ANOTHER).await),
        ["account.link-not-valid"]
    );
    assert_eq!(house.last_row().await.outcome, Outcome::Exists);
    house.signed_in("ana").await;
}

/// 002-27
#[tokio::test]
async fn an_account_that_staff_closed_does_not_come_back_by_signing_up() {
    let house = House::new();
    house.member("ana").await;
    let desk = house.desk_of(portal_core::staff::StaffRole::Admin);
    let account = desk.account_of(&Id::new("ana")).await.unwrap().unwrap();
    let close = ChangeAccess::new(house.form(), account, Closing::Close);
    house.staff(&close).await.unwrap();
    let known = Applicant::new(email("ana@acme.example"), "Ana", "Cruz");
    sign_up(&house, known).await.unwrap();
    assert!(!house.kinds().await.contains(&MailKind::SignUpLink));
    let no = house.try_sign_in("ana@acme.example", PASSWORD).await;
    assert_eq!(refused(no), ["account.not-recognised"]);
}

/// 002-27
#[tokio::test]
async fn an_address_on_two_records_opens_nothing_and_staff_hear_of_it() {
    let house = House::new();
    for id in ["ana", "ben"] {
        let mut one = person(id);
        one.standing.email = Some(email("office@acme.example"));
        house.knows(one);
    }
    let office = Applicant::new(email("office@acme.example"), "Ana", "Cruz");
    sign_up(&house, office).await.unwrap();
    let link = house.link(MailKind::SignUpLink).await;
    assert_eq!(
        refused(follow(&house, &link).await),
        ["account.link-not-valid"]
    );
    assert_eq!(house.tasks().await, [StaffTask::AmbiguousRecord]);
    assert_eq!(house.last_row().await.outcome, Outcome::Wrong);
}

/// 002-27
#[tokio::test]
async fn a_link_creates_one_account_however_often_it_is_followed() {
    let house = House::new();
    sign_up(&house, nora()).await.unwrap();
    let link = house.link(MailKind::SignUpLink).await;
    follow(&house, &link).await.unwrap();
    assert_eq!(
        refused(follow(&house, &link).await),
        ["account.link-not-valid"]
    );
    let form = SignIn::new(Login::new("nora@new.example"), PASSWORD.into());
    entered(house.door().sign_in(&form).await);
}

/// 002-08
#[tokio::test]
async fn whoever_signs_up_with_the_address_of_another_lets_nobody_in_by_a_password_of_theirs() {
    let house = House::with(|s| s.accounts.sign_up.enabled = true);
    let victim = Applicant::new(email("ana@acme.example"), "Ana", "Cruz");
    house.door().sign_up(victim, &ANOTHER.into()).await.unwrap();
    let link = house.link(MailKind::SignUpLink).await;
    let owner = house.choose(&link, PASSWORD).await;
    assert_eq!(refused(owner), ["account.wrong-password"]);
    let thief = house.try_sign_in("ana@acme.example", ANOTHER).await;
    assert_eq!(refused(thief), ["account.not-recognised"]);
}
