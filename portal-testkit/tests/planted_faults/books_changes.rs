use async_trait::async_trait;
use portal_core::{
    Change, CommandId, Commit, Decision, Directory, Expectation, RecordRef, Store, StoreError,
    Version,
    accounting::{AccountingStore, BooksChange, Export, ExportKey},
    memory::Memory,
    order::{LedgerLink, OrderChange},
};
use portal_testkit::Meddler;

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExportFault {
    LeavesOutTakenDocuments,
    LeavesOutTakenDocumentsInARace,
    NeverForgetsADocument,
    LooksBeforeTheWholeDecision,
    IgnoresVersionsOfExports,
    IgnoresVersionsOfExportsInARace,
    TakesNoneForAnyExport,
    IgnoresVersionsOfConnections,
    TakesNoneForAnyConnection,
    KeepsForgottenOrdersLocked,
    LocksNoOrder,
    LosesTheReference,
    IgnoresNobodysOrder,
    WritesTheExportFirst,
    LetsBothBegin,
}

use ExportFault as F;

/// A memory that records what happens to the books, all but one thing.
#[derive(Debug)]
pub(crate) struct FaultyExports {
    memory: Memory,
    fault: ExportFault,
}

impl FaultyExports {
    pub(crate) fn new(memory: Memory, fault: ExportFault) -> Self {
        Self { memory, fault }
    }

    /// Whether another order has its document now.
    async fn is_taken(&self, export: &Export) -> bool {
        let Some(document) = &export.document else {
            return false;
        };
        let by = ExportKey::Document(export.books.clone(), document.clone());
        let known = self.memory.export(&by).await.unwrap();
        known.is_some_and(|known| known.value.order != export.order)
    }

    /// What the fault makes of a change: another in its place, or none.
    async fn bent(&self, change: Change) -> Option<Change> {
        match change {
            Change::Books(BooksChange::Export(mut export)) => {
                match self.fault {
                    F::LeavesOutTakenDocuments | F::LeavesOutTakenDocumentsInARace
                        if self.is_taken(&export).await =>
                    {
                        export.document = None;
                    }
                    F::NeverForgetsADocument => {
                        let by = ExportKey::Order(export.order.clone());
                        let known = self.memory.export(&by).await.unwrap();
                        let known = known.and_then(|known| known.value.document);
                        export.document = export.document.or(known);
                    }
                    _ => {}
                }
                Some(BooksChange::Export(export).into())
            }
            Change::Order(OrderChange::LedgerStands { order, mut ledger }) => {
                match (self.fault, &mut ledger) {
                    (F::KeepsForgottenOrdersLocked, LedgerLink::NotExported)
                    | (F::LocksNoOrder, _) => return None,
                    (F::LosesTheReference, LedgerLink::Connected { reference, .. }) => {
                        *reference = "".into();
                    }
                    (F::IgnoresNobodysOrder, _) => {
                        self.memory.order(&order).await.unwrap()?;
                    }
                    _ => {}
                }
                Some(OrderChange::LedgerStands { order, ledger }.into())
            }
            change => Some(change),
        }
    }

    /// Whether the fault lets this pass unlooked at.
    fn overlooks(&self, expectation: &Expectation) -> bool {
        let Expectation::Unchanged(record, version) = expectation else {
            return false;
        };
        match (self.fault, record) {
            (
                F::IgnoresVersionsOfExports | F::IgnoresVersionsOfExportsInARace,
                RecordRef::Export(_),
            )
            | (F::IgnoresVersionsOfConnections, RecordRef::Ledger(_))
            | (F::LetsBothBegin, RecordRef::Order(_)) => true,
            (F::TakesNoneForAnyExport, RecordRef::Export(_))
            | (F::TakesNoneForAnyConnection, RecordRef::Ledger(_)) => {
                *version == Version::number(0)
            }
            _ => false,
        }
    }
}

#[async_trait]
impl Meddler for FaultyExports {
    async fn commit(&self, below: &dyn Store, decision: Decision) -> Result<Commit, StoreError> {
        let mut decision = decision;
        let mut changes = vec![];
        for change in std::mem::take(&mut decision.changes) {
            if let (F::LooksBeforeTheWholeDecision, Change::Books(BooksChange::Export(export))) =
                (self.fault, &change)
                && self.is_taken(export).await
            {
                let lost = Expectation::Unchanged(export.record(), Version::number(0));
                return Err(StoreError::conflict(lost));
            }
            changes.extend(self.bent(change).await);
        }
        decision.changes = changes;
        decision.expect.retain(|lost| !self.overlooks(lost));
        let ended = below.commit(decision.clone()).await;
        if self.fault == F::WritesTheExportFirst && ended.is_err() {
            let mut first = decision;
            first.command = CommandId(first.command.derive("first"));
            first.effects.clear();
            let is_export = |change: &Change| matches!(change, Change::Books(_));
            first.changes.retain(is_export);
            first.changes.truncate(1);
            below.commit(first).await?;
        }
        ended
    }
}
