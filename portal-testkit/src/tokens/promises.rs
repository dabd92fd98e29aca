//! What a store of tokens promises: the lines of [`TokenStore`].
use chrono::{DateTime, TimeDelta, Utc};
use portal_core::{
    Id,
    accounting::tokens::{Connection, KeptTokens, SealedTokens, TokenLease, TokenStore},
};
use uuid::Uuid;

use super::TokenWorld;
use crate::facts::today;

fn acme() -> Id<Connection> {
    Id::new("acme")
}

fn sealed(text: &str) -> SealedTokens {
    SealedTokens::new(text.as_bytes().to_vec())
}

/// The nth lease, of this version, from so many minutes after today on, for three minutes.
fn lease(n: u128, version: i64, minutes: i64) -> TokenLease {
    let now = today() + TimeDelta::minutes(minutes);
    let until = now + TimeDelta::minutes(3);
    TokenLease::new(acme(), Uuid::from_u128(n), version, now, until)
}

async fn kept(store: &dyn TokenStore) -> Option<(String, i64)> {
    store.read(&acme()).await.unwrap().as_ref().map(shown)
}

fn shown(kept: &KeptTokens) -> (String, i64) {
    let sealed = kept.sealed.as_ref();
    let text = sealed.map_or("forgotten".into(), |sealed| {
        String::from_utf8_lossy(sealed.as_bytes())
    });
    (text.into_owned(), kept.version)
}

async fn asked_since(store: &dyn TokenStore) -> Option<DateTime<Utc>> {
    store.read(&acme()).await.unwrap().unwrap().asked_since
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it is compared with what may not be there"
)]
fn is(text: &str, version: i64) -> Option<(String, i64)> {
    Some((text.to_owned(), version))
}

/// Nothing, and nothing can be leased.
pub async fn what_was_never_kept_is_not_there(world: &dyn TokenWorld) {
    let store = world.tokens();
    assert_eq!(kept(&*store).await, None);
    assert_eq!(store.lease(&lease(1, 0, 0)).await.unwrap(), None);
    assert_eq!(store.lease(&lease(1, 1, 0)).await.unwrap(), None);
    assert!(!store.replace(&lease(1, 0, 0), &sealed("a")).await.unwrap());
    store.release(&lease(1, 0, 0), None).await.unwrap();
    assert_eq!(kept(&*store).await, None);
}

/// Whatever bytes they are.
pub async fn tokens_come_back_as_they_were(world: &dyn TokenWorld) {
    let store = world.tokens();
    let all: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    for bytes in [vec![], vec![0], vec![0xff, 0, 0xfe], all] {
        let sealed = SealedTokens::new(bytes);
        store.keep(&acme(), &sealed).await.unwrap();
        let found = store.read(&acme()).await.unwrap().unwrap();
        assert_eq!(found.sealed, Some(sealed));
    }
}

/// "as the next version, whatever was kept before. A lease that was out ends."
pub async fn a_new_consent_is_the_next_version_and_ends_a_lease(world: &dyn TokenWorld) {
    let store = world.tokens();
    store.keep(&acme(), &sealed("a")).await.unwrap();
    assert_eq!(kept(&*store).await, is("a", 1));
    let out = lease(1, 1, 0);
    assert!(store.lease(&out).await.unwrap().is_some());
    store.keep(&acme(), &sealed("b")).await.unwrap();
    assert_eq!(kept(&*store).await, is("b", 2));
    assert!(!store.replace(&out, &sealed("c")).await.unwrap());
    assert_eq!(kept(&*store).await, is("b", 2));
    assert!(store.lease(&lease(2, 2, 0)).await.unwrap().is_some());
}

/// "and answers what is kept"
pub async fn a_lease_answers_what_is_kept(world: &dyn TokenWorld) {
    let store = world.tokens();
    store.keep(&acme(), &sealed("a")).await.unwrap();
    let leased = store.lease(&lease(1, 1, 0)).await.unwrap();
    assert_eq!(leased.as_ref().map(shown), is("a", 1));
    assert_eq!(kept(&*store).await, is("a", 1));
}

/// "when another version is there by now"
pub async fn a_lease_of_another_version_is_refused(world: &dyn TokenWorld) {
    let store = world.tokens();
    store.keep(&acme(), &sealed("a")).await.unwrap();
    for version in [0, 2] {
        assert_eq!(store.lease(&lease(1, version, 0)).await.unwrap(), None);
    }
    assert!(store.lease(&lease(2, 1, 0)).await.unwrap().is_some());
}

/// "or another's lease is not over at `now`"
pub async fn a_lease_keeps_others_out_until_it_is_over(world: &dyn TokenWorld) {
    let store = world.tokens();
    store.keep(&acme(), &sealed("a")).await.unwrap();
    assert!(store.lease(&lease(1, 1, 0)).await.unwrap().is_some());
    for minutes in [0, 2] {
        assert_eq!(store.lease(&lease(2, 1, minutes)).await.unwrap(), None);
    }
    assert!(store.lease(&lease(3, 1, 3)).await.unwrap().is_some());
    assert_eq!(store.lease(&lease(2, 1, 5)).await.unwrap(), None);
}

