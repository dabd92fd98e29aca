//! Requesting an account, for the owner of the portal to approve.
use portal_core::{
    Error, Id, Page,
    accounts::{AccountRequest, Answer, Applicant, RequestState},
    effect::{MailKind, Recipient, StaffTask},
    staff::{ApproveRequest, ChangeAccess, Closing, DeclineRequest, StaffRole},
};
use portal_testkit::facts::*;

use super::house::*;

fn nora() -> Applicant {
    Applicant::new(email("nora@new.example"), "Nora", "Vega")
}

fn ana() -> Applicant {
    Applicant::new(email("ana@acme.example"), "Ana", "Cruz")
}

async fn in_state(house: &House, state: RequestState) -> Vec<AccountRequest> {
    let desk = house.desk_of(StaffRole::Admin);
    desk.requests(state, &Page::default()).await.unwrap().items
}

/// Somebody asked, and the owner was told.
async fn asked(house: &House, applicant: Applicant) -> Id<AccountRequest> {
    let answer = house.door().request_account(applicant).await.unwrap();
    assert_eq!(answer, Answer::Sent);
    house.post().await;
    let pending = in_state(house, RequestState::Pending).await;
    pending.last().unwrap().id.clone()
}

/// 004-02
/// 004-03
/// 004-04
#[tokio::test]
async fn a_request_carries_what_was_entered_and_the_owner_hears_of_it() {
    let house = House::new();
    let mut applicant = nora();
    applicant.organisation = Some("Vega Ltd".to_owned());
    applicant.message = Some("Two vans a week.".to_owned());
    house
        .door()
        .request_account(applicant.clone())
        .await
        .unwrap();
    let post = house.post().await;
    let [letter] = &*post else { panic!("{post:?}") };
    assert_eq!(letter.kind, MailKind::AccountRequestNotice);
    assert_eq!(letter.to, Recipient::Staff);
    let pending = in_state(&house, RequestState::Pending).await;
    assert_eq!(pending[0].applicant, applicant);
}

/// 004-04
#[tokio::test]
async fn the_owner_has_a_task_even_where_there_is_no_address_to_write_to() {
    let house = House::with(|s| s.mail.staff_address = None);
    house.door().request_account(nora()).await.unwrap();
    assert_eq!(house.tasks().await, [StaffTask::AccountRequest]);
}

/// 004-05
#[tokio::test]
async fn before_approval_nobody_signs_in_and_no_link_is_sent() {
    let house = House::new();
    asked(&house, nora()).await;
    for password in ["", PASSWORD, "nora@new.example"] {
        let no = house.try_sign_in("nora@new.example", password).await;
        assert_eq!(refused(no), ["account.not-recognised"]);
    }
    house.forgot("nora@new.example").await.unwrap();
    assert!(house.post().await.is_empty());
}

/// 004-06
/// E7
#[tokio::test]
async fn who_is_approved_is_sent_a_link_chooses_a_password_and_signs_in() {
    let house = House::new();
    let request = asked(&house, nora()).await;
    house
        .staff(&ApproveRequest::new(house.form(), request))
        .await
        .unwrap();
    let post = house.post().await;
    let [letter] = &*post else { panic!("{post:?}") };
    assert_eq!(letter.kind, MailKind::RequestApproved);
    assert_eq!(letter.to, Recipient::Address(email("nora@new.example")));
    house.choose(&house.secret(letter), PASSWORD).await.unwrap();
    let session = entered(house.try_sign_in("nora@new.example", PASSWORD).await).session;
    let desk = house.resume(&session).await.unwrap();
    assert_eq!(desk.viewer().contact.given_name, "Nora");
    assert_eq!(in_state(&house, RequestState::Approved).await.len(), 1);
}

/// 004-07
#[tokio::test]
async fn who_is_declined_is_told_and_has_no_login() {
    let house = House::new();
    let request = asked(&house, nora()).await;
    let decline = DeclineRequest::new(house.form(), request.clone());
    house.staff(&decline).await.unwrap();
    assert_eq!(house.kinds().await, [MailKind::RequestDeclined]);
    let no = house.try_sign_in("nora@new.example", PASSWORD).await;
    assert_eq!(refused(no), ["account.not-recognised"]);
    let approve = ApproveRequest::new(house.form(), request);
    assert_eq!(
        refused(house.staff(&approve).await),
        ["account.not-pending"]
    );
}

/// 004-06
#[tokio::test]
async fn approving_twice_is_approving_once() {
    let house = House::new();
    let request = asked(&house, nora()).await;
    let approve = ApproveRequest::new(house.form(), request.clone());
    assert!(!house.staff(&approve).await.unwrap().replayed);
    assert!(house.staff(&approve).await.unwrap().replayed);
    let again = ApproveRequest::new(house.form(), request.clone());
    assert_eq!(refused(house.staff(&again).await), ["account.not-pending"]);
    let decline = DeclineRequest::new(house.form(), request);
    assert_eq!(
        refused(house.staff(&decline).await),
        ["account.not-pending"]
    );
    assert_eq!(house.kinds().await, [MailKind::RequestApproved]);
}

