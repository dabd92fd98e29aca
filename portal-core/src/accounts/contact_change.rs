use serde::{Deserialize, Serialize};

use super::Applicant;
use crate::{Contact, Id, details::EmailAddress, profile::FieldValue};

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
    /// They pressed Update Profile: these fields of the form have these values now. A host that will not take one answers
    /// [`StoreError::Rejected`](crate::StoreError::Rejected), for each field why, and nothing is saved.
    ProfileUpdated {
        /// Who.
        contact: Id<Contact>,
        /// The fields that changed, by their keys in the form.
        fields: Vec<FieldValue>,
    },
}
