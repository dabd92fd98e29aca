//! [`Store::claim_effects`](portal_core::Store::claim_effects) and [`Store::settle_effect`](portal_core::Store::settle_effect).
use chrono::{DateTime, Utc};
use portal_core::{
    Commit, Expectation, Id, Topic,
    effect::EffectKind,
    store::{Claim, ClaimedEffect, EffectOutcome, QueueState},
};
use uuid::Uuid;

use super::{
    scene::{apply, conflict, stage, yes_with_mail},
    walk,
};
use crate::{
    World,
    facts::{command, days, hours, minutes, today},
};

/// "Takes effects that are due, oldest first", and no more than asked for.
pub async fn effects_are_claimed_oldest_first_and_no_more_than_asked(world: &dyn World) {
    let sent = mails(world, 5).await;
    let at = later();
    assert_eq!(ids(&claim(world, at, 2).await), sent[..2]);
    assert_eq!(ids(&claim(world, at, 2).await), sent[2..4]);
    assert_eq!(ids(&claim(world, at, 2).await), sent[4..]);
    assert!(claim(world, at, 2).await.is_empty());
}

/// [`Claim::topics`](portal_core::store::Claim): "which kinds of work we have hands for"; the rest stays, untouched.
pub async fn only_the_topics_asked_for_are_claimed(world: &dyn World) {
    stage(world).await;
    let session = Id::new("s1");
    let both = yes_with_mail(1).effect("freed", EffectKind::PlaceFreed { session });
    apply(world, both.clone()).await;
    let asked = |topics| Claim::new(later(), hours(1), 10, topics);
    let store = world.store();

    let none = store.claim_effects(&asked(vec![])).await.unwrap();
    assert!(none.is_empty());
    for (topic, effect) in [Topic::Host, Topic::Mail]
        .into_iter()
        .zip(both.effects.into_iter().rev())
    {
        let found = store.claim_effects(&asked(vec![topic])).await.unwrap();
        let since = found.first().and_then(|claimed| claimed.since);
        let expected = ClaimedEffect::new(effect, 1).owed_since(since);
        assert_eq!(found, [expected], "{topic:?}");
        // A store need not say it, and never says anything else.
        assert!(since.is_none_or(|at| at == both.audit.at), "{since:?}");
    }
}

/// "Hides them from others until the lease is over": then they come again.
pub async fn a_claimed_effect_is_hidden_until_its_lease_is_over(world: &dyn World) {
    let sent = mails(world, 1).await;
    let lease = minutes(2);
    let take = async |at| {
        let claim = Claim::new(at, lease, 10, vec![Topic::Mail]);
        ids(&world.store().claim_effects(&claim).await.unwrap())
    };
    assert_eq!(take(later()).await, sent);
    assert!(take(later()).await.is_empty());
    let over = later() + lease;
    assert!(
        take(over - chrono::Duration::milliseconds(1))
            .await
            .is_empty()
    );
    assert_eq!(take(over).await, sent);
}

/// "A claim counts as a try": a worker that dies uses one up.
pub async fn a_claim_counts_as_a_try(world: &dyn World) {
    mails(world, 1).await;
    for tries in 1..=4_u32 {
        let at = later() + hours(3 * i64::from(tries));
        let found = claim(world, at, 10).await;
        assert_eq!(found.iter().map(|c| c.tries).collect::<Vec<_>>(), [tries]);
        let owed = walk::outbox(world).await;
        assert_eq!(owed.iter().map(|q| q.tries).collect::<Vec<_>>(), [tries]);
    }
}

/// "Done": gone from the outbox, never claimed again, and settling it again answers `false`.
pub async fn what_is_done_is_gone_for_good(world: &dyn World) {
    let sent = mails(world, 2).await;
    claim(world, later(), 1).await;
    assert!(settle(world, sent[0], 1, EffectOutcome::Done).await);
    assert!(!settle(world, sent[0], 1, EffectOutcome::Done).await);
    let dead = EffectOutcome::Dead("too late".to_owned());
    assert!(!settle(world, sent[0], 1, dead).await);

    let owed = walk::outbox(world).await;
    assert_eq!(owed.len(), 1);
    assert_eq!(owed[0].effect.id, sent[1]);
    assert_eq!(ids(&claim(world, later() + days(400), 10).await), sent[1..]);
}

