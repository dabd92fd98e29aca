//! [`Store::commit`](portal_core::Store::commit): "claims the command, checks what was expected, records the changes, queues the effects, appends
//! the audit entry: all of it, or none".
use std::sync::Arc;

use portal_core::{
    Actor, Commit, Decision, Expectation, Id, RecordRef, Version,
    courses::{CourseChange, WaitingState},
    effect::{EffectKind, MailKind, Recipient, StaffTask},
};
use uuid::Uuid;

use super::{
    scene::{apply, conflict, kept, places_left, registered, stage, waiting, yes, yes_with_mail},
    walk,
};
use crate::{World, facts::command};

/// "A command already committed is `Commit::Replayed` and writes nothing."
pub async fn a_command_is_applied_once_and_then_replayed(world: &dyn World) {
    stage(world).await;
    let decision = cancelling_r1(world, 1).await;
    apply(world, decision.clone()).await;
    let before = kept(world).await;

    let again = world.store().commit(decision.clone()).await.unwrap();

    assert_eq!(again, Commit::Replayed(decision.receipt()));
    assert_eq!(kept(world).await, before, "a replay writes nothing");
}

/// "…and writes nothing, whatever else the decision says": the receipt is that of the first time.
pub async fn a_replay_answers_the_first_receipt_whatever_is_decided_now(world: &dyn World) {
    stage(world).await;
    let first = yes_with_mail(1);
    apply(world, first.clone()).await;
    let before = kept(world).await;

    let mut other = cancelling_r1(world, 1).await;
    other.form = Uuid::from_u128(77);
    let again = world.store().commit(other).await.unwrap();

    assert_eq!(again, Commit::Replayed(first.receipt()));
    assert_eq!(kept(world).await, before);
}

/// "In this order: a command already committed …. An expectation that does not hold …": the command is looked at first.
pub async fn a_replay_does_not_ask_what_would_be_expected_now(world: &dyn World) {
    stage(world).await;
    let decision = cancelling_r1(world, 1).await;
    apply(world, decision.clone()).await;
    let impossible = decision.clone().expecting(Expectation::PlacesLeft {
        session: Id::new("full"),
        at_least: 1,
    });

    let again = world.store().commit(impossible).await.unwrap();

    assert_eq!(again, Commit::Replayed(decision.receipt()));
}

/// One command, sent eight times at once, is applied once; the others are replayed, and there is one set of effects.
pub async fn a_command_sent_eight_times_at_once_is_applied_once(world: &dyn World) {
    stage(world).await;
    let decision = cancelling_r1(world, 1).await;
    let senders: Vec<_> = (0..8)
        .map(|_| {
            let (store, decision) = (world.store(), decision.clone());
            tokio::spawn(async move { store.commit(decision).await.unwrap() })
        })
        .collect();

    let mut applied = 0;
    for sender in senders {
        match sender.await.unwrap() {
            Commit::Applied => applied += 1,
            Commit::Replayed(receipt) => assert_eq!(receipt, decision.receipt()),
        }
    }

    assert_eq!(applied, 1);
    assert_eq!(walk::outbox(world).await.len(), decision.effects.len());
    assert_eq!(walk::audit(world).await.len(), 1);
    assert_eq!(places_left(world, "s1").await, 6, "one place came free");
}

/// "An expectation that does not hold is `StoreError::Conflict` with the first such expectation."
pub async fn the_first_expectation_that_does_not_hold_is_reported(world: &dyn World) {
    stage(world).await;
    let places = |session: &str, at_least| Expectation::PlacesLeft {
        session: Id::new(session),
        at_least,
    };
    let stale = RecordRef::Registration(Id::new("r1"));
    let stale = Expectation::Unchanged(stale, Version::new("never was"));
    let decision = yes(1)
        .given(&registered(world, "r1").await)
        .expecting(places("s2", 3))
        .expecting(places("s2", 4))
        .expecting(stale.clone())
        .expecting(places("full", 1));
    assert_eq!(conflict(world, decision).await, places("s2", 4));

    let decision = yes(1).expecting(stale.clone()).expecting(places("full", 1));
    assert_eq!(conflict(world, decision).await, stale);
}

/// "All of it, or none": after a conflict there is no change, no effect, no audit entry, no receipt, and the command is free for another decision.
pub async fn a_conflict_writes_nothing(world: &dyn World) {
    stage(world).await;
    let before = kept(world).await;
    let decision = cancelling_r1(world, 1).await;
    let lost = decision.clone().expecting(Expectation::PlacesLeft {
        session: Id::new("full"),
        at_least: 1,
    });

    conflict(world, lost).await;

    assert_eq!(kept(world).await, before);
    assert_eq!(world.store().receipt(command(1)).await.unwrap(), None);
    apply(world, decision).await;
}

