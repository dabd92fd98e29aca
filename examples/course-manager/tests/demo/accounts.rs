//! Accounts on the course manager's own tables.
use course_manager::{CourseManager, DEMO_PASSWORD};
use portal_core::{
    CommandId, CustomerDesk, EffectKind, Error, Id, Language, Page, RecordRef,
    accounts::{Applicant, ChooseLanguage, FollowLink, Followed, Login, NextStep, SignIn, Visitor},
    details::{EmailAddress, Phone, PostalAddress, PostalCode, Region},
    effect::MailKind,
    profile::UpdateProfile,
    staff::{Invite, Staff, StaffRole},
};
use secrecy::SecretString;
use uuid::Uuid;

use super::{ask, folder, opened};

fn form() -> CommandId {
    CommandId(Uuid::new_v4())
}

async fn sent(manager: &CourseManager, wanted: MailKind) -> SecretString {
    let waiting = manager.store.outbox(&Page::first(100)).await.unwrap();
    let pass = waiting.items.into_iter().find_map(|q| match q.effect.kind {
        EffectKind::Mail {
            kind,
            about: RecordRef::Pass(pass),
            ..
        } if kind == wanted => Some(pass),
        _ => None,
    });
    manager.portal.link_token(&pass.unwrap()).unwrap()
}

async fn invite(manager: &CourseManager, customer: &str) {
    let desk = manager
        .portal
        .staff(Staff::new("reception", StaffRole::Support));
    let invite = Invite::new(form(), Id::new(customer));
    desk.submit(&invite).await.unwrap();
}

async fn follow(manager: &CourseManager, kind: MailKind) -> Followed {
    let link = sent(manager, kind).await;
    let door = manager.portal.door(Visitor::default()).unwrap();
    let form = FollowLink::new(link).choosing(DEMO_PASSWORD.into());
    door.follow(&form).await.unwrap()
}

async fn sign_in(manager: &CourseManager, login: &str) -> Result<CustomerDesk, Error> {
    let door = manager.portal.door(Visitor::default()).unwrap();
    let form = SignIn::new(Login::new(login), DEMO_PASSWORD.into());
    match door.sign_in(&form).await? {
        NextStep::SignedIn(entered) => door.resume(entered.session.expose()).await,
        other => unreachable!("{other:?}"),
    }
}

/// 000-06
#[tokio::test]
async fn an_invitation_becomes_an_account() {
    let folder = folder();
    let manager = opened(&folder).await;
    assert!(sign_in(&manager, "p20@people.example").await.is_err());
    invite(&manager, "P-0020").await;
    follow(&manager, MailKind::Invitation).await;
    let desk = sign_in(&manager, "p20@people.example").await.unwrap();
    assert_eq!(desk.viewer().contact.id, Id::new("P-0020"));
}

/// 000-07
#[tokio::test]
async fn who_used_the_invitation_sees_courses_and_updates_the_course_managers_own_row() {
    let folder = folder();
    let manager = opened(&folder).await;
    invite(&manager, "P-0001").await;
    follow(&manager, MailKind::Invitation).await;
    let desk = sign_in(&manager, "p1@people.example").await.unwrap();

    let page = Page::default();
    let shelf = portal_core::courses::Shelf::Current;
    let courses = desk.courses().unwrap();
    assert_eq!(
        courses
            .registrations(shelf, &page)
            .await
            .unwrap()
            .items
            .len(),
        7
    );
    let update = [("job", "Head of training"), ("news", "on")];
    let update = UpdateProfile::new(form(), update);
    desk.submit(&update).await.unwrap();
    let row = "select job || news || rev from person where id = 'P-0001'";
    assert_eq!(ask::<String>(&manager, row).await, "Head of training12");

    let not_theirs = UpdateProfile::new(form(), [("company", "Acme")]);
    let no = desk.submit(&not_theirs).await.unwrap_err();
    let codes = no.refusals().unwrap().codes();
    assert_eq!(codes, ["profile.field-not-editable"]);
}

