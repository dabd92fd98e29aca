use async_trait::async_trait;
use portal_core::{
    Contact, Id, Loaded, RecordRef, StoreError, Version,
    accounts::{People, Person, Standing},
    details::{EmailAddress, Phone},
    profile::{FieldValue, ProfileRecords},
};
use rusqlite::Row;

use super::{
    MirrorTables,
    rows::{all, one},
};
use crate::wire::parse;

#[async_trait]
impl People for MirrorTables {
    async fn person(&self, id: &Id<Contact>) -> Result<Option<Person>, StoreError> {
        let found = self.who(
            "select c.facts, c.standing, exists (
                 select 1 from portal_mirror_contact o where o.tenant = c.tenant and o.phone = c.phone and o.customer < c.customer
             ) or exists (
                 select 1 from portal_mirror_contact o where o.tenant = c.tenant and o.phone = c.phone and o.customer > c.customer
             ) as shared
             from portal_mirror_contact c where c.tenant = ?1 and c.id = ?2",
            id.as_str(),
        );
        Ok(found.await?.pop())
    }

    async fn by_phone(&self, phone: &Phone) -> Result<Vec<Person>, StoreError> {
        self.who(
            "select c.facts, c.standing, exists (
                 select 1 from portal_mirror_contact o where o.tenant = c.tenant and o.phone = c.phone and o.customer < c.customer
             ) or exists (
                 select 1 from portal_mirror_contact o where o.tenant = c.tenant and o.phone = c.phone and o.customer > c.customer
             ) as shared
             from portal_mirror_contact c indexed by portal_mirror_contact_by_phone
             where c.tenant = ?1 and c.phone = ?2 order by c.id",
            phone.as_str(),
        )
        .await
    }

    async fn by_email(&self, email: &EmailAddress) -> Result<Vec<Person>, StoreError> {
        self.who(
            "select c.facts, c.standing, exists (
                 select 1 from portal_mirror_contact o where o.tenant = c.tenant and o.phone = c.phone and o.customer < c.customer
             ) or exists (
                 select 1 from portal_mirror_contact o where o.tenant = c.tenant and o.phone = c.phone and o.customer > c.customer
             ) as shared
             from portal_mirror_contact c where c.tenant = ?1 and c.id in (
                 select id from portal_mirror_contact indexed by portal_mirror_contact_by_email where tenant = ?1 and email = ?2
                 union
                 select id from portal_mirror_contact indexed by portal_mirror_contact_by_own_email where tenant = ?1 and own_email = ?2
             ) order by c.id",
            email.as_str(),
        )
        .await
    }
}

#[async_trait]
impl ProfileRecords for MirrorTables {
    async fn profile(
        &self,
        of: &Id<Contact>,
    ) -> Result<Option<Loaded<Vec<FieldValue>>>, StoreError> {
        let key = of.clone();
        let found = self
            .read(move |db, tenant| {
                one(
                    db,
                    "select version, fields from portal_mirror_contact where tenant = ?1 and id = ?2",
                    [tenant, key.as_str()],
                    |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<String>>(1)?)),
                )
            })
            .await?;
        let Some((version, fields)) = found else {
            return Ok(None);
        };
        let fields = fields.as_deref().map_or(Ok(vec![]), parse)?;
        let record = RecordRef::Contact(of.clone());
        let version = Version::number(version);
        Ok(Some(Loaded::one(fields, record, version)))
    }
}

impl MirrorTables {
    async fn who(&self, sql: &'static str, key: &str) -> Result<Vec<Person>, StoreError> {
        let key = key.to_owned();
        self.read(move |db, tenant| {
            let found = all(db, sql, [tenant, &key], PersonRow::read)?;
            found.into_iter().map(PersonRow::person).collect()
        })
        .await
    }
}

/// A person, and whether another customer has the same number.
struct PersonRow {
    facts: String,
    standing: Option<String>,
    shared: bool,
}

impl PersonRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            facts: row.get("facts")?,
            standing: row.get("standing")?,
            shared: row.get("shared")?,
        })
    }

    fn person(self) -> Result<Person, StoreError> {
        let mut standing = match &self.standing {
            Some(standing) => parse(standing)?,
            None => unknown(),
        };
        standing.phone_shared |= self.shared;
        Ok(Person::new(parse(&self.facts)?, standing))
    }
}

/// Nobody has said what the customer record says: that is no leave to come in.
fn unknown() -> Standing {
    let mut standing = Standing::new();
    standing.portal_option = false;
    standing
}
