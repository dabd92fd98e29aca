//! Somebody guesses a password, again and again, in months of virtual time: what comes through the front door, and whether the owner still does.
//!
//! The door is the real one, over the store of a [`World`]; only the clock and the hasher are ours. Two portals take turns, as two processes behind one
//! address would, and the store is opened anew half-way. What counts is how often the hasher was asked about the account.
//!
//! ```
//! use portal_core::memory::Memory;
//! use portal_testkit::siege::{Siege, Strategy};
//!
//! # async fn held() {
//! let tally = Siege::of(Box::new(Memory::default())).await.by(Strategy::BothNames, 2_000).await;
//! assert!(tally.holds(), "{tally:?}");
//! # }
//! ```
mod limits;
mod owner;
mod strategy;
mod tally;
mod watched;

pub use strategy::Strategy;
pub use tally::Tally;

use std::sync::Arc;

use chrono::Duration;
use portal_core::{
    Ask, Clock, Decision, Portal, RecordRef, Settings, Upkeep,
    accounts::{
        Access, AccountChange, AccountStore, Accounts, Login, Person, PortalKey, SignIn, Visitor,
    },
};

use crate::{
    Facts, StoppedClock, World,
    facts::{access, command, days, person, today},
};
use limits::WithoutLimits;
use owner::Owner;
use watched::Watched;

/// One customer, `vic`, and a portal with everything but a password against whoever wants in.
#[derive(Debug)]
pub struct Siege {
    world: Box<dyn World>,
    portals: [Portal; 2],
    clock: StoppedClock,
    hasher: Watched,
    limited: bool,
    at_home: bool,
}

/// Whoever guesses never guesses right.
const WRONG: &str = "not the password, and never will be";

impl Siege {
    /// Of this customer of an empty world.
    pub async fn of(world: Box<dyn World>) -> Self {
        let clock = StoppedClock::default();
        let hasher = Watched::with(clock.clone());
        world.put(Facts::new().person(vic())).await;
        let portals = two_portals(&*world, &hasher, &clock, true);
        open_account(&*world).await;
        Self {
            world,
            portals,
            clock,
            hasher,
            limited: true,
            at_home: true,
        }
    }

    /// The negative control: every try is granted.
    #[must_use]
    pub fn without_limits(mut self) -> Self {
        self.limited = false;
        self.portals = two_portals(&*self.world, &self.hasher, &self.clock, false);
        self
    }

    /// The owner is on a journey: nobody succeeds meanwhile.
    #[must_use]
    pub fn while_the_owner_is_away(mut self) -> Self {
        self.at_home = false;
        self
    }

    /// So many tries by this strategy, while the owner signs in once a day by the browser they always use, and once a week by a reset link from another one.
    ///
    /// # Panics
    /// When the owner does not get in.
    pub async fn by(mut self, strategy: Strategy, tries: u32) -> Tally {
        let mut owner = Owner::default();
        let mut next_day = self.clock.now();
        for n in 0..tries {
            if n == tries / 2 {
                self.restart().await;
            }
            if self.clock.now() >= next_day {
                next_day = next_day.max(self.clock.now()) + days(1);
                let portal = self.portal(n);
                if self.at_home {
                    owner.comes(portal, &*self.world, self.clock.now()).await;
                }
                portal.sweep_accounts().await.unwrap();
            }
            let guess = SignIn::new(Login::new(strategy.name(n)), WRONG.into());
            let door = self.portal(n).door(Visitor::from(strategy.place(n)));
            assert!(door.unwrap().sign_in(&guess).await.is_err());
            self.clock.advance(strategy.pause(n));
        }
        self.hasher.tally(tries)
    }

    fn portal(&self, n: u32) -> &Portal {
        let [one, other] = &self.portals;
        if n.is_multiple_of(2) { one } else { other }
    }

    /// What was only in a process is gone.
    async fn restart(&mut self) {
        if let Some(opened) = self.world.reopen().await {
            self.world = opened;
        }
        self.portals = two_portals(&*self.world, &self.hasher, &self.clock, self.limited);
    }
}

