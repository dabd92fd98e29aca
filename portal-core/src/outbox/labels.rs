//! What spans, events and figures call things: words of ours, none of anybody's.
#[cfg(feature = "mail")]
use crate::EffectKind;
use crate::{Effect, store::EffectOutcome};

/// Which message it is; for all else, who it is for.
pub(super) fn kind(effect: &Effect) -> &'static str {
    match &effect.kind {
        #[cfg(feature = "mail")]
        EffectKind::Mail { kind, .. } => kind.as_str(),
        _ => effect.topic().as_str(),
    }
}

/// How a try ended.
pub(super) fn outcome(ended: &EffectOutcome, in_time: bool) -> &'static str {
    if !in_time {
        return "too-late";
    }
    match ended {
        EffectOutcome::Done => "done",
        EffectOutcome::Sent(_) => "sent",
        EffectOutcome::Dropped(..) => "dropped",
        EffectOutcome::RetryAt(..) => "put-off",
        EffectOutcome::Untried(..) => "given-back",
        EffectOutcome::Dead(_) => "given-up",
    }
}
