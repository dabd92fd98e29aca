//! "Durable before it answers": what was acknowledged about accounts is there after the store was closed and opened again. Passes untested on a
//! world that keeps nothing.
use portal_core::{
    Id,
    accounts::{AccountChange, Drawn, Entry, RequestState, SealedSecret},
};

use super::{
    super::scene::{apply, conflict, yes},
    log::note,
    passes::{issue, requested, used},
    people::{directory, moved, profile},
    scene::{account, change, enter, kept, open},
    values,
};
use crate::{
    Facts, World,
    facts::{access, attempt, contact, draw, login, minutes, pass, person, request, secret, today},
};

/// Accounts, sessions, links, requests, the log, and what was changed about people.
pub async fn everything_about_accounts_outlives_a_restart(world: &dyn World) {
    let ana = open(world, 1, "ana").await;
    let mut entry = Entry::new(login("laptop"), ana);
    entry.device = Some(secret("device"));
    enter(world, entry).await;
    let accounts = world.accounts();
    let at = today() + minutes(4);
    accounts.seen(&secret("laptop"), at).await.unwrap();
    for (number, id) in (2..).zip(["one", "two"]) {
        issue(world, number, &pass(id)).await;
    }
    change(world, 10, used(&pass("two"))).await;
    let sealed = AccountChange::SecondFactorSet {
        account: access("ana").account,
        sealed: SealedSecret::new("sealed"),
    };
    change(world, 11, sealed).await;
    change(world, 12, requested(&request("r1"))).await;
    note(world, attempt(today())).await;
    let fields = values::every_value();
    world.put(Facts::new().person(person("ana"))).await;
    world
        .put(Facts::new().profile(contact("ben"), fields))
        .await;
    apply(world, yes(13).changed(moved("ana"))).await;
    let seen = async |world: &dyn World| {
        let people = (directory(world, "ana").await, profile(world, "ben").await);
        (kept(world, &["one", "two"]).await, people)
    };
    let before = seen(world).await;
    drop(accounts);
    let Some(world) = world.reopen().await else {
        return;
    };

    assert_eq!(seen(&*world).await, before);
    let found = world.accounts().session(&secret("laptop")).await.unwrap();
    assert_eq!(found.unwrap().session.seen_at, at);
}

/// Allowances outlive a restart: nobody gets new tries by crashing the portal.
pub async fn allowances_still_count_after_a_restart(world: &dyn World) {
    let tries = [draw("ana", 2)];
    let accounts = world.accounts();
    for _ in 0..2 {
        let drawn = accounts.draw(&tries, today()).await.unwrap();
        assert_eq!(drawn, Drawn::Granted);
    }
    drop(accounts);
    let Some(world) = world.reopen().await else {
        return;
    };
    let drawn = world.accounts().draw(&tries, today()).await.unwrap();
    assert!(drawn != Drawn::Granted);
}

/// Versions outlive a restart: what was decided before it is still told that something changed, and what did not change lets it through.
pub async fn versions_of_accounts_outlive_a_restart(world: &dyn World) {
    let stale = open(world, 1, "ana").await;
    change(world, 2, requested(&request("r1"))).await;
    let request = world.accounts().request(&Id::new("r1")).await.unwrap();
    let account_of_ana = access("ana").account;
    let changed = AccountChange::DevicesForgotten {
        account: account_of_ana,
    };
    change(world, 3, changed).await;
    let now = account(world, "ana").await;
    let Some(world) = world.reopen().await else {
        return;
    };
    conflict(&*world, yes(4).given(&stale)).await;
    apply(&*world, yes(5).given(&now).given(&request.unwrap())).await;
    let pending = super::scene::requests(&*world, RequestState::Pending).await;
    assert_eq!(pending.len(), 1);
}
