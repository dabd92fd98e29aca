use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use portal_core::{
    Clock, Directory, Portal, PortalKey, Settings, Store, StoreError,
    accounting::{AccountingStore, tokens::TokenStore},
    accounts::{Accounts, Argon2id},
    courses::CourseRecords,
    outbox::HostLink,
    payment::PaymentStore,
    profile::ProfileRecords,
    store::{BoxError, MessageLog},
};
use portal_mail::Templates;
#[cfg(feature = "postgres")]
use portal_store::postgres::{Postgres, sqlx::postgres::PgConnectOptions};
use portal_store::sqlite::Sqlite;

#[cfg(feature = "postgres")]
use crate::postgres::{Branch, Bridge};
use crate::{
    Accounting, Payments,
    books::{Books, Codes},
    directory::Customers,
    documents::Archive,
    key,
    link::Office,
    post, profile,
    records::Records,
    schema, seed,
    tables::Tables,
    till::Till,
};

/// The course manager with the portal inside: both on one file, or the portal on a database of its own.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CourseManager {
    /// The course manager's own file.
    pub db: Sqlite,
    /// What customers see and do.
    pub portal: Portal,
    /// Who the course manager says its customers are.
    pub directory: Arc<dyn Directory>,
    /// What the portal keeps beside the course manager's tables.
    pub store: Arc<dyn Store>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    pub(crate) till: Till,
    pub(crate) books: Option<Books>,
    /// The folder that messages are written into, if they go anywhere.
    pub(crate) mail: Option<PathBuf>,
    /// The file was empty, and has been filled now.
    pub seeded: bool,
    #[cfg(feature = "postgres")]
    bridge: Option<Bridge>,
}

impl CourseManager {
    /// Opens the file, brings its tables up to date, fills it if it is new, and wires the portal to it. The portal's key is in a file beside it.
    ///
    /// # Errors
    /// When the file cannot be read or written, or the settings contradict themselves.
    pub async fn open(
        file: &Path,
        clock: Arc<dyn Clock>,
        adapters: impl Into<Adapters>,
    ) -> Result<Self, BoxError> {
        Self::on(Sqlite::open(file)?, key::beside(file)?, clock, adapters).await
    }

    /// The same, on a file opened otherwise than usual.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn on(
        db: Sqlite,
        key: PortalKey,
        clock: Arc<dyn Clock>,
        adapters: impl Into<Adapters>,
    ) -> Result<Self, BoxError> {
        db.migrate().await?;
        let seeded = filled(&db, &*clock).await?;
        let store = Arc::new(db.tenant("course-manager", Arc::new(Tables)));
        let customers = Arc::new(Customers(db.clone()));
        let office = Office {
            db: db.clone(),
            clock: Arc::clone(&clock),
        };
        let wires = Wires {
            accounts: Accounts::new(
                Arc::clone(&store) as _,
                Arc::clone(&customers) as _,
                key.clone(),
                Arc::new(Argon2id::new()),
            ),
            key,
            payments: Arc::clone(&store) as _,
            exports: Arc::clone(&store) as _,
            tokens: Arc::clone(&store) as _,
            messages: Arc::clone(&store) as _,
            store,
            directory: Arc::clone(&customers) as _,
            profiles: customers,
            courses: Arc::new(Records(db.clone())),
            host: Arc::new(office),
        };
        wires.join(db, clock, seeded, adapters.into())
    }

    /// The course manager on its file as before, and the portal on `PostgreSQL`, on records that are handed over to it.
    ///
    /// # Errors
    /// As [`open`](Self::open), and when the database cannot be reached or written.
    #[cfg(feature = "postgres")]
    pub async fn on_postgres(
        file: &Path,
        database: PgConnectOptions,
        clock: Arc<dyn Clock>,
        adapters: impl Into<Adapters>,
    ) -> Result<Self, BoxError> {
        let (db, key) = (Sqlite::open(file)?, key::beside(file)?);
        let seeded = filled(&db, &*clock).await?;
        let postgres = Postgres::connect(database).await?;
        postgres.migrate().await?;
        let bridge = Bridge::open(db.clone(), postgres).await?;
        let store = Arc::new(bridge.store());
        let mirror = Arc::new(bridge.mirror.clone());
        let office = Office {
            db: db.clone(),
            clock: Arc::clone(&clock),
        };
        let wires = Wires {
            accounts: Accounts::new(
                Arc::clone(&store) as _,
                Arc::clone(&mirror) as _,
                key.clone(),
                Arc::new(Argon2id::new()),
            ),
            key,
            payments: Arc::clone(&store) as _,
            exports: Arc::clone(&store) as _,
            tokens: Arc::clone(&store) as _,
            messages: Arc::clone(&store) as _,
            store,
            directory: Arc::clone(&mirror) as _,
            profiles: Arc::clone(&mirror) as _,
            courses: mirror,
            host: Arc::new(Branch {
                office,
                bridge: bridge.clone(),
            }),
        };
        let mut manager = wires.join(db, clock, seeded, adapters.into())?;
        manager.bridge = Some(bridge);
        Ok(manager)
    }

    /// Lets the course manager's own tables hear of everything customers did. On its own file they have.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(
            clippy::unused_async,
            reason = "only a far-away database has news to wait for"
        )
    )]
    pub(crate) async fn hear_of_everything(&self) -> Result<(), StoreError> {
        #[cfg(feature = "postgres")]
        if let Some(bridge) = &self.bridge {
            bridge.bring_home().await?;
        }
        Ok(())
    }
}

