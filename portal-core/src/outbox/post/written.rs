//! A message is written from the host's records and papers, as they stand now; or why it is not.
use chrono::{DateTime, Duration, Utc};

use super::super::{
    LONGEST_ASKED,
    begin::too_late_to_begin,
    patience::Unanswered,
    waits::{after_part_of, later},
};
use crate::{
    Error,
    adapter::{AdapterError, AdapterErrorKind as Kind},
    mail::{Draft, Mail, MailWriter, Unwritten},
    portal::Wiring,
    store::{Claim, ClaimedEffect, EffectOutcome, StoreError},
};

/// What a message is written from cannot be had now: it says nothing of the reader, and uses up none of their tries. It waits longer the longer that goes on, up to minutes for the host's own
/// records and an hour for a paper that somebody else keeps; after three days staff are told.
const SOONEST: Duration = Duration::seconds(10);
const LATEST_UNREAD: Duration = Duration::minutes(5);
const LATEST_PAPER: Duration = Duration::hours(1);
const UNWRITTEN_FOR: Duration = Duration::days(3);

/// What is older than that is given up within hours, whichever processes have tried it since when.
const OWED_FOR: Duration = Duration::days(7);
const UNWRITTEN_STILL: Duration = Duration::hours(1);

/// What a message says was looked up for so long that another process could have it before it is sent.
const TOO_LONG: &str = "not written: the records and papers it needs took too long";

impl Wiring {
    /// The message, as things stand now; or what becomes of the effect without one.
    pub(super) async fn written(
        &self,
        claim: &Claim,
        claimed: &ClaimedEffect,
        writer: &dyn MailWriter,
    ) -> Result<Mail, EffectOutcome> {
        let drafted = self.letter(&claimed.effect).await;
        let now = self.clock.now();
        match drafted {
            // It counts as a try: what takes as long each time is given up in the end, where staff see it.
            Ok(Draft::Letter(_)) if too_late_to_begin(claim, now) => {
                Err(later(claimed, now, TOO_LONG.to_owned()))
            }
            Ok(Draft::Letter(letter)) => match writer.write(&letter) {
                Ok(words) => Ok(letter.finished(&words)),
                // The same again would fail the same way.
                Err(e) => Err(EffectOutcome::Dead(format!("not written: {e}"))),
            },
            Ok(Draft::Nothing(why)) => Err(unwritten(why, now)),
            Err(Error::Store(e @ StoreError::Unavailable(_))) => {
                let why = format!("not written: {e}");
                Err(self.unwritten_yet(claimed, now, LATEST_UNREAD, why))
            }
            Err(Error::Adapter(e)) => Err(self.without_paper(&e, claimed, now)),
            Err(e) => Err(later(claimed, now, format!("not written: {e}"))),
        }
    }

    /// Whoever keeps the records or the paper does not answer, or panicked: that says nothing of the post.
    pub(super) fn never_written(&self, why: Unanswered, claimed: &ClaimedEffect) -> EffectOutcome {
        let (error, now) = (why.error(), self.clock.now());
        match why {
            Unanswered::TooLong => self.without_paper(&error, claimed, now),
            Unanswered::Panicked => later(claimed, now, format!("not written: {error}")),
        }
    }

    /// It is about the paper that goes with the message. Whoever keeps it will not hand it over, which staff can see to; or cannot now: an outage over a weekend loses nothing, and they may
    /// have asked not to be asked before then.
    fn without_paper(
        &self,
        error: &AdapterError,
        claimed: &ClaimedEffect,
        now: DateTime<Utc>,
    ) -> EffectOutcome {
        let why = format!("not written: {error}");
        if !error.is_temporary() {
            return EffectOutcome::Dead(why);
        }
        let outcome = self.unwritten_yet(claimed, now, LATEST_PAPER, why);
        let Kind::RateLimited { retry_after } = error.kind() else {
            return outcome;
        };
        let asked = retry_after.and_then(|wait| Duration::from_std(wait).ok());
        let asked = asked.unwrap_or_default().min(LONGEST_ASKED);
        match (outcome, now.checked_add_signed(asked)) {
            (EffectOutcome::Untried(at, why), Some(asked)) => {
                EffectOutcome::Untried(at.max(asked), why)
            }
            (outcome, _) => outcome,
        }
    }

    /// What it is written from cannot be had now.
    fn unwritten_yet(
        &self,
        claimed: &ClaimedEffect,
        now: DateTime<Utc>,
        latest: Duration,
        why: String,
    ) -> EffectOutcome {
        let lasts = self.hold.unwritten_for(claimed.effect.id, now);
        let is_old = claimed.since.is_some_and(|since| now - since >= OWED_FOR);
        if lasts >= UNWRITTEN_FOR || is_old && lasts >= UNWRITTEN_STILL {
            return EffectOutcome::Dead(why);
        }
        let at = after_part_of(lasts.clamp(SOONEST, latest), claimed, now);
        EffectOutcome::Untried(at, why)
    }
}

/// What somebody can mend is shown to staff, who have it sent then; the rest is only remembered.
fn unwritten(why: Unwritten, now: DateTime<Utc>) -> EffectOutcome {
    let said = why.as_str().to_owned();
    match why {
        Unwritten::NobodyThere
        | Unwritten::NoAddress
        | Unwritten::BadAddress
        | Unwritten::NoStaffAddress
        | Unwritten::PaperTooLarge
        | Unwritten::NotWired
        | Unwritten::NotUnderstood => EffectOutcome::Dead(said),
        Unwritten::RecordGone
        | Unwritten::Overtaken
        | Unwritten::NotWanted
        | Unwritten::PortalOff => EffectOutcome::Dropped(now, said),
    }
}
