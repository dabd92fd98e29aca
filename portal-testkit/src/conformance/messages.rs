//! [`MessageLog`](portal_core::store::MessageLog), and the order in which [`Store::claim_effects`](portal_core::Store::claim_effects) takes messages.
use chrono::{DateTime, Utc};
use portal_core::{
    Id, Topic,
    effect::Recipient,
    store::{Claim, EffectOutcome, Listing, Page, QueueState, QueuedEffect},
};
use uuid::Uuid;

use super::scene::{apply, stage, yes_with_mail_to};
use crate::{
    World,
    facts::{days, hours, minutes, today},
};

/// "Of the messages that are owed to one recipient only the oldest is ever taken": not while it is being sent, nor while it is put off.
pub async fn of_the_messages_to_one_reader_the_next_waits_for_the_one_before(world: &dyn World) {
    let [one, two, three] = owed(world, ["ana", "ana", "ben"]).await;
    assert_eq!(claim(world, later(), 10).await, [(one, 1), (three, 1)]);
    assert!(claim(world, later(), 10).await.is_empty());
    let put_off = EffectOutcome::RetryAt(later() + hours(6), "greylisted".to_owned());
    settle(world, one, 1, put_off).await;
    assert!(claim(world, later() + hours(5), 10).await == [(three, 2)]);
    assert_eq!(claim(world, later() + hours(6), 1).await, [(one, 2)]);
    settle(world, one, 2, EffectOutcome::Sent(later() + hours(6))).await;
    assert!(claim(world, later() + hours(6), 10).await == [(two, 1)]);
}

/// "Until that one is sent or given up".
pub async fn what_is_given_up_holds_nobody_up(world: &dyn World) {
    let [one, two, three] = owed(world, ["ana"; 3]).await;
    assert_eq!(claim(world, later(), 10).await, [(one, 1)]);
    settle(
        world,
        one,
        1,
        EffectOutcome::Dead("no such mailbox".to_owned()),
    )
    .await;
    assert_eq!(claim(world, later(), 10).await, [(two, 1)]);
    let overtaken = EffectOutcome::Dropped(later(), "overtaken".to_owned());
    settle(world, two, 1, overtaken).await;
    assert_eq!(claim(world, later(), 10).await, [(three, 1)]);
}

/// Any number of dispatchers may look at once: a reader's messages still come one after the other.
pub async fn at_once_no_two_messages_to_one_reader_are_taken(world: &dyn World) {
    let readers = ["ana", "ben", "ana", "ben", "ana", "ben", "ana", "ben"];
    let sent = owed(world, readers).await;
    for turn in sent.chunks(2) {
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let store = world.store();
                let claim = Claim::new(later(), days(1), 4, vec![Topic::Mail]);
                tokio::spawn(async move { store.claim_effects(&claim).await.unwrap() })
            })
            .collect();
        let mut taken = vec![];
        for task in tasks {
            taken.extend(task.await.unwrap().into_iter().map(|c| c.effect.id));
        }
        taken.sort_unstable();
        let mut expected = turn.to_vec();
        expected.sort_unstable();
        assert_eq!(taken, expected);
        for id in turn {
            settle(world, *id, 1, EffectOutcome::Sent(later())).await;
        }
    }
}

/// "It was not its turn … The try does not count."
pub async fn a_try_that_was_none_does_not_count(world: &dyn World) {
    let [one] = owed(world, ["ana"]).await;
    for hour in 0..3 {
        let at = later() + hours(hour);
        assert_eq!(claim(world, at, 10).await, [(one, 1)]);
        let untried = EffectOutcome::Untried(at + hours(1), "held up".to_owned());
        settle(world, one, 1, untried).await;
        assert!(claim(world, at + minutes(59), 10).await.is_empty());
    }
    let known = &messages(world, "ana").await[0];
    assert_eq!((known.tries, known.why.as_deref()), (0, Some("held up")));
    assert_eq!(known.state, QueueState::Due(later() + hours(3)));
}