/// Who takes the money, who keeps the books, and where messages go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Adapters {
    /// Who takes the money.
    pub payments: Payments,
    /// Who keeps the books.
    pub accounting: Accounting,
    /// The folder that messages are written into. Without one they wait in the outbox.
    pub mail: Option<PathBuf>,
}

impl Adapters {
    /// With these, and nobody to send messages.
    #[must_use]
    pub fn new(payments: Payments, accounting: Accounting) -> Self {
        Self {
            payments,
            accounting,
            mail: None,
        }
    }

    /// Messages are written into this folder, which is made where it is not there.
    #[must_use]
    pub fn mail_into(mut self, folder: impl Into<PathBuf>) -> Self {
        self.mail = Some(folder.into());
        self
    }
}

/// No books.
impl From<Payments> for Adapters {
    fn from(payments: Payments) -> Self {
        Self::new(payments, Accounting::None)
    }
}

/// What differs between the two: where the portal keeps its own, and who answers for the records.
struct Wires {
    store: Arc<dyn Store>,
    payments: Arc<dyn PaymentStore>,
    exports: Arc<dyn AccountingStore>,
    tokens: Arc<dyn TokenStore>,
    messages: Arc<dyn MessageLog>,
    key: PortalKey,
    accounts: Accounts,
    directory: Arc<dyn Directory>,
    profiles: Arc<dyn ProfileRecords>,
    courses: Arc<dyn CourseRecords>,
    host: Arc<dyn HostLink>,
}

impl Wires {
    fn join(
        self,
        db: Sqlite,
        clock: Arc<dyn Clock>,
        seeded: bool,
        adapters: Adapters,
    ) -> Result<CourseManager, BoxError> {
        let till = Till::open(adapters.payments, "EUR".parse()?, &clock)?;
        let settings = include_str!("settings.json");
        let settings = Settings::read(&mut serde_json::Deserializer::from_str(settings))?;
        let templates = Arc::new(Templates::builder().build()?);
        let portal = Portal::builder(Arc::clone(&self.store), Arc::clone(&self.directory))
            .settings(settings)
            .clock(Arc::clone(&clock))
            .accounts(self.accounts)
            .profile(profile::form()?, self.profiles)
            .courses(self.courses)
            .documents(Arc::new(Archive(db.clone())))
            .papers(Arc::clone(&templates) as _)
            .mail_writer(templates)
            .message_log(self.messages)
            .payments(till.provider())
            .payment_store(self.payments)
            .host(self.host);
        let books = match adapters.accounting {
            Accounting::None => None,
            Accounting::FakeXero => Some(Books::open(self.tokens, self.key, &clock)?),
        };
        let portal = match &books {
            Some(books) => portal
                .accounting(books.system(), Arc::new(Codes))
                .accounting_store(self.exports),
            None => portal,
        };
        let portal = match &adapters.mail {
            Some(folder) => portal.mailer(Arc::new(post::into(folder)?)),
            None => portal,
        };
        let portal = portal.build()?;
        Ok(CourseManager {
            db,
            portal,
            directory: self.directory,
            store: self.store,
            clock,
            till,
            books,
            mail: adapters.mail,
            seeded,
            #[cfg(feature = "postgres")]
            bridge: None,
        })
    }
}

/// Makes and fills the course manager's tables where there are none; answers whether it did.
async fn filled(db: &Sqlite, clock: &dyn Clock) -> Result<bool, StoreError> {
    let now = clock.now();
    let seeded = db.write(move |tx| {
        let created = schema::create(tx)?;
        if created {
            seed::fill(tx, now)?;
        }
        Ok(created)
    });
    seeded.await
}
