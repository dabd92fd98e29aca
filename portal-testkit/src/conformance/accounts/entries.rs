//! [`Then::Enter`](portal_core::accounts::Then::Enter): somebody is let in.
use portal_core::{
    Commit, StoreError,
    accounts::{Access, AccountChange, Drawn, Entry, Outcome},
};

use super::{
    super::scene::{apply, yes},
    scene::{account, browsers, change, conclude, enter, kept, log, open, sign_in},
};
use crate::{
    World,
    facts::{AttemptFacts, LoginFacts, attempt, draw, login, minutes, password, secret, today},
};

/// "Writes the row of the sign-in log, and what the attempt led to": there is a session, and one row.
pub async fn an_entry_is_a_session_and_a_row_of_the_log(world: &dyn World) {
    let ana = open(world, 1, "ana").await;
    let row = attempt(today()).on(&ana.value, Outcome::Done);
    let entry = Entry::new(login("laptop"), ana);
    let ended = conclude(world, row.clone(), entry).await.unwrap();
    assert_eq!(ended, Commit::Applied);
    assert_eq!(browsers(world, "ana").await, ["laptop"]);
    assert_eq!(log(world).await, [row]);
}

/// "A conflict when the account is no longer as it was: then nothing is written", neither session nor row, nor what else an entry does.
pub async fn an_entry_to_a_changed_account_writes_nothing(world: &dyn World) {
    open(world, 1, "ana").await;
    sign_in(world, login("old")).await;
    let try_once = draw("ana's tries", 1);
    let tries = [try_once.clone()];
    let drawn = world.accounts().draw(&tries, today()).await;
    assert_eq!(drawn.unwrap(), Drawn::Granted);
    let stale = account(world, "ana").await;
    let changed = AccountChange::PasswordSet {
        account: stale.value.account.clone(),
        password: password("changed meanwhile"),
        device: None,
    };
    change(world, 2, changed).await;
    let before = kept(world, &[]).await;

    let mut entry = Entry::new(login("laptop"), stale);
    entry.instead_of = Some(secret("old"));
    entry.rehashed = Some(password("the one before"));
    entry.device = Some(secret("device"));
    entry.refunds = vec![try_once.refund()];
    let ended = conclude(world, attempt(today()), entry).await;

    let conflict = matches!(ended, Err(StoreError::Conflict(_)));
    assert!(conflict, "{ended:?}");
    assert_eq!(kept(world, &[]).await, before);
    let gone = world.accounts().session(&secret("laptop")).await.unwrap();
    assert_eq!(gone, None);
    let drawn = world.accounts().draw(&tries, today()).await.unwrap();
    assert!(drawn != Drawn::Granted, "the try was given back");
}

/// An entry is "not another version of the account", whatever it brings along: of two browsers that sign in at once both are let in.
pub async fn an_entry_is_not_another_version_of_the_account(world: &dyn World) {
    let ana = open(world, 1, "ana").await;
    for browser in ["laptop", "phone"] {
        let mut entry = Entry::new(login(browser), ana.clone());
        entry.rehashed = Some(password(browser));
        entry.device = Some(secret(browser));
        enter(world, entry).await;
    }
    assert_eq!(browsers(world, "ana").await, ["laptop", "phone"]);
    apply(world, yes(2).given(&ana)).await;
    assert_eq!(account(world, "ana").await.seen, ana.seen);
}

/// "The session that this one takes the place of" is gone; the others stay. There may be none.
pub async fn a_session_takes_the_place_of_another(world: &dyn World) {
    let ana = open(world, 1, "ana").await;
    sign_in(world, login("old")).await;
    sign_in(world, login("other")).await;
    let mut entry = Entry::new(login("new"), ana.clone());
    entry.instead_of = Some(secret("old"));
    enter(world, entry).await;
    assert_eq!(browsers(world, "ana").await, ["new", "other"]);
    let gone = world.accounts().session(&secret("old")).await.unwrap();
    assert_eq!(gone, None);
    let mut entry = Entry::new(login("newer"), ana);
    entry.instead_of = Some(secret("never was"));
    enter(world, entry).await;
    assert_eq!(browsers(world, "ana").await, ["new", "newer", "other"]);
}

