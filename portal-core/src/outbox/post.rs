//! Messages: written when it is their turn, sent one by one. What is the transport's trouble holds up the post; what is a message's own puts off that one.
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::{
    Dispatcher, MOST_TRIES, NO_TIME, Patience, Round, STOPPED, given_back,
    hold::{PutOff, step},
    told, too_late_to_begin,
};
use crate::{
    Error, Topic,
    adapter::{AdapterError, AdapterErrorKind as Kind, Disposition},
    mail::{Draft, Mail, MailWriter, Unwritten},
    portal::Wiring,
    store::{Claim, ClaimedEffect, EffectOutcome, StoreError},
};

/// How long a message waits before each try, in seconds, at most: servers that put one off for the first time take it minutes later, full mailboxes take a day.
const WAITS: [i64; 7] = [10, 30, 60, 300, 900, 3_600, 21_600];

/// The same where the host's records could not be read: it should not have to wait long once they can be.
const WAITS_UNREAD: [i64; 4] = [10, 30, 60, 300];

/// Five minutes apart, at most: days.
const MOST_TRIES_UNREAD: u32 = 1_000;

/// The same where everybody is put off: it should not have to wait long once the other end takes messages again.
const WAITS_TOGETHER: [i64; 1] = [300];

/// The same where the paper that goes with it is to be had from somebody who cannot be asked: an hour apart in the end, for some three days.
const WAITS_PAPER: [i64; 6] = [10, 30, 60, 300, 900, 3_600];
const MOST_TRIES_PAPER: u32 = 150;

/// What a message says was looked up for so long that another process could have it before it is sent.
const TOO_LONG: &str = "not written: the records and papers it needs took too long";

/// How one message ended, and until when all others wait because of it.
struct Ended {
    outcome: EffectOutcome,
    held: Option<(DateTime<Utc>, String)>,
}

impl Dispatcher {
    /// Sends what is due, if there are hands for it and the post is not held up.
    pub(super) async fn post(
        &self,
        stopping: &AtomicBool,
        patience: Patience,
        round: &mut Round,
    ) -> Result<(), StoreError> {
        let wiring = self.portal.wiring();
        let (Some(mailer), Some(writer)) = (&wiring.mailer, &wiring.mail_writer) else {
            return Ok(());
        };
        let now = wiring.clock.now();
        let room = wiring.hold.room(now, self.batch);
        if room == 0 || stopping.load(Ordering::Relaxed) {
            return Ok(());
        }
        let claim = Claim::new(now, wiring.lease, room, vec![Topic::Mail]);
        let mut held: Option<(DateTime<Utc>, String)> = None;
        let ours = wiring.store.claim_effects(&claim).await?;
        told::claimed(Topic::Mail.as_str(), ours.len());
        for claimed in ours {
            let trying = told::trying(&claimed);
            let work = async {
                let now = wiring.clock.now();
                let outcome = if let Some((until, why)) = &held {
                    EffectOutcome::Untried(*until, why.clone())
                } else if stopping.load(Ordering::Relaxed) {
                    given_back(now, STOPPED)
                } else if too_late_to_begin(&claim, now) {
                    given_back(now, NO_TIME)
                } else {
                    let written = wiring.written(&claim, &claimed, &**writer);
                    // Whoever keeps the records or the paper does not answer: that says nothing of the post.
                    let written = patience.wait_for(Box::pin(written)).await;
                    let late = |e| Err(without_paper(&e, &claimed, wiring.clock.now()));
                    match written.unwrap_or_else(late) {
                        Err(outcome) => outcome,
                        Ok(mail) => {
                            let sent = patience.wait_for(mailer.send(&mail)).await;
                            let ended = wiring.ended(sent.flatten(), &claimed);
                            held = ended.held;
                            ended.outcome
                        }
                    }
                };
                round.settle(wiring, &trying, &claimed, outcome).await
            };
            told::within(&trying, work).await?;
        }
        Ok(())
    }
}

impl Wiring {
    fn ended(&self, sent: Result<(), AdapterError>, claimed: &ClaimedEffect) -> Ended {
        let now = self.clock.now();
        match sent {
            Ok(()) => {
                self.hold.lift();
                let (outcome, held) = (EffectOutcome::Sent(now), None);
                Ended { outcome, held }
            }
            Err(error) => self.unsent(&error, claimed, now),
        }
    }

