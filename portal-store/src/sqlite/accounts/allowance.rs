//! How often something may still be tried.
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use portal_core::{
    StoreError,
    accounts::{Allowance, Digest, Draw, Drawn, Refund},
};
use rusqlite::{Connection, Row, params};

use crate::{
    sqlite::statement::{all, run},
    wire::{instant, json, parse_instant},
};

type Allowances = BTreeMap<Digest, Allowance>;

/// Takes one try from each, or from none.
pub(super) fn draw(
    tx: &Connection,
    tenant: &str,
    draws: &[Draw],
    now: DateTime<Utc>,
) -> Result<Drawn, StoreError> {
    let mut left = read(tx, tenant, draws.iter().map(|draw| draw.key))?;
    let mut refused = vec![];
    for draw in draws {
        let before = left.get(&draw.key).copied().unwrap_or_default();
        match before.draw(draw, now) {
            Ok(after) => drop(left.insert(draw.key, after)),
            Err(again_at) => refused.push(again_at),
        }
    }
    if refused.is_empty() {
        write(tx, tenant, &left)?;
        return Ok(Drawn::Granted);
    }
    // Where one never comes back by itself, waiting for the others is in vain.
    let again_at = refused.into_iter().collect::<Option<Vec<_>>>();
    Ok(Drawn::Refused {
        again_at: again_at.and_then(|all| all.into_iter().max()),
    })
}

/// Gives tries back. What was swept is full anyway.
pub(super) fn refund(tx: &Connection, tenant: &str, refunds: &[Refund]) -> Result<(), StoreError> {
    let mut left = read(tx, tenant, refunds.iter().map(|refund| refund.key))?;
    for refund in refunds {
        if let Some(allowance) = left.get_mut(&refund.key) {
            *allowance = allowance.refund(refund);
        }
    }
    write(tx, tenant, &left)
}

fn read(
    tx: &Connection,
    tenant: &str,
    keys: impl Iterator<Item = Digest>,
) -> Result<Allowances, StoreError> {
    let keys: Vec<_> = keys.collect();
    if keys.is_empty() {
        return Ok(Allowances::new());
    }
    let found = all(
        tx,
        "select key, full_at, in_a_row from portal_allowance
         where tenant = ?1 and key in (select unhex(value) from json_each(?2))",
        params![tenant, json(&keys)?],
        |row: &Row<'_>| {
            let key: [u8; 32] = row.get(0)?;
            Ok((key, row.get::<_, String>(1)?, row.get::<_, u32>(2)?))
        },
    )?;
    let allowance = |(key, full_at, in_a_row): ([u8; 32], String, u32)| {
        let allowance = Allowance::new(parse_instant(&full_at)?, in_a_row);
        Ok((Digest::new(key), allowance))
    };
    found.into_iter().map(allowance).collect()
}

fn write(tx: &Connection, tenant: &str, left: &Allowances) -> Result<(), StoreError> {
    if left.is_empty() {
        return Ok(());
    }
    let rows = left.iter();
    let rows = rows.map(|(key, left)| (key, instant(left.full_at), left.in_a_row));
    run(
        tx,
        "insert into portal_allowance (tenant, key, full_at, in_a_row)
         select ?1, unhex(value ->> 0), value ->> 1, value ->> 2 from json_each(?2) where true
         on conflict (tenant, key) do update set full_at = excluded.full_at, in_a_row = excluded.in_a_row",
        params![tenant, json(&rows.collect::<Vec<_>>())?],
    )
    .map(drop)
}
