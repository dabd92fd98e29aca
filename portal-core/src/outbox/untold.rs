//! Nobody listens.
#[cfg(feature = "mail")]
use chrono::{DateTime, Utc};

use crate::store::{ClaimedEffect, EffectOutcome};

pub(super) fn claimed(_: &'static str, _: usize) {}

pub(super) fn settled(_: &ClaimedEffect, _: &EffectOutcome, _: bool) {}

#[cfg(feature = "mail")]
pub(super) fn held(_: DateTime<Utc>, _: bool) {}

#[cfg(feature = "mail")]
pub(super) fn lifted() {}
