use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use portal_core::{Commit, Decision, Expectation, Store, StoreError, Version};

use super::{
    between::{Asked, Between, Meddler},
    locked, take,
};

/// Another store, with switches for what goes wrong between it and us. Clones are the same store.
pub type FlakyStore = Between<Switches>;

/// The switches of a [`FlakyStore`].
#[derive(Debug, Default)]
pub struct Switches {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    edit: Option<Box<dyn FnOnce() + Send>>,
    fail: u32,
    lose: u32,
    conflict: u32,
    down: bool,
    calls: Calls,
}

/// How often each method was called, whatever came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Calls {
    /// [`Store::commit`].
    pub commit: u32,
    /// [`Store::receipt`].
    pub receipt: u32,
    /// [`Store::note_try`].
    pub note_try: u32,
    /// [`Store::claim_effects`].
    pub claim_effects: u32,
    /// [`Store::settle_effect`].
    pub settle_effect: u32,
    /// [`Store::outbox`].
    pub outbox: u32,
    /// [`Store::audit`].
    pub audit: u32,
}

impl Between<Switches> {
    /// That store, all switches off.
    pub fn over(inner: Arc<dyn Store>) -> Self {
        Self::new(inner, Switches::default())
    }

    /// Somebody edits a record after the next command was decided on and before it is committed.
    pub fn before_the_next_commit(&self, edit: impl FnOnce() + Send + 'static) {
        self.state().edit = Some(Box::new(edit));
    }

    /// The next commit fails before it happened: nothing is written.
    pub fn fail_the_next_commit(&self) {
        self.state().fail = 1;
    }

    /// The next commit happens, and fails all the same: the reply is lost.
    pub fn lose_the_next_reply(&self) {
        self.state().lose = 1;
    }

    /// The next `times` commits are told that something changed, and write nothing.
    pub fn conflict_next(&self, times: u32) {
        self.state().conflict = times;
    }

    /// Nothing works until it is switched back on.
    pub fn switch(&self, on: bool) {
        self.state().down = !on;
    }

    /// How often each method was called.
    #[must_use]
    pub fn calls(&self) -> Calls {
        self.state().calls
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.meddler.state)
    }
}

impl Switches {
    fn called(&self, which: impl FnOnce(&mut Calls) -> &mut u32) -> Result<(), StoreError> {
        let mut state = locked(&self.state);
        *which(&mut state.calls) += 1;
        if state.down { Err(told_to()) } else { Ok(()) }
    }

    fn before_commit(&self, decision: &Decision) -> Result<(), StoreError> {
        let edit = locked(&self.state).edit.take();
        if let Some(edit) = edit {
            edit();
        }
        let mut state = locked(&self.state);
        if take(&mut state.fail) {
            return Err(told_to());
        }
        if take(&mut state.conflict) {
            let about = decision.audit.about.clone();
            let any = Expectation::Unchanged(about, Version::new("another"));
            let lost = decision.expect.first().cloned().unwrap_or(any);
            return Err(StoreError::conflict(lost));
        }
        Ok(())
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("fail", &self.fail)
            .field("lose", &self.lose)
            .field("conflict", &self.conflict)
            .field("down", &self.down)
            .finish_non_exhaustive()
    }
}

fn told_to() -> StoreError {
    StoreError::Unavailable("told to fail".into())
}

#[async_trait]
impl Meddler for Switches {
    async fn commit(&self, below: &dyn Store, decision: Decision) -> Result<Commit, StoreError> {
        self.called(|calls| &mut calls.commit)?;
        self.before_commit(&decision)?;
        let ended = below.commit(decision).await?;
        if take(&mut locked(&self.state).lose) {
            return Err(told_to());
        }
        Ok(ended)
    }

    fn asked(&self, what: Asked) -> Result<(), StoreError> {
        self.called(|calls| match what {
            Asked::Receipt => &mut calls.receipt,
            Asked::NoteTry => &mut calls.note_try,
            Asked::ClaimEffects => &mut calls.claim_effects,
            Asked::SettleEffect => &mut calls.settle_effect,
            Asked::Outbox => &mut calls.outbox,
            Asked::Audit => &mut calls.audit,
        })
    }

    fn gives_turns(&self) -> bool {
        true
    }
}
