//! Accounts, and what the host answers about those who want in.
mod apply;
mod passes;
mod people;
mod store;

use std::collections::BTreeMap;

use super::State;
use crate::{
    Account, Change, Contact, Expectation, Id, Loaded, RecordRef, Refusals, StoreError, Version,
    accounts::{
        Access, AccountKey, AccountRequest, Allowance, Attempt, Digest, LoginSession, Pass,
        Standing,
    },
    profile::FieldValue,
};

/// What decisions change about accounts and people.
#[derive(Clone, Default)]
pub(super) struct WaysIn {
    accounts: BTreeMap<Id<Account>, Access>,
    passes: BTreeMap<Id<Pass>, Pass>,
    sessions: BTreeMap<Digest, LoginSession>,
    requests: BTreeMap<Id<AccountRequest>, AccountRequest>,
    standings: BTreeMap<Id<Contact>, Standing>,
}

/// What is noted at the door, whatever is decided.
#[derive(Default)]
pub(super) struct Door {
    allowances: BTreeMap<Digest, Allowance>,
    /// By their numbers, which are never used again.
    log: BTreeMap<usize, Attempt>,
    logged: usize,
    /// Why the host takes no change of a person now.
    rejects: Option<Refusals>,
}

/// What a change can touch, as it was.
pub(super) struct Before {
    versions: BTreeMap<RecordRef, i64>,
    contacts: BTreeMap<Id<Contact>, Contact>,
    profiles: BTreeMap<Id<Contact>, Vec<FieldValue>>,
    ways_in: WaysIn,
}

impl State {
    /// Only where a decision touches any of it: copying takes a while.
    pub(super) fn before_accounts(&self, changes: &[Change]) -> Option<Before> {
        let touches = |change: &Change| matches!(change, Change::Account(_) | Change::Contact(_));
        changes.iter().any(touches).then(|| Before {
            versions: self.versions.clone(),
            contacts: self.contacts.clone(),
            profiles: self.profiles.clone(),
            ways_in: self.ways_in.clone(),
        })
    }

    pub(super) fn restore_accounts(&mut self, before: Before) {
        self.versions = before.versions;
        self.contacts = before.contacts;
        self.profiles = before.profiles;
        self.ways_in = before.ways_in;
    }

    fn access(&self, by: &AccountKey) -> Option<Loaded<Access>> {
        let accounts = &self.ways_in.accounts;
        let found = match by {
            AccountKey::Id(id) => accounts.get(id),
            AccountKey::Contact(contact) => accounts.values().find(|a| a.contact == *contact),
            AccountKey::Email(email) => accounts.values().find(|a| a.email.as_ref() == Some(email)),
            AccountKey::Phone(phone) => accounts.values().find(|a| a.phone.as_ref() == Some(phone)),
        };
        let found = found?.clone();
        let record = RecordRef::Account(found.account.clone());
        Some(self.loaded(found, record))
    }
}

/// What is to be there already is not, or what is to be new is there.
fn taken(record: RecordRef) -> StoreError {
    StoreError::conflict(Expectation::Unchanged(record, Version::number(0)))
}

fn gone() -> StoreError {
    StoreError::Unavailable("the record is gone".into())
}
