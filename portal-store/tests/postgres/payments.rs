//! Payments beside the host's records: what tenants see, and orders in mirror tables that the host has not heard of being paid.
use portal_core::{
    Decision, Directory, Id, Money, Order, Page, Store, StoreError,
    order::{Balance, OpenPayment, OrderChange},
    payment::{AttemptKey, MoneyChange, PaymentStore},
};
use portal_store::{
    Import, Imported,
    postgres::{MirrorTables, PostgresStore},
};
use portal_testkit::facts::{
    OrderFacts, PaymentFacts, eur, income, order, payment_attempt, stray_income, today,
};

use crate::host::{Place, yes};

struct Mirror {
    _place: Place,
    tables: MirrorTables,
    store: PostgresStore,
}

impl Mirror {
    /// Mirror tables with an order for 120 EUR, of which this was paid.
    async fn with_order_paid(paid: i64) -> Self {
        let place = Place::new().await;
        let tables = MirrorTables::new(&place.db, "nightly");
        let mirror = Self {
            store: tables.store(),
            _place: place,
            tables,
        };
        mirror.hears(paid).await;
        mirror
    }

    /// The nightly run says that this was paid of the order.
    async fn hears(&self, paid: i64) -> Imported {
        self.import(Import::new().order(paying(paid).details()))
            .await
    }

    async fn import(&self, import: Import) -> Imported {
        self.tables.import(import).await.unwrap()
    }

    /// A payment came to `was` before, and comes to `is` now.
    async fn counts(&self, n: u128, was: i64, is: i64) {
        let counted = OrderChange::PaymentCounted {
            order: Id::new("o1"),
            received: income("pi_1", "o1").id(),
            was: eur(was),
            is: eur(is),
            paid_with: None,
        };
        self.store.commit(yes(n).changed(counted)).await.unwrap();
    }

    async fn order(&self) -> Order {
        let found = self.tables.order(&Id::new("o1")).await.unwrap();
        found.unwrap().value.order
    }

    async fn paid(&self) -> Money {
        self.order().await.balance.paid()
    }
}

fn paying(paid: i64) -> Order {
    let balance = Balance::new(eur(120_00), eur(paid)).unwrap();
    order("o1").with_balance(balance)
}

fn stands(n: u128, payment: Option<OpenPayment>) -> Decision {
    yes(n).changed(OrderChange::PaymentStands {
        order: Id::new("o1"),
        payment,
    })
}

/// That, and a row in every table there is for payments.
pub(crate) fn with_payments(decision: Decision) -> Decision {
    let one = MoneyChange::Attempt(Box::new(payment_attempt(1, "o1")));
    let money = MoneyChange::Received(Box::new(stray_income("pi_1", today())));
    decision.changed(one).changed(money)
}

/// T27: the same names for everything, and none of it is the other's.
#[tokio::test]
async fn payments_of_one_tenant_are_not_anothers() {
    let place = Place::new().await;
    let [acme, zenith] = ["acme", "zenith"].map(|of| MirrorTables::new(&place.db, of).store());
    let one = payment_attempt(1, "o1").on_page("cs_1").known_as("pi_1");
    let money = stray_income("pi_1", today());
    let decision = yes(1).changed(MoneyChange::Attempt(Box::new(one.clone())));
    let decision = decision.changed(MoneyChange::Received(Box::new(money.clone())));
    acme.commit(decision.clone()).await.unwrap();

    let session = one.page.as_ref().unwrap().session.clone();
    let keys = [
        AttemptKey::Attempt(one.attempt),
        AttemptKey::LiveOf(one.order.clone()),
        AttemptKey::Session(one.merchant.clone(), session),
        AttemptKey::Payment(one.merchant.clone(), one.payment.clone().unwrap()),
    ];
    for by in &keys {
        assert!(acme.attempt(by).await.unwrap().is_some());
        assert_eq!(zenith.attempt(by).await.unwrap(), None);
    }
    assert!(zenith.attempts(&one.order).await.unwrap().is_empty());
    assert_eq!(zenith.received(&money.id()).await.unwrap(), None);
    let page = Page::default();
    assert!(zenith.unapplied(&page).await.unwrap().items.is_empty());

    // Nor does it stand in the other's way.
    zenith.commit(decision).await.unwrap();
    let mut other = one.clone();
    other.attempt = payment_attempt(2, "o1").attempt;
    let second = yes(2).changed(MoneyChange::Attempt(Box::new(other)));
    let ended = zenith.commit(second).await;
    assert!(matches!(ended, Err(StoreError::Conflict(_))), "{ended:?}");
}

