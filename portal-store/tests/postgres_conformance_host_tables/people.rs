//! What the host keeps about people who want in: two columns beside the person.
use async_trait::async_trait;
use portal_core::{
    Contact, Expectation, Id, Loaded, RecordRef, StoreError, Version,
    accounts::{Applicant, ContactChange, People, Person, Standing},
    details::{EmailAddress, Phone},
    profile::{FieldValue, ProfileRecords},
};
use portal_store::postgres::{
    sqlx::{self, PgConnection},
    store_error,
};
use portal_testkit::Facts;

use crate::{
    records::Found,
    tables::{Done, Host, json, parse, run},
};

pub(crate) async fn put(tx: &mut PgConnection, facts: &Facts) -> Done {
    for p in &facts.people {
        let sql = "update contact set standing = $2 where id = $1";
        run(tx, sql, &[p.contact.id.as_str(), &json(&p.standing)]).await?;
    }
    for (of, fields) in &facts.profiles {
        let sql = "update contact set profile = $2 where id = $1";
        run(tx, sql, &[of.as_str(), &json(fields)]).await?;
    }
    Ok(())
}

pub(crate) async fn apply(tx: &mut PgConnection, change: &ContactChange) -> Done {
    match change {
        ContactChange::Added { contact, applicant } => add(tx, contact, applicant).await,
        ContactChange::EmailChanged { contact, email } => {
            let mut row = one(tx, contact).await?;
            row.contact.email = Some(email.as_str().to_owned());
            row.standing.email = Some(email.clone());
            keep(tx, &row).await
        }
        ContactChange::ProfileUpdated { contact, fields } => {
            let mut row = one(tx, contact).await?;
            for new in fields {
                match row.profile.iter_mut().find(|old| old.field == new.field) {
                    Some(old) => old.value = new.value.clone(),
                    None => row.profile.push(new.clone()),
                }
            }
            keep(tx, &row).await
        }
        _ => Err(StoreError::Unsupported("this change")),
    }
}

async fn add(tx: &mut PgConnection, id: &Id<Contact>, applicant: &Applicant) -> Done {
    let (given_name, surname) = (applicant.given_name.as_str(), applicant.surname.as_str());
    let mut contact = Contact::new(id.clone(), Id::new(id.as_str()), given_name, surname)
        .with_email(applicant.email.as_str());
    contact.language = applicant.language.unwrap_or_default();
    let mut standing = Standing::new();
    standing.email = Some(applicant.email.clone());
    standing.phone.clone_from(&applicant.phone);
    let billing = applicant.billing.as_ref();
    standing.postal_code = billing.and_then(|address| address.postal_code().cloned());
    let sql =
        "insert into contact (id, facts, standing) values ($1, $2, $3) on conflict do nothing";
    let added = sqlx::query(sql)
        .bind(id.as_str())
        .bind(json(&contact))
        .bind(json(&standing))
        .execute(tx)
        .await
        .map_err(store_error)?;
    if added.rows_affected() == 0 {
        let record = RecordRef::Contact(id.clone());
        let none = Expectation::Unchanged(record, Version::number(0));
        return Err(StoreError::conflict(none));
    }
    Ok(())
}

struct Row {
    rev: i64,
    contact: Contact,
    standing: Standing,
    profile: Vec<FieldValue>,
}

async fn all(db: &mut PgConnection) -> Found<Vec<Row>> {
    let sql = "select rev, facts, standing, profile from contact order by id";
    let found: Vec<(i64, String, Option<String>, Option<String>)> = sqlx::query_as(sql)
        .fetch_all(db)
        .await
        .map_err(store_error)?;
    let read = |(rev, facts, standing, profile): (i64, String, Option<String>, Option<String>)| {
        Ok(Row {
            rev,
            contact: parse(&facts)?,
            standing: standing.map_or(Ok(Standing::new()), |text| parse(&text))?,
            profile: profile.map_or(Ok(vec![]), |text| parse(&text))?,
        })
    };
    found.into_iter().map(read).collect()
}

async fn one(tx: &mut PgConnection, id: &Id<Contact>) -> Found<Row> {
    let lock = "update contact set rev = rev + 1 where id = $1";
    run(tx, lock, &[id.as_str()]).await?;
    let found = all(tx).await?.into_iter().find(|row| row.contact.id == *id);
    found.ok_or_else(|| StoreError::Unavailable("the person is gone".into()))
}

async fn keep(tx: &mut PgConnection, row: &Row) -> Done {
    let sql = "update contact set facts = $2, standing = $3, profile = $4 where id = $1";
    let (facts, standing) = (json(&row.contact), json(&row.standing));
    let values = [
        row.contact.id.as_str(),
        &facts,
        &standing,
        &json(&row.profile),
    ];
    run(tx, sql, &values).await
}

impl Host {
    async fn those(&self, are_meant: impl Fn(&Person) -> bool + Send) -> Found<Vec<Person>> {
        let mut db = self.pool.acquire().await.map_err(store_error)?;
        let all = all(&mut db).await?.into_iter();
        let all = all.map(|row| Person::new(row.contact, row.standing));
        Ok(all.filter(are_meant).collect())
    }
}

#[async_trait]
impl People for Host {
    async fn person(&self, id: &Id<Contact>) -> Found<Option<Person>> {
        let found = self.those(|person| person.contact.id == *id).await?;
        Ok(found.into_iter().next())
    }

    async fn by_phone(&self, phone: &Phone) -> Found<Vec<Person>> {
        self.those(|person| person.standing.phone.as_ref() == Some(phone))
            .await
    }

    async fn by_email(&self, email: &EmailAddress) -> Found<Vec<Person>> {
        self.those(|person| {
            let own = person.contact.email.as_deref();
            let own = own.and_then(|own| EmailAddress::parse(own).ok());
            own.as_ref() == Some(email) || person.standing.email.as_ref() == Some(email)
        })
        .await
    }
}

#[async_trait]
impl ProfileRecords for Host {
    async fn profile(&self, of: &Id<Contact>) -> Found<Option<Loaded<Vec<FieldValue>>>> {
        let mut db = self.pool.acquire().await.map_err(store_error)?;
        let found = all(&mut db)
            .await?
            .into_iter()
            .find(|row| row.contact.id == *of);
        let record = RecordRef::Contact(of.clone());
        Ok(found.map(|row| Loaded::one(row.profile, record, Version::number(row.rev))))
    }
}
