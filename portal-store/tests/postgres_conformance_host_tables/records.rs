//! What the host answers. A small host: it reads a whole table and sorts it here.
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use portal_core::{
    Contact, Directory, Id, Listing, Loaded, Order, OrderDetails, Page, RecordRef, StoreError,
    Version,
    courses::{
        CourseRecords, DateChoices, Module, Registration, Session, Shelf, TransferFacts,
        WaitingPlace, WaitingState, shelf,
    },
    store::Cursor,
};
use portal_store::postgres::{
    sqlx::{self, PgConnection},
    store_error,
};
use serde::de::DeserializeOwned;

use crate::tables::{Host, parse};

pub(crate) type Found<T> = Result<T, StoreError>;

async fn facts<T: DeserializeOwned>(
    db: &mut PgConnection,
    sql: &'static str,
    values: &[&str],
) -> Found<Vec<(i64, T)>> {
    let mut query = sqlx::query_as::<_, (i64, String)>(sql);
    for value in values {
        query = query.bind(*value);
    }
    let found = query.fetch_all(db).await.map_err(store_error)?;
    let parsed = found
        .into_iter()
        .map(|(rev, text)| Ok((rev, parse(&text)?)));
    parsed.collect()
}

async fn contact(db: &mut PgConnection, id: &Id<Contact>) -> Found<Option<(i64, Contact)>> {
    let sql = "select rev, facts from contact where id = $1";
    Ok(facts(db, sql, &[id.as_str()]).await?.into_iter().next())
}

async fn order(db: &mut PgConnection, id: &Id<Order>) -> Found<Option<(i64, OrderDetails)>> {
    let sql = "select rev, facts from booking where id = $1";
    Ok(facts(db, sql, &[id.as_str()]).await?.into_iter().next())
}

fn with_places((left, session): (i64, Session)) -> Session {
    session.with_places(u32::try_from(left).unwrap())
}

async fn session(db: &mut PgConnection, id: &str) -> Found<Option<Session>> {
    let sql = "select capacity - used, facts from session where id = $1";
    let found = facts(db, sql, &[id]).await?;
    Ok(found.into_iter().next().map(with_places))
}

/// `rev`, `session`, `status`, `facts`.
type RegistrationColumns = (i64, String, String, String);

async fn live_registration(
    db: &mut PgConnection,
    (rev, on, status, facts): RegistrationColumns,
) -> Found<Loaded<Registration>> {
    let mut r: Registration = parse(&facts)?;
    r.status = parse(&status)?;
    r.session = session(db, &on).await?.unwrap();
    r.registrant = contact(db, &r.registrant.id).await?.unwrap().1;
    let mut rests_on = None;
    if let Some(on) = &mut r.order
        && let Some((rev, details)) = order(db, &on.id).await?
    {
        *on = details.order;
        rests_on = Some((RecordRef::Order(on.id.clone()), Version::number(rev)));
    }
    let record = RecordRef::Registration(r.id.clone());
    let facts = Loaded::one(r, record, Version::number(rev));
    Ok(match rests_on {
        Some((order, version)) => facts.and(order, version),
        None => facts,
    })
}

async fn registrations(
    db: &mut PgConnection,
    sql: &'static str,
    key: &str,
) -> Found<Vec<Loaded<Registration>>> {
    let found: Vec<RegistrationColumns> = sqlx::query_as(sql)
        .bind(key)
        .fetch_all(&mut *db)
        .await
        .map_err(store_error)?;
    let mut live = vec![];
    for columns in found {
        live.push(live_registration(db, columns).await?);
    }
    Ok(live)
}

async fn one_registration(
    db: &mut PgConnection,
    id: &Id<Registration>,
) -> Found<Option<Loaded<Registration>>> {
    let sql = "select rev, session, status, facts from registration where id = $1";
    let found = registrations(db, sql, id.as_str()).await?;
    Ok(found.into_iter().next())
}

