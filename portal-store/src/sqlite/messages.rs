//! What became of messages.
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    StoreError,
    effect::Recipient,
    store::{Listing, MessageLog, Page, QueuedEffect},
};
use rusqlite::{Connection, OptionalExtension as _, params};
use uuid::Uuid;

use super::{
    SqliteStore,
    outbox::{Queued, number},
    store_error,
};
use crate::{
    cursor,
    wire::{instant, json},
};

#[async_trait]
impl MessageLog for SqliteStore {
    async fn messages(
        &self,
        to: &Recipient,
        page: &Page,
    ) -> Result<Listing<QueuedEffect>, StoreError> {
        let (line, page) = (json(to)?, page.clone());
        self.read(move |db, tenant| messages(db, tenant, &line, &page))
            .await
    }

    async fn next_message(&self, to: &Recipient) -> Result<Option<QueuedEffect>, StoreError> {
        let line = json(to)?;
        self.read(move |db, tenant| {
            let found = db
                .prepare_cached(
                    "select o.row, n, id, topic, kind, at as since, due_at, tries, dead, why, null as ended_at
                     from portal_outbox o indexed by portal_outbox_line
                     join portal_command c on c.tenant = o.tenant and c.row = o.row
                     where o.tenant = ?1 and o.line = ?2 and o.dead = 0 order by o.row, o.n limit 1",
                )
                .and_then(|mut statement| {
                    let values = params![tenant, line];
                    statement.query_row(values, Queued::read).optional()
                })
                .map_err(store_error)?;
            found.map_or(Ok(None), Queued::effect)
        })
        .await
    }

    async fn given_up(&self, page: &Page) -> Result<Listing<QueuedEffect>, StoreError> {
        let page = page.clone();
        self.read(move |db, tenant| given_up(db, tenant, &page))
            .await
    }

    async fn given_up_effect(&self, id: Uuid) -> Result<Option<QueuedEffect>, StoreError> {
        self.read(move |db, tenant| {
            let found = db
                .prepare_cached(
                    "select o.row, n, id, topic, kind, at as since, due_at, tries, dead, why, null as ended_at
                     from portal_outbox o indexed by portal_outbox_dead
                     join portal_command c on c.tenant = o.tenant and c.row = o.row
                     where o.tenant = ?1 and o.id = ?2 and o.dead = 1",
                )
                .and_then(|mut statement| {
                    let values = params![tenant, id.to_string()];
                    statement.query_row(values, Queued::read).optional()
                })
                .map_err(store_error)?;
            found.map_or(Ok(None), Queued::effect)
        })
        .await
    }

    async fn revive(&self, id: Uuid, at: DateTime<Utc>) -> Result<bool, StoreError> {
        self.write(move |db, tenant| {
            let revived = db
                .prepare_cached(
                    "update portal_outbox indexed by portal_outbox_dead set dead = 0, claimed = 0, tries = 0, due_at = ?3, ready_at = ?3
                     where tenant = ?1 and id = ?2 and dead = 1",
                )
                .and_then(|mut revive| {
                    revive.execute(params![tenant, id.to_string(), instant(at)])
                });
            revived.map(|rows| rows > 0).map_err(store_error)
        })
        .await
    }

    async fn forget_messages(
        &self,
        ended_before: DateTime<Utc>,
        at_most: u16,
    ) -> Result<u64, StoreError> {
        self.write(move |db, tenant| {
            let forgotten = db
                .prepare_cached(
                    "delete from portal_post where tenant = ?1 and (row, n) in (
                         select row, n from portal_post indexed by portal_post_ended
                         where tenant = ?1 and ended_at < ?2 order by ended_at, row, n limit ?3)",
                )
                .and_then(|mut forget| {
                    forget.execute(params![tenant, instant(ended_before), at_most])
                });
            let rows = forgotten.map_err(store_error)?;
            Ok(u64::try_from(rows).unwrap_or(u64::MAX))
        })
        .await
    }
}

const MESSAGES: &str = "messages";
const GIVEN_UP: &str = "given_up";

/// What is owed and what is remembered, put together: each is found newest first.
fn messages(
    tx: &Connection,
    tenant: &str,
    line: &str,
    page: &Page,
) -> Result<Listing<QueuedEffect>, StoreError> {
    let (row, n) = match cursor::keys::<2>(MESSAGES, page)? {
        None => (i64::MAX, i64::MAX),
        Some([row, n]) => (number(&row)?, number(&n)?),
    };
    let values = params![tenant, line, row, n, cursor::one_more(page)];
    let read = |sql| {
        tx.prepare_cached(sql)
            .and_then(|mut statement| {
                statement
                    .query_map(values, Queued::read)?
                    .collect::<rusqlite::Result<Vec<_>>>()
            })
            .map_err(store_error)
    };
    let mut found = read(
        "select o.row, n, id, topic, kind, at as since, due_at, tries, dead, why, null as ended_at
         from portal_outbox o indexed by portal_outbox_line
         join portal_command c on c.tenant = o.tenant and c.row = o.row
         where o.tenant = ?1 and o.line = ?2 and (o.row, o.n) < (?3, ?4) order by o.row desc, o.n desc limit ?5",
    )?;
    found.extend(read(
        "select p.row, n, id, 'mail' as topic, kind, at as since, null as due_at, tries, 0 as dead, why, ended_at from portal_post p
         join portal_command c on c.tenant = p.tenant and c.row = p.row
         where p.tenant = ?1 and p.line = ?2 and (p.row, p.n) < (?3, ?4) order by p.row desc, p.n desc limit ?5",
    )?);
    found.sort_unstable_by_key(|queued| std::cmp::Reverse((queued.row, queued.n)));
    listed(found, page, MESSAGES)
}

fn given_up(
    tx: &Connection,
    tenant: &str,
    page: &Page,
) -> Result<Listing<QueuedEffect>, StoreError> {
    let (row, n) = match cursor::keys::<2>(GIVEN_UP, page)? {
        None => (0, 0),
        Some([row, n]) => (number(&row)?, number(&n)?),
    };
    let found = tx
        .prepare_cached(
            "select o.row, n, id, topic, kind, at as since, due_at, tries, dead, why, null as ended_at
             from portal_outbox o indexed by portal_outbox_given_up
             join portal_command c on c.tenant = o.tenant and c.row = o.row
             where o.tenant = ?1 and o.dead = 1 and (o.row, o.n) > (?2, ?3) order by o.row, o.n limit ?4",
        )
        .and_then(|mut statement| {
            let values = params![tenant, row, n, cursor::one_more(page)];
            statement.query_map(values, Queued::read)?.collect()
        })
        .map_err(store_error)?;
    listed(found, page, GIVEN_UP)
}

fn listed(
    found: Vec<Queued>,
    page: &Page,
    list: &'static str,
) -> Result<Listing<QueuedEffect>, StoreError> {
    let cut = Listing::cut(found, page, |last: &Queued| {
        let (row, n) = (last.row.to_string(), last.n.to_string());
        cursor::after(list, &[&row, &n])
    });
    let items = cut.items.into_iter().map(Queued::effect);
    let items = items.filter_map(Result::transpose);
    Ok(Listing::new(items.collect::<Result<_, _>>()?, cut.next))
}