/// "of two that lease at once, one has it"
pub async fn of_eight_who_lease_at_once_one_does(world: &dyn TokenWorld) {
    let first = world.tokens();
    first.keep(&acme(), &sealed("a")).await.unwrap();
    let runs: Vec<_> = (1..=8)
        .map(|n| {
            let store = world.tokens();
            tokio::spawn(async move { store.lease(&lease(n, 1, 0)).await.unwrap().is_some() })
        })
        .collect();
    let mut had = 0;
    for run in runs {
        had += u32::from(run.await.unwrap());
    }
    assert_eq!(had, 1);
}

/// "Keeps renewed tokens as the next version, and ends the lease."
pub async fn a_lease_replaces_once(world: &dyn TokenWorld) {
    let store = world.tokens();
    store.keep(&acme(), &sealed("a")).await.unwrap();
    let ours = lease(1, 1, 0);
    assert!(!store.replace(&ours, &sealed("b")).await.unwrap());
    assert!(store.lease(&ours).await.unwrap().is_some());
    assert!(store.replace(&ours, &sealed("b")).await.unwrap());
    assert_eq!(kept(&*store).await, is("b", 2));
    assert!(!store.replace(&ours, &sealed("c")).await.unwrap());
    assert_eq!(kept(&*store).await, is("b", 2));
    assert!(store.lease(&lease(2, 2, 0)).await.unwrap().is_some());
}

/// "when the lease is not ours any more"
pub async fn a_lease_that_another_took_over_replaces_nothing(world: &dyn TokenWorld) {
    let store = world.tokens();
    store.keep(&acme(), &sealed("a")).await.unwrap();
    let (late, next) = (lease(1, 1, 0), lease(2, 1, 3));
    assert!(store.lease(&late).await.unwrap().is_some());
    assert!(store.lease(&next).await.unwrap().is_some());
    assert!(!store.replace(&late, &sealed("b")).await.unwrap());
    store.release(&late, None).await.unwrap();
    assert_eq!(store.lease(&lease(3, 1, 4)).await.unwrap(), None);
    assert!(store.replace(&next, &sealed("c")).await.unwrap());
    assert_eq!(kept(&*store).await, is("c", 2));
}

/// "one that is over and that nobody else has taken still is"
pub async fn a_lease_that_is_over_and_that_nobody_took_still_replaces(world: &dyn TokenWorld) {
    let store = world.tokens();
    store.keep(&acme(), &sealed("a")).await.unwrap();
    let mut ours = lease(1, 1, 0);
    assert!(store.lease(&ours).await.unwrap().is_some());
    ours.now = today() + TimeDelta::hours(9);
    assert!(store.replace(&ours, &sealed("b")).await.unwrap());
    assert_eq!(kept(&*store).await, is("b", 2));
}

/// "Ends the lease, if it is still ours: nothing was renewed."
pub async fn a_lease_that_is_released_is_free(world: &dyn TokenWorld) {
    let store = world.tokens();
    store.keep(&acme(), &sealed("a")).await.unwrap();
    let ours = lease(1, 1, 0);
    assert!(store.lease(&ours).await.unwrap().is_some());
    store.release(&lease(2, 1, 0), None).await.unwrap();
    assert_eq!(store.lease(&lease(2, 1, 0)).await.unwrap(), None);
    store.release(&ours, None).await.unwrap();
    assert_eq!(kept(&*store).await, is("a", 1));
    assert!(!store.replace(&ours, &sealed("b")).await.unwrap());
    assert!(store.lease(&lease(2, 1, 0)).await.unwrap().is_some());
}

/// "One that ends after [`TokenLease::beyond`] is over: a clock is wrong."
pub async fn a_lease_by_a_clock_that_is_far_ahead_is_over(world: &dyn TokenWorld) {
    let store = world.tokens();
    store.keep(&acme(), &sealed("a")).await.unwrap();
    assert!(store.lease(&lease(1, 1, 60)).await.unwrap().is_some());
    let ours = lease(2, 1, 0);
    assert!(store.lease(&ours).await.unwrap().is_some());
    assert!(!store.replace(&lease(1, 1, 60), &sealed("b")).await.unwrap());
    // Clocks that differ by less than a lease is long are nothing unusual.
    store.release(&ours, None).await.unwrap();
    assert!(store.lease(&lease(3, 1, 3)).await.unwrap().is_some());
    assert_eq!(store.lease(&lease(4, 1, 0)).await.unwrap(), None);
    let patient = lease(4, 1, 0).unless_beyond(today());
    assert!(store.lease(&patient).await.unwrap().is_some());
}

