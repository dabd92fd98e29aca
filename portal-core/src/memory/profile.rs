use async_trait::async_trait;

use super::{Memory, State};
use crate::{
    Contact, Id, Loaded, RecordRef, StoreError,
    profile::{FieldValue, ProfileRecords},
};

impl Memory {
    /// The host adds or edits what it knows about a person.
    pub fn put_profile(&self, of: Id<Contact>, fields: Vec<FieldValue>) {
        let mut state = self.state();
        state.edited(RecordRef::Contact(of.clone()));
        state.profiles.insert(of, fields);
    }
}

impl State {
    /// These fields have these values now; the others stay as they are.
    pub(super) fn update_profile(
        &mut self,
        of: &Id<Contact>,
        fields: &[FieldValue],
    ) -> Result<(), StoreError> {
        if !self.is_known(of) {
            return Err(StoreError::Unavailable("the record is gone".into()));
        }
        self.edited(RecordRef::Contact(of.clone()));
        let profile = self.profiles.entry(of.clone()).or_default();
        for new in fields {
            match profile.iter_mut().find(|old| old.field == new.field) {
                Some(old) => old.value = new.value.clone(),
                None => profile.push(new.clone()),
            }
        }
        Ok(())
    }

    fn is_known(&self, of: &Id<Contact>) -> bool {
        self.contacts.contains_key(of) || self.profiles.contains_key(of)
    }
}

#[async_trait]
impl ProfileRecords for Memory {
    async fn profile(
        &self,
        of: &Id<Contact>,
    ) -> Result<Option<Loaded<Vec<FieldValue>>>, StoreError> {
        let state = self.state();
        let fields = state.profiles.get(of).cloned().unwrap_or_default();
        Ok(state
            .is_known(of)
            .then(|| state.loaded(fields, RecordRef::Contact(of.clone()))))
    }
}
