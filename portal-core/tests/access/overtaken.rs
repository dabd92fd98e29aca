//! What happened between a message being owed and being written: nobody reads what is not theirs, or is not so, any more.
use portal_core::{
    Effect, EffectKind, Id, Page, RecordRef, Store,
    accounts::Activation,
    courses::RegistrationStatus,
    effect::MailKind,
    mail::{Draft, Instructions, Letter, Says, Unwritten},
    staff::{ChangeAccess, Closing, Invite, SendActivation, SendInstructions, StaffRole},
};
use portal_testkit::facts::*;

use super::{
    drafts::{access, instruct, letter, why_not},
    house::*,
};

/// All messages of this kind that are owed, oldest first.
async fn owed(house: &House, kind: MailKind) -> Vec<Effect> {
    let page = Page::first(Page::LARGEST);
    let queued = house.memory.outbox(&page).await.unwrap().items;
    let is = |e: &Effect| matches!(&e.kind, EffectKind::Mail { kind: k, .. } if *k == kind);
    let effects = queued.into_iter().map(|queued| queued.effect);
    effects.filter(is).collect()
}

async fn written(house: &House, effect: &Effect) -> Draft {
    house.portal.draft(effect).await.unwrap()
}

/// Staff correct the address on record.
fn correct(house: &House, who: &str) {
    let mut person = person(who);
    person.standing.email = Some(email("right@acme.example"));
    person.contact = person.contact.with_email("right@acme.example");
    house.knows(person);
}

async fn close(house: &House, who: &str) {
    let desk = house.desk_of(StaffRole::Admin);
    let account = desk.account_of(&Id::new(who)).await.unwrap().unwrap();
    let close = ChangeAccess::new(house.form(), account, Closing::Close);
    house.staff(&close).await.unwrap();
}

fn told(letter: &Letter) -> &Instructions {
    match &letter.says {
        Says::Instructions(told) => told,
        other => panic!("{other:?}"),
    }
}

fn sending_passwords() -> House {
    House::with(|s| s.accounts.activation = Activation::TemporaryPassword)
}

async fn activate(house: &House, who: &str) {
    let form = SendActivation::new(house.form(), Id::new(who));
    house.staff(&form).await.unwrap();
}

/// 000-06
#[tokio::test]
async fn an_address_that_was_corrected_is_sent_no_link_to_the_wrong_mailbox() {
    let house = House::new();
    house.knows(person("ana"));
    house
        .staff(&Invite::new(house.form(), Id::new("ana")))
        .await
        .unwrap();
    correct(&house, "ana");
    let why = why_not(&house, MailKind::Invitation).await;
    assert_eq!(why, Unwritten::Overtaken);
}

/// 000-06
#[tokio::test]
async fn who_may_not_enter_any_more_is_sent_no_link() {
    let house = House::new();
    house.member("ana").await;
    house.forgot("ana@acme.example").await.unwrap();
    letter(&house, MailKind::ResetLink).await;
    let mut barred = person("ana");
    barred.standing.portal_option = false;
    house.knows(barred);
    let why = why_not(&house, MailKind::ResetLink).await;
    assert_eq!(why, Unwritten::Overtaken);
    house.knows(person("ana"));
    let without = house.after(|s| s.accounts.invitations = false);
    house.knows(person("ben"));
    house
        .staff(&Invite::new(house.form(), Id::new("ben")))
        .await
        .unwrap();
    let why = why_not(&without, MailKind::Invitation).await;
    assert_eq!(why, Unwritten::Overtaken, "no such link is good by now");
}

/// 002-28
#[tokio::test]
async fn a_temporary_password_goes_to_nobody_but_whom_it_lets_in() {
    let house = sending_passwords();
    house.knows(person("ana"));
    activate(&house, "ana").await;
    correct(&house, "ana");
    let why = why_not(&house, MailKind::TemporaryPassword).await;
    assert_eq!(why, Unwritten::Overtaken, "the address is another's");
    house.knows(person("ana"));
    letter(&house, MailKind::TemporaryPassword).await;
    close(&house, "ana").await;
    let why = why_not(&house, MailKind::TemporaryPassword).await;
    assert_eq!(why, Unwritten::Overtaken, "the account is closed");
}

