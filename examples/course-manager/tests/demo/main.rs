//! The course manager as its customers, its office and its developers find it.
#![expect(
    clippy::unwrap_used,
    clippy::inconsistent_digit_grouping,
    reason = "tests stop at the first surprise, and write cents as 680_00"
)]

mod accounts;
mod books;
mod command_line;
mod lists;
mod mail;
mod payments;
#[cfg(all(feature = "postgres", unix))]
mod postgres;
mod seed;
mod story;
mod strangers;
mod xero;

use std::sync::Arc;

use chrono::{DateTime, TimeZone, Utc};
use course_manager::{CourseManager, Payments};
use portal_core::{Clock, CustomerDesk, Id, Viewer};
use portal_store::sqlite::rusqlite::types::FromSql;
use tempfile::TempDir;

/// A Wednesday in spring, when no clock changes.
#[derive(Debug)]
struct Then(DateTime<Utc>);

impl Clock for Then {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

fn then() -> Arc<Then> {
    let at = Utc.with_ymd_and_hms(2026, 5, 6, 10, 30, 0).unwrap();
    Arc::new(Then(at))
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

async fn opened(folder: &TempDir) -> CourseManager {
    let file = folder.path().join("course-manager.db");
    CourseManager::open(&file, then(), Payments::Sim)
        .await
        .unwrap()
}

async fn ask<T: FromSql + Send + 'static>(manager: &CourseManager, sql: &'static str) -> T {
    let answer = manager.db.read(move |conn| {
        let found = conn.query_row(sql, [], |row| row.get(0));
        found.map_err(portal_store::sqlite::store_error)
    });
    answer.await.unwrap()
}

/// What a customer sees whom the course manager signed in itself.
async fn desk(manager: &CourseManager, customer: &str) -> CustomerDesk {
    let customer = Id::new(customer);
    let found = manager.directory.contact(&customer).await.unwrap();
    let account = Id::new(format!("account-{customer}"));
    let viewer = Viewer::new(account, found.unwrap().value, then().now());
    manager.portal.customer(viewer)
}
