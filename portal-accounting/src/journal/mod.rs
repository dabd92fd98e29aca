//! A double-entry ledger for hosts without an accounting package: in memory, or an append-only file that others can read.
//!
//! Each thing that happens is one record with its entries, which balance: an invoice is owed and earned, a payment arrives and is no longer owed, and what is taken back is entered
//! the other way round. Nothing is ever changed or removed. The file has one JSON object a line; each is on disk before its call returns, a line that was being written when the
//! power went is dropped when the file is opened next, and one process writes at a time. A call waits for the disk, for about a millisecond.
//!
//! ```
//! use std::sync::Arc;
//! use portal_accounting::{AccountingSystem, journal::{Chart, Journal}};
//! use portal_core::SystemClock;
//!
//! let chart = Chart::new("acme", "Acme Training", "EUR".parse()?, "1100")
//!     .revenue("4000")
//!     .bank("1200")
//!     .tax("VAT20", "20".parse()?, "2200");
//! let journal = Journal::in_memory(chart, Arc::new(SystemClock));
//! assert_eq!(journal.shown_name(), "Journal");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Kept on disk it is `Journal::open(path, chart, clock)`; [`Journal::csv`] and [`Journal::json`] hand it to whoever does the books.
mod books;
mod chart;
mod entry;
mod export;
mod file;
mod post;
mod record;
mod system;

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use portal_core::{
    Clock,
    accounting::{LedgerError, LedgerTraits, OrganisationRef},
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    chrono::NaiveDate,
    payment::Repeats,
    uuid::Uuid,
};

use self::{
    books::Books,
    entry::Entry,
    file::Lines,
    record::{Record, What},
};

pub use chart::Chart;
pub use export::{JournalCustomer, JournalLine};
pub use file::JournalError;

const NAME: &str = "journal";

/// The books of one organisation. Clones are the same books.
#[derive(Debug, Clone)]
pub struct Journal {
    organisation: OrganisationRef,
    traits: LedgerTraits,
    chart: Arc<Chart>,
    clock: Arc<dyn Clock>,
    kept: Arc<Mutex<Kept>>,
}

/// The books, and where they are written down.
#[derive(Debug)]
struct Kept {
    books: Books,
    lines: Option<Lines>,
}

impl Journal {
    /// Books that are forgotten when the last clone is dropped: for demonstrations and tests.
    #[must_use]
    pub fn in_memory(chart: Chart, clock: Arc<dyn Clock>) -> Self {
        Self::of(chart, clock, Books::default(), None)
    }

    /// Books that are kept in this file, which is made where there is none.
    ///
    /// # Errors
    /// When the file cannot be read or written, is another organisation's, is damaged, or another process has it open.
    pub fn open(
        path: impl AsRef<Path>,
        chart: Chart,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, JournalError> {
        let (lines, records) = Lines::open(path.as_ref(), chart.id())?;
        let mut books = Books::default();
        for (n, record) in records.into_iter().enumerate() {
            // The first line says whose books these are.
            books
                .enter(record)
                .map_err(|why| JournalError::Damaged { line: n + 2, why })?;
        }
        Ok(Self::of(chart, clock, books, Some(lines)))
    }

    /// Closes the books up to this day: nothing dated then is taken any more. They are never opened again.
    ///
    /// # Errors
    /// When it could not be written down.
    pub fn close(&self, until: NaiveDate) -> Result<(), LedgerError> {
        let mut kept = self.kept();
        self.enter(&mut kept, None, What::Closed { until }, vec![])
            .map(drop)
    }

    fn of(chart: Chart, clock: Arc<dyn Clock>, books: Books, lines: Option<Lines>) -> Self {
        // A key is kept as long as its record is, and records are kept for ever.
        let traits = LedgerTraits::new(100)
            .repeats(Repeats::For(Duration::from_hours(24 * 365)))
            .poll_every(Duration::from_mins(1));
        Self {
            organisation: OrganisationRef::new(NAME, chart.id()),
            traits,
            chart: Arc::new(chart),
            clock,
            kept: Arc::new(Mutex::new(Kept { books, lines })),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Books are changed in one step, after the file has them: whoever stopped in between has changed nothing.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a record down, and then enters it. Its number.
    /// For answers that somebody relies on: "not there" must not be said of what may be in the file.
    fn as_on_disk(&self) -> Result<MutexGuard<'_, Kept>, LedgerError> {
        let kept = self.kept();
        if kept.lines.as_ref().is_some_and(|lines| !lines.is_sound()) {
            return Err(file::unsound());
        }
        Ok(kept)
    }

    fn enter(
        &self,
        kept: &mut Kept,
        key: Option<Uuid>,
        what: What,
        entries: Vec<Entry>,
    ) -> Result<u64, LedgerError> {
        let record = Record {
            seq: kept.books.next(),
            at: self.clock.now(),
            key,
            what,
            entries,
        };
        let seq = record.seq;
        kept.books
            .check(&record)
            .map_err(|why| trouble(AdapterErrorKind::Misconfigured, Disposition::Rejected, why))?;
        if let Some(lines) = &mut kept.lines {
            lines.append(&record)?;
        }
        kept.books
            .enter(record)
            .map_err(|why| trouble(AdapterErrorKind::Unintelligible, Disposition::Unknown, why))?;
        Ok(seq)
    }
}

fn trouble(
    kind: AdapterErrorKind,
    disposition: Disposition,
    why: impl Into<String>,
) -> LedgerError {
    LedgerError::Adapter(AdapterError::new(kind, disposition, NAME, "write", why))
}
