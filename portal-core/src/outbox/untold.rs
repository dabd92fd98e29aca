//! Nobody listens.
#[cfg(feature = "mail")]
use chrono::{DateTime, Utc};

use crate::store::{ClaimedEffect, EffectOutcome};

pub(super) fn claimed(_: &'static str, _: usize) {}

pub(super) struct Trying;

impl Trying {
    pub(super) fn of(_: &ClaimedEffect) -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "whoever listens has a span in it")]
    pub(super) fn around<F: Future>(&self, work: F) -> F {
        work
    }

    #[expect(clippy::unused_self, reason = "whoever listens has a span in it")]
    pub(super) fn settled(&self, _: &ClaimedEffect, _: &EffectOutcome, _: bool) {}
}

#[cfg(feature = "mail")]
pub(super) fn held(_: DateTime<Utc>, _: bool) {}

#[cfg(feature = "mail")]
pub(super) fn lifted() {}
