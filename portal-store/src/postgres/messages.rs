//! What became of messages.
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    StoreError,
    effect::Recipient,
    store::{Listing, MessageLog, Page, QueuedEffect},
};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{
    PostgresStore,
    outbox::{Queued, number},
    retry::retried,
    store_error,
};
use crate::{
    cursor,
    wire::{instant, json},
};

const MESSAGES: &str = "messages";
const GIVEN_UP: &str = "given_up";

#[async_trait]
impl MessageLog for PostgresStore {
    async fn messages(
        &self,
        to: &Recipient,
        page: &Page,
    ) -> Result<Listing<QueuedEffect>, StoreError> {
        let (row, n) = match cursor::keys::<2>(MESSAGES, page)? {
            None => (i64::MAX, i64::MAX),
            Some([row, n]) => (number(&row)?, number(&n)?),
        };
        let found = sqlx::query(
            "select found.*, (select at from portal_command c where c.tenant = $1 and c.row = found.row) as since
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 (select row, n, id, topic, kind, due_at, tries, dead, why, null as ended_at from portal_outbox
                  where tenant = me.tenant and line = md5($2) and (row, n) < ($3, $4) order by row desc, n desc limit $5)
                 union all
                 (select row, n, id, 'mail' as topic, kind, null as due_at, tries, false as dead, why, ended_at from portal_post
                  where tenant = me.tenant and line = md5($2) and (row, n) < ($3, $4) order by row desc, n desc limit $5)
             ) found
             order by found.row desc, n desc limit $5",
        )
        .bind(self.tenant())
        .bind(json(to)?)
        .bind(row)
        .bind(n)
        .bind(cursor::one_more(page))
        .try_map(|row: PgRow| Queued::read(&row))
        .fetch_all(self.pool())
        .await
        .map_err(store_error)?;
        listed(found, page, MESSAGES)
    }

    async fn next_message(&self, to: &Recipient) -> Result<Option<QueuedEffect>, StoreError> {
        let found = sqlx::query(
            "select found.*, (select at from portal_command c where c.tenant = $1 and c.row = found.row) as since
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select row, n, id, topic, kind, due_at, tries, dead, why, null as ended_at from portal_outbox
                 where tenant = me.tenant and line = md5($2) and not dead order by row, n limit 1
             ) found",
        )
        .bind(self.tenant())
        .bind(json(to)?)
        .try_map(|row: PgRow| Queued::read(&row))
        .fetch_optional(self.pool())
        .await
        .map_err(store_error)?;
        found.map_or(Ok(None), Queued::effect)
    }

    async fn given_up(&self, page: &Page) -> Result<Listing<QueuedEffect>, StoreError> {
        let (row, n) = match cursor::keys::<2>(GIVEN_UP, page)? {
            None => (0, 0),
            Some([row, n]) => (number(&row)?, number(&n)?),
        };
        let found = sqlx::query(
            "select found.*, (select at from portal_command c where c.tenant = $1 and c.row = found.row) as since
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select row, n, id, topic, kind, due_at, tries, dead, why, null as ended_at from portal_outbox
                 where tenant = me.tenant and dead and (row, n) > ($2, $3) order by row, n limit $4
             ) found
             order by found.row, n",
        )
        .bind(self.tenant())
        .bind(row)
        .bind(n)
        .bind(cursor::one_more(page))
        .try_map(|row: PgRow| Queued::read(&row))
        .fetch_all(self.pool())
        .await
        .map_err(store_error)?;
        listed(found, page, GIVEN_UP)
    }

    async fn given_up_effect(&self, id: Uuid) -> Result<Option<QueuedEffect>, StoreError> {
        let found = sqlx::query(
            "select found.*, (select at from portal_command c where c.tenant = $1 and c.row = found.row) as since
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select row, n, id, topic, kind, due_at, tries, dead, why, null as ended_at from portal_outbox
                 where tenant = me.tenant and id = $2 and dead limit 1
             ) found",
        )
        .bind(self.tenant())
        .bind(id.to_string())
        .try_map(|row: PgRow| Queued::read(&row))
        .fetch_optional(self.pool())
        .await
        .map_err(store_error)?;
        found.map_or(Ok(None), Queued::effect)
    }

    async fn revive(&self, id: Uuid, at: DateTime<Utc>) -> Result<bool, StoreError> {
        retried(|| async {
            sqlx::query_scalar("select portal_revive($1, $2, $3)")
                .bind(self.tenant())
                .bind(id.to_string())
                .bind(instant(at))
                .fetch_one(self.pool())
                .await
                .map_err(store_error)
        })
        .await
    }

    async fn forget_messages(
        &self,
        ended_before: DateTime<Utc>,
        at_most: u16,
    ) -> Result<u64, StoreError> {
        let forgotten: i64 = retried(|| async {
            sqlx::query_scalar("select portal_forget_messages($1, $2, $3)")
                .bind(self.tenant())
                .bind(instant(ended_before))
                .bind(i64::from(at_most))
                .fetch_one(self.pool())
                .await
                .map_err(store_error)
        })
        .await?;
        Ok(u64::try_from(forgotten).unwrap_or_default())
    }
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
