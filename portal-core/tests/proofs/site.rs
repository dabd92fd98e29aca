//! A portal over facts in memory that signs its customers in itself.
use std::sync::Arc;

use portal_core::{
    Ask, Change, Decision, Page, Portal, RecordRef, Settings, Store, Upkeep,
    accounts::{
        Access, AccountChange, Accounts, Attempt, EmailChange, FrontDoor, Login, NextStep,
        PortalKey, SignIn, SignedIn, Visitor,
    },
    memory::Memory,
};
use portal_testkit::{
    AnyCodes, AnyLedger, AnyProvider, PlainHasher, PlainPapers, RecordingHost, StoppedClock,
    facts::*,
};

use super::counted::Counted;

/// What everybody's first password here is; no guess.
pub(crate) const PASSWORD: &str = "nine lives of a tabby";

/// The portal, and everything about it a test looks at.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) memory: Memory,
    pub(crate) portal: Portal,
    pub(crate) hasher: PlainHasher,
    pub(crate) accounts: Counted<Memory>,
    pub(crate) people: Counted<Memory>,
}

/// Every way in, open.
pub(crate) fn every_way_in() -> Settings {
    let mut settings = Settings::default();
    settings.url = Some("https://portal.example".to_owned());
    settings.mail.staff_address = Some("owner@portal.example".to_owned());
    settings.accounts.claims = true;
    settings.accounts.requests = true;
    settings.accounts.sign_up.enabled = true;
    settings.accounts.second_factor = true;
    settings.accounts.email_change = EmailChange::VerifyNewAddress;
    settings
}

impl Site {
    pub(crate) fn new() -> Self {
        Self::with(every_way_in())
    }

    pub(crate) fn with(settings: Settings) -> Self {
        let memory = Memory::default();
        let hasher = PlainHasher::default();
        let accounts = Counted::over(memory.clone());
        let people = Counted::over(memory.clone());
        let wired = Accounts::new(
            Arc::new(accounts.clone()),
            Arc::new(people.clone()),
            PortalKey::new("a key of the portal, for tests only".into()).unwrap(),
            Arc::new(hasher.clone()),
        );
        let portal = Portal::builder(Arc::new(memory.clone()), Arc::new(memory.clone()))
            .courses(Arc::new(memory.clone()))
            .clock(Arc::new(StoppedClock::default()))
            .settings(settings)
            .accounts(wired)
            .payments(Arc::new(AnyProvider::taking(["EUR"]).keeping_cards()))
            .payment_store(Arc::new(memory.clone()))
            .host(Arc::new(RecordingHost::default()))
            .paper_records(Arc::new(memory.clone()))
            .papers(Arc::new(PlainPapers::default()))
            .accounting(
                Arc::new(AnyLedger::default()),
                Arc::new(AnyCodes::default()),
            )
            .accounting_store(Arc::new(memory.clone()))
            .build();
        Self {
            memory,
            portal: portal.unwrap(),
            hasher,
            accounts,
            people,
        }
    }

    /// The front door, for somebody at this address.
    pub(crate) fn door(&self) -> FrontDoor<'_> {
        let visitor = Visitor::from([203, 0, 113, 7].into());
        self.portal.door(visitor).unwrap()
    }

    /// This happens, as if by the portal itself.
    pub(crate) async fn change(&self, number: u128, change: impl Into<Change>) {
        let ask = Ask::new(&Upkeep, today(), command(number));
        let about = RecordRef::Account(access("nobody").account);
        let decision = Decision::new(&ask, "test.set-up", about).changed(change);
        self.memory.commit(decision).await.unwrap();
    }

    /// This person, with a customer record that meets every condition, has an account and [`PASSWORD`].
    pub(crate) async fn account(&self, number: u128, contact: &str) -> Access {
        self.memory.put_person(person(contact));
        let access = self.invited(number, contact).await;
        let set = AccountChange::PasswordSet {
            account: access.account.clone(),
            password: password(PASSWORD),
            device: None,
        };
        self.change(number + 1, set).await;
        access
    }

    /// This person has an account, and no password yet.
    pub(crate) async fn invited(&self, number: u128, contact: &str) -> Access {
        let access = access(contact).with_phone(standing(contact).phone);
        let opened = AccountChange::Opened {
            account: access.account.clone(),
            contact: access.contact.clone(),
            customer: access.customer.clone(),
            email: access.email.clone(),
            phone: access.phone.clone(),
        };
        self.change(number, opened).await;
        access
    }

    /// They sign in with [`PASSWORD`].
    pub(crate) async fn sign_in(&self, contact: &str) -> SignedIn {
        let login = Login::new(format!("{contact}@acme.example"));
        let form = SignIn::new(login, PASSWORD.into());
        match self.door().sign_in(&form).await.unwrap() {
            NextStep::SignedIn(entered) => entered,
            other => panic!("{other:?}"),
        }
    }

    /// The sign-in log, the newest first.
    pub(crate) async fn log(&self) -> Vec<Attempt> {
        use portal_core::accounts::AccountStore;
        let page = Page::first(100);
        self.memory.attempts(None, &page).await.unwrap().items
    }
}
