//! What every round of every race starts with, and looks at in the end.
use std::{sync::Arc, time::Duration};

use portal_core::{
    Ask, CommandId, Contact, CustomerDesk, Decision, Effect, Id, Page, Portal, RecordRef, Store,
    Topic,
    accounts::AccountStore,
    courses::{Registration, RegistrationStatus, Session, Shelf, WaitingPlace, WaitingState},
    store::{Claim, EffectOutcome},
};
use uuid::Uuid;

use super::{
    Broken, Guard, WithoutGuard, account_guards::WithoutAccountGuard, start::StartingLine,
};
use crate::{
    StoppedClock, World,
    conformance::run_within,
    facts::{days, hours, today, viewer},
};

/// A race to be run on a world.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct Race<'a> {
    pub(super) world: &'a dyn World,
    pub(super) rounds: u32,
    without: Option<Guard>,
}

/// Runs one race on a fresh world, and stops at a round that does not hold.
pub fn holds<W: World>(
    world: impl AsyncFnOnce() -> W,
    rounds: u32,
    race: impl for<'a> AsyncFnOnce(Race<'a>) -> Result<(), Broken>,
) {
    run_within(LONGEST, world, async |world: &dyn World| {
        race(Race::on(world).rounds(rounds)).await.unwrap();
    });
}

/// Runs one race on a fresh world without a guard, and stops if it holds nevertheless.
pub fn is_lost_without<W: World>(
    guard: Guard,
    world: impl AsyncFnOnce() -> W,
    race: impl for<'a> AsyncFnOnce(Race<'a>) -> Result<(), Broken>,
) {
    run_within(LONGEST, world, async |world: &dyn World| {
        let ended = race(Race::on(world).rounds(2).without(guard)).await;
        assert!(ended.is_err(), "holds without {guard:?}: it proves nothing");
    });
}

/// Thousands of rounds on a slow disk fit.
const LONGEST: Duration = Duration::from_mins(20);

impl<'a> Race<'a> {
    /// A race of two rounds on this world.
    pub fn on(world: &'a dyn World) -> Self {
        Self {
            world,
            rounds: 2,
            without: None,
        }
    }

    /// How often it is run; each round has people and dates of its own.
    pub fn rounds(mut self, rounds: u32) -> Self {
        self.rounds = rounds;
        self
    }

    /// Takes a guard away: now it must be lost.
    pub fn without(mut self, guard: Guard) -> Self {
        self.without = Some(guard);
        self
    }

    /// Runs the rounds, and says in which one it broke.
    pub(super) async fn run(
        self,
        round: impl AsyncFn(Round<'a>) -> Result<(), Broken>,
    ) -> Result<(), Broken> {
        for number in 0..self.rounds {
            let this = Round { race: self, number };
            this.settle_everything().await;
            round(this)
                .await
                .map_err(|broken| Broken(format!("round {number}: {}", broken.0)))?;
        }
        Ok(())
    }
}

/// One round, with names of its own for everything in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Round<'a> {
    pub(super) race: Race<'a>,
    pub(super) number: u32,
}