async fn waiting(
    db: &mut PgConnection,
    sql: &'static str,
    key: &str,
) -> Found<Vec<Loaded<WaitingPlace>>> {
    let found: Vec<(i64, String, String)> = sqlx::query_as(sql)
        .bind(key)
        .fetch_all(&mut *db)
        .await
        .map_err(store_error)?;
    let mut live = vec![];
    for (rev, state, facts) in found {
        let mut p: WaitingPlace = parse(&facts)?;
        p.state = parse(&state)?;
        p.session = session(db, p.session.id.as_str()).await?.unwrap();
        let record = RecordRef::WaitingPlace(p.id.clone());
        live.push(Loaded::one(p, record, Version::number(rev)));
    }
    Ok(live)
}

impl Host {
    /// What a use case reads is of one moment.
    async fn snapshot(&self) -> Found<sqlx::Transaction<'static, sqlx::Postgres>> {
        let begin = "begin isolation level repeatable read read only";
        self.pool.begin_with(begin).await.map_err(store_error)
    }

    async fn bookings(&self) -> Found<Vec<(i64, OrderDetails)>> {
        let mut db = self.snapshot().await?;
        facts(&mut db, "select rev, facts from booking", &[]).await
    }

    async fn all_modules(&self) -> Found<Vec<Module>> {
        let mut db = self.snapshot().await?;
        let found = facts(&mut db, "select 1::bigint, facts from module", &[]).await?;
        Ok(found.into_iter().map(|(_, module)| module).collect())
    }
}

/// Rows sorted by their key, from where the page before ended.
fn page<T>(list: &str, mut all: Vec<(String, T)>, page: &Page) -> Found<Listing<T>> {
    all.sort_by(|one, other| one.0.cmp(&other.0));
    let after = match &page.after {
        None => None,
        Some(cursor) => {
            let key = cursor.as_str().strip_prefix(list);
            let key = key.and_then(|key| key.strip_prefix('/'));
            Some(
                key.filter(|key| key.contains('|'))
                    .ok_or(StoreError::BadCursor)?,
            )
        }
    };
    let rest = all
        .into_iter()
        .filter(|(key, _)| after.is_none_or(|after| key.as_str() > after));
    let found = rest.take(page.len() + 1).collect();
    let cut = Listing::cut(found, page, |(key, _)| Cursor::new(format!("{list}/{key}")));
    Ok(cut.map(|(_, row)| row))
}

fn earliest(at: DateTime<Utc>, id: &str) -> String {
    let since = at - (DateTime::<Utc>::UNIX_EPOCH - TimeDelta::days(365_000));
    format!("{:020}|{id}", since.num_microseconds().unwrap())
}

fn latest(at: DateTime<Utc>, id: &str) -> String {
    let until = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(365_000) - at;
    format!("{:020}|{id}", until.num_microseconds().unwrap())
}

#[async_trait]
impl Directory for Host {
    async fn contact(&self, id: &Id<Contact>) -> Found<Option<Loaded<Contact>>> {
        let mut db = self.snapshot().await?;
        let found = contact(&mut db, id).await?;
        let record = RecordRef::Contact(id.clone());
        Ok(found.map(|(rev, c)| Loaded::one(c, record, Version::number(rev))))
    }

    async fn order(&self, id: &Id<Order>) -> Found<Option<Loaded<OrderDetails>>> {
        let mut db = self.snapshot().await?;
        let found = order(&mut db, id).await?;
        let record = RecordRef::Order(id.clone());
        Ok(found.map(|(rev, o)| Loaded::one(o, record, Version::number(rev))))
    }

    async fn orders(&self, of: &Id<Contact>, asked: &Page) -> Found<Listing<Order>> {
        let all = self.bookings().await?.into_iter().map(|(_, o)| o.order);
        let mine =
            all.filter(|o| o.order_contact == *of || o.payer() == of || o.registrants.contains(of));
        let keyed = mine.map(|o| (latest(o.placed_at, o.id.as_str()), o));
        page("orders", keyed.collect(), asked)
    }
}

#[async_trait]
impl CourseRecords for Host {
    async fn registration(&self, id: &Id<Registration>) -> Found<Option<Loaded<Registration>>> {
        let mut db = self.snapshot().await?;
        one_registration(&mut db, id).await
    }