/// 000-08
#[tokio::test]
async fn anybody_reaches_the_door_and_credentials_open_it_by_address_or_number() {
    let folder = folder();
    let manager = opened(&folder).await;
    invite(&manager, "P-0001").await;
    follow(&manager, MailKind::Invitation).await;
    for login in ["P1@people.example", "612 000 001", "+34 612000001"] {
        let desk = sign_in(&manager, login).await.unwrap();
        assert_eq!(desk.viewer().contact.id, Id::new("P-0001"), "{login}");
    }
}

#[tokio::test]
async fn somebody_new_becomes_a_person_of_the_course_manager() {
    let folder = folder();
    let manager = opened(&folder).await;
    let spain = Region::parse("ES").unwrap();
    let email = EmailAddress::parse("nerea@new.example").unwrap();
    let mut applicant = Applicant::new(email, "Nerea", "Goñi");
    applicant.phone = Phone::parse("699 123 456", Some(spain)).ok();
    let code = PostalCode::parse("31001", Some(spain)).unwrap();
    let address = PostalAddress::new(["Calle Mayor 1", "2.º B"], "Pamplona", spain).unwrap();
    applicant.billing = Some(address.with_postal_code(code));
    let door = manager.portal.door(Visitor::default()).unwrap();
    door.sign_up(applicant, &DEMO_PASSWORD.into())
        .await
        .unwrap();
    follow(&manager, MailKind::SignUpLink).await;

    let desk = sign_in(&manager, "nerea@new.example").await.unwrap();
    let filled = desk.profile().unwrap().form().await.unwrap();
    let inputs = filled
        .iter()
        .flat_map(portal_core::profile::FilledField::inputs);
    let texts: Vec<_> = inputs
        .map(|input| input.text)
        .filter(|t| !t.is_empty())
        .collect();
    assert_eq!(
        texts,
        [
            "Nerea Goñi",
            "Calle Mayor 1",
            "2.º B",
            "Pamplona",
            "31001",
            "ES"
        ]
    );
    let row = "select given_name || surname || phone from person where email = 'nerea@new.example'";
    assert_eq!(ask::<String>(&manager, row).await, "NereaGoñi+34699123456");
}

#[tokio::test]
async fn another_address_is_in_the_course_managers_own_row_once_it_is_confirmed() {
    let folder = folder();
    let manager = opened(&folder).await;
    invite(&manager, "P-0001").await;
    follow(&manager, MailKind::Invitation).await;
    let desk = sign_in(&manager, "p1@people.example").await.unwrap();
    let account = desk.account().unwrap();
    let password = DEMO_PASSWORD.into();
    let changed = account.change_email(&password, "lucia@new.example");
    changed.await.unwrap();
    let row = "select email from person where id = 'P-0001'";
    assert_eq!(ask::<String>(&manager, row).await, "p1@people.example");
    follow(&manager, MailKind::NewEmailLink).await;
    assert_eq!(ask::<String>(&manager, row).await, "lucia@new.example");
    assert!(sign_in(&manager, "lucia@new.example").await.is_ok());
    assert!(sign_in(&manager, "p1@people.example").await.is_err());
}

#[tokio::test]
async fn the_language_chosen_is_the_accounts_at_the_next_sign_in() {
    let folder = folder();
    let manager = opened(&folder).await;
    invite(&manager, "P-0001").await;
    follow(&manager, MailKind::Invitation).await;
    let desk = sign_in(&manager, "p1@people.example").await.unwrap();
    assert_eq!(desk.viewer().contact.language, Language::En);
    let choice = ChooseLanguage::new(form(), Language::Es);
    desk.submit(&choice).await.unwrap();
    let again = sign_in(&manager, "p1@people.example").await.unwrap();
    assert_eq!(again.viewer().contact.language, Language::Es);
}

#[tokio::test]
async fn every_customer_of_the_demo_has_a_record_that_can_be_read() {
    let folder = folder();
    let manager = opened(&folder).await;
    let staff = manager
        .portal
        .staff(Staff::new("reception", StaffRole::Support));
    for n in (1..2_000).step_by(61) {
        let customer = Id::new(format!("P-{n:04}"));
        let conditions = staff.explain_eligibility(&customer).await.unwrap();
        assert!(conditions.iter().all(|c| c.fix.is_none()), "{customer}");
    }
}
