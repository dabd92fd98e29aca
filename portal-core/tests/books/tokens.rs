//! Renewals that hang or run late, and stores that fail: nobody waits for ever, and no tokens are lost.
use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use portal_core::{
    Clock as _, Id, PortalKey, StoreError,
    accounting::{
        ConnectionTrouble, LedgerError,
        tokens::{
            AccessToken, Connection, KeptTokens, SealedTokens, TokenEndpoint, TokenKeeper,
            TokenLease, TokenSet, TokenStore,
        },
    },
    adapter::Disposition,
    memory::Memory,
};
use portal_testkit::{StoppedClock, tokens::RotatingTokens};
use secrecy::ExposeSecret as _;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

fn acme() -> Id<Connection> {
    Id::new("acme")
}

fn keeper(
    store: Arc<dyn TokenStore>,
    endpoint: Arc<dyn TokenEndpoint>,
    clock: &StoppedClock,
) -> TokenKeeper {
    let key = PortalKey::new("a key for tests, of more than 32 characters".into()).unwrap();
    TokenKeeper::new(store, endpoint, key, Arc::new(clock.clone()))
}

struct Office {
    clock: StoppedClock,
    endpoint: RotatingTokens,
    keeper: TokenKeeper,
}

impl Office {
    /// Somebody consented so long ago; a token lets us in for half an hour.
    async fn connected(store: impl TokenStore, ago: TimeDelta) -> Self {
        let clock = StoppedClock::default();
        let endpoint = RotatingTokens::new(clock.clone());
        let keeper = keeper(Arc::new(store), Arc::new(endpoint.clone()), &clock);
        keeper.connect(&acme(), &endpoint.consent()).await.unwrap();
        clock.advance(ago);
        Self {
            clock,
            endpoint,
            keeper,
        }
    }

    fn takes(&self, access: &AccessToken) -> bool {
        self.endpoint.takes(access.secret.expose_secret())
    }
}

fn is_temporary_and_never_sent(error: &LedgerError) -> bool {
    error.disposition() == Disposition::NeverSent
        && matches!(error, LedgerError::Adapter(error) if error.is_temporary())
}

/// A store whose database is away until then.
#[derive(Debug)]
struct Away(Memory, Instant);

#[async_trait]
impl TokenStore for Away {
    async fn read(&self, connection: &Id<Connection>) -> Result<Option<KeptTokens>, StoreError> {
        self.0.read(connection).await
    }

    async fn keep(
        &self,
        connection: &Id<Connection>,
        sealed: &SealedTokens,
    ) -> Result<(), StoreError> {
        self.0.keep(connection, sealed).await
    }

    async fn keep_first(
        &self,
        connection: &Id<Connection>,
        sealed: &SealedTokens,
    ) -> Result<bool, StoreError> {
        self.0.keep_first(connection, sealed).await
    }

    async fn lease(&self, lease: &TokenLease) -> Result<Option<KeptTokens>, StoreError> {
        self.0.lease(lease).await
    }

    async fn replace(&self, lease: &TokenLease, sealed: &SealedTokens) -> Result<bool, StoreError> {
        if Instant::now() < self.1 {
            return Err(StoreError::Unavailable("away".into()));
        }
        self.0.replace(lease, sealed).await
    }

    async fn release(
        &self,
        lease: &TokenLease,
        asked_since: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        self.0.release(lease, asked_since).await
    }

    async fn forget(&self, connection: &Id<Connection>) -> Result<(), StoreError> {
        self.0.forget(connection).await
    }
}

/// While this one is asked another process takes the lease over, and the token is not taken any more.
#[derive(Debug)]
struct Overtaken(Memory, StoppedClock);

#[async_trait]
impl TokenEndpoint for Overtaken {
    async fn renew(&self, _: Option<TokenSet>) -> Result<TokenSet, LedgerError> {
        self.1.advance(TimeDelta::minutes(4));
        let now = self.1.now();
        let until = now + TimeDelta::minutes(3);
        let theirs = TokenLease::new(acme(), Uuid::from_u128(7), 1, now, until);
        assert!(self.0.lease(&theirs).await.unwrap().is_some());
        Err(ConnectionTrouble::ConsentNeeded.into())
    }
}

/// Nobody waits for ever, and once the endpoint answers again the next is let in.
#[tokio::test(start_paused = true)]
async fn a_renewal_that_hangs_is_given_up() {
    let at = Office::connected(Memory::default(), TimeDelta::minutes(30)).await;
    at.endpoint.hang(true);
    let callers: Vec<_> = (0..4)
        .map(|_| {
            let keeper = at.keeper.clone();
            tokio::spawn(async move { keeper.access(&acme()).await.map(drop) })
        })
        .collect();
    for caller in callers {
        let answer = timeout(Duration::from_mins(1), caller).await;
        let error = answer.unwrap().unwrap().unwrap_err();
        assert!(is_temporary_and_never_sent(&error), "{error}");
    }
    sleep(Duration::from_mins(1)).await;
    assert_eq!(at.endpoint.tally().0, 3, "one turn, three tries");
    at.endpoint.hang(false);
    let access = at.keeper.access(&acme()).await.unwrap();
    assert!(at.takes(&access));
}

