//! What cases about payments start from, and how they look at what became of it.
use portal_core::{
    AuditEntry, Decision, Expectation, Id, Loaded, Order, RecordRef, Version,
    order::OrderChange,
    payment::{AttemptKey, MoneyChange, PaymentAttempt, Received},
    store::QueuedEffect,
};

use super::super::{
    scene::{apply, yes},
    walk,
};
use crate::{
    Facts, World,
    facts::{OrderFacts, eur, order},
};

/// An attempt is like this from now on.
pub(crate) fn written(attempt: &PaymentAttempt) -> MoneyChange {
    MoneyChange::Attempt(Box::new(attempt.clone()))
}

/// What came is like this from now on.
pub(crate) fn came(received: &Received) -> MoneyChange {
    MoneyChange::Received(Box::new(received.clone()))
}

/// A yes to form number `number` that writes an attempt down.
pub(super) fn writing(number: u128, attempt: &PaymentAttempt) -> Decision {
    yes(number).changed(written(attempt))
}

/// Writes an attempt down.
pub(super) async fn write(world: &dyn World, number: u128, attempt: &PaymentAttempt) {
    apply(world, writing(number, attempt)).await;
}

/// Writes down what came.
pub(crate) async fn take(world: &dyn World, number: u128, received: &Received) {
    apply(world, yes(number).changed(came(received))).await;
}

/// What one payment has come to for an order.
pub(super) fn counted(received: &Received, order: &str, was: i64, is: i64) -> OrderChange {
    OrderChange::PaymentCounted {
        order: Id::new(order),
        received: received.id(),
        was: eur(was),
        is: eur(is),
        paid_with: Some("Visa 4242".to_owned()),
    }
}

/// Nobody has written that record yet.
pub(crate) fn absent(record: RecordRef) -> Expectation {
    Expectation::Unchanged(record, Version::number(0))
}

/// There is an order of ana's for 120 EUR.
pub(crate) async fn ordered(world: &dyn World, id: &str) {
    world.put(Facts::new().order(order(id).details())).await;
}

/// An order as it is now.
pub(crate) async fn order_of(world: &dyn World, id: &str) -> Order {
    let found = world.directory().order(&Id::new(id)).await.unwrap();
    found.unwrap().value.order
}

/// The attempt that this leads to.
pub(super) async fn found(world: &dyn World, by: AttemptKey) -> Option<PaymentAttempt> {
    let found = world.payments().attempt(&by).await.unwrap();
    found.map(|found| found.value)
}

/// An attempt as it is now.
pub(super) async fn attempt(world: &dyn World, of: &PaymentAttempt) -> Loaded<PaymentAttempt> {
    let by = AttemptKey::Attempt(of.attempt);
    world.payments().attempt(&by).await.unwrap().unwrap()
}

/// What came, as it is now.
pub(super) async fn money(world: &dyn World, of: &Received) -> Loaded<Received> {
    world.payments().received(&of.id()).await.unwrap().unwrap()
}

/// What pays for nothing, read in pages of that size.
pub(super) async fn unapplied(world: &dyn World) -> Vec<Received> {
    let payments = world.payments();
    walk::all(100, async |page| payments.unapplied(&page).await).await
}

/// Everything that may be written about the payments of an order. Equal before and after: nothing was.
#[derive(Debug, PartialEq)]
pub(super) struct Kept {
    order: Option<Loaded<portal_core::OrderDetails>>,
    live: Option<Loaded<PaymentAttempt>>,
    attempts: Vec<PaymentAttempt>,
    received: Option<Loaded<Received>>,
    unapplied: Vec<Received>,
    outbox: Vec<QueuedEffect>,
    audit: Vec<AuditEntry>,
}

/// What is there now about an order, and about what came.
pub(super) async fn kept(world: &dyn World, order: &str, of: &Received) -> Kept {
    let (payments, order) = (world.payments(), Id::new(order));
    let live = AttemptKey::LiveOf(order.clone());
    Kept {
        order: world.directory().order(&order).await.unwrap(),
        live: payments.attempt(&live).await.unwrap(),
        attempts: payments.attempts(&order).await.unwrap(),
        received: payments.received(&of.id()).await.unwrap(),
        unapplied: unapplied(world).await,
        outbox: walk::outbox(world).await,
        audit: walk::audit(world).await,
    }
}
