//! Reading what changed in the books, page by page, for ever.
use chrono::Duration;
use uuid::Uuid;

use super::{
    AccountingWork, BooksChange, DocumentRef, Export, Health, LedgerConnection,
    case::{owing, staff_task},
    trouble::Trouble,
};
use crate::{
    Ask, CommandId, Decision, Error, Loaded, StoreError, Upkeep, command::written,
    effect::StaffTask, payment::Worked, portal::Wiring,
};

/// What the ids of readings derive from.
const READ: Uuid = Uuid::from_u128(0xc3f0_68ad_17e5_4b92_8d6b_02e4_f7a9_5c31);

/// What the ids of documents that were passed over derive from.
const PASSED_OVER: Uuid = Uuid::from_u128(0x1fd4_92b6_5a0e_4c78_a3e1_7b06_c95d_284f);

/// The command that owes the reading which goes on, whoever says it.
const GOES_ON: CommandId = CommandId(Uuid::from_u128(0x8e61_0b3d_f4c7_4a25_9d18_e2a0_53b9_6f74));

/// What tells the reading from other work of a decision.
const PULL: &str = "pull";

impl Wiring {
    /// Reads what changed in the books since the last time, and says when to read again. It never ends: whatever goes wrong, it comes back.
    ///
    /// Whatever makes books known owes a reading, and a portal has one: any other hands over to it.
    pub(super) async fn pull(&self, id: Uuid) -> Result<Worked, Error> {
        if id != GOES_ON.derive(PULL) {
            return self.hand_over().await;
        }
        let pulled = match self.keep_up().await {
            Ok(()) => self.pull_page().await,
            Err(error) => Err(error),
        };
        let worked = match pulled {
            Ok(worked) => worked,
            Err(error) => self.come_back(&error.to_string()),
        };
        let Worked::Again(at, why) = worked else {
            return Ok(worked);
        };
        // Books may be left alone for a day. What lets us in cannot.
        let soon = self.clock.now() + self.poll_every()?;
        Ok(Worked::Again(at.min(soon), why))
    }

    /// A command is taken once, so there is one reading that goes on, however often, and for however many organisations in turn, one was owed.
    async fn hand_over(&self) -> Result<Worked, Error> {
        let books = self.ledger()?.system.organisation();
        let ask = Ask::new(&Upkeep, self.clock.now(), GOES_ON);
        let about = LedgerConnection::record_of(books);
        let decision = Decision::new(&ask, "ledger.pull", about);
        let owed = owing(decision, PULL, AccountingWork::Pull);
        Ok(match self.store.commit(owed).await {
            Ok(_) => Worked::Done,
            Err(error) => self.come_back(&error.to_string()),
        })
    }

    /// What comes of it concerns everything that is asked there, and is found out here though nothing is.
    async fn keep_up(&self) -> Result<(), Error> {
        if let Err(error) = self.ledger()?.system.keep_up().await {
            self.reading(error, self.clock.now()).await?;
        }
        Ok(())
    }

    fn poll_every(&self) -> Result<Duration, Error> {
        let every = self.ledger()?.system.traits().poll_every;
        Ok(Duration::from_std(every).unwrap_or(Duration::hours(1)))
    }

    async fn pull_page(&self) -> Result<Worked, Error> {
        let now = self.clock.now();
        let system = &self.ledger()?.system;
        let Some(connection) = self.connection().await? else {
            return Ok(self.come_back("nothing has been exported yet"));
        };
        let known = &connection.value;
        if known.health != Health::Active && system.check().await.is_ok() {
            // Somebody has connected the books anew.
            self.healthy().await?;
            return Ok(self.come_back("the books are connected again"));
        }
        if let Some(later) = self.books_free().await? {
            return Ok(later);
        }
        let every = self.poll_every()?;
        let changes = match system.changes(&known.cursor).await {
            Ok(changes) => changes,
            Err(error) => {
                return Ok(match self.reading(error, now).await? {
                    Trouble::Wait(at, why) => Worked::Again(at, why),
                    Trouble::Staff(why) => Worked::Again(now + every, why.to_string()),
                    Trouble::Unknown(why) => self.come_back(&why),
                });
            }
        };
        for document in &changes.documents {
            let taken = self.take_document(document, false).await;
            self.unless_unreadable(taken, &document.document).await?;
        }
        // Each is looked at on its own: however many there are, and whatever comes of one, the reading goes on.
        for document in &changes.touched {
            let kept = self.keep_touched(document).await;
            self.unless_unreadable(kept, document).await?;
        }
        let read_to_the_end = (!changes.more).then_some(now);
        let read = LedgerConnection {
            cursor: changes.next,
            read_at: read_to_the_end.or(known.read_at),
            ..known.clone()
        };
        self.read_on(&connection, read).await?;
        let at = if changes.more { now } else { now + every };
        Ok(Worked::Again(at, String::new()))
    }

    /// What passes has the page read again. A document whose records cannot be read would hold up all behind it for ever: staff have it, and the reading goes on.
    async fn unless_unreadable(
        &self,
        taken: Result<(), Error>,
        document: &DocumentRef,
    ) -> Result<(), Error> {
        match taken {
            Ok(()) => Ok(()),
            Err(error) if passes(&error) => Err(error),
            Err(_) => self.passed_over(document).await,
        }
    }

    /// Once a day for one document, however often it is told. The look that is owed along names it, and is given up by itself unless the records are mended.
    async fn passed_over(&self, document: &DocumentRef) -> Result<(), Error> {
        let (now, books) = (self.clock.now(), self.ledger()?.system.organisation());
        let about = match self.order_of(document).await {
            Ok(Some(order)) => Export::record_of(&order),
            Ok(None) | Err(_) => LedgerConnection::record_of(books),
        };
        let (whose, day) = (books.to_string(), now.date_naive().to_string());
        let name = written(&[&whose, document.as_str(), &day]);
        let command = CommandId(Uuid::new_v5(&PASSED_OVER, name.as_bytes()));
        let ask = Ask::new(&Upkeep, now, command);
        let decision = Decision::new(&ask, "ledger.passed-over", about);
        let decision = staff_task(decision, StaffTask::LedgerReview);
        let document = document.clone();
        let decision = owing(decision, "look", AccountingWork::LookAt { document });
        self.store.commit(decision).await?;
        Ok(())
    }

    /// Only from where this page began: somebody else may be reading too.
    async fn read_on(
        &self,
        from: &Loaded<LedgerConnection>,
        to: LedgerConnection,
    ) -> Result<(), Error> {
        let version = from
            .seen
            .first()
            .map_or("0", |(_, version)| version.as_str());
        let name = written(&[from.value.record().key(), "read", version]);
        let command = CommandId(Uuid::new_v5(&READ, name.as_bytes()));
        let ask = Ask::new(&Upkeep, self.clock.now(), command);
        let decision = Decision::new(&ask, "ledger.read", to.record()).given(from);
        let decision = decision.changed(BooksChange::Connection(Box::new(to)));
        match self.store.commit(decision).await {
            Ok(_) | Err(StoreError::Conflict(_)) => Ok(()),
            Err(e) => Err(e.into()),
        }
    }
}

/// It is the store, or a race, and not this document: the same will do another time.
fn passes(error: &Error) -> bool {
    match error {
        Error::Store(StoreError::Unavailable(_) | StoreError::Conflict(_)) | Error::Contended => {
            true
        }
        Error::Adapter(error) => error.is_temporary(),
        _ => false,
    }
}
