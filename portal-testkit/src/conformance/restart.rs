//! "Durable before it answers": what was acknowledged is there after the store was closed and opened again. Passes untested on a world that keeps
//! nothing.
use portal_core::{
    Commit, Id, Topic, TryKey,
    courses::CourseChange,
    store::{Claim, EffectOutcome},
};

use super::{
    scene::{apply, kept, registered, stage, yes_with_mail},
    walk,
};
use crate::{
    World,
    facts::{hours, minutes, today},
};

/// Receipts outlive a restart: the form is replayed, not decided again.
pub async fn a_form_is_still_replayed_after_a_restart(world: &dyn World) {
    stage(world).await;
    let cancelled = CourseChange::Cancelled {
        registration: Id::new("r1"),
        session: Id::new("s1"),
    };
    let decision = yes_with_mail(1)
        .given(&registered(world, "r1").await)
        .changed(cancelled);
    apply(world, decision.clone()).await;
    let before = kept(world).await;
    let Some(world) = world.reopen().await else {
        return;
    };

    assert_eq!(kept(&*world).await, before);
    let again = world.store().commit(decision.clone()).await.unwrap();
    assert_eq!(again, Commit::Replayed(decision.receipt()));
    assert_eq!(kept(&*world).await, before);
}

/// Effects outlive a restart, with their tries and their leases.
pub async fn what_is_owed_is_still_owed_after_a_restart(world: &dyn World) {
    stage(world).await;
    for number in 1..=3 {
        apply(world, yes_with_mail(number)).await;
    }
    let claim = Claim::new(today() + hours(1), hours(1), 2, vec![Topic::Mail]);
    let store = world.store();
    let claimed = store.claim_effects(&claim).await.unwrap();
    let (done, leased) = (claimed[0].effect.id, claimed[1].effect.id);
    let settled = store.settle_effect(done, 1, EffectOutcome::Done).await;
    assert!(settled.unwrap());
    let before = walk::outbox(world).await;
    drop(store);
    let Some(world) = world.reopen().await else {
        return;
    };

    assert_eq!(walk::outbox(&*world).await, before);
    let store = world.store();
    let found = store.claim_effects(&claim).await.unwrap();
    assert_eq!(found.len(), 1, "one is done, one is leased");
    let later = Claim::new(today() + hours(2), hours(1), 1, vec![Topic::Mail]);
    let found = store.claim_effects(&later).await.unwrap();
    assert_eq!((found[0].effect.id, found[0].tries), (leased, 2));
}

/// Wrong tries outlive a restart: nobody gets new ones by crashing the portal.
pub async fn wrong_tries_still_count_after_a_restart(world: &dyn World) {
    let key = TryKey::new("surname", &Id::new("ana"));
    let since = today() - minutes(10);
    let store = world.store();
    for _ in 0..3 {
        store.note_try(&key, today(), since).await.unwrap();
    }
    drop(store);
    let Some(world) = world.reopen().await else {
        return;
    };
    let count = world.store().note_try(&key, today(), since).await.unwrap();
    assert_eq!(count, 4);
}
