use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    Contact, Id, Listing, Loaded, Page, StoreError,
    courses::{
        CourseRecords, DateChoices, Module, Registration, Session, Shelf, TransferFacts,
        WaitingPlace,
    },
};
use rusqlite::{Connection, params};

use super::{
    MirrorTables,
    rows::{ModuleRow, RegistrationRow, SessionRow, WaitingRow, all, one},
    tabs::{list_of, registrations},
};
use crate::{cursor, wire::instant};

/// As many dates as the picker shows.
const DATES: i64 = 100;

#[async_trait]
impl CourseRecords for MirrorTables {
    async fn registration(
        &self,
        id: &Id<Registration>,
    ) -> Result<Option<Loaded<Registration>>, StoreError> {
        let id = id.clone();
        self.read(move |db, tenant| {
            let found = registration(db, tenant, &id)?;
            found.map(RegistrationRow::loaded).transpose()
        })
        .await
    }

    async fn registrations(
        &self,
        of: &Id<Contact>,
        tab: Shelf,
        now: DateTime<Utc>,
        page: &Page,
    ) -> Result<Listing<Registration>, StoreError> {
        let (of, asked) = (of.clone(), page.clone());
        let found = self
            .read(move |db, tenant| registrations(db, tenant, &of, tab, now, &asked))
            .await?;
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
        let id = id.clone();
        self.read(move |db, tenant| {
            let Some(found) = registration(db, tenant, &id)? else {
                return Ok(None);
            };
            let r = found.registration()?;
            let dates = all(
                db,
                "select facts, places_left from portal_mirror_session_now
                 where tenant = ?1 and course = ?2 and starts_at > ?3 and id <> ?4
                 order by starts_at, id limit ?5",
                params![
                    tenant,
                    r.course.id.as_str(),
                    instant(now),
                    r.session.id.as_str(),
                    DATES
                ],
                SessionRow::read,
            )?;
            let dates = dates.into_iter().map(SessionRow::session);
            Ok(Some(DateChoices::new(r, dates.collect::<Result<_, _>>()?)))
        })
        .await
    }

    async fn transfer(
        &self,
        id: &Id<Registration>,
        to: &Id<Session>,
    ) -> Result<Option<TransferFacts>, StoreError> {
        let (id, to) = (id.clone(), to.clone());
        self.read(move |db, tenant| {
            let Some(found) = registration(db, tenant, &id)? else {
                return Ok(None);
            };
            let facts = found.loaded()?;
            let to = one(
                db,
                "select facts, places_left from portal_mirror_session_now
                 where tenant = ?1 and id = ?2 and course = ?3",
                [tenant, to.as_str(), facts.value.course.id.as_str()],
                SessionRow::read,
            )?;
            let to = to.map(SessionRow::session).transpose()?;
            Ok(Some(TransferFacts::new(facts, to)))
        })
        .await
    }

    async fn waiting(
        &self,
        of: &Id<Contact>,
        page: &Page,
    ) -> Result<Listing<WaitingPlace>, StoreError> {
        let (of, asked) = (of.clone(), page.clone());
        let found = self
            .read(move |db, tenant| {
                let [since, id] = cursor::keys(WAITING, &asked)?.unwrap_or_default();
                let values = params![tenant, of.as_str(), since, id, cursor::one_more(&asked)];
                all(
                    db,
                    "select * from portal_mirror_waiting_now
                     where tenant = ?1 and contact = ?2 and stands = 1 and (since, id) > (?3, ?4)
                     order by since, id limit ?5",
                    values,
                    WaitingRow::read,
                )
            })
            .await?;
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
        let id = id.clone();
        self.read(move |db, tenant| {
            let found = one(
                db,
                "select * from portal_mirror_waiting_now where tenant = ?1 and id = ?2",
                [tenant, id.as_str()],
                WaitingRow::read,
            )?;
            found.map(WaitingRow::loaded).transpose()
        })
        .await
    }

    async fn standing_offers(
        &self,
        page: &Page,
    ) -> Result<Listing<Loaded<WaitingPlace>>, StoreError> {
        let asked = page.clone();
        let found = self
            .read(move |db, tenant| {
                let after = cursor::keys::<1>(OFFERS, &asked)?;
                let [id] = after.unwrap_or_default();
                all(
                    db,
                    "select * from portal_mirror_waiting_now
                     where tenant = ?1 and id in (
                         select id from portal_mirror_waiting indexed by portal_mirror_waiting_offered
                         where tenant = ?1 and offered = 1 and id > ?2 order by id limit ?3
                     ) order by id limit ?3",
                    params![tenant, id, cursor::one_more(&asked)],
                    WaitingRow::read,
                )
            })
            .await?;
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
        let (of, asked) = (of.clone(), page.clone());
        let done = tab == Shelf::Completed;
        let found = self
            .read(move |db, tenant| {
                let [title, id] = cursor::keys(list, &asked)?.unwrap_or_default();
                all(
                    db,
                    "select id, title, facts from portal_mirror_module
                     where tenant = ?1 and contact = ?2 and done = ?3 and (title, id) > (?4, ?5)
                     order by title, id limit ?6",
                    params![
                        tenant,
                        of.as_str(),
                        done,
                        title,
                        id,
                        cursor::one_more(&asked)
                    ],
                    ModuleRow::read,
                )
            })
            .await?;
        let cut = Listing::cut(found, page, |last| {
            cursor::after(list, &[&last.title, &last.id])
        });
        let items = cut.items.into_iter().map(ModuleRow::module);
        Ok(Listing::new(items.collect::<Result<_, _>>()?, cut.next))
    }

    async fn module(&self, id: &Id<Module>) -> Result<Option<Module>, StoreError> {
        let id = id.clone();
        self.read(move |db, tenant| {
            let found = one(
                db,
                "select id, title, facts from portal_mirror_module where tenant = ?1 and id = ?2",
                [tenant, id.as_str()],
                ModuleRow::read,
            )?;
            found.map(ModuleRow::module).transpose()
        })
        .await
    }
}

const WAITING: &str = "waiting";
const OFFERS: &str = "offers";

fn registration(
    db: &Connection,
    tenant: &str,
    id: &Id<Registration>,
) -> Result<Option<RegistrationRow>, StoreError> {
    one(
        db,
        "select * from portal_mirror_registration_now where tenant = ?1 and id = ?2",
        [tenant, id.as_str()],
        RegistrationRow::read,
    )
}