/// "Tries that turned out right" are given back: each allowance that is named, once, and no other.
pub async fn an_entry_gives_tries_back(world: &dyn World) {
    let ana = open(world, 1, "ana").await;
    let accounts = world.accounts();
    let (hers, of_all) = (draw("ana", 2), draw("all", 2));
    for draws in [
        [hers.clone(), of_all.clone()],
        [hers.clone(), of_all.clone()],
    ] {
        let drawn = accounts.draw(&draws, today()).await.unwrap();
        assert_eq!(drawn, Drawn::Granted);
    }
    let mut entry = Entry::new(login("laptop"), ana);
    entry.refunds = vec![hers.refund()];
    enter(world, entry).await;
    let granted = async |draw| {
        let drawn = accounts.draw(&[draw], today()).await.unwrap();
        drawn == Drawn::Granted
    };
    assert!(granted(hers.clone()).await);
    assert!(!granted(hers).await);
    assert!(!granted(of_all).await);
}

/// A row of failures ends where that is said, also where the try stays taken; and goes on where it is not.
pub async fn an_entry_ends_a_row_of_failures(world: &dyn World) {
    let ana = open(world, 1, "ana").await;
    let accounts = world.accounts();
    let row_of_two = draw("ana", 4).in_a_row(2);
    let granted = async || {
        let tries = [row_of_two.clone()];
        accounts.draw(&tries, today()).await.unwrap() == Drawn::Granted
    };
    assert!(granted().await && granted().await && !granted().await);
    let mut goes_on = row_of_two.refund();
    goes_on.ends_row = false;
    let mut entry = Entry::new(login("laptop"), ana.clone());
    entry.refunds = vec![goes_on];
    enter(world, entry).await;
    assert!(!granted().await, "the row goes on");
    let mut entry = Entry::new(login("phone"), ana);
    entry.refunds = vec![row_of_two.ended_row()];
    enter(world, entry).await;
    assert!(granted().await && granted().await && !granted().await);
    let of_any_row = [draw("ana", 4)];
    let drawn = accounts.draw(&of_any_row, today()).await.unwrap();
    assert_eq!(drawn, Drawn::Granted, "one of four was given back");
    let drawn = accounts.draw(&of_any_row, today()).await.unwrap();
    assert!(drawn != Drawn::Granted, "no other was");
}

/// "The same password, hashed anew" is kept; without, the one before stays.
pub async fn an_entry_keeps_a_password_hashed_anew(world: &dyn World) {
    let ana = open(world, 1, "ana").await;
    let mut entry = Entry::new(login("laptop"), ana.clone());
    entry.rehashed = Some(password("anew"));
    enter(world, entry).await;
    sign_in(world, login("phone")).await;
    let found = account(world, "ana").await.value;
    assert!(found.password == Some(password("anew")));
    assert_eq!(found.state, ana.value.state);
}

/// "Browsers it was signed in from, the newest first"; "the oldest beyond `MOST_DEVICES` is forgotten"; one that comes again is the newest.
pub async fn browsers_are_remembered_the_newest_first_and_at_most_ten(world: &dyn World) {
    let ana = open(world, 1, "ana").await;
    let device = |n: usize| secret(&format!("device {n}"));
    let come = async |n: usize| {
        let at = today() + minutes(i64::try_from(n).unwrap());
        let session = login(&format!("s{n}")).last_seen(at);
        let mut entry = Entry::new(session, ana.clone());
        entry.device = Some(device(n));
        enter(world, entry).await;
    };
    for n in 1..=Access::MOST_DEVICES + 3 {
        come(n).await;
    }
    let expected: Vec<_> = (4..=Access::MOST_DEVICES + 3).rev().map(device).collect();
    assert_eq!(account(world, "ana").await.value.devices, expected);

    // One that comes again, by an entry and by the password chosen from it.
    let chosen = AccountChange::PasswordSet {
        account: ana.value.account.clone(),
        password: password("another"),
        device: Some(device(9)),
    };
    change(world, 2, chosen).await;
    let now = account(world, "ana").await;
    assert_eq!(now.value.devices[..2], [device(9), device(13)]);
    let mut entry = Entry::new(login("again"), now);
    entry.device = Some(device(7));
    enter(world, entry).await;
    sign_in(world, login("no device")).await;
    let again = [7, 9, 13, 12, 11, 10, 8, 6, 5, 4].map(device);
    assert_eq!(account(world, "ana").await.value.devices, again);
    let account_of_ana = ana.value.account.clone();
    let forgotten = AccountChange::DevicesForgotten {
        account: account_of_ana,
    };
    change(world, 3, forgotten).await;
    assert!(account(world, "ana").await.value.devices.is_empty());
}