/// "Wherever they stand, the newest first": owed, put off, sent, not needed, given up.
pub async fn messages_are_remembered_with_what_became_of_them(world: &dyn World) {
    let [sent, dropped, dead, put_off, owed] = owed(world, ["ana"; 5]).await;
    let at = later();
    for (id, outcome) in [
        (sent, EffectOutcome::Sent(at)),
        (dropped, EffectOutcome::Dropped(at, "overtaken".to_owned())),
        (
            dead,
            EffectOutcome::Dead("no such mailbox: «ñandú»".to_owned()),
        ),
        (
            put_off,
            EffectOutcome::RetryAt(at + hours(1), "greylisted".to_owned()),
        ),
    ] {
        assert_eq!(claim(world, at, 10).await, [(id, 1)]);
        settle(world, id, 1, outcome).await;
    }
    let known = messages(world, "ana").await;
    let found: Vec<_> = known
        .iter()
        .map(|k| (k.effect.id, &k.state, k.tries))
        .collect();
    let since = today() + minutes(5);
    assert_eq!(
        found,
        [
            (owed, &QueueState::Due(since), 0),
            (put_off, &QueueState::Due(at + hours(1)), 1),
            (
                dead,
                &QueueState::Dead("no such mailbox: «ñandú»".to_owned()),
                1
            ),
            (dropped, &QueueState::Dropped(at, "overtaken".to_owned()), 1),
            (sent, &QueueState::Sent(at), 1),
        ]
    );
    assert_eq!(known[1].why.as_deref(), Some("greylisted"));
    assert_eq!(known[0].since, since);
    assert!(
        !world
            .store()
            .settle_effect(sent, 1, EffectOutcome::Done)
            .await
            .unwrap()
    );
}

/// "To this recipient", and to nobody whose name is alike.
pub async fn messages_are_those_to_one_reader_whatever_they_are_called(world: &dyn World) {
    let readers = [
        "ana",
        "Ana",
        "ana ",
        "an\"a\\",
        "ñandú 🦤",
        "{}",
        &"x".repeat(4_000),
    ];
    let all = owed(world, readers).await;
    for (id, reader) in all.into_iter().zip(readers) {
        let found = messages(world, reader).await;
        let ids: Vec<_> = found.iter().map(|known| known.effect.id).collect();
        assert_eq!(ids, [id], "{reader:.20}");
    }
    assert!(messages(world, "nobody").await.is_empty());
    let staff = world
        .messages()
        .messages(&Recipient::Staff, &Page::default())
        .await;
    assert!(staff.unwrap().items.is_empty());
}

/// A page goes on where the one before ended, whatever happened to the messages meanwhile.
pub async fn messages_read_on_while_they_are_sent(world: &dyn World) {
    let all = owed(world, ["ana"; 7]).await;
    let to = Recipient::Contact(Id::new("ana"));
    let read = async |page: &Page| -> Listing<QueuedEffect> {
        world.messages().messages(&to, page).await.unwrap()
    };
    let (mut seen, mut page) = (vec![], Page::first(2));
    for round in 0..4_usize {
        let found = read(&page).await;
        seen.extend(found.items.iter().map(|known| known.effect.id));
        assert_eq!(found.next.is_some(), round < 3);
        if let Some(next) = found.next {
            page = Page::first(2).following(next);
        }
        let taken = claim(world, later(), 1).await;
        settle(world, taken[0].0, 1, EffectOutcome::Sent(later())).await;
    }
    let mut newest_first = all.to_vec();
    newest_first.reverse();
    assert_eq!(seen, newest_first);
}

