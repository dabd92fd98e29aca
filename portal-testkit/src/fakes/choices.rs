use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use portal_core::{
    Contact, Id, StoreError,
    effect::MailKind,
    mail::{Choice, MailChoices},
};

use super::{locked, take};

/// A host that knows what people want of mail, and keeps what it was asked. Who said nothing wants everything, and has no address to say otherwise. Clones are the same host.
#[derive(Debug, Clone, Default)]
pub struct RecordingChoices(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    said: BTreeMap<(Id<Contact>, MailKind), Choice>,
    asked: Vec<(Id<Contact>, MailKind)>,
    fail: u32,
}

impl RecordingChoices {
    /// From now on they want this of messages of this kind.
    pub fn says(&self, who: &Id<Contact>, kind: MailKind, choice: Choice) {
        let key = (who.clone(), kind);
        locked(&self.0).said.insert(key, choice);
    }

    /// Of whom and what it was asked, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<(Id<Contact>, MailKind)> {
        locked(&self.0).asked.clone()
    }

    /// The next `times` nobody can say.
    pub fn fail_next(&self, times: u32) {
        locked(&self.0).fail = times;
    }
}

#[async_trait]
impl MailChoices for RecordingChoices {
    async fn choice(&self, who: &Id<Contact>, kind: MailKind) -> Result<Choice, StoreError> {
        let key = (who.clone(), kind);
        let mut state = locked(&self.0);
        state.asked.push(key.clone());
        if take(&mut state.fail) {
            return Err(StoreError::Unavailable("told to fail".into()));
        }
        let said = state.said.get(&key).cloned();
        Ok(said.unwrap_or(Choice::Wanted { unsubscribe: None }))
    }
}
