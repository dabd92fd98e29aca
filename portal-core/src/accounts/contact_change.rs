use std::fmt;

use serde::{Deserialize, Serialize};

use super::Applicant;
use crate::{Contact, Id, details::EmailAddress};

/// What happened to what the host keeps about a person. The host runs its own routine for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ContactChange {
    /// Somebody new: they created an account, or the owner of the portal approved their request. The address is theirs.
    ///
    /// The key is the portal's proposal; a host whose own keys look otherwise keeps it in a column of its own, and finds the person by it.
    Added {
        /// What the portal will ask for them by.
        contact: Id<Contact>,
        /// What they said about themselves; nobody but the address was checked.
        applicant: Box<Applicant>,
    },
    /// They have another e-mail address, and have shown that it is theirs.
    EmailChanged {
        /// Who.
        contact: Id<Contact>,
        /// The new address.
        email: EmailAddress,
    },
    /// They pressed Update Profile: these fields of the form have these values now. A host that cannot take one answers
    /// [`StoreError::Refused`](crate::StoreError::Refused) with the field, and nothing is saved.
    ProfileUpdated {
        /// Who.
        contact: Id<Contact>,
        /// The fields that changed, by their keys in the form.
        fields: Vec<FieldValue>,
    },
}

/// A field of the profile form, and what is in it now.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FieldValue {
    /// The field's key in the form.
    pub field: String,
    /// What is in it.
    pub value: crate::profile::Value,
}

impl FieldValue {
    /// A field, and what is in it now.
    pub fn new(field: impl Into<String>, value: crate::profile::Value) -> Self {
        Self {
            field: field.into(),
            value,
        }
    }
}

/// What people say about themselves stays out of logs.
impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldValue({})", self.field)
    }
}