/// "Of those that are owed to them, the oldest", whenever it is due; what was sent or given up is not owed.
pub async fn the_message_a_reader_gets_next_is_the_oldest_that_is_owed(world: &dyn World) {
    let [first, second, third, other] = owed(world, ["ana", "ana", "ana", "ben"]).await;
    let next = async |reader: &str| {
        let to = Recipient::Contact(Id::new(reader));
        world.messages().next_message(&to).await.unwrap()
    };
    let id = |known: Option<QueuedEffect>| known.map(|known| known.effect.id);
    assert_eq!(id(next("ana").await), Some(first));
    assert_eq!(claim(world, later(), 10).await.len(), 2);
    assert_eq!(id(next("ana").await), Some(first), "it is under way");
    let then = later() + days(1);
    let put_off = EffectOutcome::RetryAt(then, "greylisted".to_owned());
    settle(world, first, 1, put_off).await;
    settle(world, other, 1, EffectOutcome::Sent(later())).await;
    let found = next("ana").await.unwrap();
    assert_eq!((found.effect.id, found.tries), (first, 1));
    assert_eq!(found.state, QueueState::Due(then));
    assert_eq!(found.why.as_deref(), Some("greylisted"));
    assert_eq!(found.since, today() + minutes(1));
    assert_eq!(next("ben").await, None, "all of theirs was sent");
    assert_eq!(claim(world, then, 1).await, [(first, 2)]);
    settle(world, first, 2, EffectOutcome::Dead("refused".to_owned())).await;
    assert_eq!(id(next("ana").await), Some(second));
    assert_eq!(claim(world, then, 1).await, [(second, 1)]);
    settle(world, second, 1, EffectOutcome::Sent(then)).await;
    assert_eq!(id(next("ana").await), Some(third));
    assert!(world.messages().revive(first, then).await.unwrap());
    assert_eq!(id(next("ana").await), Some(first));
}

/// "Every effect that was given up, the oldest first", and nothing else.
pub async fn what_was_given_up_is_listed_and_found(world: &dyn World) {
    let all = owed(world, ["ana", "ben", "cleo", "dora"]).await;
    claim(world, later(), 10).await;
    for dead in [all[2], all[0], all[3]] {
        settle(world, dead, 1, EffectOutcome::Dead("refused".to_owned())).await;
    }
    let log = world.messages();
    let first = log.given_up(&Page::first(2)).await.unwrap();
    let rest = Page::first(2).following(first.next.clone().unwrap());
    let rest = log.given_up(&rest).await.unwrap();
    let found: Vec<_> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|k| k.effect.id)
        .collect();
    assert_eq!(found, [all[0], all[2], all[3]]);
    assert!(rest.next.is_none());
    let one = log.given_up_effect(all[2]).await.unwrap();
    assert_eq!(one.as_ref(), first.items.get(1));
    assert!(log.given_up_effect(all[1]).await.unwrap().is_none());
    assert!(
        log.given_up_effect(Uuid::from_u128(404))
            .await
            .unwrap()
            .is_none()
    );
}