/// "A command already committed … writes nothing": not even the work that is done by now.
pub async fn a_replay_does_not_owe_again_what_is_done(world: &dyn World) {
    let sent = mails(world, 1).await;
    claim(world, later(), 1).await;
    assert!(settle(world, sent[0], 1, EffectOutcome::Done).await);
    let again = world.store().commit(yes_with_mail(1)).await.unwrap();
    assert!(matches!(again, Commit::Replayed(_)), "{again:?}");
    assert!(walk::outbox(world).await.is_empty());
}

/// "Not yet; try again then": not a moment before, and with the next number.
pub async fn what_is_put_off_comes_again_at_its_time(world: &dyn World) {
    let sent = mails(world, 1).await;
    claim(world, later(), 1).await;
    let then = later() + minutes(17);
    let put_off = EffectOutcome::RetryAt(then, "greylisted".to_owned());
    assert!(settle(world, sent[0], 1, put_off).await);

    let owed = walk::outbox(world).await;
    assert_eq!(owed[0].state, QueueState::Due(then));
    let before = then - chrono::Duration::milliseconds(1);
    assert!(claim(world, before, 1).await.is_empty());
    let found = claim(world, then, 1).await;
    assert_eq!(ids(&found), sent);
    assert_eq!(found[0].tries, 2);
}

/// A retry may be due before the lease would have ended: settling ends the lease.
pub async fn settling_ends_the_lease(world: &dyn World) {
    let sent = mails(world, 1).await;
    claim(world, later(), 1).await;
    let at_once = EffectOutcome::RetryAt(later(), "once more".to_owned());
    assert!(settle(world, sent[0], 1, at_once).await);
    assert_eq!(ids(&claim(world, later(), 1).await), sent);
}

/// "Given up, for this reason; staff can see it": it stays in the outbox and is never claimed again.
pub async fn what_is_given_up_stays_in_sight_with_its_reason(world: &dyn World) {
    let sent = mails(world, 1).await;
    claim(world, later(), 1).await;
    let reason = "no such mailbox: «ñandú» 🦤".to_owned();
    let dead = EffectOutcome::Dead(reason.clone());
    assert!(settle(world, sent[0], 1, dead).await);

    let owed = walk::outbox(world).await;
    assert_eq!(owed.len(), 1);
    assert_eq!((owed[0].effect.id, owed[0].tries), (sent[0], 1));
    assert_eq!(owed[0].state, QueueState::Dead(reason));
    assert!(claim(world, later() + days(400), 10).await.is_empty());
    assert!(!settle(world, sent[0], 1, EffectOutcome::Done).await);
}

/// "Answers `false`, and changes nothing, when the effect … has been claimed again since."
pub async fn a_late_answer_cannot_speak_for_a_later_try(world: &dyn World) {
    let sent = mails(world, 1).await;
    claim(world, later(), 1).await;
    let again = later() + hours(3);
    assert_eq!(claim(world, again, 1).await.len(), 1);
    let before = walk::outbox(world).await;

    for late in [
        EffectOutcome::Done,
        EffectOutcome::RetryAt(again, "late".to_owned()),
        EffectOutcome::Dead("late".to_owned()),
    ] {
        assert!(!settle(world, sent[0], 1, late).await);
        assert_eq!(walk::outbox(world).await, before);
    }
    assert!(claim(world, again, 1).await.is_empty(), "still leased");
    assert!(settle(world, sent[0], 2, EffectOutcome::Done).await);
}

