//! People, their modules.
#[cfg(not(feature = "accounts"))]
use portal_core::Contact;
use portal_core::{StoreError, courses::Module};
use rusqlite::{Connection, params};

use super::Became;
use crate::{
    sqlite::{mirror::rows::one, store_error},
    wire::json,
};

#[cfg(not(feature = "accounts"))]
pub(super) fn contact(
    db: &Connection,
    tenant: &str,
    contact: &Contact,
) -> Result<Became, StoreError> {
    let version = one(
        db,
        "insert into portal_mirror_contact (tenant, id, version, facts) values (?1, ?2, 1, ?3)
         on conflict (tenant, id) do update set facts = excluded.facts, version = version + 1
         where facts <> excluded.facts
         returning version",
        params![tenant, contact.id.as_str(), json(contact)?],
        |row| row.get(0),
    )?;
    Ok(Became::of_version(version))
}

pub(super) fn module(db: &Connection, tenant: &str, module: &Module) -> Result<Became, StoreError> {
    let facts = json(module)?;
    let before = one(
        db,
        "select facts from portal_mirror_module where tenant = ?1 and id = ?2",
        [tenant, module.id.as_str()],
        |row| row.get::<_, String>(0),
    )?;
    let became = match before {
        None => Became::Added,
        Some(before) if before == facts => return Ok(Became::Unchanged),
        Some(_) => Became::Changed,
    };
    db.prepare_cached(
        "insert into portal_mirror_module (tenant, id, contact, done, title, facts) values (?1, ?2, ?3, ?4, ?5, ?6)
         on conflict (tenant, id) do update
         set contact = excluded.contact, done = excluded.done, title = excluded.title, facts = excluded.facts",
    )
    .and_then(|mut put| {
        let done = module.completed_at.is_some();
        let (id, contact) = (module.id.as_str(), module.registrant.as_str());
        put.execute(params![tenant, id, contact, done, module.title, facts])
    })
    .map_err(store_error)?;
    Ok(became)
}