/// "Tried again, from then on and from the first try"; "answers `false`, and changes nothing, where it is not given up".
pub async fn what_was_given_up_is_tried_again_from_the_start(world: &dyn World) {
    let [one, other] = owed(world, ["ana", "ana"]).await;
    let log = world.messages();
    assert!(!log.revive(one, later()).await.unwrap(), "it is only owed");
    claim(world, later(), 1).await;
    assert!(!log.revive(one, later()).await.unwrap(), "it is under way");
    settle(world, one, 1, EffectOutcome::Dead("refused".to_owned())).await;
    let then = later() + hours(1);
    assert!(log.revive(one, then).await.unwrap());
    assert!(!log.revive(one, then).await.unwrap(), "twice is once");
    assert!(
        log.given_up(&Page::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert!(
        claim(world, later(), 10).await.is_empty(),
        "its reader's next waits again"
    );
    assert_eq!(claim(world, then, 10).await, [(one, 1)]);
    settle(world, one, 1, EffectOutcome::Sent(then)).await;
    assert_eq!(claim(world, then, 10).await, [(other, 1)]);
    assert!(!log.revive(one, then).await.unwrap(), "it is sent");
}

/// "Forgets messages that were sent or dropped before then: so many at most"; "what is owed or given up stays".
pub async fn messages_are_forgotten_in_time_and_nothing_that_is_still_owed(world: &dyn World) {
    let [sent, dropped, late, dead, due] = owed(world, ["ana", "ben", "cy", "dan", "eve"]).await;
    assert_eq!(claim(world, later(), 10).await.len(), 5);
    let then = later() + hours(1);
    let outcomes = [
        (sent, EffectOutcome::Sent(later())),
        (
            dropped,
            EffectOutcome::Dropped(later(), "overtaken".to_owned()),
        ),
        (late, EffectOutcome::Sent(then)),
        (dead, EffectOutcome::Dead("refused".to_owned())),
        (
            due,
            EffectOutcome::RetryAt(later(), "greylisted".to_owned()),
        ),
    ];
    for (id, outcome) in outcomes {
        settle(world, id, 1, outcome).await;
    }
    let log = world.messages();
    assert_eq!(
        log.forget_messages(later(), 10).await.unwrap(),
        0,
        "before then, and not at it"
    );
    assert_eq!(
        log.forget_messages(then, 1).await.unwrap(),
        1,
        "so many at most"
    );
    assert!(messages(world, "ana").await.is_empty());
    assert_eq!(messages(world, "ben").await.len(), 1);
    assert_eq!(log.forget_messages(then, 10).await.unwrap(), 1);
    assert!(messages(world, "ben").await.is_empty());
    for (id, reader) in [(late, "cy"), (dead, "dan"), (due, "eve")] {
        let left = messages(world, reader).await;
        let left: Vec<_> = left.into_iter().map(|m| m.effect.id).collect();
        assert_eq!(left, [id], "{reader}");
    }
    assert_eq!(log.forget_messages(then, 10).await.unwrap(), 0);
}

/// "The earliest ended first", "fewer than that only where no more are left": one that was decided early and ended late is in nobody's way.
pub async fn a_message_that_ended_late_keeps_none_from_being_forgotten(world: &dyn World) {
    let [late, sent] = owed(world, ["ana", "ben"]).await;
    assert_eq!(claim(world, later(), 10).await.len(), 2);
    let then = later() + hours(1);
    settle(world, late, 1, EffectOutcome::Sent(then)).await;
    settle(world, sent, 1, EffectOutcome::Sent(later())).await;
    let log = world.messages();
    assert_eq!(log.forget_messages(then, 1).await.unwrap(), 1);
    assert!(messages(world, "ben").await.is_empty());
    assert_eq!(messages(world, "ana").await.len(), 1);
}

/// Late enough for everything in a case to be due.
fn later() -> DateTime<Utc> {
    today() + hours(2)
}

/// Owes each of them a message, a minute apart; answers their ids.
async fn owed<const N: usize>(world: &dyn World, readers: [&str; N]) -> [Uuid; N] {
    stage(world).await;
    let mut ids = [Uuid::nil(); N];
    for (n, (id, reader)) in ids.iter_mut().zip(readers).enumerate() {
        let number = u128::try_from(n).unwrap() + 1;
        let decision = yes_with_mail_to(number, reader);
        *id = decision.effects[0].id;
        apply(world, decision).await;
    }
    ids
}

/// Claims mail for two hours.
async fn claim(world: &dyn World, at: DateTime<Utc>, limit: u16) -> Vec<(Uuid, u32)> {
    let claim = Claim::new(at, hours(2), limit, vec![Topic::Mail]);
    let found = world.store().claim_effects(&claim).await.unwrap();
    found.into_iter().map(|c| (c.effect.id, c.tries)).collect()
}

async fn settle(world: &dyn World, id: Uuid, tries: u32, outcome: EffectOutcome) {
    let store = world.store();
    assert!(store.settle_effect(id, tries, outcome).await.unwrap());
}

async fn messages(world: &dyn World, reader: &str) -> Vec<QueuedEffect> {
    let to = Recipient::Contact(Id::new(reader));
    let found = world.messages().messages(&to, &Page::first(100)).await;
    found.unwrap().items
}