/// An answer after the lease still counts, as long as nobody claimed the effect meanwhile.
pub async fn an_answer_after_the_lease_counts_while_nobody_else_tried(world: &dyn World) {
    let sent = mails(world, 1).await;
    let brief = Claim::new(later(), minutes(1), 1, vec![Topic::Mail]);
    world.store().claim_effects(&brief).await.unwrap();
    // An hour later another dispatcher looks for other work, and finds none.
    let elsewhere = Claim::new(later() + hours(1), hours(1), 1, vec![Topic::Host]);
    let found = world.store().claim_effects(&elsewhere).await.unwrap();
    assert!(found.is_empty());
    assert!(settle(world, sent[0], 1, EffectOutcome::Done).await);
    assert!(walk::outbox(world).await.is_empty());
}

/// Settling what nobody owes answers `false`.
pub async fn nobody_can_settle_what_is_not_owed(world: &dyn World) {
    mails(world, 1).await;
    let before = walk::outbox(world).await;
    assert!(!settle(world, Uuid::from_u128(404), 1, EffectOutcome::Done).await);
    assert_eq!(walk::outbox(world).await, before);
}

/// Two answers to one try, at once: one of them counts.
pub async fn of_two_answers_to_one_try_one_counts(world: &dyn World) {
    let sent = mails(world, 1).await;
    claim(world, later(), 1).await;
    let answers: Vec<_> = (0..8)
        .map(|_| {
            let (store, id) = (world.store(), sent[0]);
            tokio::spawn(async move {
                let settled = store.settle_effect(id, 1, EffectOutcome::Done).await;
                settled.unwrap()
            })
        })
        .collect();
    let mut counted = 0;
    for answer in answers {
        counted += u32::from(answer.await.unwrap());
    }
    assert_eq!(counted, 1);
}

/// "Written with the change": what was not committed owes nothing.
pub async fn what_was_not_committed_owes_nothing(world: &dyn World) {
    stage(world).await;
    let lost = yes_with_mail(1).expecting(Expectation::PlacesLeft {
        session: Id::new("full"),
        at_least: 1,
    });
    conflict(world, lost).await;
    assert!(claim(world, later(), 10).await.is_empty());
}

/// "Any number of dispatchers may run": what they claim at once is shared out, each effect to one of them.
pub async fn dispatchers_share_out_the_work(world: &dyn World) {
    let mut sent = mails(world, 40).await;
    let workers: Vec<_> = (0..8)
        .map(|_| {
            let store = world.store();
            let claim = Claim::new(later(), hours(2), 10, vec![Topic::Mail]);
            tokio::spawn(async move { store.claim_effects(&claim).await.unwrap() })
        })
        .collect();
    let mut found = vec![];
    for worker in workers {
        found.extend(ids(&worker.await.unwrap()));
    }
    found.sort_unstable();
    sent.sort_unstable();
    assert_eq!(found, sent);
}

/// Late enough for everything in a case to be due.
fn later() -> DateTime<Utc> {
    today() + hours(2)
}

/// Commits so many decisions that owe one message each, a minute apart; answers the ids of the messages, oldest first.
async fn mails(world: &dyn World, count: u128) -> Vec<Uuid> {
    stage(world).await;
    let mut sent = vec![];
    for number in 1..=count {
        let decision = yes_with_mail(number);
        assert_eq!(decision.command, command(number));
        sent.extend(decision.effects.iter().map(|effect| effect.id));
        apply(world, decision).await;
    }
    sent
}

/// Claims mail for two hours.
async fn claim(world: &dyn World, at: DateTime<Utc>, limit: u16) -> Vec<ClaimedEffect> {
    let claim = Claim::new(at, hours(2), limit, vec![Topic::Mail]);
    world.store().claim_effects(&claim).await.unwrap()
}

async fn settle(world: &dyn World, id: Uuid, tries: u32, outcome: EffectOutcome) -> bool {
    let store = world.store();
    store.settle_effect(id, tries, outcome).await.unwrap()
}

fn ids(claimed: &[ClaimedEffect]) -> Vec<Uuid> {
    claimed.iter().map(|c| c.effect.id).collect()
}
