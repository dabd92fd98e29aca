//! Being let in, and being known again. Ours goes through the front door, from the form to the cookie, with a hasher that takes no time; the floor runs the
//! same statements, with ready-made values.
pub mod postgres;
pub mod rule;
pub mod sqlite;

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use portal_core::{
    Ask, CommandId, Decision, Directory, Portal, RecordRef, Settings, Store,
    accounts::{
        AccountChange, AccountStore, Accounts, Digest, EligibilitySettings, Login, NextStep,
        People, PortalKey, SignIn, Token, Visitor,
    },
};
use portal_store::Import;
use portal_testkit::{
    PlainHasher, StoppedClock,
    facts::{access, contact, person, today, viewer},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::callers::at_once;

/// How many people there are.
pub const PEOPLE: usize = 256;
/// What their browsers call themselves.
pub const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

const TENANT: &str = "bench";
const FILE: &str = "portal.db";

/// A portal over a database of its own, with people who sign in, and are signed in.
#[derive(Debug)]
pub struct Door {
    runtime: Runtime,
    portal: Portal,
    people: Arc<[Somebody]>,
    dir: Option<TempDir>,
}

#[derive(Debug)]
struct Somebody {
    form: Form,
    cookie: String,
}

/// What somebody types, and where.
#[derive(Debug)]
struct Form {
    ip: IpAddr,
    typed: SignIn,
}

impl Door {
    fn open<S, T>(runtime: Runtime, store: S, tables: Arc<T>, dir: Option<TempDir>) -> Self
    where
        S: Store + AccountStore,
        T: Directory + People,
    {
        let store = Arc::new(store);
        let key = PortalKey::new("a key for nothing but this, 32 bytes of it".into()).unwrap();
        let accounts = Arc::clone(&store) as Arc<dyn AccountStore>;
        let people = Arc::clone(&tables) as Arc<dyn People>;
        let hasher = Arc::new(PlainHasher::default());
        let portal = Portal::builder(Arc::clone(&store) as Arc<dyn Store>, tables)
            .settings(strict())
            .clock(Arc::new(StoppedClock::at(today())))
            .accounts(Accounts::new(accounts, people, key, hasher))
            .build()
            .unwrap();
        let people = runtime.block_on(async {
            let mut people = vec![];
            for n in 0..PEOPLE {
                store.commit(opening(n)).await.unwrap();
                let form = Form::of(n);
                let cookie = form.sign_in(&portal).await.expose().to_owned();
                people.push(Somebody { form, cookie });
            }
            Arc::from(people)
        });
        Self {
            runtime,
            portal,
            people,
            dir,
        }
    }

    /// So many sign-ins, from this many callers at once; each stands for people of its own.
    pub fn sign_in(&self, n: usize, callers: usize) {
        let (portal, people) = (self.portal.clone(), Arc::clone(&self.people));
        at_once(&self.runtime, n, callers, PEOPLE, move |who| {
            let (portal, people) = (portal.clone(), Arc::clone(&people));
            async move {
                let who = people.get(who).unwrap();
                drop(who.form.sign_in(&portal).await);
            }
        });
    }

    /// So many requests of people who are signed in, from this many callers at once.
    pub fn resume(&self, n: usize, callers: usize) {
        let (portal, people) = (self.portal.clone(), Arc::clone(&self.people));
        at_once(&self.runtime, n, callers, PEOPLE, move |who| {
            let (portal, people) = (portal.clone(), Arc::clone(&people));
            async move {
                let who = people.get(who).unwrap();
                let door = portal.door(who.form.visitor()).unwrap();
                drop(door.resume(&who.cookie).await.unwrap());
            }
        });
    }

    fn file(&self) -> Option<std::path::PathBuf> {
        self.dir.as_ref().map(|dir| dir.path().join(FILE))
    }

    /// What is kept of the cookies of those who are signed in.
    fn tokens(&self) -> Vec<Digest> {
        let token = |who: &Somebody| Token::read(&who.cookie).unwrap().digest();
        self.people.iter().map(token).collect()
    }
}

impl Form {
    fn of(n: usize) -> Self {
        let name = name(n);
        let login = Login::new(address(n));
        let [a, b] = u16::try_from(n).unwrap().to_be_bytes();
        Self {
            ip: Ipv4Addr::new(10, 0, a, b).into(),
            typed: SignIn::new(login, format!("{name}'s password").into()),
        }
    }

    fn visitor(&self) -> Visitor {
        Visitor::from(self.ip).with_agent(AGENT)
    }

    async fn sign_in(&self, portal: &Portal) -> Token {
        let door = portal.door(self.visitor()).unwrap();
        match door.sign_in(&self.typed).await.unwrap() {
            NextStep::SignedIn(in_by) => in_by.session,
            _ => unreachable!("nothing stands between them and their orders"),
        }
    }
}

/// Every condition is set.
fn strict() -> Settings {
    let mut settings = Settings::default();
    settings.url = Some("https://bench.example/portal".to_owned());
    settings.licensed = true;
    settings.accounts.eligibility = EligibilitySettings::strict();
    settings
}

fn name(n: usize) -> String {
    format!("k{n}")
}

fn address(n: usize) -> String {
    format!("{}@acme.example", name(n))
}

/// The customer records of everybody.
fn records() -> Import {
    (0..PEOPLE).fold(Import::new(), |all, n| all.person(person(&name(n))))
}

/// Somebody gets an account, and chooses a password.
fn opening(n: usize) -> Decision {
    let new = access(&name(n));
    let by = viewer(&contact(&name(n)));
    let command = CommandId(Uuid::from_u128(n as u128));
    let ask = Ask::new(&by, today(), command);
    let about = RecordRef::Account(new.account.clone());
    Decision::new(&ask, "account.open", about)
        .changed(AccountChange::Opened {
            account: new.account.clone(),
            contact: new.contact,
            customer: new.customer,
            email: new.email,
            phone: new.phone,
        })
        .changed(AccountChange::PasswordSet {
            account: new.account,
            password: new.password.unwrap(),
            device: None,
        })
}

/// The names of the tries that a sign-in takes and gives back: those of the address, of the place, and, given back alone, of known browsers.
fn tries(n: usize) -> [Digest; 3] {
    ["address", "place", "browsers"].map(|of| Digest::of(&format!("{of} {n}")))
}
