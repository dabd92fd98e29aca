//! Being signed in: [`AccountStore::session`](portal_core::accounts::AccountStore::session),
//! [`sessions`](portal_core::accounts::AccountStore::sessions) and [`seen`](portal_core::accounts::AccountStore::seen).
use portal_core::{
    Id,
    accounts::{AccountChange, AccountState, Digest, LoginSession},
};

use super::scene::{account, browsers, change, open, sign_in};
use crate::{
    World,
    facts::{LoginFacts, access, days, login, minutes, secret, today},
};

/// "The session with this token and its account, in one read": the account is as it is now. No other key finds it.
pub async fn a_session_is_found_by_its_token_with_its_account(world: &dyn World) {
    open(world, 1, "ana").await;
    open(world, 2, "ben").await;
    let mut laptop = login("laptop");
    laptop.id = Id::new("shown");
    laptop.ip = Some("2001:db8::1".parse().unwrap());
    laptop.agent = Some("Mozilla/5.0 (🦤)".into());
    laptop.opened_at = today() - minutes(9);
    laptop.proved_at = today() - minutes(5);
    sign_in(world, laptop.clone()).await;
    sign_in(world, login("phone").of(&access("ben").account)).await;

    let accounts = world.accounts();
    let found = accounts.session(&secret("laptop")).await.unwrap().unwrap();
    assert_eq!(found.session, laptop);
    assert_eq!(found.access, account(world, "ana").await);
    for nothing in ["shown", "", "Laptop"] {
        let found = accounts.session(&secret(nothing)).await.unwrap();
        assert_eq!(found, None, "{nothing}");
    }
    let zero = accounts.session(&Digest::new([0; 32])).await.unwrap();
    assert_eq!(zero, None);

    let closed = AccountChange::StateChanged {
        account: access("ana").account,
        state: AccountState::Disabled,
    };
    change(world, 3, closed).await;
    let found = accounts.session(&secret("laptop")).await.unwrap().unwrap();
    assert_eq!(found.access, account(world, "ana").await);
    assert_eq!(found.access.value.state, AccountState::Disabled);
}

/// "However old it is": whether it still counts is not for the store to say.
pub async fn a_session_is_found_however_old(world: &dyn World) {
    open(world, 1, "ana").await;
    let mut old = login("old").last_seen(today() - days(4_000));
    old.opened_at = today() - days(4_001);
    sign_in(world, old.clone()).await;
    let found = world.accounts().session(&secret("old")).await;
    assert_eq!(found.unwrap().unwrap().session, old);
}

/// "Never an earlier instant than it has", and never another session; it is not another version of the account.
pub async fn when_a_session_was_seen_never_goes_back(world: &dyn World) {
    let ana = open(world, 1, "ana").await;
    for browser in ["laptop", "phone"] {
        sign_in(world, login(browser)).await;
    }
    let accounts = world.accounts();
    for (seen, expected) in [(5, 5), (3, 5), (5, 5), (-900, 5), (8, 8)] {
        let at = today() + minutes(seen);
        accounts.seen(&secret("laptop"), at).await.unwrap();
        let found = accounts.session(&secret("laptop")).await.unwrap();
        let session = found.unwrap().session;
        assert_eq!(session.seen_at, today() + minutes(expected));
        let unchanged = login("laptop").last_seen(session.seen_at);
        assert_eq!(session, unchanged, "nothing else changes");
    }
    let other = accounts.session(&secret("phone")).await.unwrap();
    assert_eq!(other.unwrap().session, login("phone"));
    assert_eq!(account(world, "ana").await, ana);
}

/// "One that is gone stays gone", however late somebody hears that it was seen.
pub async fn a_session_that_is_gone_stays_gone(world: &dyn World) {
    open(world, 1, "ana").await;
    sign_in(world, login("laptop")).await;
    change(world, 2, ended("ana", "laptop")).await;
    let accounts = world.accounts();
    let at = today() + minutes(5);
    accounts.seen(&secret("laptop"), at).await.unwrap();
    accounts.seen(&secret("never was"), at).await.unwrap();
    assert_eq!(accounts.session(&secret("laptop")).await.unwrap(), None);
    assert!(browsers(world, "ana").await.is_empty());
}

/// "Every session of an account, the one last seen first; those of one instant by id."
pub async fn sessions_are_listed_the_last_seen_first(world: &dyn World) {
    open(world, 1, "ana").await;
    open(world, 2, "ben").await;
    let of_ben = login("of-ben").of(&access("ben").account);
    sign_in(world, of_ben).await;
    let seen = [("d", 3), ("b", 1), ("a", 2), ("e", 1), ("c", 2)];
    for (browser, minute) in seen {
        let at = today() + minutes(minute);
        sign_in(world, login(browser).last_seen(at)).await;
    }
    assert_eq!(browsers(world, "ana").await, ["d", "a", "c", "b", "e"]);
    let at = today() + minutes(4);
    let accounts = world.accounts();
    accounts.seen(&secret("e"), at).await.unwrap();
    assert_eq!(browsers(world, "ana").await, ["e", "d", "a", "c", "b"]);
    assert_eq!(browsers(world, "ben").await, ["of-ben"]);
    let nobodys: Vec<LoginSession> = accounts.sessions(&Id::new("nobody's")).await.unwrap();
    assert!(nobodys.is_empty());
}

/// "Sessions were ended: all of an account, or all but one." Others keep theirs.
pub async fn all_sessions_end_but_the_one_that_goes_on(world: &dyn World) {
    open(world, 1, "ana").await;
    open(world, 2, "ben").await;
    let ben = access("ben").account;
    sign_in(world, login("of-ben").of(&ben)).await;
    for browser in ["a", "b", "c"] {
        sign_in(world, login(browser)).await;
    }
    let ended = |but: Option<&str>| AccountChange::SessionsEnded {
        account: access("ana").account,
        but: but.map(Id::new),
    };
    change(world, 3, ended(Some("b"))).await;
    assert_eq!(browsers(world, "ana").await, ["b"]);
    let gone = world.accounts().session(&secret("a")).await.unwrap();
    assert_eq!(gone, None);
    change(world, 4, ended(Some("of-ben"))).await;
    assert!(browsers(world, "ana").await.is_empty(), "ben's is not hers");
    sign_in(world, login("d")).await;
    change(world, 5, ended(None)).await;
    assert!(browsers(world, "ana").await.is_empty());
    assert_eq!(browsers(world, "ben").await, ["of-ben"]);
}

/// "One session was ended; it is no error if it had ended before", and nobody ends another's.
pub async fn one_session_ends_alone(world: &dyn World) {
    open(world, 1, "ana").await;
    open(world, 2, "ben").await;
    let ben = access("ben").account;
    sign_in(world, login("of-ben").of(&ben)).await;
    for browser in ["a", "b"] {
        sign_in(world, login(browser)).await;
    }
    for number in [3, 4] {
        change(world, number, ended("ana", "a")).await;
        assert_eq!(browsers(world, "ana").await, ["b"]);
    }
    change(world, 5, ended("ana", "of-ben")).await;
    assert_eq!(browsers(world, "ben").await, ["of-ben"]);
}

fn ended(contact: &str, session: &str) -> AccountChange {
    AccountChange::SessionEnded {
        account: access(contact).account,
        session: Id::new(session),
    }
}
