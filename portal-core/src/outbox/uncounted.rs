//! Nobody counts.
use crate::{
    Clock,
    store::{ClaimedEffect, EffectOutcome},
};

pub(super) fn settled(_: &ClaimedEffect, _: &EffectOutcome, _: bool, _: &dyn Clock) {}

#[cfg(feature = "mail")]
pub(super) fn held(_: bool) {}

#[cfg(feature = "mail")]
pub(super) fn lifted() {}
