//! What is done about books that did not do what was asked.
use chrono::{DateTime, Duration, Utc};

use super::{
    AccountingWork, Attention, BooksChange, Health, LedgerConnection, LedgerError,
    case::{ATTEMPTS, Written, owing},
    rules::later,
};
use crate::{
    Ask, CommandId, Decision, Error, Expectation, Loaded, Upkeep, Version,
    adapter::{AdapterErrorKind, Disposition},
    command::written,
    payment::Worked,
    portal::Wiring,
};
use uuid::Uuid;

/// What the ids of changes of a connection derive from.
const CONNECTIONS: Uuid = Uuid::from_u128(0x70d5_3a1c_e82b_4f9e_a6b0_49c7_1d28_95ef);

/// How soon it is looked again whether books that are not the portal's to use have been connected anew.
const RECONNECTED: Duration = Duration::minutes(10);

/// How long books are left alone that asked for it and did not say for how long.
const PAUSE: Duration = Duration::minutes(1);

/// Quotas are of a day; whoever says more is mistaken, and it is remembered over restarts.
const LONGEST_PAUSE: Duration = Duration::days(1);

/// What to do about it.
pub(super) enum Trouble {
    /// Nothing has happened there. Come back then.
    Wait(DateTime<Utc>, String),
    /// Nothing has happened there, and nothing will until staff have done something.
    Staff(Attention),
    /// Something may have happened there: look for it.
    Unknown(String),
}

impl Wiring {
    /// Whether the books may be asked now; else when to come back.
    pub(super) async fn books_free(&self) -> Result<Option<Worked>, Error> {
        let connection = self.connection().await?.map(|connection| connection.value);
        let now = self.clock.now();
        Ok(connection.and_then(|connection| closed_now(&connection, now)))
    }

    pub(super) async fn connection(&self) -> Result<Option<Loaded<LedgerConnection>>, Error> {
        let books = self.ledger()?.system.organisation();
        Ok(self.accounting_store()?.connection(books).await?)
    }

    /// What to do about an error, for something that has been waiting since then. What it says of the whole connection is kept, so that all work for these books waits.
    pub(super) async fn trouble(
        &self,
        error: LedgerError,
        since: DateTime<Utc>,
    ) -> Result<Trouble, Error> {
        let now = self.clock.now();
        let why = error.to_string();
        let error = match error {
            LedgerError::Refused(refusal) => {
                return Ok(Trouble::Staff(Attention::Refused(refusal)));
            }
            LedgerError::Connection(trouble) => {
                let health = Health::after(&trouble);
                self.change_connection(|known| LedgerConnection {
                    since: if known.health == health {
                        known.since
                    } else {
                        now
                    },
                    health,
                    ..known.clone()
                })
                .await?;
                return Ok(Trouble::Wait(now + RECONNECTED, why));
            }
            LedgerError::Adapter(error) => error,
        };
        if let AdapterErrorKind::RateLimited { retry_after } = error.kind() {
            let asked = retry_after.and_then(|wait| Duration::from_std(wait).ok());
            let wait = asked.unwrap_or(PAUSE).clamp(PAUSE / 60, LONGEST_PAUSE);
            let until = now.checked_add_signed(wait);
            let until = until.unwrap_or(DateTime::<Utc>::MAX_UTC);
            self.change_connection(|known| LedgerConnection {
                paused_until: known.paused_until.max(Some(until)),
                ..known.clone()
            })
            .await?;
            return Ok(Trouble::Wait(until, why));
        }
        if error.disposition() == Disposition::Unknown {
            return Ok(Trouble::Unknown(why));
        }
        if error.is_temporary() && now - since < self.longest_wait() {
            return Ok(Trouble::Wait(later(since, now), why));
        }
        Ok(Trouble::Staff(Attention::Unreached { why }))
    }

    /// The same for what only reads: nothing can have happened.
    pub(super) async fn reading(
        &self,
        error: LedgerError,
        since: DateTime<Utc>,
    ) -> Result<Trouble, Error> {
        let now = self.clock.now();
        Ok(match self.trouble(error, since).await? {
            Trouble::Unknown(why) if now - since < self.longest_wait() => {
                Trouble::Wait(later(since, now), why)
            }
            Trouble::Unknown(why) => Trouble::Staff(Attention::Unreached { why }),
            known => known,
        })
    }

    /// The portal may use the books.
    pub(super) async fn healthy(&self) -> Result<(), Error> {
        let now = self.clock.now();
        self.change_connection(|known| LedgerConnection {
            health: Health::Active,
            since: if known.health == Health::Active {
                known.since
            } else {
                now
            },
            ..known.clone()
        })
        .await
    }

    /// Changes how the portal stands with the books, whatever others do meanwhile. Books that were not known before are read from now on.
    pub(super) async fn change_connection(
        &self,
        change: impl Fn(&LedgerConnection) -> LedgerConnection + Send + Sync,
    ) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let now = self.clock.now();
            let found = self.connection().await?;
            let books = self.ledger()?.system.organisation().clone();
            let fresh = LedgerConnection::new(books, now);
            let known = found.as_ref().map_or(&fresh, |found| &found.value);
            let changed = change(known);
            if found.is_some() && changed == *known {
                return Ok(());
            }
            let record = changed.record();
            let version = found.as_ref().and_then(|found| found.seen.first());
            let version = version.map_or(Version::number(0), |(_, version)| version.clone());
            let name = written(&[record.key(), version.as_str(), &format!("{changed:?}")]);
            let command = CommandId(Uuid::new_v5(&CONNECTIONS, name.as_bytes()));
            let ask = Ask::new(&Upkeep, now, command);
            let mut decision = Decision::new(&ask, "ledger.connection", record.clone())
                .expecting(Expectation::Unchanged(record, version))
                .changed(BooksChange::Connection(Box::new(changed)));
            if found.is_none() {
                decision = owing(decision, "pull", AccountingWork::Pull);
            }
            if self.keep(decision).await? == Written::Done {
                return Ok(());
            }
        }
        Err(Error::Contended)
    }
}

/// Why the books are not asked now, and when to come back.
fn closed_now(connection: &LedgerConnection, now: DateTime<Utc>) -> Option<Worked> {
    match connection.health {
        Health::Active => {}
        Health::ReauthRequired | Health::Revoked => {
            let why = "the accounting system must be connected again";
            return Some(Worked::Again(now + RECONNECTED, why.to_owned()));
        }
    }
    let until = connection.paused_until.filter(|until| *until > now)?;
    let why = "the accounting system asked to be left alone for a while";
    Some(Worked::Again(until, why.to_owned()))
}
