//! What is in people's profiles, and whether the host or the portal knows better, field by field.
use portal_core::{Contact, Id, StoreError, accounts::FieldValue, profile::Value};
use rusqlite::{Connection, Row, params};

use super::Became;
use crate::{
    sqlite::{
        mirror::{passed::Passed, rows::one},
        statement::run,
    },
    wire::{json, parse},
};

pub(super) fn profile(
    db: &Connection,
    tenant: &str,
    of: &Id<Contact>,
    told: &[FieldValue],
    overruled: bool,
) -> Result<Became, StoreError> {
    let known = one(
        db,
        "select fields, passed from portal_mirror_contact where tenant = ?1 and id = ?2",
        [tenant, of.as_str()],
        |row: &Row<'_>| Ok((row.get::<_, Option<String>>(0)?, row.get(1)?)),
    )?;
    let Some((fields, passed)) = known else {
        return Ok(Became::Outdated);
    };
    let passed: Option<String> = passed;
    let mut passed = Passed::read(passed.as_deref())?;
    let before: Vec<FieldValue> = fields.as_deref().map_or(Ok(vec![]), parse)?;
    let mut now = vec![];
    for told in told {
        set(&mut now, &told.field, told.value.clone());
    }
    let mut outdated = false;
    passed.fields.retain(|field, had| {
        let late = !overruled && had.contains(value(told, field));
        if late {
            set(&mut now, field, value(&before, field).clone());
            outdated = true;
        }
        late
    });
    now.sort_by(|one, other| one.field.cmp(&other.field));
    let became = match fields {
        None => Became::Added,
        Some(_) if before != now => Became::Changed,
        Some(_) if outdated => Became::Outdated,
        Some(_) => Became::Unchanged,
    };
    run(
        db,
        "update portal_mirror_contact set version = version + ?5, fields = ?3, passed = ?4
         where tenant = ?1 and id = ?2 and (fields is not ?3 or passed is not ?4)",
        params![
            tenant,
            of.as_str(),
            json(&now)?,
            passed.column()?,
            before != now,
        ],
    )?;
    Ok(became)
}

fn value<'a>(fields: &'a [FieldValue], field: &str) -> &'a Value {
    let found = fields.iter().rfind(|one| one.field == field);
    found.map_or(&Value::Empty, |one| &one.value)
}

fn set(fields: &mut Vec<FieldValue>, field: &str, value: Value) {
    match fields.iter_mut().find(|one| one.field == field) {
        Some(one) => one.value = value,
        None => fields.push(FieldValue::new(field, value)),
    }
}
