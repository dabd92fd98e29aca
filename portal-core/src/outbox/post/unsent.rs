//! What becomes of a message that was not sent: whether it is about this one, or about all.
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::{
    super::{
        hold::PutOff,
        waits::{later, with_others},
    },
    Ended,
};
use crate::{
    adapter::{AdapterError, AdapterErrorKind as Kind, Disposition},
    portal::Wiring,
    store::{ClaimedEffect, EffectOutcome},
};

impl Wiring {
    pub(super) fn unsent(
        &self,
        error: &AdapterError,
        claimed: &ClaimedEffect,
        now: DateTime<Utc>,
    ) -> Ended {
        let (why, id) = (error.to_string(), claimed.effect.id);
        if is_of_all(error) && !self.is_to_blame(error, id) {
            let until = self.held_until(error, &why, now);
            let (outcome, held) = (behind_the_others(until, why.clone()), Some(why));
            return Ended { outcome, held };
        }
        if let Kind::Rejected | Kind::NotFound = error.kind() {
            // Whoever refused it before it left knows nothing of the other end.
            if error.disposition() == Disposition::Rejected {
                self.hold.lift(id);
            }
            return Ended::only(EffectOutcome::Dead(why));
        }
        let (outcome, stops) = match self.hold.put_off(now, id, &why) {
            PutOff::Counts => (later(claimed, now, why.clone()), false),
            // It may have been taken each time: copies are few, and come to an end.
            PutOff::WithOthers { holds, .. } if error.disposition() == Disposition::Unknown => {
                (later(claimed, now, why.clone()), holds)
            }
            PutOff::WithOthers { counts, stops, .. } => {
                (with_others(claimed, now, why.clone(), counts), stops)
            }
        };
        let held = stops.then_some(why);
        Ended { outcome, held }
    }

    /// Whether it is about this message and no other, whatever it says. Of a limit that is never so: others got through before it was reached.
    fn is_to_blame(&self, error: &AdapterError, message: Uuid) -> bool {
        !matches!(error.kind(), Kind::RateLimited { .. }) && self.hold.blame(message)
    }

    fn held_until(&self, error: &AdapterError, why: &str, now: DateTime<Utc>) -> DateTime<Utc> {
        match error.kind() {
            Kind::Misconfigured | Kind::Unauthorized => self.hold.misconfigured(now, why),
            Kind::RateLimited { retry_after } => {
                let asked = retry_after.and_then(|wait| Duration::from_std(wait).ok());
                self.hold.unreached(now, asked, why)
            }
            _ => self.hold.unreached(now, None, why),
        }
    }
}

/// What keeps this message from being sent would keep every other from it.
fn is_of_all(error: &AdapterError) -> bool {
    match error.kind() {
        Kind::Misconfigured | Kind::Unauthorized | Kind::RateLimited { .. } => true,
        Kind::Unavailable | Kind::InProgress => error.disposition() == Disposition::NeverSent,
        Kind::Rejected | Kind::NotFound | Kind::KeyReused | Kind::Unintelligible => false,
    }
}

/// Nothing was said about this message, so no try of its was used up. The next one to try is another.
fn behind_the_others(until: DateTime<Utc>, why: String) -> EffectOutcome {
    let behind = until.checked_add_signed(Duration::seconds(1));
    EffectOutcome::Untried(behind.unwrap_or(until), why)
}
