//! What cases about the books start from, and how they look at what became of it.
use portal_core::{
    AuditEntry, Decision, Id, Loaded, OrderDetails,
    accounting::{BooksChange, Export, ExportKey, LedgerConnection, OrganisationRef},
    order::{LedgerLink, OrderChange},
    payment::Received,
    store::QueuedEffect,
};

use super::super::{
    scene::{apply, yes},
    walk,
};
use crate::World;

/// An export is like this from now on.
pub(super) fn written(export: &Export) -> BooksChange {
    BooksChange::Export(Box::new(export.clone()))
}

/// A connection is like this from now on.
pub(super) fn connected(connection: &LedgerConnection) -> BooksChange {
    BooksChange::Connection(Box::new(connection.clone()))
}

/// An order stands in the books like this from now on.
pub(super) fn stands(order: &str, ledger: &LedgerLink) -> OrderChange {
    OrderChange::LedgerStands {
        order: Id::new(order),
        ledger: ledger.clone(),
    }
}

/// It is on its way there.
pub(super) fn on_its_way() -> LedgerLink {
    LedgerLink::Exporting {
        system: "Ledger".into(),
    }
}

/// A yes to form number `number` that writes an export down.
pub(super) fn writing(number: u128, export: &Export) -> Decision {
    yes(number).changed(written(export))
}

/// Writes an export down.
pub(super) async fn write(world: &dyn World, number: u128, export: &Export) {
    apply(world, writing(number, export)).await;
}

/// The export that this leads to.
pub(super) async fn found(world: &dyn World, by: ExportKey) -> Option<Export> {
    let found = world.books().export(&by).await.unwrap();
    found.map(|found| found.value)
}

/// An export as it is now.
pub(super) async fn exported(world: &dyn World, order: &str) -> Loaded<Export> {
    let by = ExportKey::Order(Id::new(order));
    world.books().export(&by).await.unwrap().unwrap()
}

/// A connection as it is now.
pub(super) async fn connection(
    world: &dyn World,
    of: &OrganisationRef,
) -> Option<Loaded<LedgerConnection>> {
    world.books().connection(of).await.unwrap()
}

/// What needs attention, in order.
pub(super) async fn waiting(world: &dyn World) -> Vec<Export> {
    let books = world.books();
    walk::all(100, async |page| {
        books.exports_needing_attention(&page).await
    })
    .await
}

/// What pays for an order.
pub(super) async fn received_for(world: &dyn World, order: &str) -> Vec<Received> {
    world.books().received_for(&Id::new(order)).await.unwrap()
}

/// Everything that may be written about an order in the books. Equal before and after: nothing was.
#[derive(Debug, PartialEq)]
pub(super) struct Kept {
    order: Option<Loaded<OrderDetails>>,
    export: Option<Loaded<Export>>,
    connection: Option<Loaded<LedgerConnection>>,
    waiting: Vec<Export>,
    received: Vec<Received>,
    outbox: Vec<QueuedEffect>,
    audit: Vec<AuditEntry>,
}

/// What is there now about an order, and about books.
pub(super) async fn kept(world: &dyn World, order: &str, of: &OrganisationRef) -> Kept {
    let by = ExportKey::Order(Id::new(order));
    Kept {
        order: world.directory().order(&Id::new(order)).await.unwrap(),
        export: world.books().export(&by).await.unwrap(),
        connection: connection(world, of).await,
        waiting: waiting(world).await,
        received: received_for(world, order).await,
        outbox: walk::outbox(world).await,
        audit: walk::audit(world).await,
    }
}