/// It asks well inside its lease: the clock of the others need not stand still.
#[tokio::test(start_paused = true)]
async fn nothing_is_asked_once_another_process_may_renew() {
    let at = Office::connected(Memory::default(), TimeDelta::minutes(30)).await;
    at.endpoint.hang(true);
    at.keeper.access(&acme()).await.unwrap_err();
    sleep(Duration::from_secs(71)).await;
    let asked = at.endpoint.tally().0;
    sleep(Duration::from_mins(10)).await;
    assert_eq!(at.endpoint.tally().0, asked);
}

/// Consent is not asked for while somebody else may have ended the token by renewing it.
#[tokio::test]
async fn who_was_overtaken_does_not_ask_for_consent() {
    let (store, clock) = (Memory::default(), StoppedClock::default());
    let endpoint = Arc::new(Overtaken(store.clone(), clock.clone()));
    let keeper = keeper(Arc::new(store), endpoint, &clock);
    let consent = RotatingTokens::new(clock.clone()).consent();
    keeper.connect(&acme(), &consent).await.unwrap();
    clock.advance(TimeDelta::minutes(30));
    let error = keeper.access(&acme()).await.unwrap_err();
    assert!(is_temporary_and_never_sent(&error), "{error}");
}

/// They are the only copy.
#[tokio::test(start_paused = true)]
async fn new_tokens_outlast_a_store_that_is_away_for_two_minutes() {
    let back = Instant::now() + Duration::from_mins(2);
    let at = Office::connected(Away(Memory::default(), back), TimeDelta::minutes(30)).await;
    let error = at.keeper.access(&acme()).await.unwrap_err();
    assert!(is_temporary_and_never_sent(&error), "{error}");
    sleep(Duration::from_mins(2)).await;
    let access = at.keeper.access(&acme()).await.unwrap();
    assert!(at.takes(&access));
    assert_eq!((access.version, at.endpoint.tally().0), (2, 1));
}

/// Only the one that renews waits for it.
#[tokio::test(start_paused = true)]
async fn a_token_that_still_lets_us_in_is_given_while_a_renewal_is_slow() {
    let almost = TimeDelta::minutes(29) + TimeDelta::seconds(30);
    let at = Office::connected(Memory::default(), almost).await;
    at.endpoint.hang(true);
    let first = at.keeper.clone();
    let slow = tokio::spawn(async move { first.access(&acme()).await });
    while at.endpoint.tally().0 == 0 {
        tokio::task::yield_now().await;
    }
    let before = Instant::now();
    assert_eq!(at.keeper.access(&acme()).await.unwrap().version, 1);
    assert_eq!(
        Instant::now(),
        before,
        "of the paused clock: nothing was waited for"
    );
    // Nor does that one wait for ever.
    assert_eq!(slow.await.unwrap().unwrap().version, 1);
}

/// A call that wanted a token was never made, whatever became of the renewal.
#[tokio::test]
async fn an_answer_that_was_lost_to_a_renewal_says_nothing_of_the_call() {
    let at = Office::connected(Memory::default(), TimeDelta::minutes(30)).await;
    at.endpoint.lose(100);
    let error = at.keeper.access(&acme()).await.unwrap_err();
    assert!(is_temporary_and_never_sent(&error), "{error}");
    at.endpoint.lose(0);
    let worn = at.keeper.access(&acme()).await.unwrap();
    at.endpoint.lose(100);
    at.clock.advance(TimeDelta::minutes(30));
    let error = at.keeper.instead_of(&worn, &acme()).await.unwrap_err();
    assert!(is_temporary_and_never_sent(&error), "{error}");
}

/// While this one is asked somebody disconnects and consents anew, and the old token is not taken any more.
#[derive(Debug)]
struct Reconnected(Memory, StoppedClock);

#[async_trait]
impl TokenEndpoint for Reconnected {
    async fn renew(&self, _: Option<TokenSet>) -> Result<TokenSet, LedgerError> {
        self.0.forget(&acme()).await.unwrap();
        // In another process, which is another keeper.
        let fresh = RotatingTokens::new(self.1.clone());
        let other = keeper(Arc::new(self.0.clone()), Arc::new(fresh.clone()), &self.1);
        other.connect(&acme(), &fresh.consent()).await.unwrap();
        Err(ConnectionTrouble::ConsentNeeded.into())
    }
}

