use std::{path::Path, sync::Arc};

use portal_core::{
    Clock, Contact, CustomerDesk, Directory, Error, Id, Portal, Settings, Store, Viewer,
    store::BoxError,
};
use portal_store::sqlite::Sqlite;

use crate::{
    card_desk::CardDesk, directory::People, documents::Archive, link::Office, records::Records,
    schema, seed, tables::Tables,
};

/// The course manager with the portal inside, both on one file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CourseManager {
    /// The file.
    pub db: Sqlite,
    /// What customers see and do.
    pub portal: Portal,
    /// What the portal keeps beside the course manager's tables.
    pub store: Arc<dyn Store>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// The file was empty, and has been filled now.
    pub seeded: bool,
}

impl CourseManager {
    /// Opens the file, brings its tables up to date, fills it if it is new, and wires the portal to it.
    ///
    /// # Errors
    /// When the file cannot be read or written, or the settings contradict themselves.
    pub async fn open(file: &Path, clock: Arc<dyn Clock>) -> Result<Self, BoxError> {
        Self::on(Sqlite::open(file)?, clock).await
    }

    /// The same, on a file opened otherwise than usual.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn on(db: Sqlite, clock: Arc<dyn Clock>) -> Result<Self, BoxError> {
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
        let store: Arc<dyn Store> = Arc::new(db.tenant("course-manager", Arc::new(Tables)));
        let portal = Portal::builder(Arc::clone(&store), Arc::new(People(db.clone())))
            .settings(settings)
            .clock(Arc::clone(&clock))
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
            store,
            clock,
            seeded,
        })
    }

    /// Signs a customer in. The course manager knows who they are; how they prove it is not the demo's subject.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such customer.
    pub async fn sign_in(&self, customer: &Id<Contact>) -> Result<CustomerDesk, Error> {
        let found = People(self.db.clone()).contact(customer).await?;
        let contact = found.ok_or(Error::NotFound)?.value;
        let account = Id::new(format!("account-{customer}"));
        let viewer = Viewer::new(account, contact, self.clock.now());
        Ok(self.portal.customer(viewer))
    }
}
