//! What the messages about accounts say, looked up when they are written.
use portal_core::{
    Effect, EffectKind, Id, Language, Page, RecordRef, Store,
    accounts::{Applicant, RequestState},
    effect::MailKind,
    mail::{Draft, Letter, Says, Unwritten, Wording},
    staff::{ApproveRequest, DeclineRequest, Invite, SendActivation, SendInstructions, StaffRole},
};
use portal_testkit::facts::*;

use super::house::*;

/// The newest message of this kind that is owed.
pub(crate) async fn draft(house: &House, kind: MailKind) -> Draft {
    let queued = house
        .memory
        .outbox(&Page::first(Page::LARGEST))
        .await
        .unwrap()
        .items;
    let is = |e: &Effect| matches!(&e.kind, EffectKind::Mail { kind: k, .. } if *k == kind);
    let effects = queued.into_iter().map(|queued| queued.effect).filter(is);
    let newest = effects.last().unwrap_or_else(|| panic!("no {kind:?}"));
    house.portal.draft(&newest).await.unwrap()
}

pub(crate) async fn letter(house: &House, kind: MailKind) -> Letter {
    match draft(house, kind).await {
        Draft::Letter(letter) => *letter,
        Draft::Nothing(why) => panic!("{why:?}"),
    }
}

pub(crate) async fn why_not(house: &House, kind: MailKind) -> Unwritten {
    match draft(house, kind).await {
        Draft::Letter(letter) => panic!("{letter:?}"),
        Draft::Nothing(why) => why,
    }
}

pub(crate) async fn instruct(house: &House, who: &str) {
    house.memory.put_session(session("s1"));
    let id = if who == "ana" { "r1" } else { who };
    house
        .memory
        .put_registration(registration(id).of(&contact(who)));
    let about = RecordRef::Registration(Id::new(id));
    let form = SendInstructions::new(house.form(), Id::new(who), about);
    house.staff(&form).await.unwrap();
}

pub(crate) fn access(letter: &Letter) -> &portal_core::mail::PortalAccess {
    let Says::Instructions(told) = &letter.says else {
        panic!("{letter:?}");
    };
    told.access.as_ref().unwrap()
}

/// 000-01, 000-03
#[tokio::test]
async fn the_instructions_of_a_first_timer_carry_a_link_that_lets_them_in() {
    let house = House::new();
    house.knows(person("ana"));
    instruct(&house, "ana").await;
    let letter = letter(&house, MailKind::FirstTimeInstructions).await;
    assert_eq!(letter.kind, MailKind::FirstTimeInstructions);
    assert_eq!(letter.to.name.as_deref(), Some("ana Cruz"));
    let link = access(&letter).link.as_str().to_owned();
    let token = link
        .strip_prefix("https://rental.example/portal/link/")
        .unwrap();
    house.choose(&token.into(), PASSWORD).await.unwrap();
}

/// 000-04
#[tokio::test]
async fn who_got_an_account_before_the_mail_went_out_is_told_as_one_who_has_one() {
    let house = House::new();
    house.knows(person("ana"));
    instruct(&house, "ana").await;
    let link = house.link(MailKind::FirstTimeInstructions).await;
    house.choose(&link, PASSWORD).await.unwrap();
    let letter = letter(&house, MailKind::FirstTimeInstructions).await;
    assert_eq!(letter.kind, MailKind::ExistingUserInstructions);
    assert_eq!(
        access(&letter).link.as_str(),
        "https://rental.example/portal"
    );
}

/// 000-02
#[tokio::test]
async fn a_portal_switched_off_before_the_mail_went_out_is_not_mentioned_and_invites_nobody() {
    let house = House::new();
    house.knows(person("ana"));
    instruct(&house, "ana").await;
    house
        .staff(&Invite::new(house.form(), Id::new("ana")))
        .await
        .unwrap();
    let off = house.after(|s| s.enabled = false);
    let told = letter(&off, MailKind::FirstTimeInstructions).await;
    assert!(told.portal.is_none());
    assert!(matches!(told.says, Says::Instructions(told) if told.access.is_none()));
    assert_eq!(
        why_not(&off, MailKind::Invitation).await,
        Unwritten::PortalOff
    );
}

/// 000-05
#[tokio::test]
async fn a_text_edited_after_the_message_was_owed_is_the_one_that_is_sent() {
    let house = House::new();
    house.knows(person("ana"));
    house.member("ben").await;
    instruct(&house, "ana").await;
    instruct(&house, "ben").await;
    let text = |text: &str| Some(Wording::parse(text).unwrap());
    let edited = house.after(|s| {
        s.mail.texts.first_time_instructions = text("New here? {link}");
        s.mail.texts.existing_user_instructions = text("Back again? {link}");
    });
    for (kind, words) in [
        (MailKind::FirstTimeInstructions, "New here? {link}"),
        (MailKind::ExistingUserInstructions, "Back again? {link}"),
    ] {
        let letter = letter(&edited, kind).await;
        assert_eq!(
            access(&letter).text.as_ref().map(Wording::as_str),
            Some(words)
        );
    }
}