/// What ended the consent before is not said of the next.
#[tokio::test]
async fn a_fresh_consent_is_not_condemned_by_the_end_of_the_one_before() {
    let (store, clock) = (Memory::default(), StoppedClock::default());
    let endpoint = Arc::new(Reconnected(store.clone(), clock.clone()));
    let keeper = keeper(Arc::new(store), endpoint, &clock);
    let consent = RotatingTokens::new(clock.clone()).consent();
    keeper.connect(&acme(), &consent).await.unwrap();
    clock.advance(TimeDelta::minutes(30));
    let access = keeper.access(&acme()).await.unwrap();
    assert_eq!(access.version, 3);
}

/// It lets anybody in who knows the app: nobody's consent is needed.
#[derive(Debug)]
struct OnItsWord {
    clock: StoppedClock,
    /// Whose connection somebody ends while it is asked.
    ended: Option<Memory>,
}

#[async_trait]
impl TokenEndpoint for OnItsWord {
    async fn renew(&self, _: Option<TokenSet>) -> Result<TokenSet, LedgerError> {
        if let Some(store) = &self.ended {
            store.forget(&acme()).await.unwrap();
        }
        let (now, lifetime) = (self.clock.now(), TimeDelta::minutes(30));
        Ok(TokenSet::new("access".into(), None, now, lifetime))
    }
}

fn needs_consent<T>(answer: &Result<T, LedgerError>) -> bool {
    matches!(
        answer,
        Err(LedgerError::Connection(ConnectionTrouble::ConsentNeeded))
    )
}

/// A connection that needs nobody's consent does not come back by itself.
#[tokio::test]
async fn what_is_disconnected_stays_so_until_it_is_connected_again() {
    let (store, clock) = (Memory::default(), StoppedClock::default());
    let endpoint = Arc::new(OnItsWord {
        clock: clock.clone(),
        ended: None,
    });
    let keeper = keeper(Arc::new(store), endpoint, &clock);
    keeper.access(&acme()).await.unwrap();
    let kept = keeper.disconnect(&acme()).await.unwrap();
    assert!(kept.is_some());
    for _ in 0..2 {
        assert!(needs_consent(&keeper.access(&acme()).await));
        keeper.keep_up(&acme()).await.unwrap();
        clock.advance(TimeDelta::hours(1));
    }
    keeper.reconnect(&acme()).await.unwrap();
    assert_eq!(keeper.access(&acme()).await.unwrap().version, 3);
    // One that was never used is told so as well.
    let other = Id::new("other");
    assert!(keeper.disconnect(&other).await.unwrap().is_none());
    assert!(needs_consent(&keeper.access(&other).await));
}

/// Whether it is let in for the first time, or again.
#[tokio::test]
async fn who_is_disconnected_while_being_let_in_stays_out() {
    for connected in [false, true] {
        let (store, clock) = (Memory::default(), StoppedClock::default());
        if connected {
            let ended = None;
            let clock = clock.clone();
            let before = keeper(
                Arc::new(store.clone()),
                Arc::new(OnItsWord {
                    clock: clock.clone(),
                    ended,
                }),
                &clock,
            );
            before.access(&acme()).await.unwrap();
            clock.advance(TimeDelta::minutes(30));
        }
        let endpoint = Arc::new(OnItsWord {
            clock: clock.clone(),
            ended: Some(store.clone()),
        });
        let keeper = keeper(Arc::new(store), endpoint, &clock);
        for _ in 0..2 {
            assert!(needs_consent(&keeper.access(&acme()).await), "{connected}");
        }
    }
}

/// Else what is revoked at the other end is not the last there is.
#[tokio::test(start_paused = true)]
async fn who_disconnects_waits_for_the_renewal_that_is_under_way() {
    let at = Office::connected(Memory::default(), TimeDelta::minutes(30)).await;
    let renewing = at.keeper.clone();
    let renewal = tokio::spawn(async move { renewing.access(&acme()).await.map(drop) });
    while at.endpoint.tally().0 == 0 {
        tokio::task::yield_now().await;
    }
    let kept = at.keeper.disconnect(&acme()).await.unwrap().unwrap();
    assert_eq!(kept.access.expose_secret(), "access-2");
    renewal.await.unwrap().unwrap();
    assert!(needs_consent(&at.keeper.access(&acme()).await));
}

/// One that hangs is not waited for for ever.
#[tokio::test(start_paused = true)]
async fn who_disconnects_does_not_wait_for_a_renewal_that_hangs() {
    let at = Office::connected(Memory::default(), TimeDelta::minutes(30)).await;
    at.endpoint.hang(true);
    let renewing = at.keeper.clone();
    tokio::spawn(async move { renewing.access(&acme()).await.map(drop) });
    while at.endpoint.tally().0 == 0 {
        tokio::task::yield_now().await;
    }
    let ended = timeout(Duration::from_mins(1), at.keeper.disconnect(&acme())).await;
    assert!(ended.unwrap().unwrap().is_some());
    at.endpoint.hang(false);
    sleep(Duration::from_mins(5)).await;
    assert!(needs_consent(&at.keeper.access(&acme()).await));
}
