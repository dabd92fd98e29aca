//! One order before the books: everything a decision about its export rests on, read afresh, and what is written down of one.
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    AccountingStore, AccountingSystem, AccountingWork, BooksChange, CodeMap, Export, ExportKey,
    ExportState, LedgerConnection,
};
use crate::{
    Actor, Ask, CommandId, Commit, Decision, EffectKind, Error, Expectation, Id, Loaded, Order,
    OrderDetails, StoreError, Upkeep, Version,
    command::written,
    effect::StaffTask,
    order::{LedgerLink, OrderChange},
    payment::{AttemptKey, PaymentAttempt},
    portal::Wiring,
};

/// A lost race loads and decides anew this often.
pub(super) const ATTEMPTS: u8 = 20;

/// What the ids of moves of an export derive from.
const MOVED: Uuid = Uuid::from_u128(0x2b94_e7d1_05fc_4a36_92c8_f16d_83e0_5b47);

/// The books of a portal, as they are wired in.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    pub(crate) system: Arc<dyn AccountingSystem>,
    pub(crate) codes: Arc<dyn CodeMap>,
    /// As people call the system.
    pub(crate) shown: Arc<str>,
}

/// What is known of one order and its export.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) id: Id<Order>,
    pub(super) order: Option<Loaded<OrderDetails>>,
    pub(super) export: Option<Loaded<Export>>,
    pub(super) live: Option<Loaded<PaymentAttempt>>,
    pub(super) connection: Option<Loaded<LedgerConnection>>,
}

/// What to do once a change was written down, or was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// It is.
    Done,
    /// Something it rests on has changed: read it all again.
    Again,
}

impl Ledger {
    pub(crate) fn new(system: Arc<dyn AccountingSystem>, codes: Arc<dyn CodeMap>) -> Self {
        let shown = Arc::from(system.shown_name());
        Self {
            system,
            codes,
            shown,
        }
    }
}

impl Wiring {
    pub(crate) fn ledger(&self) -> Result<&Ledger, Error> {
        self.ledger.as_ref().ok_or(Error::NotWired("accounting"))
    }

    pub(crate) fn accounting_store(&self) -> Result<&dyn AccountingStore, Error> {
        let store = self.accounting_store.as_deref();
        store.ok_or(Error::NotWired("accounting"))
    }

    /// Reads the order before its live attempt: a payment that begins in between makes another version of the order.
    pub(super) async fn case(&self, id: &Id<Order>) -> Result<Case, Error> {
        let store = self.accounting_store()?;
        let books = self.ledger()?.system.organisation();
        let export = store.export(&ExportKey::Order(id.clone())).await?;
        let order = self.directory.order(id).await?;
        let live = match &self.payment_store {
            Some(payments) => payments.attempt(&AttemptKey::LiveOf(id.clone())).await?,
            None => None,
        };
        let connection = store.connection(books).await?;
        Ok(Case {
            id: id.clone(),
            order,
            export,
            live,
            connection,
        })
    }

    /// Commits what was decided about a case. Where the host's own routine will not have what became of its order, the rest is written down all the same, and staff are told.
    pub(super) async fn keep(&self, decision: Decision) -> Result<Written, Error> {
        let ended = match self.store.commit(decision.clone()).await {
            Err(StoreError::Rejected(_)) => self.store.commit(without_host(decision)).await,
            ended => ended,
        };
        match ended {
            Ok(Commit::Applied) => Ok(Written::Done),
            // Somebody else has made this move, or another one from the same state: what follows is theirs to do.
            Ok(_) | Err(StoreError::Conflict(_)) => Ok(Written::Again),
            Err(e) => Err(e.into()),
        }
    }
}

fn without_host(mut decision: Decision) -> Decision {
    decision
        .changes
        .retain(|change| !matches!(change, crate::Change::Order(_)));
    staff_task(decision, StaffTask::HostRefused)
}

impl Case {
    pub(super) fn export(&self) -> Option<&Export> {
        self.export.as_ref().map(|export| &export.value)
    }

    pub(super) fn details(&self) -> Option<&OrderDetails> {
        self.order.as_ref().map(|order| &order.value)
    }

    /// A decision of the portal's own about this export. The same one from the same state has the same id, so that it is made once whoever makes it.
    pub(super) fn moved(&self, action: &'static str, now: DateTime<Utc>) -> Decision {
        self.moved_by(action, Actor::Upkeep, now)
    }

    /// The same, because somebody asked for it.
    pub(super) fn moved_by(&self, action: &'static str, by: Actor, now: DateTime<Utc>) -> Decision {
        let seen = self.export.as_ref().and_then(|export| export.seen.first());
        let version = seen.map_or("0", |(_, version)| version.as_str());
        let name = written(&[self.id.as_str(), action, version]);
        let command = CommandId(Uuid::new_v5(&MOVED, name.as_bytes()));
        let ask = Ask::new(&Upkeep, now, command);
        let mut decision = Decision::new(&ask, action, Export::record_of(&self.id));
        decision.audit.by = by;
        self.resting(decision)
    }

    /// Rests on the export being as it was read.
    pub(super) fn resting(&self, decision: Decision) -> Decision {
        if let Some(export) = &self.export {
            return decision.given(export);
        }
        let none = Version::number(0);
        decision.expecting(Expectation::Unchanged(Export::record_of(&self.id), none))
    }

    /// And on the order, which hears how it stands in the books.
    pub(super) fn telling(&self, decision: Decision, ledger: LedgerLink) -> Decision {
        let Some(order) = &self.order else {
            return decision;
        };
        decision.given(order).changed(OrderChange::LedgerStands {
            order: self.id.clone(),
            ledger,
        })
    }
}

/// The export is like this from now on.
pub(super) fn now_is(decision: Decision, export: &Export) -> Decision {
    decision.changed(BooksChange::Export(Box::new(export.clone())))
}

/// And this is owed to the books; `what` tells it from other work of the same decision.
pub(super) fn owing(decision: Decision, what: &str, work: AccountingWork) -> Decision {
    decision.effect(what, EffectKind::Accounting(work))
}

/// And staff have something to look at.
pub(super) fn staff_task(decision: Decision, kind: StaffTask) -> Decision {
    let what = format!("staff:{}", kind.as_str());
    let about = decision.audit.about.clone();
    decision.effect(&what, EffectKind::StaffTask { kind, about })
}

/// How an order stands for those who pay it, whose export stands like this.
pub(super) fn link_of(
    export: &Export,
    system: &Arc<str>,
    pay_link: Option<Arc<str>>,
) -> LedgerLink {
    let system = Arc::clone(system);
    match &export.state {
        ExportState::Exporting | ExportState::Recovering => LedgerLink::Exporting { system },
        ExportState::NeedsAttention(_) if export.may_be_there() => LedgerLink::Exporting { system },
        ExportState::NeedsAttention(_) | ExportState::Wanted | ExportState::Forgotten => {
            LedgerLink::NotExported
        }
        ExportState::Connected => LedgerLink::Connected {
            system,
            reference: Arc::clone(&export.number),
            pay_link,
        },
        ExportState::Disconnected(reason) => LedgerLink::cut_off(system, *reason),
    }
}
