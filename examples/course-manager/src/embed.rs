use std::{path::Path, sync::Arc};

use portal_core::{
    Clock, Directory, Portal, Settings, Store,
    accounts::{Accounts, Argon2id, PortalKey},
    store::BoxError,
};
use portal_store::sqlite::Sqlite;

use crate::{
    card_desk::CardDesk, directory::Customers, documents::Archive, key, link::Office, profile,
    records::Records, schema, seed, tables::Tables,
};

/// The course manager with the portal inside, both on one file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CourseManager {
    /// The file.
    pub db: Sqlite,
    /// What customers see and do.
    pub portal: Portal,
    /// Who the course manager says its customers are.
    pub directory: Arc<dyn Directory>,
    /// What the portal keeps beside the course manager's tables.
    pub store: Arc<dyn Store>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// The file was empty, and has been filled now.
    pub seeded: bool,
}

impl CourseManager {
    /// Opens the file, brings its tables up to date, fills it if it is new, and wires the portal to it. The portal's key is in a file beside it.
    ///
    /// # Errors
    /// When the file cannot be read or written, or the settings contradict themselves.
    pub async fn open(file: &Path, clock: Arc<dyn Clock>) -> Result<Self, BoxError> {
        Self::on(Sqlite::open(file)?, key::beside(file)?, clock).await
    }

    /// The same, on a file opened otherwise than usual.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn on(db: Sqlite, key: PortalKey, clock: Arc<dyn Clock>) -> Result<Self, BoxError> {
        db.migrate().await?;
        let now = clock.now();
        let seeded = db
            .write(move |tx| {
                let created = schema::create(tx)?;
                if created {
                    seed::fill(tx, now)?;
                }
                Ok(created)
            })
            .await?;

        let settings = include_str!("settings.json");
        let settings = Settings::read(&mut serde_json::Deserializer::from_str(settings))?;
        let store = Arc::new(db.tenant("course-manager", Arc::new(Tables)));
        let customers = Arc::new(Customers(db.clone()));
        let accounts = Accounts::new(
            Arc::clone(&store) as _,
            Arc::clone(&customers) as _,
            key,
            Arc::new(Argon2id::new()),
        );
        let portal = Portal::builder(Arc::clone(&store) as _, Arc::clone(&customers) as _)
            .settings(settings)
            .clock(Arc::clone(&clock))
            .accounts(accounts)
            .profile(profile::form()?, Arc::clone(&customers) as _)
            .courses(Arc::new(Records(db.clone())))
            .documents(Arc::new(Archive(db.clone())))
            .payments(Arc::new(CardDesk::taking("EUR".parse()?)))
            .host(Arc::new(Office {
                db: db.clone(),
                clock: Arc::clone(&clock),
            }))
            .build()?;
        Ok(Self {
            db,
            portal,
            directory: customers,
            store,
            clock,
            seeded,
        })
    }
}
