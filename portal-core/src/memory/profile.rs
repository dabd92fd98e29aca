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
    #[cfg(feature = "courses")]
    /// These fields have these values now; the others stay as they are.
    pub(super) fn update_profile(&mut self, of: &Id<Contact>, fields: &[FieldValue]) {
        self.edited(RecordRef::Contact(of.clone()));
        let profile = self.profiles.entry(of.clone()).or_default();
        for new in fields {
            match profile.iter_mut().find(|old| old.field == new.field) {
                Some(old) => old.value = new.value.clone(),
                None => profile.push(new.clone()),
            }
        }
    }
}

#[async_trait]
impl ProfileRecords for Memory {
    async fn profile(
        &self,
        of: &Id<Contact>,
    ) -> Result<Option<Loaded<Vec<FieldValue>>>, StoreError> {
        let state = self.state();
        let known = state.contacts.contains_key(of) || state.profiles.contains_key(of);
        let fields = state.profiles.get(of).cloned().unwrap_or_default();
        Ok(known.then(|| state.loaded(fields, RecordRef::Contact(of.clone()))))
    }
}
