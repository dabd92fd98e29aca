use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    Contact, Id, Listing, Loaded, Page, StoreError,
    courses::{
        CourseRecords, DateChoices, Module, Registration, Session, Shelf, TransferFacts,
        WaitingPlace,
    },
    store::Cursor,
};
use portal_store::sqlite::Sqlite;
use rusqlite::params;

use crate::{
    cursor::{After, one_more},
    query::{many, one},
    rows,
};

/// Answers for courses. Each use case is one hop to a reader, each page of a list one statement.
#[derive(Debug)]
pub(crate) struct Records(pub(crate) Sqlite);

const REGISTRATION: &str = "select * from registration_facts where id = ?1";

#[async_trait]
impl CourseRecords for Records {
    async fn registration(
        &self,
        id: &Id<Registration>,
    ) -> Result<Option<Loaded<Registration>>, StoreError> {
        let id = id.clone();
        self.0
            .read(move |conn| one(conn, REGISTRATION, [id.as_str()], rows::loaded_registration))
            .await
    }

    async fn registrations(
        &self,
        of: &Id<Contact>,
        tab: Shelf,
        now: DateTime<Utc>,
        page: &Page,
    ) -> Result<Listing<Registration>, StoreError> {
        let (of, page) = (of.clone(), page.clone());
        let sql = match tab {
            Shelf::Current => {
                "select * from registration_facts
                 where person = ?1 and status = 'active' and ends_at >= ?2 and (starts_at, id) > (?3, ?4)
                 order by starts_at, id
                 limit ?5"
            }
            Shelf::Completed => {
                "select * from registration_facts
                 where person = ?1 and (status = 'completed' or status = 'active' and ends_at < ?2)
                     and (starts_at, id) < (?3, ?4)
                 order by starts_at desc, id desc
                 limit ?5"
            }
            Shelf::History => {
                "select * from registration_facts
                 where person = ?1 and status in ('cancelled', 'transferred_away') and ?2 is not null
                     and (starts_at, id) < (?3, ?4)
                 order by starts_at desc, id desc
                 limit ?5"
            }
        };
        self.0
            .read(move |conn| {
                let after = match tab {
                    Shelf::Current => After::earlier(&page)?,
                    Shelf::Completed | Shelf::History => After::later(&page)?,
                };
                let now = whole_second_from(now);
                let params = params![of.as_str(), now, after.at, after.id, one_more(&page)];
                let found = many(conn, sql, params, rows::registration)?;
                Ok(Listing::cut(found, &page, |r| {
                    After::cursor(r.session.starts_at.timestamp(), r.id.as_str())
                }))
            })
            .await
    }

    async fn dates(
        &self,
        id: &Id<Registration>,
        now: DateTime<Utc>,
    ) -> Result<Option<DateChoices>, StoreError> {
        let id = id.clone();
        let others = "select * from session_facts
             where course = ?1 and session <> ?2 and starts_at > ?3
             order by starts_at, session
             limit 100";
        self.0
            .read(move |conn| {
                let found = one(conn, REGISTRATION, [id.as_str()], rows::registration)?;
                let Some(r) = found else {
                    return Ok(None);
                };
                let (course, session) = (r.course.id.as_str(), r.session.id.as_str());
                let params = params![course, session, now.timestamp()];
                let dates = many(conn, others, params, rows::session)?;
                Ok(Some(DateChoices::new(r, dates)))
            })
            .await
    }

    async fn transfer(
        &self,
        id: &Id<Registration>,
        to: &Id<Session>,
    ) -> Result<Option<TransferFacts>, StoreError> {
        let (id, to) = (id.clone(), to.clone());
        let date = "select * from session_facts where session = ?1 and course = ?2";
        self.0
            .read(move |conn| {
                let found = one(conn, REGISTRATION, [id.as_str()], rows::loaded_registration)?;
                let Some(r) = found else {
                    return Ok(None);
                };
                let course = r.value.course.id.as_str();
                let to = one(conn, date, [to.as_str(), course], rows::session)?;
                Ok(Some(TransferFacts::new(r, to)))
            })
            .await
    }

    async fn waiting(
        &self,
        of: &Id<Contact>,
        page: &Page,
    ) -> Result<Listing<WaitingPlace>, StoreError> {
        let (of, page) = (of.clone(), page.clone());
        let sql = "select * from waiting_facts
             where person = ?1 and state in ('waiting', 'offered') and (since, id) > (?2, ?3)
             order by since, id
             limit ?4";
        self.0
            .read(move |conn| {
                let after = After::earlier(&page)?;
                let params = params![of.as_str(), after.at, after.id, one_more(&page)];
                let found = many(conn, sql, params, rows::waiting_place)?;
                Ok(Listing::cut(found, &page, |place| {
                    After::cursor(place.since.timestamp(), place.id.as_str())
                }))
            })
            .await
    }

    async fn waiting_place(
        &self,
        id: &Id<WaitingPlace>,
    ) -> Result<Option<Loaded<WaitingPlace>>, StoreError> {
        let id = id.clone();
        let sql = "select * from waiting_facts where id = ?1";
        self.0
            .read(move |conn| one(conn, sql, [id.as_str()], rows::loaded_waiting_place))
            .await
    }

    async fn standing_offers(
        &self,
        page: &Page,
    ) -> Result<Listing<Loaded<WaitingPlace>>, StoreError> {
        let page = page.clone();
        let sql = "select * from waiting_facts
             where state = 'offered' and id > ?1
             order by id
             limit ?2";
        self.0
            .read(move |conn| {
                let params = params![last_id(&page), one_more(&page)];
                let found = many(conn, sql, params, rows::loaded_waiting_place)?;
                Ok(Listing::cut(found, &page, |place| {
                    Cursor::new(place.value.id.as_str())
                }))
            })
            .await
    }

    async fn modules(
        &self,
        of: &Id<Contact>,
        tab: Shelf,
        page: &Page,
    ) -> Result<Listing<Module>, StoreError> {
        let (of, page) = (of.clone(), page.clone());
        let completed = match tab {
            Shelf::Current => false,
            Shelf::Completed => true,
            Shelf::History => return Ok(Listing::new(vec![], None)),
        };
        // A title is no text for a cursor: the last row's id leads back to it.
        let sql = "select * from module
             where person = ?1 and (completed_at is not null) = ?2
                 and (title, id) > (coalesce((select title from module where id = ?3), ''), ?3)
             order by title, id
             limit ?4";
        self.0
            .read(move |conn| {
                let params = params![of.as_str(), completed, last_id(&page), one_more(&page)];
                let found = many(conn, sql, params, rows::module)?;
                Ok(Listing::cut(found, &page, |module| {
                    Cursor::new(module.id.as_str())
                }))
            })
            .await
    }

    async fn module(&self, id: &Id<Module>) -> Result<Option<Module>, StoreError> {
        let id = id.clone();
        let sql = "select * from module where id = ?1";
        self.0
            .read(move |conn| one(conn, sql, [id.as_str()], rows::module))
            .await
    }
}

fn last_id(page: &Page) -> &str {
    page.after.as_ref().map_or("", Cursor::as_str)
}

/// A session that ends within this second is over only when the next one begins.
fn whole_second_from(now: DateTime<Utc>) -> i64 {
    now.timestamp() + i64::from(now.timestamp_subsec_nanos() > 0)
}
