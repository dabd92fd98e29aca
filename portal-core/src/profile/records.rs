//! What the host answers about profiles.
use std::fmt;

use async_trait::async_trait;

use super::FieldValue;
use crate::{Contact, Id, Loaded, StoreError};

/// What the host answers about profiles. Updates come to it as [`ContactChange::ProfileUpdated`](crate::accounts::ContactChange::ProfileUpdated) in a decision.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ProfileRecords: fmt::Debug + Send + Sync + 'static {
    /// What is in the fields of this person's profile, and the version of the record it was read from; nothing for nobody. A field that is left out is empty, and one
    /// that is not on the form is not shown.
    async fn profile(
        &self,
        of: &Id<Contact>,
    ) -> Result<Option<Loaded<Vec<FieldValue>>>, StoreError>;
}
