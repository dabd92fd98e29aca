//! What is owed, read back from its columns: also what another release, or a build with other features, wrote there.
use portal_core::{Effect, StoreError, Topic, effect::EffectKind};
use uuid::Uuid;

use crate::wire::{parse, parse_word};

/// Why what cannot be read is put off.
pub(crate) const NOT_UNDERSTOOD: &str =
    "this build does not understand it: a newer release, or one with another feature, owes it";

/// How often a claim that found only such looks for others behind it.
pub(crate) const PASSED_OVER: u8 = 16;

/// The id of an effect.
pub(crate) fn id(text: &str) -> Result<Uuid, StoreError> {
    Uuid::try_parse(text).map_err(|e| StoreError::Corrupt(Box::new(e)))
}

/// What to do, where this build understands it.
pub(crate) fn kind(text: &str) -> Option<EffectKind> {
    parse(text).ok()
}

/// An effect as it is listed. Nothing where not even its topic is known.
pub(crate) fn effect(of: &str, topic: String, text: &str) -> Result<Option<Effect>, StoreError> {
    let unknown = || {
        parse_word(topic)
            .ok()
            .map(|topic: Topic| EffectKind::Unknown { topic })
    };
    let id = id(of)?;
    Ok(kind(text)
        .or_else(unknown)
        .map(|kind| Effect::new(id, kind)))
}