/// 002-28
#[tokio::test]
async fn of_two_temporary_passwords_only_the_one_that_is_good_is_written() {
    let house = sending_passwords();
    house.knows(person("ana"));
    activate(&house, "ana").await;
    house.clock.advance(minutes(1));
    activate(&house, "ana").await;
    let effects = owed(&house, MailKind::TemporaryPassword).await;
    let [first, second] = &*effects else {
        panic!("{effects:?}")
    };
    let Draft::Nothing(why) = written(&house, first).await else {
        panic!("the first opens nothing any more")
    };
    assert_eq!(why, Unwritten::Overtaken);
    assert!(matches!(written(&house, second).await, Draft::Letter(_)));
}

/// 000-03
#[tokio::test]
async fn who_registers_twice_before_the_first_mail_went_out_is_not_told_of_an_account_there_is_not()
{
    let house = House::new();
    house.knows(person("ana"));
    instruct(&house, "ana").await;
    house.clock.advance(minutes(1));
    house.memory.put_registration(registration("r2"));
    let about = RecordRef::Registration(Id::new("r2"));
    let again = SendInstructions::new(house.form(), Id::new("ana"), about);
    house.staff(&again).await.unwrap();
    let effects = owed(&house, MailKind::FirstTimeInstructions).await;
    let mut letters = vec![];
    for effect in &effects {
        match written(&house, effect).await {
            Draft::Letter(letter) => letters.push(*letter),
            Draft::Nothing(why) => panic!("{why:?}"),
        }
    }
    let [first, second] = &*letters else {
        panic!("{letters:?}")
    };
    assert_eq!(first.kind, MailKind::FirstTimeInstructions);
    assert!(told(first).event.is_some() && told(first).access.is_none());
    assert!(access(second).until.is_some(), "the link that is good");
}

/// 000-01
#[tokio::test]
async fn a_course_is_told_of_even_when_its_link_was_forgotten_long_ago() {
    let house = House::new();
    house.knows(person("ana"));
    instruct(&house, "ana").await;
    house.clock.advance(days(60));
    house.portal.sweep_accounts().await.unwrap();
    let late = letter(&house, MailKind::FirstTimeInstructions).await;
    assert!(told(&late).event.is_some() && told(&late).access.is_none());
    assert_eq!(late.to.name.as_deref(), Some("ana Cruz"));
    correct(&house, "ana");
    let why = why_not(&house, MailKind::FirstTimeInstructions).await;
    assert_eq!(why, Unwritten::Overtaken, "the address is another's");
}

/// 000-04
#[tokio::test]
async fn who_had_an_account_and_has_none_any_more_reads_of_the_course_alone() {
    let house = House::new();
    house.member("ana").await;
    instruct(&house, "ana").await;
    assert!(
        access(&letter(&house, MailKind::ExistingUserInstructions).await)
            .until
            .is_none()
    );
    close(&house, "ana").await;
    let closed = letter(&house, MailKind::ExistingUserInstructions).await;
    assert!(told(&closed).event.is_some() && told(&closed).access.is_none());
}

/// 000-34
#[tokio::test]
async fn nobody_is_instructed_for_a_place_they_do_not_have_any_more() {
    let house = House::new();
    house.knows(person("ana"));
    instruct(&house, "ana").await;
    for gone in [
        RegistrationStatus::Cancelled,
        RegistrationStatus::TransferredAway,
    ] {
        let mut left = registration("r1");
        left.status = gone;
        house.memory.put_registration(left);
        let why = why_not(&house, MailKind::FirstTimeInstructions).await;
        assert_eq!(why, Unwritten::Overtaken, "{gone:?}");
    }
}

/// 000-57
#[tokio::test]
async fn an_alarm_goes_to_the_address_there_was_and_not_to_one_that_was_put_there_since() {
    let house = House::new();
    house.member("ana").await;
    let desk = house.desk("ana").await;
    change(&desk, PASSWORD, ANOTHER).await.unwrap();
    correct(&house, "ana");
    let alarm = letter(&house, MailKind::PasswordChanged).await;
    assert_eq!(alarm.to.address, email("ana@acme.example"));
    assert_eq!(alarm.to.name.as_deref(), Some("ana Cruz"));
}