/// 004-04
#[tokio::test]
async fn the_owner_reads_who_requests_an_account_until_it_is_answered() {
    let house = House::new();
    let mut nora = Applicant::new(email("nora@new.example"), "Nora", "Vega");
    nora.message = Some("Two vans a week.".to_owned());
    house.door().request_account(nora).await.unwrap();
    let letter = letter(&house, MailKind::AccountRequestNotice).await;
    assert_eq!(letter.to.address.as_str(), "owner@rental.example");
    let Says::AccountWanted(wanted) = letter.says else {
        panic!()
    };
    assert_eq!(
        (&*wanted.name, &*wanted.email),
        ("Nora Vega", "nora@new.example")
    );
    assert_eq!(wanted.message.as_deref(), Some("Two vans a week."));
    let id = pending(&house).await;
    house
        .staff(&DeclineRequest::new(house.form(), id))
        .await
        .unwrap();
    assert_eq!(
        why_not(&house, MailKind::AccountRequestNotice).await,
        Unwritten::Overtaken
    );
}

async fn pending(house: &House) -> Id<portal_core::accounts::AccountRequest> {
    let desk = house.desk_of(StaffRole::Admin);
    let found = desk
        .requests(RequestState::Pending, &Page::default())
        .await
        .unwrap();
    found.items.first().unwrap().id.clone()
}

/// 004-06
#[tokio::test]
async fn who_is_approved_reads_what_to_sign_in_with_in_their_language() {
    let house = House::new();
    let mut nora = Applicant::new(email("nora@new.example"), "Nora", "Vega");
    nora.language = Some(Language::Es);
    house.door().request_account(nora).await.unwrap();
    let id = pending(&house).await;
    house
        .staff(&ApproveRequest::new(house.form(), id))
        .await
        .unwrap();
    let letter = letter(&house, MailKind::RequestApproved).await;
    assert_eq!(letter.to.language, Language::Es);
    let Says::OneTimeLink(sent) = letter.says else {
        panic!()
    };
    assert_eq!(sent.login.as_deref(), Some("nora@new.example"));
    let token = sent.link.as_str().rsplit('/').next().unwrap().to_owned();
    house.choose(&token.into(), PASSWORD).await.unwrap();
}

/// 004-06, T35
#[tokio::test]
async fn what_a_stranger_typed_is_not_repeated_to_the_address_they_typed() {
    let house = House::new();
    let spam = Applicant::new(
        email("nora@new.example"),
        "You won! https://evil.example",
        "Now",
    );
    house.door().request_account(spam).await.unwrap();
    let id = pending(&house).await;
    house
        .staff(&DeclineRequest::new(house.form(), id))
        .await
        .unwrap();
    let letter = letter(&house, MailKind::RequestDeclined).await;
    assert_eq!(letter.to.name, None);
}

/// 002-12
#[tokio::test]
async fn a_temporary_password_is_written_while_it_is_good_and_lets_them_in() {
    let house = House::with(|s| {
        s.accounts.activation = portal_core::accounts::Activation::TemporaryPassword;
    });
    house.knows(person("ana"));
    let form = SendActivation::new(house.form(), Id::new("ana"));
    house.staff(&form).await.unwrap();
    let letter = letter(&house, MailKind::TemporaryPassword).await;
    let Says::TemporaryPassword(mailed) = &letter.says else {
        panic!()
    };
    assert_eq!(mailed.login, "ana@acme.example");
    assert!(
        !format!("{letter:?}").contains(secrecy::ExposeSecret::expose_secret(&mailed.password))
    );
    house.clock.advance(hours(73));
    assert_eq!(
        why_not(&house, MailKind::TemporaryPassword).await,
        Unwritten::Overtaken
    );
}

/// 002-11
#[tokio::test]
async fn a_link_that_ran_out_or_was_used_is_not_written_to_anybody() {
    let house = House::new();
    house.member("ana").await;
    assert_eq!(
        why_not(&house, MailKind::Invitation).await,
        Unwritten::Overtaken
    );
    house.forgot("ana@acme.example").await.unwrap();
    letter(&house, MailKind::ResetLink).await;
    house.clock.advance(hours(2));
    assert_eq!(
        why_not(&house, MailKind::ResetLink).await,
        Unwritten::Overtaken
    );
}
