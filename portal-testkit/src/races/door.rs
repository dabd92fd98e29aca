use std::sync::Arc;

use portal_core::{
    StoreError,
    accounts::{AccountChange, Drawn, Entry, Then},
};

use super::{
    Broken, Race,
    accounts::{account, of, somebody},
    ended::{applied, so},
    round::Round,
};
use crate::{
    conformance::accounts::opened,
    facts::{LoginFacts, attempt, draw, login, password, today},
};

/// Sixteen who try at once, where five tries are left: five are granted.
///
/// # Errors
/// What did not hold.
pub async fn sixteen_tries_at_once_are_no_more_than_there_are(
    race: Race<'_>,
) -> Result<(), Broken> {
    race.run(tries).await
}

/// Somebody signs in with the password while it is changed and every session is ended: whoever comes first, no session is left in the end, and the log
/// has a row for an entry that was one.
///
/// # Errors
/// What did not hold.
pub async fn an_entry_while_the_password_changes_leaves_no_session(
    race: Race<'_>,
) -> Result<(), Broken> {
    race.run(entry).await
}

async fn tries(round: Round<'_>) -> Result<(), Broken> {
    let accounts = round.accounts();
    let own = draw(&round.name("tries"), 5);
    let of_all = draw(&round.name("tries of all"), 100);
    let runs: Vec<_> = (0..16)
        .map(|_| {
            let accounts = Arc::clone(&accounts);
            let draws = [of_all.clone(), own.clone()];
            tokio::spawn(async move { accounts.draw(&draws, today()).await.unwrap() })
        })
        .collect();
    let mut granted = 0;
    for run in runs {
        granted += u32::from(run.await.unwrap() == Drawn::Granted);
    }
    so(granted == 5, ("granted", granted))
}

async fn entry(round: Round<'_>) -> Result<(), Broken> {
    let who = somebody(&round).await;
    let first = AccountChange::PasswordSet {
        account: of(&who).account,
        password: password("first"),
        device: None,
    };
    let decision = round.yes(0, &who).changed(opened(&of(&who)));
    let store = round.race.world.store();
    so(applied(store, decision.changed(first)).await?, "opened")?;
    let seen = account(&round, &who).await.unwrap();

    let change = round
        .yes(1, &who)
        .given(&seen)
        .changed(AccountChange::PasswordSet {
            account: seen.value.account.clone(),
            password: password("second"),
            device: None,
        })
        .changed(AccountChange::SessionsEnded {
            account: seen.value.account.clone(),
            but: None,
        });
    let changes = tokio::spawn(applied(round.store(1), change));
    let (accounts, name) = (round.accounts(), round.name("session"));
    let session = login(&name).of(&seen.value.account);
    let entry = Then::Enter(Box::new(Entry::new(session, seen.clone())));
    let mut row = attempt(today());
    row.account = Some(seen.value.account.clone());
    let enters = tokio::spawn(async move { accounts.conclude(row, entry).await });

    so(changes.await.unwrap()?, "the password is changed")?;
    let entered = match enters.await.unwrap() {
        Ok(_) => true,
        Err(StoreError::Conflict(_)) => false,
        Err(other) => return Err(Broken(format!("{other:?}"))),
    };
    let accounts = round.race.world.accounts();
    let account = seen.value.account;
    let left = accounts.sessions(&account).await.unwrap();
    so(left.is_empty(), ("sessions", left))?;
    let page = portal_core::Page::default();
    let rows = accounts.attempts(Some(account), &page).await.unwrap().items;
    so(rows.len() == usize::from(entered), ("rows", rows))
}
