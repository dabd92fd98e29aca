//! What is somebody else's: to show that for this customer it does not exist.
use portal_core::{
    Contact, Id, Order, StoreError,
    courses::{Module, Registration},
};
use rusqlite::Connection;

use crate::query::one;

/// An order that is no business of theirs.
///
/// # Errors
/// When the file cannot be read.
pub fn order(conn: &Connection, me: &Id<Contact>) -> Result<Option<Id<Order>>, StoreError> {
    let sql = "select id from orders
         where id not in (select order_id from order_person where person = ?1)
         limit 1";
    some(conn, sql, me)
}

/// A registration of another.
///
/// # Errors
/// When the file cannot be read.
pub fn registration(
    conn: &Connection,
    me: &Id<Contact>,
) -> Result<Option<Id<Registration>>, StoreError> {
    some(
        conn,
        "select id from registration where person <> ?1 limit 1",
        me,
    )
}

/// A module of another.
///
/// # Errors
/// When the file cannot be read.
pub fn module(conn: &Connection, me: &Id<Contact>) -> Result<Option<Id<Module>>, StoreError> {
    some(conn, "select id from module where person <> ?1 limit 1", me)
}

fn some<T>(conn: &Connection, sql: &str, me: &Id<Contact>) -> Result<Option<Id<T>>, StoreError> {
    one(conn, sql, [me.as_str()], |row| {
        row.get::<_, String>(0).map(Id::new)
    })
}
