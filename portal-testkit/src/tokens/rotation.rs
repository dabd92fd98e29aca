//! How tokens are renewed over a store: what [`TokenKeeper`] promises, with every way an answer gets lost.
use std::sync::Arc;

use chrono::TimeDelta;
use portal_core::{
    Id, PortalKey,
    accounting::{
        ConnectionTrouble, LedgerError,
        tokens::{AccessToken, Connection, TokenKeeper},
    },
};
use secrecy::ExposeSecret as _;

use super::{RotatingTokens, TokenWorld};
use crate::StoppedClock;

fn acme() -> Id<Connection> {
    Id::new("acme")
}

struct Office {
    clock: StoppedClock,
    endpoint: RotatingTokens,
}

impl Office {
    fn open() -> Self {
        let clock = StoppedClock::default();
        let endpoint = RotatingTokens::new(clock.clone());
        Self { clock, endpoint }
    }

    /// A process of its own: its turns are nobody else's.
    fn process(&self, world: &dyn TokenWorld) -> TokenKeeper {
        let key = PortalKey::new("a key for tests, of more than 32 characters".into()).unwrap();
        let endpoint = Arc::new(self.endpoint.clone());
        let clock = Arc::new(self.clock.clone());
        TokenKeeper::new(world.tokens(), endpoint, key, clock)
    }

    async fn connected(&self, world: &dyn TokenWorld) -> TokenKeeper {
        let keeper = self.process(world);
        let consent = self.endpoint.consent();
        keeper.connect(&acme(), &consent).await.unwrap();
        keeper
    }

    fn takes(&self, access: &AccessToken) -> bool {
        self.endpoint.takes(access.secret.expose_secret())
    }

    /// The first token is due, and lets nobody in any more.
    fn half_an_hour_later(&self) {
        self.clock.advance(TimeDelta::minutes(30));
    }
}

/// How often: so often, or as the environment says.
fn rounds(so_many: u32) -> u32 {
    let told = std::env::var("PORTAL_ROUNDS").ok();
    told.and_then(|told| told.parse().ok()).unwrap_or(so_many)
}

