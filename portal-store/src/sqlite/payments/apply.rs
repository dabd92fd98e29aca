//! What happened to money, made so.
use portal_core::{
    Contact, Expectation, Id, Order, RecordRef, StoreError, Version,
    payment::{
        Applied, AttemptKey, Merchant, MoneyChange, PayerRef, PaymentAttempt, PaymentRef, Received,
    },
};
use rusqlite::{Connection, params};

use super::attempts;
use crate::{
    sqlite::statement::run,
    wire::{instant, json},
};

/// Makes this so.
pub(in crate::sqlite) fn apply(
    tx: &Connection,
    tenant: &str,
    change: &MoneyChange,
) -> Result<(), StoreError> {
    match change {
        MoneyChange::Attempt(attempt) => put_attempt(tx, tenant, attempt),
        MoneyChange::Received(received) => put_received(tx, tenant, received),
        MoneyChange::Payer {
            contact,
            merchant,
            payer,
        } => put_payer(tx, tenant, contact, merchant, payer),
        _ => Err(StoreError::Unsupported("this change of a payment")),
    }
}

fn put_attempt(tx: &Connection, tenant: &str, attempt: &PaymentAttempt) -> Result<(), StoreError> {
    if attempt.is_live() {
        no_other_is_live(tx, tenant, attempt)?;
    }
    let session = attempt.page.as_ref().map(|page| page.session.as_str());
    run(
        tx,
        "insert into portal_payment (tenant, id, order_id, account, real_money, state, live, begun_at, session, payment, facts)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         on conflict (tenant, id) do update
         set version = version + 1, order_id = excluded.order_id, account = excluded.account, real_money = excluded.real_money,
             state = excluded.state, live = excluded.live, begun_at = excluded.begun_at, session = excluded.session,
             payment = excluded.payment, facts = excluded.facts",
        params![
            tenant,
            attempt.attempt.to_string(),
            attempt.order.as_str(),
            &*attempt.merchant.account,
            attempt.merchant.live,
            attempt.state.as_str(),
            attempt.is_live(),
            instant(attempt.begun_at),
            session,
            attempt.payment.as_ref().map(PaymentRef::as_str),
            json(attempt)?,
        ],
    )
    .map(drop)
}

/// The unique key says so too; asking first says which attempt it is.
fn no_other_is_live(
    tx: &Connection,
    tenant: &str,
    attempt: &PaymentAttempt,
) -> Result<(), StoreError> {
    let order: &Id<Order> = &attempt.order;
    let live = attempts::attempt(tx, tenant, &AttemptKey::LiveOf(order.clone()))?;
    let other = live.filter(|live| live.value.attempt != attempt.attempt);
    other.map_or(Ok(()), |other| Err(stale(other.value.record())))
}

fn put_received(tx: &Connection, tenant: &str, received: &Received) -> Result<(), StoreError> {
    let id = received.id();
    run(
        tx,
        "insert into portal_received (tenant, id, account, real_money, payment, unapplied, first_seen, facts)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         on conflict (tenant, id) do update
         set version = version + 1, unapplied = excluded.unapplied, first_seen = excluded.first_seen, facts = excluded.facts",
        params![
            tenant,
            id.as_str(),
            &*received.merchant.account,
            received.merchant.live,
            received.payment.as_str(),
            matches!(received.applied, Applied::Not(_)),
            instant(received.first_seen),
            json(received)?,
        ],
    )
    .map(drop)
}

/// The first name counts: another one changes no row.
fn put_payer(
    tx: &Connection,
    tenant: &str,
    contact: &Id<Contact>,
    merchant: &Merchant,
    payer: &PayerRef,
) -> Result<(), StoreError> {
    let known = run(
        tx,
        "insert into portal_payer (tenant, contact, account, real_money, payer) values (?1, ?2, ?3, ?4, ?5)
         on conflict (tenant, contact, account, real_money) do update set payer = excluded.payer where portal_payer.payer = excluded.payer",
        params![
            tenant,
            contact.as_str(),
            &*merchant.account,
            merchant.live,
            payer.as_str(),
        ],
    )?;
    if known == 0 {
        return Err(stale(RecordRef::Contact(contact.clone())));
    }
    Ok(())
}

/// Somebody else was there first: load, and decide again.
fn stale(record: RecordRef) -> StoreError {
    StoreError::conflict(Expectation::Unchanged(record, Version::number(0)))
}
