//! What the host answers. A small host: it reads a whole table and sorts it here.
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use portal_core::{
    Contact, Directory, Id, Listing, Loaded, Order, OrderDetails, Page, RecordRef, StoreError,
    Version,
    courses::{
        Course, CourseRecords, DateChoices, Module, Registration, Session, Shelf, TransferFacts,
        WaitingPlace, WaitingState, shelf,
    },
    store::Cursor,
};
use portal_store::sqlite::{
    rusqlite::{Connection, Params, Row},
    store_error,
};
use serde::de::DeserializeOwned;

use crate::tables::{Host, parse};

pub(crate) type Found<T> = Result<T, StoreError>;

impl Host {
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Connection) -> Found<T> + Send + 'static,
    ) -> Found<T> {
        self.db.read(f).await
    }
}

pub(crate) fn rows<T>(
    db: &Connection,
    sql: &'static str,
    values: impl Params,
    read: fn(&Row<'_>) -> portal_store::sqlite::rusqlite::Result<T>,
) -> Found<Vec<T>> {
    db.prepare_cached(sql)
        .and_then(|mut statement| statement.query_map(values, read)?.collect())
        .map_err(store_error)
}

fn facts<T: DeserializeOwned>(
    db: &Connection,
    sql: &'static str,
    values: impl Params,
) -> Found<Vec<(i64, T)>> {
    let found = rows(db, sql, values, |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
    })?;
    let parsed = found
        .into_iter()
        .map(|(rev, text)| Ok((rev, parse(&text)?)));
    parsed.collect()
}

fn contact(db: &Connection, id: &Id<Contact>) -> Found<Option<(i64, Contact)>> {
    let found = facts(
        db,
        "select rev, facts from contact where id = ?",
        [id.as_str()],
    )?;
    Ok(found.into_iter().next())
}

fn order(db: &Connection, id: &Id<Order>) -> Found<Option<(i64, OrderDetails)>> {
    let found = facts(
        db,
        "select rev, facts from booking where id = ?",
        [id.as_str()],
    )?;
    Ok(found.into_iter().next())
}

fn orders(db: &Connection) -> Found<Vec<(i64, OrderDetails)>> {
    facts(db, "select rev, facts from booking", [])
}

fn modules(db: &Connection) -> Found<Vec<Module>> {
    let found = facts(db, "select 1, facts from module", [])?;
    Ok(found.into_iter().map(|(_, module)| module).collect())
}

fn with_places((left, session): (i64, Session)) -> Session {
    session.with_places(u32::try_from(left).unwrap())
}

fn session(db: &Connection, id: &str) -> Found<Option<Session>> {
    let sql = "select capacity - used, facts from session where id = ?";
    Ok(facts(db, sql, [id])?.into_iter().next().map(with_places))
}

fn sessions(db: &Connection, course: &Id<Course>) -> Found<Vec<Session>> {
    let sql = "select capacity - used, facts from session where facts ->> '$.course' = ?";
    let found = facts(db, sql, [course.as_str()])?;
    Ok(found.into_iter().map(with_places).collect())
}

type RegistrationColumns = (i64, [String; 3]);

fn registration_columns(
    row: &Row<'_>,
) -> portal_store::sqlite::rusqlite::Result<RegistrationColumns> {
    Ok((row.get(0)?, [row.get(1)?, row.get(2)?, row.get(3)?]))
}

fn live_registration(db: &Connection, columns: RegistrationColumns) -> Found<Loaded<Registration>> {
    let (rev, [on, status, facts]) = columns;
    let mut r: Registration = parse(&facts)?;
    r.status = parse(&status)?;
    r.session = session(db, &on)?.unwrap();
    r.registrant = contact(db, &r.registrant.id)?.unwrap().1;
    let mut rests_on = None;
    if let Some(on) = &mut r.order
        && let Some((rev, details)) = order(db, &on.id)?
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

fn registrations(db: &Connection, of: &Id<Contact>) -> Found<Vec<Loaded<Registration>>> {
    let found = rows(
        db,
        "select rev, session, status, facts from registration where facts ->> '$.registrant.id' = ?",
        [of.as_str()],
        registration_columns,
    )?;
    let live = found
        .into_iter()
        .map(|columns| live_registration(db, columns));
    live.collect()
}

fn one_registration(db: &Connection, id: &Id<Registration>) -> Found<Option<Loaded<Registration>>> {
    let found = rows(
        db,
        "select rev, session, status, facts from registration where id = ?",
        [id.as_str()],
        registration_columns,
    )?;
    let first = found.into_iter().next();
    first
        .map(|columns| live_registration(db, columns))
        .transpose()
}

type WaitingColumns = (i64, [String; 2]);

fn waiting_columns(row: &Row<'_>) -> portal_store::sqlite::rusqlite::Result<WaitingColumns> {
    Ok((row.get(0)?, [row.get(1)?, row.get(2)?]))
}

fn live_waiting(
    db: &Connection,
    (rev, [state, facts]): WaitingColumns,
) -> Found<Loaded<WaitingPlace>> {
    let mut p: WaitingPlace = parse(&facts)?;
    p.state = parse(&state)?;
    p.session = session(db, p.session.id.as_str())?.unwrap();
    let record = RecordRef::WaitingPlace(p.id.clone());
    Ok(Loaded::one(p, record, Version::number(rev)))
}

fn waiting(
    db: &Connection,
    sql: &'static str,
    values: impl Params,
) -> Found<Vec<Loaded<WaitingPlace>>> {
    let found = rows(db, sql, values, waiting_columns)?;
    found
        .into_iter()
        .map(|columns| live_waiting(db, columns))
        .collect()
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
        let key = id.clone();
        let found = self.read(move |db| contact(db, &key)).await?;
        let record = RecordRef::Contact(id.clone());
        Ok(found.map(|(rev, c)| Loaded::one(c, record, Version::number(rev))))
    }

    async fn order(&self, id: &Id<Order>) -> Found<Option<Loaded<OrderDetails>>> {
        let key = id.clone();
        let found = self.read(move |db| order(db, &key)).await?;
        let record = RecordRef::Order(id.clone());
        Ok(found.map(|(rev, o)| Loaded::one(o, record, Version::number(rev))))
    }

    async fn orders(&self, of: &Id<Contact>, asked: &Page) -> Found<Listing<Order>> {
        let all = self.read(orders).await?.into_iter().map(|(_, o)| o.order);
        let mine =
            all.filter(|o| o.order_contact == *of || o.payer() == of || o.registrants.contains(of));
        let keyed = mine.map(|o| (latest(o.placed_at, o.id.as_str()), o));
        page("orders", keyed.collect(), asked)
    }
}