/// Four of ten answers are lost. Whoever is let down by three in a row asks again, a little later.
pub async fn of_sixteen_tasks_in_two_processes_one_renews_and_nobody_is_locked_out(
    world: &dyn TokenWorld,
) {
    let office = Arc::new(Office::open());
    let processes = [office.connected(world).await, office.process(world)];
    office.endpoint.lose(40);
    let rounds = rounds(40);
    for round in 0..rounds {
        // Some come while the old token still lets them in, some after.
        let minutes = 28 + i64::from(round % 3);
        office.clock.advance(TimeDelta::seconds(minutes * 60 + 30));
        let tasks: Vec<_> = (0..16)
            .map(|n| {
                let (keeper, office) = (processes[n % 2].clone(), Arc::clone(&office));
                tokio::spawn(async move {
                    for _ in 0..100 {
                        match keeper.access(&acme()).await {
                            Ok(access) => {
                                assert!(!access.secret.expose_secret().is_empty());
                                return office.takes(&access);
                            }
                            Err(LedgerError::Adapter(_)) => {}
                            Err(other) => panic!("locked out: {other}"),
                        }
                    }
                    panic!("never let in")
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        // Whatever the round came to, what is there now lets us in.
        let access = processes[0].access(&acme()).await;
        if let Ok(access) = access {
            assert!(office.takes(&access), "round {round}");
        }
    }
    let (renewals, lost, at_once) = office.endpoint.tally();
    assert_eq!((at_once, office.endpoint.locked_out()), (1, 0));
    assert!(
        renewals > rounds / 2 && lost > rounds / 8,
        "{renewals} {lost}"
    );
}

/// It asked, and died before it could write. The others wait for its lease, and go on from the old token.
pub async fn a_process_that_died_while_renewing_locks_nobody_out(world: &dyn TokenWorld) {
    let office = Office::open();
    let first = office.connected(world).await;
    office.half_an_hour_later();
    office.endpoint.hang(true);
    let died = tokio::spawn(async move { first.access(&acme()).await.map(drop) });
    while office.endpoint.tally().0 == 0 {
        tokio::task::yield_now().await;
    }
    died.abort();
    office.endpoint.hang(false);
    let second = office.process(world);
    let early = second.access(&acme()).await.unwrap_err();
    assert!(matches!(early, LedgerError::Adapter(e) if e.is_temporary()));
    office.clock.advance(TimeDelta::minutes(4));
    let access = second.access(&acme()).await.unwrap();
    assert!(office.takes(&access));
    assert_eq!(office.endpoint.locked_out(), 0);
}

/// A request that is given up does not give up the renewal.
pub async fn whoever_stops_waiting_does_not_lose_the_new_tokens(world: &dyn TokenWorld) {
    let office = Office::open();
    let keeper = office.connected(world).await;
    office.half_an_hour_later();
    let impatient = keeper.clone();
    let gone = tokio::spawn(async move { impatient.access(&acme()).await.map(drop) });
    while office.endpoint.tally().0 == 0 {
        tokio::task::yield_now().await;
    }
    gone.abort();
    let access = keeper.access(&acme()).await.unwrap();
    assert!(office.takes(&access));
    assert_eq!(office.endpoint.tally().0, 1);
}

/// What anybody was given is what the store has.
pub async fn tokens_are_written_before_anybody_uses_them(world: &dyn TokenWorld) {
    let office = Office::open();
    let keeper = office.connected(world).await;
    office.half_an_hour_later();
    let access = keeper.access(&acme()).await.unwrap();
    let elsewhere = office.process(world).access(&acme()).await.unwrap();
    assert_eq!(elsewhere.version, access.version);
    assert_eq!(
        elsewhere.secret.expose_secret(),
        access.secret.expose_secret()
    );
    assert_eq!(office.endpoint.tally().0, 1);
}

/// Eight notice at once that a token is not taken though its time is not over.
pub async fn a_token_that_is_not_taken_is_renewed_once(world: &dyn TokenWorld) {
    let office = Office::open();
    let processes = [office.connected(world).await, office.process(world)];
    let spoilt = processes[0].access(&acme()).await.unwrap();
    office.endpoint.spoil();
    assert!(!office.takes(&spoilt));
    let tasks: Vec<_> = (0..8)
        .map(|n| {
            let (keeper, spoilt) = (processes[n % 2].clone(), spoilt.clone());
            tokio::spawn(async move { keeper.instead_of(&spoilt, &acme()).await.unwrap() })
        })
        .collect();
    for task in tasks {
        assert!(office.takes(&task.await.unwrap()));
    }
    assert_eq!(office.endpoint.tally().0, 1);
}

/// [`ConnectionTrouble::ConsentNeeded`], and everything is well after the next consent.
pub async fn consent_that_ran_out_is_said_and_a_new_one_helps(world: &dyn TokenWorld) {
    let office = Office::open();
    let keeper = office.process(world);
    let needed = |error| {
        matches!(
            error,
            LedgerError::Connection(ConnectionTrouble::ConsentNeeded)
        )
    };
    assert!(needed(keeper.access(&acme()).await.unwrap_err()));
    let consent = office.endpoint.consent();
    keeper.connect(&acme(), &consent).await.unwrap();
    office.endpoint.end();
    office.half_an_hour_later();
    for _ in 0..2 {
        assert!(needed(keeper.access(&acme()).await.unwrap_err()));
    }
    let consent = office.endpoint.consent();
    keeper.connect(&acme(), &consent).await.unwrap();
    assert!(office.takes(&keeper.access(&acme()).await.unwrap()));
    let forgotten = keeper.disconnect(&acme()).await.unwrap();
    assert!(forgotten.is_some_and(|tokens| tokens.refresh.is_some()));
    assert!(needed(keeper.access(&acme()).await.unwrap_err()));
}

/// The old token is taken for half an hour. Whoever keeps up comes twice in that time.
pub async fn a_lost_answer_is_settled_though_nobody_calls(world: &dyn TokenWorld) {
    let office = Office::open();
    let keeper = office.connected(world).await;
    office.half_an_hour_later();
    office.endpoint.lose(100);
    keeper.access(&acme()).await.unwrap_err();
    let quarter = TimeDelta::minutes(15);
    office.clock.advance(quarter);
    // It is told, and tried again.
    keeper.keep_up(&acme()).await.unwrap_err();
    office.clock.advance(quarter - TimeDelta::minutes(1));
    office.endpoint.lose(0);
    let elsewhere = office.process(world);
    elsewhere.keep_up(&acme()).await.unwrap();
    let settled = office.endpoint.tally().0;
    elsewhere.keep_up(&acme()).await.unwrap();
    assert_eq!(office.endpoint.tally().0, settled, "nothing is in doubt");
    office.clock.advance(TimeDelta::hours(1));
    assert!(office.takes(&keeper.access(&acme()).await.unwrap()));
    assert_eq!(office.endpoint.locked_out(), 0);
}

/// Nobody has heard how its renewal ended, and nobody asks for access in the half hour.
pub async fn a_process_that_died_while_renewing_is_followed_up_by_another(world: &dyn TokenWorld) {
    let office = Office::open();
    let first = office.connected(world).await;
    office.half_an_hour_later();
    office.endpoint.hang(true);
    let died = tokio::spawn(async move { first.access(&acme()).await.map(drop) });
    while office.endpoint.tally().0 == 0 {
        tokio::task::yield_now().await;
    }
    died.abort();
    office.endpoint.hang(false);
    office.clock.advance(TimeDelta::minutes(15));
    let second = office.process(world);
    second.keep_up(&acme()).await.unwrap();
    office.clock.advance(TimeDelta::hours(1));
    assert!(office.takes(&second.access(&acme()).await.unwrap()));
    assert_eq!(office.endpoint.locked_out(), 0);
}

/// A consent ends that nobody uses for sixty days.
pub async fn tokens_that_nobody_used_for_weeks_are_renewed(world: &dyn TokenWorld) {
    let office = Office::open();
    let keeper = office.process(world);
    keeper.keep_up(&acme()).await.unwrap();
    let consent = office.endpoint.consent();
    keeper.connect(&acme(), &consent).await.unwrap();
    office.clock.advance(TimeDelta::days(13));
    keeper.keep_up(&acme()).await.unwrap();
    assert_eq!(office.endpoint.tally().0, 0);
    for renewals in 1..=4 {
        office.clock.advance(TimeDelta::days(14));
        keeper.keep_up(&acme()).await.unwrap();
        assert_eq!(office.endpoint.tally().0, renewals);
    }
    keeper.disconnect(&acme()).await.unwrap();
    office.clock.advance(TimeDelta::days(14));
    keeper.keep_up(&acme()).await.unwrap();
    assert_eq!(office.endpoint.tally().0, 4);
}
