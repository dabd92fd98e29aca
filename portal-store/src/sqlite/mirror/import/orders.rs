//! Orders, and whether the host or the portal knows better what was paid.
use portal_core::{
    Id, Order, StoreError,
    order::{Balance, OrderLine},
};
use rusqlite::{Connection, params};

use super::Became;
use crate::{
    sqlite::{
        mirror::{orders::Known, rows::one},
        store_error,
    },
    wire::{instant, json},
};

/// An order; without lines it keeps those it has.
pub(super) fn order(
    db: &Connection,
    tenant: &str,
    order: &Order,
    lines: Option<&Vec<OrderLine>>,
    overruled: bool,
) -> Result<Became, StoreError> {
    let known = Known::read(db, tenant, &order.id)?;
    let mut told = order.clone();
    let outdated = match &known {
        None => false,
        Some(known) => keep(known, &mut told, overruled),
    };
    if !outdated && known.is_some_and(|known| !known.passed.is_empty()) {
        heard(db, tenant, order).map_err(store_error)?;
    }
    let lines = lines.map(json).transpose()?;
    let version = one(
        db,
        "insert into portal_mirror_order (tenant, id, version, facts, lines) values (?1, ?2, 1, ?3, coalesce(?4, '[]'))
         on conflict (tenant, id) do update
         set facts = excluded.facts, lines = coalesce(?4, lines), version = version + 1
         where facts <> excluded.facts or lines <> coalesce(?4, lines)
         returning version",
        params![tenant, order.id.as_str(), json(&told)?, lines],
        |row| row.get(0),
    )?;
    let became = Became::of_version(version);
    if became != Became::Unchanged {
        parties(db, tenant, order).map_err(store_error)?;
    } else if outdated {
        return Ok(Became::Outdated);
    }
    Ok(became)
}

/// Keeps what the host cannot know yet as it is here. Answers whether the host's amount is older.
fn keep(known: &Known, told: &mut Order, overruled: bool) -> bool {
    if known.paying {
        told.payment.clone_from(&known.order.payment);
    }
    if known.booked {
        told.ledger.clone_from(&known.order.ledger);
    }
    if overruled || !known.has_passed(told.balance.paid()) {
        return false;
    }
    let paid = known.order.balance.paid();
    // In another currency it is not the same order any more.
    let Ok(balance) = Balance::new(told.balance.total(), paid) else {
        return false;
    };
    told.balance = balance;
    true
}

/// The host knows what was counted here.
fn heard(db: &Connection, tenant: &str, order: &Order) -> rusqlite::Result<()> {
    db.prepare_cached("update portal_mirror_order set passed = null where tenant = ?1 and id = ?2")?
        .execute([tenant, order.id.as_str()])
        .map(drop)
}

/// Everyone who finds the order on their list.
fn parties(db: &Connection, tenant: &str, order: &Order) -> rusqlite::Result<()> {
    db.prepare_cached("delete from portal_mirror_party where tenant = ?1 and order_id = ?2")?
        .execute([tenant, order.id.as_str()])?;
    let mut insert = db.prepare_cached(
        "insert into portal_mirror_party (tenant, contact, placed_at, order_id) values (?1, ?2, ?3, ?4)
         on conflict do nothing",
    )?;
    let placed_at = instant(order.placed_at);
    let who = [&order.order_contact, order.payer()];
    for contact in who.into_iter().chain(&order.registrants).map(Id::as_str) {
        insert.execute([tenant, contact, &placed_at, order.id.as_str()])?;
    }
    Ok(())
}