/// How often one guess at each of so many customers is looked at, all from one place, one guess a second.
pub async fn sprayed(world: Box<dyn World>, customers: u32) -> u64 {
    let clock = StoppedClock::default();
    let hasher = Watched::with(clock.clone());
    let [portal, _] = two_portals(&*world, &hasher, &clock, true);
    let names: Vec<_> = (0..customers).map(|n| format!("customer{n}")).collect();
    let everybody = |facts: Facts, name: &String| facts.person(person(name));
    world.put(names.iter().fold(Facts::new(), everybody)).await;
    let all = names.iter().fold(by_the_portal(1), |all, name| {
        let access = access(name);
        opened(all, &access)
    });
    world.store().commit(all).await.unwrap();
    for (n, name) in names.iter().enumerate() {
        let address = format!("{name}@acme.example");
        let guess = SignIn::new(Login::new(address), WRONG.into());
        let n = u32::try_from(n).unwrap();
        let door = portal.door(Visitor::from(Strategy::OnePlace.place(n)));
        assert!(door.unwrap().sign_in(&guess).await.is_err());
        clock.advance(Duration::seconds(1));
    }
    hasher.tally(customers).guesses
}

/// A portal over this world that limits as it always does, for somebody who guesses in a process of their own: how often they were let through of `tries`, all at one instant.
pub async fn guessed_at_once(world: &dyn World, tries: u32) -> u64 {
    let clock = StoppedClock::default();
    let hasher = Watched::with(clock.clone());
    let [portal, _] = two_portals(world, &hasher, &clock, true);
    for n in 0..tries {
        let guess = SignIn::new(Login::new(Strategy::NewPlaces.name(n)), WRONG.into());
        let door = portal.door(Visitor::from(Strategy::NewPlaces.place(n)));
        assert!(door.unwrap().sign_in(&guess).await.is_err());
    }
    hasher.tally(tries).guesses
}

fn two_portals(
    world: &dyn World,
    hasher: &Watched,
    clock: &StoppedClock,
    limited: bool,
) -> [Portal; 2] {
    let mut settings = Settings::default();
    settings.url = Some("https://portal.example".to_owned());
    [(); 2].map(|()| {
        let store: Arc<dyn AccountStore> = if limited {
            world.accounts()
        } else {
            Arc::new(WithoutLimits::over(world.accounts()))
        };
        let key = PortalKey::new("a key of the portal, for tests only".into()).unwrap();
        let accounts = Accounts::new(store, world.people(), key, Arc::new(hasher.clone()));
        let portal = Portal::builder(world.store(), world.directory())
            .clock(Arc::new(clock.clone()))
            .settings(settings.clone())
            .accounts(accounts);
        portal.build().unwrap()
    })
}

/// Their own address is another one than that of the customer record: three names lead to one account.
fn vic() -> Person {
    let mut vic = person("vic");
    vic.contact.email = Some("victoria@home.example".to_owned());
    vic
}

async fn open_account(world: &dyn World) {
    let access = access("vic").with_phone(vic().standing.phone);
    let decision = opened(by_the_portal(1), &access);
    let decision = decision.changed(AccountChange::PasswordSet {
        account: access.account.clone(),
        password: Owner::default().kept(),
        device: Some(Owner::browser().digest()),
    });
    world.store().commit(decision).await.unwrap();
}

fn by_the_portal(number: u128) -> Decision {
    let ask = Ask::new(&Upkeep, today(), command(number));
    let about = RecordRef::Account(access("vic").account);
    Decision::new(&ask, "test.accounts-opened", about)
}

/// And there is this account, with the password that [`access`] gives it.
fn opened(decision: Decision, access: &Access) -> Decision {
    let account = access.account.clone();
    let password = access.password.clone().unwrap();
    decision
        .changed(AccountChange::Opened {
            account: account.clone(),
            contact: access.contact.clone(),
            customer: access.customer.clone(),
            email: access.email.clone(),
            phone: access.phone.clone(),
        })
        .changed(AccountChange::PasswordSet {
            account,
            password,
            device: None,
        })
}
