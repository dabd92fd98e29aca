//! The books beside the host's records: what tenants see, and orders in mirror tables that the host has not heard of being exported.
use portal_core::{
    Decision, Directory, Id, Order, Page, Store, StoreError,
    accounting::{
        AccountingStore, Attention, BooksChange, DocumentRef, ExportKey, ExportState,
        LedgerConnection,
    },
    order::{CutOff, LedgerLink, OrderChange},
    payment::MoneyChange,
};
use portal_store::{
    Import, Imported,
    postgres::{MirrorTables, PostgresStore},
};
use portal_testkit::facts::{ExportFacts, OrderFacts, export, income, order, test_books, today};

use crate::host::{Place, yes};

struct Mirror {
    _place: Place,
    tables: MirrorTables,
    store: PostgresStore,
}

impl Mirror {
    /// Mirror tables with an order that the host has exported nowhere.
    async fn new() -> Self {
        let place = Place::new().await;
        let tables = MirrorTables::new(&place.db, "nightly");
        let mirror = Self {
            store: tables.store(),
            _place: place,
            tables,
        };
        mirror.hears(order("o1")).await;
        mirror
    }

    /// The nightly run says this of the order.
    async fn hears(&self, of: Order) -> Imported {
        let import = Import::new().order(of.details());
        self.tables.import(import).await.unwrap()
    }

    /// It stands in the books like this from now on.
    async fn stands(&self, n: u128, ledger: &LedgerLink) {
        let stands = OrderChange::LedgerStands {
            order: Id::new("o1"),
            ledger: ledger.clone(),
        };
        self.store.commit(yes(n).changed(stands)).await.unwrap();
    }

    async fn order(&self) -> Order {
        let found = self.tables.order(&Id::new("o1")).await.unwrap();
        found.unwrap().value.order
    }
}

fn standing(ledger: LedgerLink) -> Order {
    let mut order = order("o1");
    order.ledger = ledger;
    order
}

fn on_its_way() -> LedgerLink {
    LedgerLink::Exporting {
        system: "Ledger".into(),
    }
}

/// That, and a row in every table there is for the books.
pub(crate) fn with_books(decision: Decision) -> Decision {
    let stuck = ExportState::NeedsAttention(Attention::OutcomeUnknown);
    let one = export("o1").now(stuck).known_as("doc_1");
    let connection = LedgerConnection::new(test_books(), today());
    decision
        .changed(BooksChange::Export(Box::new(one)))
        .changed(BooksChange::Connection(Box::new(connection)))
        .changed(MoneyChange::Received(Box::new(income("pi_7", "o1"))))
}

/// T27: the same names for everything, and none of it is the other's.
#[tokio::test]
async fn books_of_one_tenant_are_not_anothers() {
    let place = Place::new().await;
    let [acme, zenith] = ["acme", "zenith"].map(|of| MirrorTables::new(&place.db, of).store());
    acme.commit(with_books(yes(1))).await.unwrap();
    let o1 = Id::new("o1");
    let keys = [
        ExportKey::Order(o1.clone()),
        ExportKey::Document(test_books(), DocumentRef::new("doc_1")),
    ];
    for by in &keys {
        assert!(acme.export(by).await.unwrap().is_some());
        assert_eq!(zenith.export(by).await.unwrap(), None);
    }
    assert!(acme.connection(&test_books()).await.unwrap().is_some());
    assert_eq!(zenith.connection(&test_books()).await.unwrap(), None);
    assert_eq!(acme.received_for(&o1).await.unwrap().len(), 1);
    assert!(zenith.received_for(&o1).await.unwrap().is_empty());
    let page = Page::default();
    let waiting = zenith.exports_needing_attention(&page).await.unwrap();
    assert!(waiting.items.is_empty());

    // Nor does it stand in the other's way.
    zenith.commit(with_books(yes(1))).await.unwrap();
    let second = export("o2").known_as("doc_1");
    let second = yes(2).changed(BooksChange::Export(Box::new(second)));
    let ended = zenith.commit(second).await;
    assert!(matches!(ended, Err(StoreError::Conflict(_))), "{ended:?}");
}

/// An import cannot open an order for payment that is in the books, nor one that may be: not even where the host overrules what was paid.
#[tokio::test]
async fn an_import_does_not_unlock_an_order_that_is_in_the_books() {
    let mirror = Mirror::new().await;
    let here = [
        on_its_way(),
        LedgerLink::connected("Ledger", "INV-1"),
        LedgerLink::cut_off("Ledger", CutOff::RemoteChanged),
    ];
    for (n, ledger) in (1..).zip(here) {
        mirror.stands(n, &ledger).await;
        assert_eq!(mirror.hears(order("o1")).await.unchanged, 1);
        let stale = standing(LedgerLink::connected("Elsewhere", "9"));
        assert_eq!(mirror.hears(stale).await.unchanged, 1);
        let import = Import::new().order(order("o1").details());
        let import = import.overruling_order(Id::new("o1"));
        mirror.tables.import(import).await.unwrap();
        assert_eq!(mirror.order().await, standing(ledger));
    }
}

/// Whatever else it says of the order counts.
#[tokio::test]
async fn whatever_else_an_import_says_of_an_order_in_the_books_counts() {
    let mirror = Mirror::new().await;
    mirror.stands(1, &on_its_way()).await;
    let invoiced = order("o1").invoiced(today());
    assert_eq!(mirror.hears(invoiced).await.changed, 1);
    let expected = standing(on_its_way()).invoiced(today());
    assert_eq!(mirror.order().await, expected);
}

/// Once it is as if the order had never been exported, and before it is, the host knows best.
#[tokio::test]
async fn where_the_portal_exported_nothing_the_host_says_how_an_order_stands() {
    let mirror = Mirror::new().await;
    let own = standing(LedgerLink::connected("Ours", "7"));
    assert_eq!(mirror.hears(own.clone()).await.changed, 1);
    assert_eq!(mirror.order().await, own);
    mirror.stands(1, &on_its_way()).await;
    mirror.stands(2, &LedgerLink::NotExported).await;
    assert_eq!(mirror.hears(own.clone()).await.changed, 1);
    assert_eq!(mirror.order().await, own);
}
