//! One tenant of a file, and the portal over it.
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use portal_core::{
    Directory, Portal, RecordRef, Refusals, Settings, Store, Topic,
    accounts::{
        AccountStore, Accounts, FollowLink, FrontDoor, Login, NextStep, People, PortalKey, SignIn,
        SignedIn, Visitor,
    },
    courses::CourseRecords,
    effect::EffectKind,
    payment::PaymentStore,
    profile::ProfileRecords,
    staff::{Invite, Staff, StaffDesk, StaffRole},
    store::{Claim, EffectOutcome},
};
use portal_store::{
    Import,
    sqlite::{MirrorTables, Sqlite, SqliteStore},
};
use portal_testkit::{Facts, PlainHasher, StoppedClock, World, facts::*};
use secrecy::SecretString;
use tempfile::TempDir;

/// The key of every portal here: tenants are kept apart by more than that.
pub(crate) const KEY: &str = "the key of this portal, known to nobody";

/// A tenant whose records are all in mirror tables.
#[derive(Debug)]
pub(crate) struct Tenant {
    folder: PathBuf,
    name: &'static str,
    pub(crate) store: SqliteStore,
    tables: MirrorTables,
}

/// A file with nothing in it.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

impl Tenant {
    /// A tenant of the file in this folder.
    pub(crate) async fn of(folder: &TempDir, name: &'static str) -> Self {
        Self::at(folder.path(), name).await
    }

    pub(crate) async fn at(folder: &Path, name: &'static str) -> Self {
        let db = Sqlite::open(folder.join("portal.db")).unwrap();
        db.migrate().await.unwrap();
        let tables = MirrorTables::new(&db, name);
        Self {
            folder: folder.to_owned(),
            name,
            store: db.tenant(name, Arc::new(tables.clone())),
            tables,
        }
    }
}

#[async_trait]
impl World for Tenant {
    fn store(&self) -> Arc<dyn Store> {
        Arc::new(self.store.clone())
    }

    fn directory(&self) -> Arc<dyn Directory> {
        Arc::new(self.tables.clone())
    }

    fn courses(&self) -> Arc<dyn CourseRecords> {
        Arc::new(self.tables.clone())
    }

    fn accounts(&self) -> Arc<dyn AccountStore> {
        Arc::new(self.store.clone())
    }

    fn people(&self) -> Arc<dyn People> {
        Arc::new(self.tables.clone())
    }

    fn profiles(&self) -> Arc<dyn ProfileRecords> {
        Arc::new(self.tables.clone())
    }

    fn payments(&self) -> Arc<dyn PaymentStore> {
        Arc::new(self.store.clone())
    }

    async fn put(&self, facts: Facts) {
        let mut batch = Import::new();
        batch.contacts = facts.contacts;
        batch.persons = facts.people;
        self.tables.import(batch).await.unwrap();
    }

    async fn reject_contact_changes(&self, _: Option<Refusals>) {
        panic!("no proof needs it");
    }

    async fn reopen(&self) -> Option<Box<dyn World>> {
        Some(Box::new(Self::at(&self.folder, self.name).await))
    }
}

/// A portal over a tenant, and everything about it a test looks at.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) tenant: Tenant,
    pub(crate) portal: Portal,
    pub(crate) clock: StoppedClock,
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
    settings.accounts.email_change = portal_core::accounts::EmailChange::VerifyNewAddress;
    settings
}

impl Site {
    pub(crate) async fn of(folder: &TempDir, name: &'static str, settings: Settings) -> Self {
        let tenant = Tenant::of(folder, name).await;
        let clock = StoppedClock::default();
        let accounts = Accounts::new(
            tenant.accounts(),
            tenant.people(),
            PortalKey::new(KEY.into()).unwrap(),
            Arc::new(PlainHasher::default()),
        );
        let portal = Portal::builder(tenant.store(), tenant.directory())
            .courses(tenant.courses())
            .clock(Arc::new(clock.clone()))
            .settings(settings)
            .accounts(accounts)
            .build()
            .unwrap();
        Self {
            tenant,
            portal,
            clock,
        }
    }

    /// The front door, for somebody at this address.
    pub(crate) fn door(&self) -> FrontDoor<'_> {
        let visitor = Visitor::from([203, 0, 113, 7].into());
        self.portal.door(visitor).unwrap()
    }

    pub(crate) fn staff(&self) -> StaffDesk {
        self.portal.staff(Staff::new("sam", StaffRole::Admin))
    }

    /// The link in the last letter, if any was written. Every letter counts as delivered.
    pub(crate) async fn letter(&self) -> Option<SecretString> {
        let mut link = None;
        let now = portal_core::Clock::now(&self.clock);
        let claim = Claim::new(now, minutes(1), 100, vec![Topic::Mail]);
        for claimed in self.tenant.store.claim_effects(&claim).await.unwrap() {
            if let EffectKind::Mail {
                about: RecordRef::Pass(pass),
                ..
            } = &claimed.effect.kind
            {
                link = Some(self.portal.link_token(pass).unwrap());
            }
            let (id, tries) = (claimed.effect.id, claimed.tries);
            let settled = self
                .tenant
                .store
                .settle_effect(id, tries, EffectOutcome::Done);
            assert!(settled.await.unwrap());
        }
        link
    }

    /// Staff invite this person: the link they are sent.
    pub(crate) async fn invited(&self, number: u128, contact: &str) -> SecretString {
        let form = Invite::new(command(number), portal_core::Id::new(contact));
        self.staff().submit(&form).await.unwrap();
        self.letter().await.unwrap()
    }

    /// They choose a password by it.
    pub(crate) async fn joined(&self, number: u128, contact: &str, password: &str) {
        let link = self.invited(number, contact).await;
        let form = FollowLink::new(link).choosing(password.into());
        self.door().follow(&form).await.unwrap();
    }

    /// They sign in.
    pub(crate) async fn signed_in(&self, contact: &str, password: &str) -> SignedIn {
        let login = Login::new(format!("{contact}@acme.example"));
        let form = SignIn::new(login, password.into());
        match self.door().sign_in(&form).await.unwrap() {
            NextStep::SignedIn(entered) => entered,
            other => panic!("{other:?}"),
        }
    }
}