#[async_trait]
impl CourseRecords for Host {
    async fn registration(&self, id: &Id<Registration>) -> Found<Option<Loaded<Registration>>> {
        let id = id.clone();
        self.read(move |db| one_registration(db, &id)).await
    }

    async fn registrations(
        &self,
        of: &Id<Contact>,
        tab: Shelf,
        now: DateTime<Utc>,
        asked: &Page,
    ) -> Found<Listing<Registration>> {
        let of = of.clone();
        let all = self.read(move |db| registrations(db, &of)).await?;
        let all = all.into_iter().map(|r| r.value);
        let mine = all.filter(|r| shelf(r, now) == tab);
        let keyed = mine.map(|r| match tab {
            Shelf::Current => (earliest(r.session.starts_at, r.id.as_str()), r),
            Shelf::Completed | Shelf::History => (latest(r.session.starts_at, r.id.as_str()), r),
        });
        page("registrations", keyed.collect(), asked)
    }

    async fn dates(&self, id: &Id<Registration>, now: DateTime<Utc>) -> Found<Option<DateChoices>> {
        let id = id.clone();
        let read = move |db: &Connection| {
            let Some(r) = one_registration(db, &id)? else {
                return Ok(None);
            };
            let dates = sessions(db, &r.value.course.id)?;
            Ok(Some((r.value, dates)))
        };
        let Some((r, mut dates)) = self.read(read).await? else {
            return Ok(None);
        };
        dates.retain(|s| s.course == r.course.id && s.id != r.session.id && s.starts_at > now);
        dates.sort_by_key(|s| (s.starts_at, s.id.clone()));
        dates.truncate(100);
        Ok(Some(DateChoices::new(r, dates)))
    }

    async fn transfer(
        &self,
        id: &Id<Registration>,
        to: &Id<Session>,
    ) -> Found<Option<TransferFacts>> {
        let id = id.clone();
        let to = to.clone();
        let read = move |db: &Connection| {
            let to = session(db, to.as_str())?;
            Ok((one_registration(db, &id)?, to))
        };
        let (Some(r), to) = self.read(read).await? else {
            return Ok(None);
        };
        let to = to.filter(|to| to.course == r.value.course.id);
        Ok(Some(TransferFacts::new(r, to)))
    }

    async fn waiting(&self, of: &Id<Contact>, asked: &Page) -> Found<Listing<WaitingPlace>> {
        let of = of.clone();
        let sql = "select rev, state, facts from waiting where facts ->> '$.contact.id' = ?";
        let all = self.read(move |db| waiting(db, sql, [of.as_str()])).await?;
        let mine = all
            .into_iter()
            .map(|p| p.value)
            .filter(WaitingPlace::is_active);
        let keyed = mine.map(|p| (earliest(p.since, p.id.as_str()), p));
        page("waiting", keyed.collect(), asked)
    }

    async fn waiting_place(&self, id: &Id<WaitingPlace>) -> Found<Option<Loaded<WaitingPlace>>> {
        let id = id.clone();
        let sql = "select rev, state, facts from waiting where id = ?";
        let all = self.read(move |db| waiting(db, sql, [id.as_str()])).await?;
        Ok(all.into_iter().next())
    }

    async fn standing_offers(&self, asked: &Page) -> Found<Listing<Loaded<WaitingPlace>>> {
        let sql = "select rev, state, facts from waiting";
        let all = self.read(move |db| waiting(db, sql, [])).await?;
        let offered = all
            .into_iter()
            .filter(|p| matches!(p.value.state, WaitingState::Offered(_)));
        let keyed = offered.map(|p| (format!("|{}", p.value.id), p));
        page("offers", keyed.collect(), asked)
    }

    async fn modules(&self, of: &Id<Contact>, tab: Shelf, asked: &Page) -> Found<Listing<Module>> {
        let all = self.read(modules).await?.into_iter();
        let mine = all.filter(|m| m.registrant == *of && m.shelf() == tab);
        let keyed = mine.map(|m| (format!("{}\u{0}|{}", m.title, m.id), m));
        page("modules", keyed.collect(), asked)
    }

    async fn module(&self, id: &Id<Module>) -> Found<Option<Module>> {
        let all = self.read(modules).await?;
        Ok(all.into_iter().find(|m| m.id == *id))
    }
}
