//! People: what the host says about those who want in, and what they changed about themselves.
use std::collections::BTreeMap;

use async_trait::async_trait;
use portal_core::{
    Contact, Customer, Decision, Id, Loaded, RecordRef, StoreError, Version,
    accounts::{Applicant, ContactChange, People, Person, Standing},
    details::{EmailAddress, Phone},
    profile::{FieldValue, ProfileRecords, Value},
};
use serde_json::{json, to_value};
use sqlx::PgConnection;

use super::MirrorTables;
use crate::{
    postgres::{error::record_error, store_error},
    wire::{self, parse},
};

/// Makes this so about a person, in a transaction of the host's.
pub(super) async fn apply(
    tx: &mut PgConnection,
    tenant: &str,
    change: &ContactChange,
    decision: &Decision,
) -> Result<(), StoreError> {
    sqlx::query("select portal_mirror_apply_contact($1, $2::text::json)")
        .bind(tenant)
        .bind(wire::json(&told(change)?)?)
        .execute(tx)
        .await
        .map(drop)
        .map_err(|e| record_error(e, decision))
}

/// As `portal_mirror_apply_contact` takes it.
pub(super) fn told(change: &ContactChange) -> Result<serde_json::Value, StoreError> {
    let ContactChange::Added { contact, applicant } = change else {
        return to_value(change).map_err(corrupt);
    };
    let person = newcomer(contact, applicant);
    Ok(json!({ "added": {
        "contact": contact,
        "facts": wire::json(&person.contact)?,
        "standing": wire::json(&person.standing)?,
        "email": applicant.email,
    } }))
}

/// Somebody new is a customer of their own, until an import says whose they are.
fn newcomer(id: &Id<Contact>, applicant: &Applicant) -> Person {
    let customer: Id<Customer> = Id::new(id.as_str());
    let (given_name, surname) = (applicant.given_name.as_str(), applicant.surname.as_str());
    let contact = Contact::new(id.clone(), customer, given_name, surname)
        .with_email(applicant.email.as_str())
        .speaking(applicant.language.unwrap_or_default());
    let mut standing = Standing::new();
    standing.email = Some(applicant.email.clone());
    standing.phone.clone_from(&applicant.phone);
    let billing = applicant.billing.as_ref();
    standing.postal_code = billing.and_then(|address| address.postal_code().cloned());
    Person::new(contact, standing)
}

fn corrupt(e: serde_json::Error) -> StoreError {
    StoreError::Corrupt(Box::new(e))
}

/// An address as people are asked for by it.
pub(super) fn address(contact: &Contact) -> Option<EmailAddress> {
    let own = contact.email.as_deref()?;
    EmailAddress::parse(own).ok()
}

/// A profile as one JSON object.
pub(super) fn profile(fields: &[FieldValue]) -> BTreeMap<&str, &Value> {
    let fields = fields.iter();
    fields.map(|f| (f.field.as_str(), &f.value)).collect()
}

/// A person, and whether another customer has the same number.
fn person((facts, standing, shared): (String, Option<String>, bool)) -> Result<Person, StoreError> {
    let mut standing = standing.as_deref().map_or_else(|| Ok(unknown()), parse)?;
    standing.phone_shared |= shared;
    Ok(Person::new(parse(&facts)?, standing))
}

/// Nobody has said what the customer record says: that is no leave to come in.
fn unknown() -> Standing {
    let mut standing = Standing::new();
    standing.portal_option = false;
    standing
}

/// As many as share a number or an address that matter: where there are two the portal takes nobody's word.
const MOST: i64 = 100;

#[async_trait]
impl People for MirrorTables {
    async fn person(&self, id: &Id<Contact>) -> Result<Option<Person>, StoreError> {
        let found = sqlx::query_as(
            "select found.*
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select facts, standing, exists (
                     select from portal_mirror_contact o where o.tenant = c.tenant and o.phone = c.phone and o.customer < c.customer
                 ) or exists (
                     select from portal_mirror_contact o where o.tenant = c.tenant and o.phone = c.phone and o.customer > c.customer
                 ) as shared
                 from portal_mirror_contact c
                 where c.tenant = me.tenant and id = $2 limit 1
             ) found",
        )
        .bind(&*self.tenant)
        .bind(id.as_str())
        .fetch_optional(self.pool())
        .await
        .map_err(store_error)?;
        found.map(person).transpose()
    }

    async fn by_phone(&self, phone: &Phone) -> Result<Vec<Person>, StoreError> {
        let found = sqlx::query_as(
            "select facts, standing, shared
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select id, facts, standing, exists (
                     select from portal_mirror_contact o where o.tenant = c.tenant and o.phone = c.phone and o.customer < c.customer
                 ) or exists (
                     select from portal_mirror_contact o where o.tenant = c.tenant and o.phone = c.phone and o.customer > c.customer
                 ) as shared
                 from portal_mirror_contact c
                 where c.tenant = me.tenant and phone = $2 limit $3
             ) found
             order by id",
        )
        .bind(&*self.tenant)
        .bind(phone.as_str())
        .bind(MOST)
        .fetch_all(self.pool())
        .await
        .map_err(store_error)?;
        found.into_iter().map(person).collect()
    }

    async fn by_email(&self, email: &EmailAddress) -> Result<Vec<Person>, StoreError> {
        let found = sqlx::query_as(
            "select facts, standing, exists (
                     select from portal_mirror_contact o where o.tenant = c.tenant and o.phone = c.phone and o.customer < c.customer
                 ) or exists (
                     select from portal_mirror_contact o where o.tenant = c.tenant and o.phone = c.phone and o.customer > c.customer
                 ) as shared
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 (
                     select tenant, id, facts, standing, customer, phone from portal_mirror_contact c
                     where c.tenant = me.tenant and email = $2 limit $3
                 )
                 union
                 (
                     select tenant, id, facts, standing, customer, phone from portal_mirror_contact c
                     where c.tenant = me.tenant and record_email = $2 limit $3
                 )
             ) c
             order by id",
        )
        .bind(&*self.tenant)
        .bind(email.as_str())
        .bind(MOST)
        .fetch_all(self.pool())
        .await
        .map_err(store_error)?;
        found.into_iter().map(person).collect()
    }
}

#[async_trait]
impl ProfileRecords for MirrorTables {
    async fn profile(
        &self,
        of: &Id<Contact>,
    ) -> Result<Option<Loaded<Vec<FieldValue>>>, StoreError> {
        let found: Option<(i64, String)> = sqlx::query_as(
            "select found.*
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select version, coalesce(profile, '{}')::text from portal_mirror_contact c where c.tenant = me.tenant and id = $2 limit 1
             ) found",
        )
        .bind(&*self.tenant)
        .bind(of.as_str())
        .fetch_optional(self.pool())
        .await
        .map_err(store_error)?;
        let Some((version, profile)) = found else {
            return Ok(None);
        };
        let fields: BTreeMap<String, Value> = parse(&profile)?;
        let fields = fields
            .into_iter()
            .map(|(f, value)| FieldValue::new(f, value));
        let record = RecordRef::Contact(of.clone());
        let version = Version::number(version);
        Ok(Some(Loaded::one(fields.collect(), record, version)))
    }
}
