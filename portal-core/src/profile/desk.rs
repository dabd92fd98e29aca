use std::sync::Arc;

use super::{Field, FieldValue, Input, ProfileForm, ProfileRecords, Value, update::current};
use crate::{CustomerDesk, Error, Loaded};

/// The form, and who answers for what is in it.
#[derive(Debug)]
pub(crate) struct Profiles {
    pub(crate) form: ProfileForm,
    pub(crate) records: Arc<dyn ProfileRecords>,
}

/// The profile of one customer.
#[derive(Debug, Clone, Copy)]
pub struct ProfileDesk<'a> {
    desk: &'a CustomerDesk,
    profiles: &'a Profiles,
}

/// A field of the form with what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FilledField {
    /// The field.
    pub field: Field,
    /// What is in it.
    pub value: Value,
}

impl CustomerDesk {
    /// Their profile.
    ///
    /// # Errors
    /// When the host has not wired a profile form in, or the portal is off.
    pub fn profile(&self) -> Result<ProfileDesk<'_>, Error> {
        self.open()?;
        let profiles = self.wiring().profiles.as_ref();
        let profiles = profiles.ok_or(Error::NotWired("profiles"))?;
        Ok(ProfileDesk {
            desk: self,
            profiles,
        })
    }
}

impl<'a> ProfileDesk<'a> {
    /// The fields the host made available, in its order, with what is in them; whatever else its records answer is not shown.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the host knows nobody of theirs, or when its records cannot be read.
    pub async fn form(&self) -> Result<Vec<FilledField>, Error> {
        let values = self.values().await?.value;
        let fields = self.profiles.form.fields.iter();
        let filled = fields.map(|field| FilledField {
            value: current(&values, &field.key).clone(),
            field: field.clone(),
        });
        Ok(filled.collect())
    }

    /// The fields, empty.
    #[must_use]
    pub fn fields(&self) -> &'a ProfileForm {
        &self.profiles.form
    }

    pub(super) async fn values(&self) -> Result<Loaded<Vec<FieldValue>>, Error> {
        let found = self.profiles.records.profile(self.desk.me()).await?;
        found.ok_or(Error::NotFound)
    }
}

impl FilledField {
    /// What a page draws.
    #[must_use]
    pub fn inputs(&self) -> Vec<Input> {
        self.field.inputs(&self.value)
    }
}
