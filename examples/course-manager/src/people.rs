use async_trait::async_trait;
use portal_core::{
    Contact, Id, StoreError,
    accounts::{People, Person},
    details::{EmailAddress, Phone},
};

use crate::{
    directory::Customers,
    query::{many, one},
    rows,
};

/// Who wants in, and whether their record lets them: one statement each.
#[async_trait]
impl People for Customers {
    async fn person(&self, id: &Id<Contact>) -> Result<Option<Person>, StoreError> {
        let id = id.clone();
        let sql = "select * from standing_facts where person = ?1";
        self.0
            .read(move |conn| one(conn, sql, [id.as_str()], rows::person))
            .await
    }

    async fn by_phone(&self, phone: &Phone) -> Result<Vec<Person>, StoreError> {
        let phone = phone.clone();
        let sql = "select * from standing_facts where phone = ?1 order by person limit 2";
        self.0
            .read(move |conn| many(conn, sql, [phone.as_str()], rows::person))
            .await
    }

    async fn by_email(&self, email: &EmailAddress) -> Result<Vec<Person>, StoreError> {
        let email = email.clone();
        let sql = "select * from standing_facts where email = ?1 order by person limit 2";
        self.0
            .read(move |conn| many(conn, sql, [email.as_str()], rows::person))
            .await
    }
}
