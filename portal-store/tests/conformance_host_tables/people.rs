//! What the host keeps about people who want in: two columns beside the person.
use async_trait::async_trait;
use portal_core::{
    Contact, Expectation, Id, Loaded, RecordRef, StoreError, Version,
    accounts::{Applicant, ContactChange, People, Person, Standing},
    details::{EmailAddress, Phone},
    profile::{FieldValue, ProfileRecords},
};
use portal_store::sqlite::rusqlite::{Connection, params};
use portal_testkit::Facts;

use crate::{
    records::{Found, rows},
    tables::{Host, json, one, parse, run},
};

pub(crate) fn put(db: &Connection, facts: &Facts) -> Result<(), StoreError> {
    for p in &facts.people {
        run(
            db,
            "update contact set standing = ?2 where id = ?1",
            params![p.contact.id.as_str(), json(&p.standing)],
        )?;
    }
    for (of, fields) in &facts.profiles {
        run(
            db,
            "update contact set profile = ?2 where id = ?1",
            params![of.as_str(), json(fields)],
        )?;
    }
    Ok(())
}

pub(crate) fn apply(tx: &Connection, change: &ContactChange) -> Result<(), StoreError> {
    match change {
        ContactChange::Added { contact, applicant } => add(tx, contact, applicant),
        ContactChange::EmailChanged { contact, email } => edit(tx, contact, |row| {
            row.contact.email = Some(email.as_str().to_owned());
            row.standing.email = Some(email.clone());
        }),
        ContactChange::ProfileUpdated { contact, fields } => edit(tx, contact, |row| {
            for new in fields {
                match row.profile.iter_mut().find(|old| old.field == new.field) {
                    Some(old) => old.value = new.value.clone(),
                    None => row.profile.push(new.clone()),
                }
            }
        }),
        _ => Err(StoreError::Unsupported("this change")),
    }
}

fn add(tx: &Connection, id: &Id<Contact>, applicant: &Applicant) -> Result<(), StoreError> {
    let (given_name, surname) = (applicant.given_name.as_str(), applicant.surname.as_str());
    let mut contact = Contact::new(id.clone(), Id::new(id.as_str()), given_name, surname)
        .with_email(applicant.email.as_str());
    contact.language = applicant.language.unwrap_or_default();
    let mut standing = Standing::new();
    standing.email = Some(applicant.email.clone());
    standing.phone.clone_from(&applicant.phone);
    let billing = applicant.billing.as_ref();
    standing.postal_code = billing.and_then(|address| address.postal_code().cloned());
    let added = run(
        tx,
        "insert into contact (id, facts, standing) values (?1, ?2, ?3) on conflict do nothing",
        params![id.as_str(), json(&contact), json(&standing)],
    )?;
    if added == 0 {
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

fn all(db: &Connection) -> Found<Vec<Row>> {
    let sql = "select rev, facts, standing, profile from contact order by id";
    let found = rows(db, sql, [], |row| {
        let columns: [Option<String>; 3] = [row.get(1)?, row.get(2)?, row.get(3)?];
        Ok((row.get::<_, i64>(0)?, columns))
    })?;
    let read = |(rev, [facts, standing, profile]): (i64, [Option<String>; 3])| {
        Ok(Row {
            rev,
            contact: parse(&facts.unwrap())?,
            standing: standing.map_or(Ok(Standing::new()), |text| parse(&text))?,
            profile: profile.map_or(Ok(vec![]), |text| parse(&text))?,
        })
    };
    found.into_iter().map(read).collect()
}

fn edit(tx: &Connection, id: &Id<Contact>, how: impl FnOnce(&mut Row)) -> Result<(), StoreError> {
    let found = all(tx)?.into_iter().find(|row| row.contact.id == *id);
    let gone = || StoreError::Unavailable("the person is gone".into());
    let mut row = found.ok_or_else(gone)?;
    how(&mut row);
    one(run(
        tx,
        "update contact set rev = rev + 1, facts = ?2, standing = ?3, profile = ?4 where id = ?1",
        params![
            id.as_str(),
            json(&row.contact),
            json(&row.standing),
            json(&row.profile)
        ],
    )?)
}

impl Host {
    async fn those(
        &self,
        are_meant: impl Fn(&Person) -> bool + Send + 'static,
    ) -> Found<Vec<Person>> {
        let all = self.read(all).await?.into_iter();
        let all = all.map(|row| Person::new(row.contact, row.standing));
        Ok(all.filter(are_meant).collect())
    }
}

#[async_trait]
impl People for Host {
    async fn person(&self, id: &Id<Contact>) -> Found<Option<Person>> {
        let id = id.clone();
        let found = self.those(move |person| person.contact.id == id).await?;
        Ok(found.into_iter().next())
    }

    async fn by_phone(&self, phone: &Phone) -> Found<Vec<Person>> {
        let phone = Some(phone.clone());
        self.those(move |person| person.standing.phone == phone)
            .await
    }

    async fn by_email(&self, email: &EmailAddress) -> Found<Vec<Person>> {
        let email = email.clone();
        self.those(move |person| {
            let own = person.contact.email.as_deref();
            let own = own.and_then(|own| EmailAddress::parse(own).ok());
            own.as_ref() == Some(&email) || person.standing.email.as_ref() == Some(&email)
        })
        .await
    }
}

#[async_trait]
impl ProfileRecords for Host {
    async fn profile(&self, of: &Id<Contact>) -> Found<Option<Loaded<Vec<FieldValue>>>> {
        let all = self.read(all).await?.into_iter();
        let found = all.into_iter().find(|row| row.contact.id == *of);
        let record = RecordRef::Contact(of.clone());
        Ok(found.map(|row| Loaded::one(row.profile, record, Version::number(row.rev))))
    }
}
