//! [`Store::outbox`](portal_core::Store::outbox) and [`Store::audit`](portal_core::Store::audit), page by page; and the page markers of every list.
use portal_core::{
    Id, Listing, Page, StoreError, Topic,
    courses::Shelf,
    store::{Claim, Cursor, EffectOutcome, QueueState, QueuedEffect},
};

use super::{
    scene::{apply, stage, yes_with_mail},
    walk,
};
use crate::{
    World,
    facts::{hours, today},
};

/// "The effects that have not been done, oldest first", in pages of any size.
pub async fn the_outbox_lists_what_is_owed_oldest_first(world: &dyn World) {
    let owed = eleven(world).await;
    let store = world.store();
    walk::reads(&owed, async |page| store.outbox(&page).await).await;
}

/// Pages of the outbox neither skip nor repeat while effects are done and others added between them.
pub async fn the_outbox_reads_on_while_work_is_done_and_added(world: &dyn World) {
    let owed = eleven(world).await;
    let store = world.store();
    walk::reads_on_while(
        &[owed, vec![queued(50)]].concat(),
        4,
        async |page| store.outbox(&page).await,
        async || {
            let claim = Claim::new(today() + hours(1), hours(1), 3, vec![Topic::Mail]);
            for claimed in store.claim_effects(&claim).await.unwrap() {
                let id = claimed.effect.id;
                let done = store.settle_effect(id, 1, EffectOutcome::Done).await;
                assert!(done.unwrap());
            }
            apply(world, yes_with_mail(50)).await;
        },
    )
    .await;
}

/// "The audit trail, newest first", in pages of any size.
pub async fn the_audit_trail_lists_the_newest_first(world: &dyn World) {
    eleven(world).await;
    let trail: Vec<_> = (1..=11).rev().map(|n| yes_with_mail(n).audit).collect();
    let store = world.store();
    walk::reads(&trail, async |page| store.audit(&page).await).await;
}

/// Pages of the audit trail neither skip nor repeat while it grows.
pub async fn the_audit_trail_reads_on_while_it_grows(world: &dyn World) {
    eleven(world).await;
    let trail: Vec<_> = (1..=11).rev().map(|n| yes_with_mail(n).audit).collect();
    let store = world.store();
    walk::reads_on_while(
        &trail,
        4,
        async |page| store.audit(&page).await,
        async || {
            for number in 20..23 {
                apply(world, yes_with_mail(number)).await;
            }
        },
    )
    .await;
}

/// What was decided at one instant has no order in time, and is listed all the same, each once.
pub async fn what_happened_at_one_instant_is_all_there(world: &dyn World) {
    stage(world).await;
    for number in 1..=9 {
        let mut decision = yes_with_mail(number);
        decision.audit.at = today();
        apply(world, decision).await;
    }
    let store = world.store();
    for size in walk::SIZES {
        let owed = walk::all(size, async |page| store.outbox(&page).await).await;
        let mut owed: Vec<_> = owed.iter().map(|queued| queued.effect.id).collect();
        owed.sort_unstable();
        owed.dedup();
        assert_eq!(owed.len(), 9, "owed, in pages of {size}");
        let trail = walk::all(size, async |page| store.audit(&page).await).await;
        assert_eq!(trail.len(), 9, "audited, in pages of {size}");
    }
}

/// [`StoreError::BadCursor`]: "the page marker is not one this list gave out", on every list there is.
pub async fn no_list_takes_a_marker_it_never_gave_out(world: &dyn World) {
    eleven(world).await;
    let (store, directory, courses) = (world.store(), world.directory(), world.courses());
    let (ana, now) = (Id::new("ana"), today());
    let long = "x".repeat(10_000);
    for marker in ["", "garbage", "' or 1=1 --", "🦤|🦤", "a b/c|d\n", &long] {
        let page = Page::first(5).following(Cursor::new(marker));
        refused("outbox", marker, &store.outbox(&page).await);
        refused("audit", marker, &store.audit(&page).await);
        refused("orders", marker, &directory.orders(&ana, &page).await);
        for shelf in [Shelf::Current, Shelf::Completed, Shelf::History] {
            let found = courses.registrations(&ana, shelf, now, &page).await;
            refused("registrations", marker, &found);
            refused(
                "modules",
                marker,
                &courses.modules(&ana, shelf, &page).await,
            );
        }
        refused("waiting", marker, &courses.waiting(&ana, &page).await);
        refused("offers", marker, &courses.standing_offers(&page).await);
    }
}

fn refused<T: std::fmt::Debug>(list: &str, marker: &str, found: &Result<Listing<T>, StoreError>) {
    assert!(
        matches!(found, Err(StoreError::BadCursor)),
        "{list} took {marker:?}: {found:?}"
    );
}

/// Eleven decisions, a minute apart, each owing one message; answers what is owed.
async fn eleven(world: &dyn World) -> Vec<QueuedEffect> {
    stage(world).await;
    for number in 1..=11 {
        apply(world, yes_with_mail(number)).await;
    }
    (1..=11).map(queued).collect()
}

/// The message of that decision, as it waits.
fn queued(number: u128) -> QueuedEffect {
    let decision = yes_with_mail(number);
    let at = decision.audit.at;
    let effect = decision.effects.into_iter().next().unwrap();
    QueuedEffect::new(effect, at, 0, QueueState::Due(at))
}
