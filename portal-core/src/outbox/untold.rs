//! Nobody listens.
#[cfg(feature = "mail")]
use chrono::{DateTime, Utc};

use crate::store::{ClaimedEffect, EffectOutcome};

pub(super) fn claimed(_: &'static str, _: usize) {}

pub(super) struct Trying;

pub(super) fn trying(_: &ClaimedEffect) -> Trying {
    Trying
}

pub(super) fn within<F: Future>(_: &Trying, work: F) -> F {
    work
}

pub(super) fn settled(_: &Trying, _: &ClaimedEffect, _: &EffectOutcome, _: bool) {}

#[cfg(feature = "mail")]
pub(super) fn held(_: DateTime<Utc>, _: bool) {}

#[cfg(feature = "mail")]
pub(super) fn lifted() {}
