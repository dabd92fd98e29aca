use portal_core::{Decision, Effect, StoreError};

use crate::{
    trail,
    wire::{instant, json},
};

/// A decision as it goes into columns. Made before the transaction, so that nobody waits for the writing.
pub(super) struct Written {
    pub(super) command: String,
    pub(super) form: String,
    pub(super) by: String,
    pub(super) at: String,
    pub(super) about: String,
    pub(super) changes: String,
    pub(super) owed: Owed,
    /// The changes with what the audit trail does not keep, where there is any.
    #[cfg(all(feature = "mirror", any(feature = "accounts", feature = "payments")))]
    pub(super) in_full: Option<String>,
    /// The attempt at the door that led here.
    #[cfg(any(feature = "accounts", feature = "mirror"))]
    pub(super) attempt: Option<String>,
}

/// What a decision owes, column by column.
#[derive(Default)]
pub(super) struct Owed {
    pub(super) ids: Vec<String>,
    pub(super) topics: Vec<&'static str>,
    pub(super) kinds: Vec<String>,
}

impl Written {
    pub(super) fn of(decision: &Decision) -> Result<Self, StoreError> {
        Ok(Self {
            command: decision.command.to_string(),
            form: decision.form.to_string(),
            by: json(&decision.audit.by)?,
            at: instant(decision.audit.at),
            about: json(&decision.audit.about)?,
            changes: trail::changes(&decision.changes)?,
            owed: Owed::of(&decision.effects)?,
            #[cfg(all(feature = "mirror", any(feature = "accounts", feature = "payments")))]
            in_full: super::mirror::in_full(decision)?,
            #[cfg(any(feature = "accounts", feature = "mirror"))]
            attempt: None,
        })
    }

    /// As it follows from an attempt at the door.
    #[cfg(feature = "accounts")]
    pub(super) fn after(mut self, attempt: String) -> Self {
        self.attempt = Some(attempt);
        self
    }
}

impl Owed {
    /// Two effects with one id are the same work, and owed once.
    fn of(effects: &[Effect]) -> Result<Self, StoreError> {
        let mut owed = Self::default();
        for (n, effect) in effects.iter().enumerate() {
            if effects.iter().take(n).any(|before| before.id == effect.id) {
                continue;
            }
            owed.ids.push(effect.id.to_string());
            owed.topics.push(effect.topic().as_str());
            owed.kinds.push(json(&effect.kind)?);
        }
        Ok(owed)
    }
}