    async fn registrations(
        &self,
        of: &Id<Contact>,
        tab: Shelf,
        now: DateTime<Utc>,
        asked: &Page,
    ) -> Found<Listing<Registration>> {
        let sql = "select rev, session, status, facts from registration where contact = $1";
        let mut db = self.snapshot().await?;
        let all = registrations(&mut db, sql, of.as_str()).await?;
        let all = all.into_iter().map(|r| r.value);
        let mine = all.filter(|r| shelf(r, now) == tab);
        let keyed = mine.map(|r| match tab {
            Shelf::Current => (earliest(r.session.starts_at, r.id.as_str()), r),
            Shelf::Completed | Shelf::History => (latest(r.session.starts_at, r.id.as_str()), r),
        });
        page("registrations", keyed.collect(), asked)
    }

    async fn dates(&self, id: &Id<Registration>, now: DateTime<Utc>) -> Found<Option<DateChoices>> {
        let mut db = self.snapshot().await?;
        let Some(r) = one_registration(&mut db, id).await? else {
            return Ok(None);
        };
        let r = r.value;
        let sql = "select capacity - used, facts from session where course = $1";
        let dates = facts(&mut db, sql, &[r.course.id.as_str()]).await?;
        let mut dates: Vec<_> = dates.into_iter().map(with_places).collect();
        dates.retain(|s| s.id != r.session.id && s.starts_at > now);
        dates.sort_by_key(|s| (s.starts_at, s.id.clone()));
        dates.truncate(100);
        Ok(Some(DateChoices::new(r, dates)))
    }

    async fn transfer(
        &self,
        id: &Id<Registration>,
        to: &Id<Session>,
    ) -> Found<Option<TransferFacts>> {
        let mut db = self.snapshot().await?;
        let Some(r) = one_registration(&mut db, id).await? else {
            return Ok(None);
        };
        let to = session(&mut db, to.as_str()).await?;
        let to = to.filter(|to| to.course == r.value.course.id);
        Ok(Some(TransferFacts::new(r, to)))
    }

    async fn waiting(&self, of: &Id<Contact>, asked: &Page) -> Found<Listing<WaitingPlace>> {
        let sql = "select rev, state, facts from waiting where contact = $1";
        let mut db = self.snapshot().await?;
        let all = waiting(&mut db, sql, of.as_str()).await?;
        let mine = all
            .into_iter()
            .map(|p| p.value)
            .filter(WaitingPlace::is_active);
        let keyed = mine.map(|p| (earliest(p.since, p.id.as_str()), p));
        page("waiting", keyed.collect(), asked)
    }

    async fn waiting_place(&self, id: &Id<WaitingPlace>) -> Found<Option<Loaded<WaitingPlace>>> {
        let sql = "select rev, state, facts from waiting where id = $1";
        let mut db = self.snapshot().await?;
        let all = waiting(&mut db, sql, id.as_str()).await?;
        Ok(all.into_iter().next())
    }

    async fn standing_offers(&self, asked: &Page) -> Found<Listing<Loaded<WaitingPlace>>> {
        let sql = "select rev, state, facts from waiting where $1 = ''";
        let mut db = self.snapshot().await?;
        let all = waiting(&mut db, sql, "").await?;
        let offered = all
            .into_iter()
            .filter(|p| matches!(p.value.state, WaitingState::Offered(_)));
        let keyed = offered.map(|p| (format!("|{}", p.value.id), p));
        page("offers", keyed.collect(), asked)
    }

    async fn modules(&self, of: &Id<Contact>, tab: Shelf, asked: &Page) -> Found<Listing<Module>> {
        let all = self.all_modules().await?.into_iter();
        let mine = all.filter(|m| m.registrant == *of && m.shelf() == tab);
        let keyed = mine.map(|m| (format!("{}\u{0}|{}", m.title, m.id), m));
        page("modules", keyed.collect(), asked)
    }

    async fn module(&self, id: &Id<Module>) -> Found<Option<Module>> {
        let all = self.all_modules().await?;
        Ok(all.into_iter().find(|m| m.id == *id))
    }
}