/// "from [`TokenLease::now`] on they have been asked for, unless they have been since longer"
pub async fn a_doubt_stays_until_it_is_settled(world: &dyn TokenWorld) {
    let store = world.tokens();
    store.keep(&acme(), &sealed("a")).await.unwrap();
    assert_eq!(asked_since(&*store).await, None);
    let first = lease(1, 1, 0);
    let leased = store.lease(&first).await.unwrap().unwrap();
    assert_eq!(leased.asked_since, Some(first.now));
    store.release(&first, None).await.unwrap();
    assert_eq!(asked_since(&*store).await, None);

    assert!(store.lease(&first).await.unwrap().is_some());
    store.release(&first, Some(first.now)).await.unwrap();
    let next = lease(2, 1, 10);
    let leased = store.lease(&next).await.unwrap().unwrap();
    assert_eq!(leased.asked_since, Some(first.now));
    store.release(&first, None).await.unwrap();
    assert_eq!(asked_since(&*store).await, Some(first.now));
    assert!(store.replace(&next, &sealed("b")).await.unwrap());
    assert_eq!(asked_since(&*store).await, None);

    // Nobody says how this one ended.
    assert!(store.lease(&lease(3, 2, 20)).await.unwrap().is_some());
    assert_eq!(asked_since(&*store).await, Some(lease(3, 2, 20).now));
    store.keep(&acme(), &sealed("c")).await.unwrap();
    assert_eq!(asked_since(&*store).await, None);
}

/// "Forgets the tokens, and their lease. A mark stays, as the next version."
pub async fn what_is_forgotten_leaves_a_mark_and_its_lease_ends(world: &dyn TokenWorld) {
    let store = world.tokens();
    store.keep(&acme(), &sealed("a")).await.unwrap();
    let ours = lease(1, 1, 0);
    assert!(store.lease(&ours).await.unwrap().is_some());
    store.forget(&acme()).await.unwrap();
    assert_eq!(kept(&*store).await, is("forgotten", 2));
    assert_eq!(asked_since(&*store).await, None);
    assert!(!store.replace(&ours, &sealed("b")).await.unwrap());
    for version in [1, 2] {
        assert_eq!(store.lease(&lease(2, version, 9)).await.unwrap(), None);
    }
    store.keep(&acme(), &sealed("c")).await.unwrap();
    assert!(!store.replace(&ours, &sealed("d")).await.unwrap());
    assert_eq!(kept(&*store).await, is("c", 3));
    assert!(store.lease(&lease(3, 3, 9)).await.unwrap().is_some());
}

/// "`false`, and nothing happens, where anything is there, if only the mark"
pub async fn first_tokens_are_kept_once_and_over_no_mark(world: &dyn TokenWorld) {
    let store = world.tokens();
    assert!(store.keep_first(&acme(), &sealed("a")).await.unwrap());
    assert!(!store.keep_first(&acme(), &sealed("b")).await.unwrap());
    assert_eq!(kept(&*store).await, is("a", 1));
    store.forget(&acme()).await.unwrap();
    assert!(!store.keep_first(&acme(), &sealed("c")).await.unwrap());
    assert_eq!(kept(&*store).await, is("forgotten", 2));
    let other = Id::new("other");
    store.forget(&other).await.unwrap();
    assert!(!store.keep_first(&other, &sealed("d")).await.unwrap());
    let marked = store.read(&other).await.unwrap().as_ref().map(shown);
    assert_eq!(marked, is("forgotten", 1));
}

/// Each has its own row.
pub async fn connections_and_tenants_do_not_mix(world: &dyn TokenWorld) {
    let store = world.tokens();
    let other = Id::new("Acme");
    store.keep(&acme(), &sealed("a")).await.unwrap();
    store.keep(&other, &sealed("b")).await.unwrap();
    assert!(store.lease(&lease(1, 1, 0)).await.unwrap().is_some());
    let mut theirs = lease(2, 1, 0);
    theirs.connection = other.clone();
    assert!(store.lease(&theirs).await.unwrap().is_some());
    assert!(store.replace(&theirs, &sealed("c")).await.unwrap());
    assert_eq!(kept(&*store).await, is("a", 1));
    let Some(neighbours) = world.neighbours() else {
        return;
    };
    assert_eq!(kept(&*neighbours).await, None);
    neighbours.keep(&acme(), &sealed("d")).await.unwrap();
    assert!(neighbours.lease(&lease(3, 1, 0)).await.unwrap().is_some());
    neighbours.forget(&other).await.unwrap();
    assert_eq!(kept(&*store).await, is("a", 1));
    let kept = store.read(&other).await.unwrap().as_ref().map(shown);
    assert_eq!(kept, is("c", 2));
}

/// "Every method is durable before it answers"
pub async fn tokens_and_leases_outlive_a_restart(world: &dyn TokenWorld) {
    let store = world.tokens();
    store.keep(&acme(), &sealed("a")).await.unwrap();
    let ours = lease(1, 1, 0);
    assert!(store.lease(&ours).await.unwrap().is_some());
    drop(store);
    let Some(store) = world.reopened().await else {
        return;
    };
    assert_eq!(kept(&*store).await, is("a", 1));
    assert_eq!(store.lease(&lease(2, 1, 1)).await.unwrap(), None);
    assert!(store.replace(&ours, &sealed("b")).await.unwrap());
    assert_eq!(kept(&*store).await, is("b", 2));
}