/// 004-03
#[tokio::test]
async fn asking_twice_is_asking_once_and_answered_alike() {
    let house = House::new();
    asked(&house, nora()).await;
    let again = house.door().request_account(nora()).await.unwrap();
    assert_eq!(again, Answer::Sent);
    assert!(house.post().await.is_empty() && house.tasks().await.is_empty());
    assert_eq!(in_state(&house, RequestState::Pending).await.len(), 1);
}

/// 004-06
#[tokio::test]
async fn somebody_the_host_knows_by_that_address_is_approved_as_who_they_are() {
    let house = House::new();
    house.knows(person("ana"));
    let request = asked(&house, ana()).await;
    house
        .staff(&ApproveRequest::new(house.form(), request))
        .await
        .unwrap();
    let link = house.link(MailKind::RequestApproved).await;
    house.choose(&link, PASSWORD).await.unwrap();
    assert_eq!(house.desk("ana").await.viewer().contact, contact("ana"));
}

/// 004-06
#[tokio::test]
async fn staff_may_say_whose_it_is_and_then_the_link_goes_to_the_address_on_record() {
    let house = House::new();
    house.knows(person("ana"));
    let request = asked(&house, nora()).await;
    let approve = ApproveRequest::new(house.form(), request).of(Id::new("ana"));
    house.staff(&approve).await.unwrap();
    let post = house.post().await;
    assert_eq!(post[0].to, Recipient::Address(email("ana@acme.example")));
    house
        .choose(&house.secret(&post[0]), PASSWORD)
        .await
        .unwrap();
    house.signed_in("ana").await;
}

/// 004-06
#[tokio::test]
async fn nobody_is_approved_whom_the_link_could_not_let_in() {
    let mut barred = person("ana");
    barred.standing.portal_option = false;
    let mut nowhere = person("ana");
    nowhere.standing.email = None;
    let table = [
        (barred, "eligibility.portal-option-off"),
        (nowhere, "account.no-address"),
    ];
    for (record, code) in table {
        let house = House::new();
        house.knows(record);
        let request = asked(&house, nora()).await;
        let approve = ApproveRequest::new(house.form(), request).of(Id::new("ana"));
        assert_eq!(refused(house.staff(&approve).await), [code]);
        assert_eq!(in_state(&house, RequestState::Pending).await.len(), 1);
        assert!(house.post().await.is_empty());
    }
}

/// 004-06
#[tokio::test]
async fn who_has_an_account_is_not_approved_again_and_who_has_two_records_not_at_all() {
    let house = House::new();
    let request = asked(&house, ana()).await;
    house.member("ana").await;
    let approve = ApproveRequest::new(house.form(), request.clone());
    assert_eq!(
        refused(house.staff(&approve).await),
        ["account.already-active"]
    );
    let desk = house.desk_of(StaffRole::Admin);
    let account = desk.account_of(&Id::new("ana")).await.unwrap().unwrap();
    let close = ChangeAccess::new(house.form(), account, Closing::Close);
    house.staff(&close).await.unwrap();
    let approve = ApproveRequest::new(house.form(), request.clone());
    assert_eq!(refused(house.staff(&approve).await), ["account.closed"]);
    let mut ben = person("ben");
    ben.standing.email = Some(email("ana@acme.example"));
    house.knows(ben);
    let approve = ApproveRequest::new(house.form(), request);
    assert_eq!(
        refused(house.staff(&approve).await),
        ["account.address-taken"]
    );
}

/// 004-03
#[tokio::test]
async fn who_has_an_account_and_requests_one_is_told_by_mail_only() {
    let house = House::new();
    house.member("ana").await;
    let answer = house.door().request_account(ana()).await.unwrap();
    assert_eq!(answer, Answer::Sent);
    let post = house.post().await;
    assert_eq!(post[0].kind, MailKind::AlreadyRegistered);
    assert_eq!(post[0].to, Recipient::Contact(Id::new("ana")));
    assert!(in_state(&house, RequestState::Pending).await.is_empty());
}

/// 004-04
#[tokio::test]
async fn a_request_that_is_not_there_and_one_for_signing_up_cannot_be_approved() {
    let house = House::new();
    let door = house.door();
    door.sign_up(nora(), &PASSWORD.into()).await.unwrap();
    assert!(in_state(&house, RequestState::Pending).await.is_empty());
    let approve = ApproveRequest::new(house.form(), Id::new("nothing"));
    assert!(matches!(house.staff(&approve).await, Err(Error::NotFound)));
}

/// 004-03
#[tokio::test]
async fn names_and_messages_that_cannot_be_shown_are_refused() {
    let table = [
        Applicant::new(email("nora@new.example"), "Nora", ""),
        Applicant::new(email("nora@new.example"), "No\u{202e}ra", "Vega"),
        Applicant::new(email("nora@new.example"), "Nora", "v".repeat(201)),
    ];
    let mut long = nora();
    long.message = Some("x".repeat(4_001));
    for applicant in table.into_iter().chain([long]) {
        let house = House::new();
        let no = house.door().request_account(applicant).await;
        let [code] = refused(no)[..] else {
            panic!("one reason each")
        };
        assert!(code.starts_with("profile."), "{code}");
        assert!(in_state(&house, RequestState::Pending).await.is_empty());
    }
}
