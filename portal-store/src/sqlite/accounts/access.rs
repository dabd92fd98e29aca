//! An account with everything that lets its owner in, as in `portal_account_now`.
use portal_core::{
    Id, Loaded, RecordRef, StoreError, Version,
    accounts::{
        Access, AccountKey, Digest, PasswordHash, SealedSecret, SecondFactor, TemporaryPassword,
    },
};
use rusqlite::{Connection, Row};

use crate::{
    sqlite::statement::one,
    wire::{parse_instant, parse_word},
};

/// The account that this leads to.
pub(super) fn account(
    db: &Connection,
    tenant: &str,
    by: &AccountKey,
) -> Result<Option<Loaded<Access>>, StoreError> {
    let (sql, key) = match by {
        AccountKey::Id(id) => (
            "select * from portal_account_now where tenant = ?1 and id = ?2",
            id.as_str(),
        ),
        AccountKey::Contact(id) => (
            "select * from portal_account_now where tenant = ?1 and contact = ?2",
            id.as_str(),
        ),
        AccountKey::Email(email) => (
            "select * from portal_account_now where tenant = ?1 and email = ?2",
            email.as_str(),
        ),
        AccountKey::Phone(phone) => (
            "select * from portal_account_now where tenant = ?1 and phone = ?2",
            phone.as_str(),
        ),
        _ => return Err(StoreError::Unsupported("this key of an account")),
    };
    let found = one(db, sql, [tenant, key], AccessRow::read)?;
    found.map(AccessRow::loaded).transpose()
}

pub(super) struct AccessRow {
    id: String,
    version: i64,
    contact: String,
    customer: String,
    state: String,
    email: Option<String>,
    phone: Option<String>,
    language: Option<String>,
    password: Option<String>,
    temporary: Option<String>,
    temporary_until: Option<String>,
    sealed: Option<String>,
    last_step: i64,
    confirmed: bool,
    devices: Option<String>,
}

impl AccessRow {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            version: row.get("version")?,
            contact: row.get("contact")?,
            customer: row.get("customer")?,
            state: row.get("state")?,
            email: row.get("email")?,
            phone: row.get("phone")?,
            language: row.get("language")?,
            password: row.get("password")?,
            temporary: row.get("temporary")?,
            temporary_until: row.get("temporary_until")?,
            sealed: row.get("sealed")?,
            last_step: row.get("last_step")?,
            confirmed: row.get("confirmed")?,
            devices: row.get("devices")?,
        })
    }

    pub(super) fn loaded(self) -> Result<Loaded<Access>, StoreError> {
        let record = RecordRef::Account(Id::new(self.id.as_str()));
        let version = Version::number(self.version);
        Ok(Loaded::one(self.access()?, record, version))
    }

    fn access(self) -> Result<Access, StoreError> {
        let contact = Id::new(self.contact);
        let mut access = Access::new(Id::new(self.id), contact, Id::new(self.customer));
        access.state = parse_word(self.state)?;
        access.email = self.email.map(parse_word).transpose()?;
        access.phone = self.phone.map(parse_word).transpose()?;
        access.language = self.language.map(parse_word).transpose()?;
        access.password = self.password.map(PasswordHash::new);
        if let (Some(hash), Some(until)) = (self.temporary, self.temporary_until) {
            let hash = PasswordHash::new(hash);
            access.temporary = Some(TemporaryPassword::new(hash, parse_instant(&until)?));
        }
        if let Some(sealed) = self.sealed {
            let last_step = self.last_step.cast_unsigned();
            let sealed = SealedSecret::new(sealed);
            access.second_factor = Some(SecondFactor::new(sealed, last_step, self.confirmed));
        }
        let devices = self.devices.unwrap_or_default();
        let devices = devices.split(',').filter(|device| !device.is_empty());
        let digest =
            |hex: &str| Digest::try_from(hex.to_owned()).map_err(|e| StoreError::Corrupt(e.into()));
        access.devices = devices.map(digest).collect::<Result<_, _>>()?;
        Ok(access)
    }
}