/// "All of it, or none": when one of the changes cannot be made, nothing of the decision is recorded.
pub async fn a_change_that_cannot_be_made_undoes_the_whole_decision(world: &dyn World) {
    stage(world).await;
    let before = kept(world).await;
    let decision = cancelling_r1(world, 1)
        .await
        .changed(CourseChange::Transferred {
            registration: Id::new("nobody has this one"),
            from: Id::new("s1"),
            to: Id::new("s2"),
        });

    let ended = world.store().commit(decision.clone()).await;

    assert!(ended.is_err(), "{ended:?}");
    assert_eq!(kept(world).await, before);
    let receipt = world.store().receipt(decision.command).await.unwrap();
    assert_eq!(receipt, None);
}

/// "Records the changes … all of it": two changes in one decision both happen.
pub async fn all_changes_of_a_decision_happen(world: &dyn World) {
    stage(world).await;
    let decision = cancelling_r1(world, 1)
        .await
        .changed(CourseChange::LeftWaitingList {
            place: Id::new("held"),
            session: Id::new("s2"),
            held: true,
        });
    apply(world, decision).await;
    assert_eq!(places_left(world, "s1").await, 6);
    assert_eq!(places_left(world, "s2").await, 4);
    let left = waiting(world, "held").await.value.state;
    assert_eq!(left, WaitingState::Left);
}

/// [`Store::receipt`](portal_core::Store::receipt): "what became of a command, if it was committed".
pub async fn a_receipt_says_what_was_committed_and_nothing_else_has_one(world: &dyn World) {
    stage(world).await;
    let mut decision = cancelling_r1(world, 1).await;
    decision.form = Uuid::from_u128(u128::MAX - 5);
    apply(world, decision.clone()).await;

    let store = world.store();
    let receipt = store.receipt(command(1)).await.unwrap();
    assert_eq!(receipt, Some(decision.receipt()));
    assert_eq!(store.receipt(command(2)).await.unwrap(), None);
}

/// Whoever acted, on whatever kind of record, with whatever owed: it comes back as it was given.
pub async fn every_kind_of_actor_record_and_effect_comes_back_as_it_was(world: &dyn World) {
    stage(world).await;
    let actors = [
        Actor::Account(Id::new("account-of-ana")),
        Actor::Staff(Arc::from("clerk 7")),
        Actor::Upkeep,
    ];
    let records = [
        RecordRef::Account(Id::new("account-of-ana")),
        RecordRef::Contact(Id::new("ana")),
        RecordRef::Order(Id::new("o1")),
        RecordRef::Registration(Id::new("r1")),
        RecordRef::Session(Id::new("s1")),
        RecordRef::WaitingPlace(Id::new("held")),
    ];
    let mut sent = vec![];
    for (number, about) in (1..).zip(records) {
        let mut decision = everything_owed(number, &about);
        decision.audit.about = about;
        let actor = actors.iter().cycle().nth(usize::try_from(number).unwrap());
        decision.audit.by = actor.unwrap().clone();
        sent.push(decision.clone());
        apply(world, decision).await;
    }

    for decision in &sent {
        let receipt = world.store().receipt(decision.command).await.unwrap();
        assert_eq!(receipt, Some(decision.receipt()));
    }
    let trail = walk::audit(world).await;
    let told: Vec<_> = sent.iter().rev().map(|d| d.audit.clone()).collect();
    assert_eq!(trail, told);
    let mut owed: Vec<_> = sent.into_iter().flat_map(|d| d.effects).collect();
    let mut queued: Vec<_> = walk::outbox(world).await;
    owed.sort_by_key(|effect| effect.id);
    queued.sort_by_key(|queued| queued.effect.id);
    let queued: Vec<_> = queued.into_iter().map(|queued| queued.effect).collect();
    assert_eq!(queued, owed);
}

/// Ana cancels `r1`, as it is now, and everybody hears of it.
async fn cancelling_r1(world: &dyn World, number: u128) -> Decision {
    yes_with_mail(number)
        .given(&registered(world, "r1").await)
        .changed(CourseChange::Cancelled {
            registration: Id::new("r1"),
            session: Id::new("s1"),
        })
        .effect(
            "place-freed",
            EffectKind::PlaceFreed {
                session: Id::new("s1"),
            },
        )
}

/// One effect of each kind about a record.
fn everything_owed(number: u128, about: &RecordRef) -> Decision {
    let mut decision = yes(number);
    for &kind in MailKind::ALL {
        for to in [Recipient::Contact(Id::new("ana")), Recipient::Staff] {
            let what = format!("{kind:?} {to}");
            let about = about.clone();
            let because = decision.command;
            let kind = EffectKind::Mail {
                kind,
                to,
                about,
                because,
                with: vec![RecordRef::Order(Id::new("beside"))],
            };
            decision = decision.effect(&what, kind);
        }
    }
    for kind in [
        StaffTask::RefundReview,
        StaffTask::PriceReview,
        StaffTask::LedgerReview,
    ] {
        let about = about.clone();
        decision = decision.effect(kind.as_str(), EffectKind::StaffTask { kind, about });
    }
    let session = Id::new("s1");
    decision.effect("freed", EffectKind::PlaceFreed { session })
}