    /// The message, as things stand now; or what becomes of the effect without one.
    async fn written(
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
                Err(much_later(claimed, now, format!("not written: {e}")))
            }
            Err(Error::Adapter(e)) => Err(without_paper(&e, claimed, now)),
            Err(e) => Err(later(claimed, now, format!("not written: {e}"))),
        }
    }

    fn unsent(&self, error: &AdapterError, claimed: &ClaimedEffect, now: DateTime<Utc>) -> Ended {
        let why = error.to_string();
        let (outcome, until) = match (error.kind(), error.disposition()) {
            (Kind::Misconfigured | Kind::Unauthorized, _) => {
                let until = self.hold.misconfigured(now, &why);
                (behind_the_others(until, why.clone()), Some(until))
            }
            (Kind::RateLimited { retry_after }, _) => {
                let asked = retry_after.and_then(|wait| Duration::from_std(wait).ok());
                let until = self.hold.unreached(now, asked, &why);
                (behind_the_others(until, why.clone()), Some(until))
            }
            (Kind::Unavailable | Kind::InProgress, Disposition::NeverSent) => {
                let until = self.hold.unreached(now, None, &why);
                (behind_the_others(until, why.clone()), Some(until))
            }
            (Kind::Rejected | Kind::NotFound, disposition) => {
                // Whoever refused it before it left knows nothing of the other end.
                if disposition == Disposition::Rejected {
                    self.hold.lift();
                }
                (EffectOutcome::Dead(why.clone()), None)
            }
            (Kind::Unavailable | Kind::InProgress | Kind::KeyReused | Kind::Unintelligible, _) => {
                match self.hold.put_off(now, claimed.effect.id, &why) {
                    PutOff::Counts => (later(claimed, now, why.clone()), None),
                    // It may have been taken each time: copies are few, and come to an end.
                    PutOff::WithOthers { until, .. }
                        if error.disposition() == Disposition::Unknown =>
                    {
                        (later(claimed, now, why.clone()), until)
                    }
                    PutOff::WithOthers {
                        counts,
                        until,
                        stops,
                    } => {
                        let outcome = with_others(claimed, now, why.clone(), counts);
                        (outcome, until.filter(|_| stops))
                    }
                }
            }
        };
        let held = until.map(|until| (until, why));
        Ended { outcome, held }
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
        Unwritten::RecordGone | Unwritten::Overtaken | Unwritten::PortalOff => {
            EffectOutcome::Dropped(now, said)
        }
    }
}

/// Nothing was said about this message, so no try of its was used up. The next one to try is another.
fn behind_the_others(until: DateTime<Utc>, why: String) -> EffectOutcome {
    let behind = until.checked_add_signed(Duration::seconds(1));
    EffectOutcome::Untried(behind.unwrap_or(until), why)
}

/// It may be about all messages: it comes again within minutes, and lets others pass meanwhile.
fn with_others(
    claimed: &ClaimedEffect,
    now: DateTime<Utc>,
    why: String,
    counts: bool,
) -> EffectOutcome {
    if counts {
        return again(claimed, now, why, &WAITS_TOGETHER, MOST_TRIES);
    }
    let at = now.checked_add_signed(part(claimed, step(&WAITS_TOGETHER, 0)));
    EffectOutcome::Untried(at.unwrap_or(DateTime::<Utc>::MAX_UTC), why)
}

/// It is about this message: ten tries, further and further apart.
fn later(claimed: &ClaimedEffect, now: DateTime<Utc>, why: String) -> EffectOutcome {
    again(claimed, now, why, &WAITS, MOST_TRIES)
}

/// It is about the paper that goes with the message. Whoever keeps it will not hand it over, which staff can see to; or cannot now: an outage over a weekend loses nothing, and they may
/// have asked not to be asked before then.
fn without_paper(
    error: &AdapterError,
    claimed: &ClaimedEffect,
    now: DateTime<Utc>,
) -> EffectOutcome {
    let why = format!("not written: {error}");
    if !error.is_temporary() {
        return EffectOutcome::Dead(why);
    }
    let outcome = again(claimed, now, why, &WAITS_PAPER, MOST_TRIES_PAPER);
    let Kind::RateLimited { retry_after } = error.kind() else {
        return outcome;
    };
    let asked = retry_after.and_then(|wait| Duration::from_std(wait).ok());
    let asked = asked.and_then(|wait| now.checked_add_signed(wait));
    match (outcome, asked) {
        (EffectOutcome::RetryAt(at, why), Some(asked)) => {
            EffectOutcome::RetryAt(at.max(asked), why)
        }
        (outcome, _) => outcome,
    }
}

/// It is about the host's records, which could not be read: days.
fn much_later(claimed: &ClaimedEffect, now: DateTime<Utc>, why: String) -> EffectOutcome {
    again(claimed, now, why, &WAITS_UNREAD, MOST_TRIES_UNREAD)
}

fn again(
    claimed: &ClaimedEffect,
    now: DateTime<Utc>,
    why: String,
    waits: &[i64],
    most: u32,
) -> EffectOutcome {
    if claimed.tries >= most {
        return EffectOutcome::Dead(why);
    }
    let most = step(waits, claimed.tries.saturating_sub(1));
    let at = now.checked_add_signed(part(claimed, most));
    EffectOutcome::RetryAt(at.unwrap_or(DateTime::<Utc>::MAX_UTC), why)
}

/// Anything between a second and all of it, by the effect's id and which try it is: those that failed together do not come back together.
fn part(claimed: &ClaimedEffect, most: Duration) -> Duration {
    let drawn = Uuid::new_v5(&claimed.effect.id, &claimed.tries.to_be_bytes());
    let share = i64::from(drawn.as_fields().0 % 1_000) + 1;
    let wait = most.num_milliseconds().saturating_mul(share) / 1_000;
    Duration::milliseconds(wait.max(1_000))
}