/// T14
#[tokio::test]
async fn an_import_that_does_not_know_of_a_payment_does_not_undo_it() {
    let mirror = Mirror::with_order_paid(0).await;
    mirror.counts(1, 0, 100_00).await;
    assert_eq!(mirror.hears(0).await.outdated, 1);
    assert_eq!(mirror.paid().await, eur(100_00));
    // A transfer of 20 was booked meanwhile; whoever says 20 has not heard of the 100.
    assert_eq!(mirror.hears(20_00).await.outdated, 1);
    assert_eq!(mirror.paid().await, eur(100_00));
    // Now both are known.
    assert_eq!(mirror.hears(120_00).await.changed, 1);
    assert_eq!(mirror.paid().await, eur(120_00));
}

#[tokio::test]
async fn an_import_that_knows_of_a_payment_is_believed_from_then_on() {
    let mirror = Mirror::with_order_paid(0).await;
    mirror.counts(1, 0, 100_00).await;
    assert_eq!(mirror.hears(100_00).await.unchanged, 1);
    assert_eq!(mirror.hears(30_00).await.changed, 1);
    assert_eq!(mirror.paid().await, eur(30_00));
}

#[tokio::test]
async fn an_import_that_does_not_know_of_a_refund_does_not_undo_it() {
    let mirror = Mirror::with_order_paid(120_00).await;
    mirror.counts(1, 120_00, 70_00).await;
    assert_eq!(mirror.hears(120_00).await.outdated, 1);
    assert_eq!(mirror.paid().await, eur(70_00));
    // Nothing came here: who says less knows of more that went back.
    assert_eq!(mirror.hears(50_00).await.changed, 1);
    assert_eq!(mirror.paid().await, eur(50_00));
}

#[tokio::test]
async fn whatever_else_an_older_import_says_of_an_order_counts() {
    let mirror = Mirror::with_order_paid(0).await;
    mirror.counts(1, 0, 100_00).await;
    let invoiced = paying(0).invoiced(today());
    let import = Import::new().order(invoiced.clone().details());
    assert_eq!(mirror.import(import.clone()).await.changed, 1);
    let expected = paying(100_00).invoiced(today());
    assert_eq!(mirror.order().await, expected);
    assert_eq!(mirror.import(import).await.outdated, 1);
}

#[tokio::test]
async fn a_host_that_means_less_says_so() {
    let mirror = Mirror::with_order_paid(0).await;
    mirror.counts(1, 0, 100_00).await;
    let import = Import::new().order(paying(0).details());
    let import = import.overruling_order(Id::new("o1"));
    assert_eq!(mirror.import(import).await.changed, 1);
    assert_eq!(mirror.paid().await, eur(0));
}

#[tokio::test]
async fn a_payment_under_way_here_is_until_it_ends_here() {
    let mirror = Mirror::with_order_paid(0).await;
    let open = OpenPayment::at_payer(today());
    let began = stands(1, Some(open.clone()));
    mirror.store.commit(began).await.unwrap();
    assert_eq!(mirror.hears(0).await.unchanged, 1);
    assert_eq!(mirror.order().await.payment, Some(open));
    mirror.store.commit(stands(2, None)).await.unwrap();
    assert_eq!(mirror.order().await.payment, None);

    // What the host says of payments of its own counts while none is under way here.
    let own = paying(0).paying_since(today());
    mirror
        .import(Import::new().order(own.clone().details()))
        .await;
    assert_eq!(mirror.order().await, own);
}
