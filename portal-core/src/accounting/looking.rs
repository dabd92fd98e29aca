//! Looking into the books: what became of our documents there, and what changed altogether.
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::{
    AccountingWork, BooksChange, DocumentRef, ExportKey, ExportState, FindDocument, Health,
    LedgerConnection, LedgerDocument, LedgerError,
    case::{ATTEMPTS, Case, Written, link_of, now_is, owing, staff_task},
    rules::heard,
    trouble::Trouble,
};
use crate::{
    Error, Id, Order, StoreError, effect::StaffTask, order::LedgerLink, payment::Worked,
    portal::Wiring,
};

impl Wiring {
    /// Looks at one document now, and writes down what is new about it.
    pub(super) async fn look_at(&self, document: &DocumentRef) -> Result<Worked, Error> {
        if self.order_of(document).await?.is_none() {
            return Ok(Worked::Done);
        }
        if let Some(later) = self.books_free().await? {
            return Ok(later);
        }
        let now = self.clock.now();
        let system = &self.ledger()?.system;
        let what = FindDocument::Document(document.clone());
        let there = match system.find(&what).await {
            Ok(there) => there,
            Err(error) => return self.looked_in_vain(error, now).await,
        };
        let Some(there) = there else {
            // Voided and deleted ones are found too. What is not found at all proves nothing: the order stays as it is.
            let why = "the document is not found there".to_owned();
            return Ok(Worked::GivenUp(why));
        };
        self.take_document(&there, true).await?;
        match self.fetch_pay_link(&there).await? {
            Some(error) => self.looked_in_vain(error, now).await,
            None => Ok(Worked::Done),
        }
    }

    async fn looked_in_vain(
        &self,
        error: LedgerError,
        since: DateTime<Utc>,
    ) -> Result<Worked, Error> {
        Ok(match self.reading(error, since).await? {
            Trouble::Wait(at, why) => Worked::Again(at, why),
            Trouble::Unknown(why) => self.come_back(&why),
            Trouble::Staff(why) => Worked::GivenUp(why.to_string()),
        })
    }

    /// What a document says, whoever told of it.
    pub(super) async fn take_document(
        &self,
        document: &LedgerDocument,
        whole: bool,
    ) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let Some(order) = self.order_of(&document.document).await? else {
                return Ok(());
            };
            let (case, now) = (self.case(&order).await?, self.clock.now());
            let Some(known) = case.export() else {
                return Ok(());
            };
            let Some(heard) = heard(known, document, whole, now) else {
                return Ok(());
            };
            let mut decision = now_is(case.moved("export.look", now), &heard);
            if heard.state != known.state {
                let link = link_of(&heard, &self.ledger()?.shown, None);
                decision = case.telling(decision, link);
            }
            if !whole && heard.state == known.state && !heard.payments.is_empty() {
                // A list does not tell payments: whether one of ours was taken out takes a look.
                let document = document.document.clone();
                decision = owing(decision, "look", AccountingWork::LookAt { document });
            }
            let forgotten = heard.state == ExportState::Forgotten && heard.document.is_some();
            if forgotten || (heard.needs_attention() && heard != *known) {
                decision = staff_task(decision, StaffTask::LedgerReview);
            }
            if self.keep(decision).await? == Written::Done {
                return Ok(());
            }
        }
        Err(Error::Contended)
    }

    /// Customers of a locked order are told where the books themselves take a payment. Answers what went wrong.
    async fn fetch_pay_link(
        &self,
        document: &LedgerDocument,
    ) -> Result<Option<LedgerError>, Error> {
        let ledger = self.ledger()?;
        let Some(papers) = ledger.system.papers() else {
            return Ok(None);
        };
        let Some(order) = self.order_of(&document.document).await? else {
            return Ok(None);
        };
        let link = match papers.pay_link(&document.document).await {
            Ok(link) => link.filter(|link| link.starts_with("https://")),
            Err(error) => return Ok(Some(error)),
        };
        let Some(link) = link.map(Arc::<str>::from) else {
            return Ok(None);
        };
        for _ in 0..ATTEMPTS {
            let case = self.case(&order).await?;
            if !shows_another(&case, &link) {
                return Ok(None);
            }
            let Some(export) = case.export() else {
                return Ok(None);
            };
            let shown = link_of(export, &ledger.shown, Some(Arc::clone(&link)));
            let decision = now_is(case.moved("export.pay-link", self.clock.now()), export);
            if self.keep(case.telling(decision, shown)).await? == Written::Done {
                return Ok(None);
            }
        }
        Err(Error::Contended)
    }

    pub(super) async fn order_of(
        &self,
        document: &DocumentRef,
    ) -> Result<Option<Id<Order>>, Error> {
        let books = self.ledger()?.system.organisation().clone();
        let key = ExportKey::Document(books, document.clone());
        let found = self.accounting_store()?.export(&key).await?;
        Ok(found.map(|export| export.value.order))
    }

    /// Reads what changed in the books since the last time, and says when to read again. It never ends: whatever goes wrong, it comes back.
    pub(super) async fn pull(&self) -> Result<Worked, Error> {
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
            self.take_document(document, false).await?;
        }
        // Each is looked at on its own: however many there are, and whatever comes of one, the reading goes on.
        for document in changes.touched {
            self.keep_touched(document).await?;
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

    /// Only from where this page began: somebody else may be reading too.
    async fn read_on(
        &self,
        from: &crate::Loaded<LedgerConnection>,
        to: LedgerConnection,
    ) -> Result<(), Error> {
        let version = from
            .seen
            .first()
            .map_or("0", |(_, version)| version.as_str());
        let name = crate::command::written(&[from.value.record().key(), "read", version]);
        let command = crate::CommandId(uuid::Uuid::new_v5(&READ, name.as_bytes()));
        let ask = crate::Ask::new(&crate::Upkeep, self.clock.now(), command);
        let decision = crate::Decision::new(&ask, "ledger.read", to.record()).given(from);
        let decision = decision.changed(BooksChange::Connection(Box::new(to)));
        match self.store.commit(decision).await {
            Ok(_) | Err(StoreError::Conflict(_)) => Ok(()),
            Err(e) => Err(e.into()),
        }
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
}

/// What the ids of readings derive from.
const READ: uuid::Uuid = uuid::Uuid::from_u128(0xc3f0_68ad_17e5_4b92_8d6b_02e4_f7a9_5c31);

fn shows_another(case: &Case, link: &Arc<str>) -> bool {
    let connected = case
        .export()
        .is_some_and(|export| export.state == ExportState::Connected);
    let ledger = case.details().map(|details| &details.order.ledger);
    let shown = match ledger {
        Some(LedgerLink::Connected { pay_link, .. }) => pay_link.as_ref(),
        _ => return false,
    };
    connected && shown != Some(link)
}
