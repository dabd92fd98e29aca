//! Staff can say of any message why it was sent or was not.
use std::time::Duration;

use portal_core::{
    Clock as _, Id, Page,
    effect::Recipient,
    staff::{Message, Staff, StaffRole},
    store::QueueState,
};
use portal_testkit::PostAnswer;

use super::{Office, seconds};

/// What staff are shown of somebody's messages, the newest first.
async fn shown(office: &Office, reader: &str) -> Vec<Message> {
    let desk = office.portal.staff(Staff::new("olga", StaffRole::Support));
    let to = Recipient::Contact(Id::new(reader));
    desk.messages(&to, &Page::default()).await.unwrap().items
}

/// A later one is due, nothing is held up, and still it is not sent.
#[tokio::test]
async fn a_message_that_waits_for_an_earlier_one_to_its_reader_says_for_which_and_why() {
    let mut office = Office::new();
    let first = office.owe_someone("ana").await;
    office.clock.advance(seconds(1));
    let second = office.owe("ana").await;
    office.post.answer_next(PostAnswer::NotNow);
    office.round().await;
    let all = shown(&office, "ana").await;
    let [later, earlier] = all.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(
        (later.known.effect.id, earlier.known.effect.id),
        (second, first)
    );
    assert_eq!((later.known.tries, &later.held), (0, &None));
    let behind = later.behind.as_ref().unwrap();
    assert_eq!(behind, &earlier.known);
    assert!(matches!(behind.state, QueueState::Due(then) if then > office.clock.now()));
    assert!(behind.why.as_ref().unwrap().contains("told to fail"));
    assert_eq!(earlier.behind, None, "nothing is before it");

    office.rounds_for(seconds(60)).await;
    let all = shown(&office, "ana").await;
    assert!(all.iter().all(|message| message.behind.is_none()));
    office.owe("ana").await;
    let next = &shown(&office, "ana").await[0];
    assert_eq!(next.behind, None, "what was sent holds nobody up");
}

#[tokio::test]
async fn what_was_given_up_is_before_nobody() {
    let mut office = Office::new();
    office.owe_someone("ana").await;
    office.post.answer_next(PostAnswer::Refused);
    office.round().await;
    office.clock.advance(seconds(1));
    office.owe("ana").await;
    let all = shown(&office, "ana").await;
    assert!(matches!(all[1].known.state, QueueState::Dead(_)));
    assert_eq!(all[0].behind, None);
}

#[tokio::test]
async fn while_the_configuration_is_wrong_each_message_says_what_is_and_until_when_it_waits() {
    let mut office = Office::new();
    office.owe_someone("ana").await;
    office.owe_someone("ben").await;
    office.post.answer_next(PostAnswer::Unauthorized);
    office.round().await;
    for reader in ["ana", "ben"] {
        let all = shown(&office, reader).await;
        let held = all[0].held.as_ref().unwrap();
        assert!(held.misconfigured);
        assert_eq!(held.until, office.clock.now() + seconds(60));
        assert!(held.why.contains("told to fail"), "{}", held.why);
        assert_eq!(all[0].known.tries, 0);
    }
    // Mended meanwhile.
    office.rounds_for(seconds(62)).await;
    let sent = &shown(&office, "ben").await[0];
    assert_eq!(sent.held, None);
    assert!(matches!(sent.known.state, QueueState::Sent(_)));
}

#[tokio::test]
async fn where_the_server_says_when_to_come_back_each_message_says_so() {
    let mut office = Office::new();
    office.owe_someone("ana").await;
    office.owe_someone("ben").await;
    let half_an_hour = Duration::from_mins(30);
    office.post.answer_next(PostAnswer::TooMany(half_an_hour));
    office.round().await;
    for reader in ["ana", "ben"] {
        let all = shown(&office, reader).await;
        let held = all[0].held.as_ref().unwrap();
        assert!(!held.misconfigured, "it passes");
        assert_eq!(held.until, office.clock.now() + seconds(1_800));
        assert!(all[0].known.why.is_some(), "it was claimed, and given back");
    }
}
