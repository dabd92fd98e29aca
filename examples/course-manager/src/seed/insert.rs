//! Rows as the seed thinks of them.
use chrono::{DateTime, Datelike, Duration, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use portal_core::StoreError;
use rusqlite::params;

use super::{
    Seed,
    catalogue::{COURSES, City},
    course_id, person_id,
};
use crate::query::edit;

/// A date that was written.
#[derive(Debug, Clone)]
pub(super) struct Date {
    pub(super) id: String,
    pub(super) title: &'static str,
    pub(super) currency: &'static str,
    pub(super) price: Option<i64>,
    pub(super) ends_at: DateTime<Utc>,
}

/// An order before it has a number.
pub(super) struct NewOrder {
    pub(super) order_contact: usize,
    pub(super) billing_contact: Option<usize>,
    pub(super) days_ago: i64,
    /// In percent of the total.
    pub(super) paid: i64,
    pub(super) invoiced: bool,
    pub(super) ledger: &'static str,
}

impl Seed<'_> {
    /// Nine o'clock, so many days from today or the Monday after, on the clocks of a city.
    pub(super) fn morning(&self, city: City, days: i64) -> DateTime<Utc> {
        let zone: Tz = city.zone.parse().unwrap_or_default();
        let day = self.now.with_timezone(&zone).date_naive() + Duration::days(days);
        let weekend = match day.weekday() {
            Weekday::Sat => 2,
            Weekday::Sun => 1,
            _ => 0,
        };
        let nine = (day + Duration::days(weekend)).and_hms_opt(9, 0, 0);
        let there = nine.and_then(|nine| zone.from_local_datetime(&nine).earliest());
        there.map_or(self.now, |there| there.with_timezone(&Utc))
    }

    /// A date of a course. One without room is full, however many it has.
    pub(super) fn date(
        &mut self,
        course: usize,
        city: City,
        (starts_at, ends_at): (DateTime<Utc>, DateTime<Utc>),
        room: usize,
        open: bool,
    ) -> Result<Date, StoreError> {
        self.sessions += 1;
        let Some(taught) = COURSES.get(course) else {
            return Err(StoreError::Unsupported("a course that is not taught"));
        };
        let price = taught.price * city.percent / 100;
        let date = Date {
            id: format!("S-{:03}", self.sessions),
            title: taught.title,
            currency: city.currency,
            price: (price > 0).then_some(price),
            ends_at,
        };
        let sql = "insert into session (id, course, venue, zone, starts_at, ends_at, open, price, currency, capacity)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        let (from, to) = (starts_at.timestamp(), ends_at.timestamp());
        let (course, room) = (course_id(course), i64::try_from(room).unwrap_or_default());
        let (price, currency) = (date.price, date.currency);
        let params = params![
            date.id, course, city.venue, city.zone, from, to, open, price, currency, room
        ];
        edit(self.tx, sql, params)?;
        Ok(date)
    }

    /// An order of one place on a date for each of these people.
    pub(super) fn order(
        &mut self,
        order: &NewOrder,
        date: &Date,
        people: &[usize],
    ) -> Result<String, StoreError> {
        self.orders += 1;
        let id = format!("O-{:04}", self.orders);
        let number = format!("{}-{:05}", self.now.format("%Y"), self.orders);
        let each = date.price.unwrap_or_default();
        let total = each * i64::try_from(people.len()).unwrap_or_default();
        let placed_at = (self.now - Duration::days(order.days_ago)).timestamp();
        let exported = matches!(order.ledger, "connected" | "disconnected");
        let reference = exported.then(|| format!("INV-{:05}", self.orders));
        let pay_link = reference
            .as_ref()
            .map(|reference| format!("https://in.xero.example/{reference}"));
        let header = "insert into orders (id, number, placed_at, order_contact, billing_contact, total, paid, currency,
                 invoiced_at, ledger, ledger_reference, ledger_pay_link, ledger_reason)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
        let params = params![
            id,
            number,
            placed_at,
            person_id(order.order_contact),
            order.billing_contact.map(person_id),
            total,
            total * order.paid / 100,
            date.currency,
            order.invoiced.then_some(placed_at + 3_600),
            order.ledger,
            reference,
            pay_link,
            (order.ledger == "disconnected").then_some("manual"),
        ];
        edit(self.tx, header, params)?;
        let line = "insert into order_line (order_id, line, description, amount, person) values (?1, ?2, ?3, ?4, ?5)";
        for (n, person) in people.iter().enumerate() {
            let n = i64::try_from(n).unwrap_or_default();
            edit(
                self.tx,
                line,
                params![id, n, date.title, each, person_id(*person)],
            )?;
        }
        Ok(id)
    }

    /// A place on a date.
    pub(super) fn registration(
        &mut self,
        person: usize,
        date: &Date,
        status: &str,
        order: Option<&str>,
        certified: bool,
    ) -> Result<(), StoreError> {
        self.registrations += 1;
        let n = self.registrations;
        let certificate = certified.then(|| format!("D-{n:04}"));
        if let Some(document) = &certificate {
            let body = format!(
                "{}\nThis certifies that {} took part.\n",
                date.title,
                person_id(person)
            );
            let sql = "insert into document (id, content_type, filename, body) values (?1, 'text/plain', ?2, ?3)";
            let filename = format!("certificate-{n:04}.txt");
            edit(self.tx, sql, params![document, filename, body.into_bytes()])?;
        }
        let certified_at = certified.then_some(date.ends_at.timestamp() + 86_400);
        let sql = "insert into registration (id, person, session, status, order_id, price, currency, certificate, certified_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let (id, person) = (format!("R-{n:04}"), person_id(person));
        let (price, currency) = (date.price, date.currency);
        let params = params![
            id,
            person,
            date.id,
            status,
            order,
            price,
            currency,
            certificate,
            certified_at
        ];
        edit(self.tx, sql, params)?;
        Ok(())
    }

    /// A place on a waiting list; `offered` says how many hours ago a place was, each offer standing for two days.
    pub(super) fn waits(
        &mut self,
        person: usize,
        date: &Date,
        days: i64,
        state: &str,
        offered: Option<i64>,
    ) -> Result<(), StoreError> {
        self.waiting += 1;
        let offered = offered.map(|hours| self.now - Duration::hours(hours));
        let expires = offered.map(|at| (at + Duration::days(2)).timestamp());
        let sql = "insert into waiting_place (id, person, session, since, state, offered_at, expires_at, held)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?5 = 'offered')";
        let id = format!("W-{:03}", self.waiting);
        let since = (self.now - Duration::days(days)).timestamp();
        let offered = offered.map(|at| at.timestamp());
        let params = params![
            id,
            person_id(person),
            date.id,
            since,
            state,
            offered,
            expires
        ];
        edit(self.tx, sql, params)?;
        Ok(())
    }

    /// One module of an online course.
    pub(super) fn module(
        &mut self,
        person: usize,
        title: &str,
        percent: usize,
    ) -> Result<(), StoreError> {
        self.modules += 1;
        let id = format!("M-{:04}", self.modules);
        let launch = format!("https://learn.course-manager.example/launch/{id}");
        let completed = (percent >= 100).then(|| (self.now - Duration::days(9)).timestamp());
        let sql = "insert into module (id, person, title, about, percent, completed_at, launch)
             values (?1, ?2, ?3, 'Takes about an hour, with a short quiz.', ?4, ?5, ?6)";
        let percent = i64::try_from(percent).unwrap_or_default();
        let params = params![id, person_id(person), title, percent, completed, launch];
        edit(self.tx, sql, params)?;
        Ok(())
    }
}