impl Round<'_> {
    /// A name that only this round uses.
    pub(super) fn name(&self, what: &str) -> String {
        format!("{what}/{}", self.number)
    }

    /// A form that only this round sends.
    pub(super) fn form(&self, number: u32) -> CommandId {
        let number = u128::from(self.number) * 1_000 + u128::from(number) + 1;
        CommandId(Uuid::from_u128(number))
    }

    /// The store of the contenders, of whom so many commit: in every even round they wait for each other first.
    pub(super) fn store(&self, contenders: usize) -> Arc<dyn Store> {
        let store = self.race.world.store();
        let store: Arc<dyn Store> = match self.race.without {
            Some(guard) => Arc::new(WithoutGuard::over(store, guard)),
            None => store,
        };
        if self.number.is_multiple_of(2) {
            Arc::new(StartingLine::before(store, contenders))
        } else {
            store
        }
    }

    /// The account store of the contenders.
    pub(super) fn accounts(&self) -> Arc<dyn AccountStore> {
        let accounts = self.race.world.accounts();
        match self.race.without {
            Some(guard) => Arc::new(WithoutAccountGuard::new(accounts, guard)),
            None => accounts,
        }
    }

    /// A yes to a form of this round, about somebody.
    pub(super) fn yes(&self, number: u32, who: &Contact) -> Decision {
        let by = viewer(who);
        let ask = Ask::new(&by, today(), self.form(number));
        Decision::new(&ask, "test.race", RecordRef::Contact(who.id.clone()))
    }

    /// A portal over that store, at so many hours after [`today`].
    pub(super) fn portal(&self, store: &Arc<dyn Store>, hour: i64) -> Portal {
        let world = self.race.world;
        Portal::builder(Arc::clone(store), world.directory())
            .courses(world.courses())
            .clock(Arc::new(StoppedClock::at(today() + hours(hour))))
            .build()
            .unwrap()
    }

    /// Everything that came into the outbox for people; it is done now.
    pub(super) async fn settle_everything(&self) -> Vec<Effect> {
        self.settle(vec![Topic::Mail, Topic::Host]).await
    }

    /// And what the portal owes itself, some of which never ends: a round that looks for its own work does not wade through that of all before it.
    pub(super) async fn settle_work(&self) {
        self.settle(vec![Topic::Payments, Topic::Accounting]).await;
    }

    async fn settle(&self, topics: Vec<Topic>) -> Vec<Effect> {
        let store = self.race.world.store();
        let at = today() + days(1);
        let claim = Claim::new(at, hours(1), 100, topics);
        let mut found = vec![];
        loop {
            let claimed = store.claim_effects(&claim).await.unwrap();
            if claimed.is_empty() {
                return found;
            }
            for claimed in claimed {
                let id = claimed.effect.id;
                let done = store.settle_effect(id, claimed.tries, EffectOutcome::Done);
                assert!(done.await.unwrap());
                found.push(claimed.effect);
            }
        }
    }

    /// What became of a registration.
    pub(super) async fn registration(&self, id: &str) -> Registration {
        let found = self.race.world.courses().registration(&Id::new(id)).await;
        found.unwrap().unwrap().value
    }

    /// What became of a place on a waiting list.
    pub(super) async fn waiting(&self, id: &str) -> WaitingPlace {
        let found = self.race.world.courses().waiting_place(&Id::new(id)).await;
        found.unwrap().unwrap().value
    }

    /// How many places a date has left, seen from a registration of the same course.
    pub(super) async fn places_left(&self, seen_from: &str, session: &str) -> u32 {
        let courses = self.race.world.courses();
        let (from, to) = (Id::new(seen_from), Id::new(session));
        let found = courses.transfer(&from, &to).await;
        found.unwrap().unwrap().to.unwrap().places_left
    }

    /// The dates somebody is registered for and has not cancelled.
    pub(super) async fn dates_of(&self, who: &Contact) -> Vec<Id<Session>> {
        let courses = self.race.world.courses();
        let page = Page::first(100);
        let found = courses.registrations(&who.id, Shelf::Current, today(), &page);
        let found = found.await.unwrap().items;
        assert!(found.iter().all(|r| r.status == RegistrationStatus::Active));
        found.into_iter().map(|r| r.session.id).collect()
    }

    /// Whether a place is kept free for whoever waits there.
    pub(super) async fn is_held(&self, waiting: &str) -> bool {
        let state = self.waiting(waiting).await.state;
        matches!(state, WaitingState::Offered(offer) if offer.held)
    }
}

/// The desk of somebody at a portal.
pub(super) fn desk(portal: &Portal, who: &Contact) -> CustomerDesk {
    portal.customer(viewer(who))
}
