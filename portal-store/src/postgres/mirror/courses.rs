use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    Contact, Id, Listing, Loaded, Page, StoreError,
    courses::{
        CourseRecords, DateChoices, Module, Registration, Session, Shelf, TransferFacts,
        WaitingPlace,
    },
};
use sqlx::{Row, postgres::PgRow};

use super::{
    MirrorTables,
    rows::{ModuleRow, RegistrationRow, WaitingRow, session},
    tabs::{list_of, registrations},
};
use crate::{cursor, postgres::store_error, wire::instant};

/// As many dates as the picker shows.
const DATES: i64 = 100;

#[async_trait]
impl CourseRecords for MirrorTables {
    async fn registration(
        &self,
        id: &Id<Registration>,
    ) -> Result<Option<Loaded<Registration>>, StoreError> {
        let found = sqlx::query(
            "select found.*
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select * from portal_mirror_registration_now r where r.tenant = me.tenant and id = $2 limit 1
             ) found",
        )
        .bind(&*self.tenant)
        .bind(id.as_str())
        .try_map(|row: PgRow| RegistrationRow::read(&row))
        .fetch_optional(self.pool())
        .await
        .map_err(store_error)?;
        found.map(RegistrationRow::loaded).transpose()
    }

    async fn registrations(
        &self,
        of: &Id<Contact>,
        tab: Shelf,
        now: DateTime<Utc>,
        page: &Page,
    ) -> Result<Listing<Registration>, StoreError> {
        let found = registrations(self.pool(), &self.tenant, of, tab, now, page).await?;
        let cut = Listing::cut(found, page, |last| {
            cursor::after(list_of(tab), &[&last.starts_at, last.id()])
        });
        let items = cut.items.into_iter().map(RegistrationRow::registration);
        Ok(Listing::new(items.collect::<Result<_, _>>()?, cut.next))
    }

    async fn dates(
        &self,
        id: &Id<Registration>,
        now: DateTime<Utc>,
    ) -> Result<Option<DateChoices>, StoreError> {
        let found = sqlx::query(
            "select found.*
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select r.*, d.dates, d.lefts from portal_mirror_registration_now r
                 cross join lateral (
                     select array_agg(facts order by starts_at, id) as dates,
                         array_agg(places_left order by starts_at, id) as lefts
                     from (
                         select * from portal_mirror_session_now s
                         where s.tenant = r.tenant and s.course = r.course
                             and s.starts_at > $3 and s.id <> r.session
                         order by s.starts_at, s.id limit $4
                     ) other
                 ) d
                 where r.tenant = me.tenant and r.id = $2 limit 1
             ) found",
        )
        .bind(&*self.tenant)
        .bind(id.as_str())
        .bind(instant(now))
        .bind(DATES)
        .fetch_optional(self.pool())
        .await
        .map_err(store_error)?;
        let Some(row) = found else {
            return Ok(None);
        };
        let r = RegistrationRow::read(&row).map_err(store_error)?;
        let dates: Option<Vec<String>> = row.try_get("dates").map_err(store_error)?;
        let lefts: Option<Vec<i64>> = row.try_get("lefts").map_err(store_error)?;
        let dates = dates.unwrap_or_default().into_iter();
        let dates = dates.zip(lefts.unwrap_or_default());
        let dates = dates.map(|(facts, left)| session(&facts, left));
        Ok(Some(DateChoices::new(
            r.registration()?,
            dates.collect::<Result<_, _>>()?,
        )))
    }

    async fn transfer(
        &self,
        id: &Id<Registration>,
        to: &Id<Session>,
    ) -> Result<Option<TransferFacts>, StoreError> {
        let found = sqlx::query(
            "select found.*
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select r.*, t.facts as to_facts, t.places_left as to_left from portal_mirror_registration_now r
                 left join portal_mirror_session_now t
                     on t.tenant = r.tenant and t.id = $3 and t.course = r.course
                 where r.tenant = me.tenant and r.id = $2 limit 1
             ) found",
        )
        .bind(&*self.tenant)
        .bind(id.as_str())
        .bind(to.as_str())
        .fetch_optional(self.pool())
        .await
        .map_err(store_error)?;
        let Some(row) = found else {
            return Ok(None);
        };
        let r = RegistrationRow::read(&row).map_err(store_error)?;
        let facts: Option<String> = row.try_get("to_facts").map_err(store_error)?;
        let left: Option<i64> = row.try_get("to_left").map_err(store_error)?;
        let to = facts.map(|facts| session(&facts, left.unwrap_or_default()));
        Ok(Some(TransferFacts::new(r.loaded()?, to.transpose()?)))
    }

    async fn waiting(
        &self,
        of: &Id<Contact>,
        page: &Page,
    ) -> Result<Listing<WaitingPlace>, StoreError> {
        let [since, id] = cursor::keys(WAITING, page)?.unwrap_or_default();
        let found = sqlx::query(
            "select found.*
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select * from portal_mirror_waiting_now w
                 where w.tenant = me.tenant and contact = $2 and stands and (since, id) > ($3, $4)
                 order by since, id limit $5
             ) found
             order by since, id",
        )
        .bind(&*self.tenant)
        .bind(of.as_str())
        .bind(since)
        .bind(id)
        .bind(cursor::one_more(page))
        .try_map(|row: PgRow| WaitingRow::read(&row))
        .fetch_all(self.pool())
        .await
        .map_err(store_error)?;
        let cut = Listing::cut(found, page, |last| {
            cursor::after(WAITING, &[&last.since, last.id()])
        });
        let items = cut.items.into_iter().map(WaitingRow::place);
        Ok(Listing::new(items.collect::<Result<_, _>>()?, cut.next))
    }

    async fn waiting_place(
        &self,
        id: &Id<WaitingPlace>,
    ) -> Result<Option<Loaded<WaitingPlace>>, StoreError> {
        let found = sqlx::query(
            "select found.*
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select * from portal_mirror_waiting_now w where w.tenant = me.tenant and id = $2 limit 1
             ) found",
        )
        .bind(&*self.tenant)
        .bind(id.as_str())
        .try_map(|row: PgRow| WaitingRow::read(&row))
        .fetch_optional(self.pool())
        .await
        .map_err(store_error)?;
        found.map(WaitingRow::loaded).transpose()
    }

    async fn standing_offers(
        &self,
        page: &Page,
    ) -> Result<Listing<Loaded<WaitingPlace>>, StoreError> {
        let after = cursor::keys::<1>(OFFERS, page)?.map(|[id]| id);
        let found = sqlx::query(
            "select found.*
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select * from portal_mirror_waiting_now w
                 where w.tenant = me.tenant and offered_at is not null and ($2 is null or id > $2)
                 order by id limit $3
             ) found
             order by id",
        )
        .bind(&*self.tenant)
        .bind(after)
        .bind(cursor::one_more(page))
        .try_map(|row: PgRow| WaitingRow::read(&row))
        .fetch_all(self.pool())
        .await
        .map_err(store_error)?;
        let cut = Listing::cut(found, page, |last| cursor::after(OFFERS, &[last.id()]));
        let items = cut.items.into_iter().map(WaitingRow::loaded);
        Ok(Listing::new(items.collect::<Result<_, _>>()?, cut.next))
    }

    async fn modules(
        &self,
        of: &Id<Contact>,
        tab: Shelf,
        page: &Page,
    ) -> Result<Listing<Module>, StoreError> {
        let list = match tab {
            Shelf::Current => "modules",
            Shelf::Completed => "modules-completed",
            Shelf::History => {
                // No module is ever cancelled: there is nothing, and nothing to go on after.
                cursor::keys::<0>("modules-history", page)?;
                return Ok(Listing::new(vec![], None));
            }
        };
        let after = cursor::keys::<2>(list, page)?.map(|[title, id]| (title, id));
        let (title, id) = after.unzip();
        let found = sqlx::query(
            "select found.*
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select id, title, facts from portal_mirror_module m
                 where m.tenant = me.tenant and contact = $2 and done = $3 and ($4 is null or (title, id) > ($4, $5))
                 order by title, id limit $6
             ) found
             order by title, id",
        )
        .bind(&*self.tenant)
        .bind(of.as_str())
        .bind(tab == Shelf::Completed)
        .bind(title)
        .bind(id)
        .bind(cursor::one_more(page))
        .try_map(|row: PgRow| ModuleRow::read(&row))
        .fetch_all(self.pool())
        .await
        .map_err(store_error)?;
        let cut = Listing::cut(found, page, |last| {
            cursor::after(list, &[&last.title, &last.id])
        });
        let items = cut.items.into_iter().map(ModuleRow::module);
        Ok(Listing::new(items.collect::<Result<_, _>>()?, cut.next))
    }

    async fn module(&self, id: &Id<Module>) -> Result<Option<Module>, StoreError> {
        let found = sqlx::query(
            "select found.*
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select id, title, facts from portal_mirror_module m where m.tenant = me.tenant and id = $2 limit 1
             ) found",
        )
        .bind(&*self.tenant)
        .bind(id.as_str())
        .try_map(|row: PgRow| ModuleRow::read(&row))
        .fetch_optional(self.pool())
        .await
        .map_err(store_error)?;
        found.map(ModuleRow::module).transpose()
    }
}

const WAITING: &str = "waiting";
const OFFERS: &str = "offers";
