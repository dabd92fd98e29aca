//! What a person's record said before it was changed here. A host that still says so has not heard of the change.
use std::collections::{BTreeMap, BTreeSet};

use portal_core::{Contact, StoreError, accounts::Standing, details::EmailAddress, profile::Value};
use serde::{Deserialize, Serialize};

use crate::wire::{json, parse};

#[derive(Default, Serialize, Deserialize)]
pub(super) struct Passed {
    /// Addresses they had.
    pub(super) emails: BTreeSet<EmailAddress>,
    /// What was in a field.
    pub(super) fields: BTreeMap<String, Vec<Value>>,
}

impl Passed {
    pub(super) fn read(column: Option<&str>) -> Result<Self, StoreError> {
        column.map_or(Ok(Self::default()), parse)
    }

    /// As the column has it: nothing where nothing has passed.
    pub(super) fn column(&self) -> Result<Option<String>, StoreError> {
        let nothing = self.emails.is_empty() && self.fields.is_empty();
        (!nothing).then(|| json(self)).transpose()
    }
}

/// The address of their own, if mail can be sent to it.
pub(super) fn own_email(contact: &Contact) -> Option<EmailAddress> {
    let email = contact.email.as_deref()?;
    EmailAddress::parse(email).ok()
}

/// Every address they have.
pub(super) fn emails(contact: &Contact, standing: Option<&Standing>) -> BTreeSet<EmailAddress> {
    let on_record = standing.and_then(|standing| standing.email.clone());
    own_email(contact).into_iter().chain(on_record).collect()
}
