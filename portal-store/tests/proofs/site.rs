//! One tenant of a file, and the portal over it.
use std::{path::PathBuf, sync::Arc};

use portal_core::{
    Portal, RecordRef, Settings, Store as _, Topic,
    accounts::{
        Accounts, FollowLink, FrontDoor, Login, NextStep, PortalKey, SignIn, SignedIn, Visitor,
    },
    effect::EffectKind,
    staff::{Invite, Staff, StaffDesk, StaffRole},
    store::{Claim, EffectOutcome},
};
use portal_store::sqlite::{MirrorTables, Sqlite, SqliteStore};
use portal_testkit::{PlainHasher, StoppedClock, World as _, facts::*};
use secrecy::SecretString;
use tempfile::TempDir;

use super::mirrored::{self, Opened};

/// The key of every portal here: tenants are kept apart by more than that.
pub(crate) const KEY: &str = "the key of this portal, known to nobody";

/// A tenant of a file.
pub(crate) type Tenant = mirrored::Tenant<SqliteStore, MirrorTables>;

/// A file with nothing in it.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A tenant of the file in this folder.
pub(crate) fn tenant(folder: PathBuf, name: &'static str) -> Opened<Tenant> {
    Box::pin(async move {
        let db = Sqlite::open(folder.join("portal.db")).unwrap();
        db.migrate().await.unwrap();
        let tables = MirrorTables::new(&db, name);
        let store = db.tenant(name, Arc::new(tables.clone()));
        Tenant::new(store, tables).opened_anew(move || tenant(folder.clone(), name))
    })
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
        let tenant = tenant(folder.path().to_owned(), name).await;
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
        // Of what is for one reader the next comes once the one before has been settled.
        loop {
            let claimed = self.tenant.store.claim_effects(&claim).await.unwrap();
            if claimed.is_empty() {
                return link;
            }
            for claimed in claimed {
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
        }
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
