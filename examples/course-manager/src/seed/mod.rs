//! A year of a training company, the same every time but for the day it begins on.
mod bookings;
mod catalogue;
mod chance;
mod customer;
mod dates;
mod insert;
mod people;
mod waiting;

use chrono::{DateTime, Utc};
use portal_core::StoreError;
use rusqlite::Connection;

use crate::query::edit;
use chance::Chance;

/// Fills empty tables.
pub(crate) fn fill(tx: &Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut seed = Seed::new(tx, now);
    catalogue_rows(&seed)?;
    people::fill(&mut seed)?;
    customer::fill(&mut seed)?;
    let dates = dates::fill(&mut seed)?;
    bookings::fill(&mut seed, &dates)?;
    waiting::fill(&mut seed, &dates)?;
    count_places(tx)
}

/// What is being filled, and how far.
struct Seed<'a> {
    tx: &'a Connection,
    now: DateTime<Utc>,
    chance: Chance,
    sessions: usize,
    orders: usize,
    registrations: usize,
    waiting: usize,
    modules: usize,
}

impl<'a> Seed<'a> {
    fn new(tx: &'a Connection, now: DateTime<Utc>) -> Self {
        Self {
            tx,
            now,
            chance: Chance::new(),
            sessions: 0,
            orders: 0,
            registrations: 0,
            waiting: 0,
            modules: 0,
        }
    }
}

fn catalogue_rows(seed: &Seed<'_>) -> Result<(), StoreError> {
    for (n, course) in catalogue::COURSES.iter().enumerate() {
        let delivery = if n < catalogue::FIRST_ELEARNING {
            "scheduled"
        } else {
            "elearning"
        };
        let sql = "insert into course (id, title, delivery, policy) values (?1, ?2, ?3, ?4)";
        let params = (course_id(n), course.title, delivery, course.policy);
        edit(seed.tx, sql, params)?;
    }
    Ok(())
}

/// Places taken and places held count as used; a session that took in more than it had room for is full.
fn count_places(tx: &Connection) -> Result<(), StoreError> {
    let sql = "update session set used = taken.n, capacity = max(capacity, taken.n)
         from (
             select session, count(*) as n
             from (
                 select session from registration where status in ('active', 'completed')
                 union all
                 select session from waiting_place where state = 'offered' and held = 1
             )
             group by session
         ) as taken
         where taken.session = session.id";
    edit(tx, sql, [])?;
    Ok(())
}

fn course_id(n: usize) -> String {
    format!("C-{:02}", n + 1)
}

fn person_id(n: usize) -> String {
    format!("P-{:04}", n + 1)
}
