use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Duration, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::{LONGEST_ASKED, counted, spells::Spells, told, waits::step};

/// What one process knows of the post: whether it waits, since what keeps it from one message would keep it from all of them; and what it could not send or write, and for how long.
///
/// Each process finds out for itself, by what it tries when the time is over: one message, or a few where the other end takes some of them.
#[derive(Default)]
pub(crate) struct Hold(Mutex<State>);

#[derive(Default)]
struct State {
    held: Option<Held>,
    /// How often in a row it was held up.
    times: u32,
    /// When it was held up last.
    troubled: Option<DateTime<Utc>>,
    /// Which messages were put off by the other end, each as if for its own sake, since one got through.
    put_off: BTreeSet<Uuid>,
    /// What was put off while it put off everybody, and was not counted for it.
    spared: Spells,
    /// What could not be written.
    unwritten: Spells,
    /// How many got through.
    sent: u64,
    /// At which messages the post was held up, and how many had got through by then.
    blamed: BTreeMap<Uuid, u64>,
}

/// What becomes of a message that was put off.
pub(super) enum PutOff {
    /// It is about this message.
    Counts,
    /// It may be about all of them. It uses up a try every hour.
    WithOthers {
        counts: bool,
        /// The others wait.
        holds: bool,
        /// Those of this round do too.
        stops: bool,
    },
}

/// Why no message is sent at the moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Held {
    /// When it is tried again, with one message or a few.
    pub until: DateTime<Utc>,
    /// What the transport said.
    pub why: String,
    /// Somebody has to mend the configuration; otherwise it is the other end's trouble, and passes.
    pub misconfigured: bool,
}

/// Other ends that come back are asked within minutes; nobody mends a configuration in seconds.
const UNREACHED: [i64; 4] = [10, 30, 60, 300];
const MISCONFIGURED: [i64; 3] = [60, 300, 900];

/// A server that puts off so many different messages in a row is not thinking of any of them. It may be thinking of some: not for long, then.
const TOO_MANY_PUT_OFF: usize = 5;
const PUTS_OFF: [i64; 3] = [5, 10, 20];

/// How many are tried each time that wait is over: so many, since those that are put off for their own sake may be among them.
const TRIED_TOGETHER: u16 = 20;

/// How often a message is counted that is put off with the others: an outage of a night gives up none of them, and what is tried for ever is given up in the end.
pub(super) const COUNTED_EVERY: Duration = Duration::hours(1);

/// One that was not put off for so long is so for the first time.
const SPARED_UNTIL: Duration = Duration::hours(2);

/// Other processes may see the same message tried, and this one only once a day.
const UNWRITTEN_UNTIL: Duration = Duration::days(1);

/// What is to show whether a wait is over may come a little later than its end; where everybody is put off, as late as they are.
const GRACE: Duration = Duration::seconds(2);
const GRACE_PUT_OFF: Duration = Duration::minutes(5);

/// For so long after the post was held up, what is put off is so with the others.
const AFTERMATH: Duration = Duration::hours(1);

/// More are not remembered: some hold up the post once more.
const MOST_BLAMED: usize = 1_000;

impl Hold {
    /// How many messages may be taken.
    pub(super) fn room(&self, now: DateTime<Utc>, batch: u16) -> u16 {
        let state = self.state();
        match &state.held {
            None => batch,
            // A clock that was set back since says nothing of when it is over.
            Some(held) if held.until > now && state.troubled <= Some(now) => 0,
            Some(_) if state.put_off.len() >= TOO_MANY_PUT_OFF => batch.min(TRIED_TOGETHER),
            Some(_) => 1,
        }
    }

    /// Why it waits, if it does.
    #[cfg(feature = "accounts")]
    pub(crate) fn held(&self) -> Option<Held> {
        self.state().held.clone()
    }

    /// This one got through, or was read and refused.
    pub(super) fn lift(&self, message: Uuid) {
        let mut state = self.state();
        state.sent = state.sent.saturating_add(1);
        state.blamed.remove(&message);
        state.times = 0;
        state.put_off.clear();
        state.goes_on();
    }

    /// There is nothing to try it with, and was not since the wait was over: whether the trouble is will be seen when there is.
    pub(super) fn forget(&self, now: DateTime<Utc>) {
        let mut state = self.state();
        let grace = if state.put_off.len() >= TOO_MANY_PUT_OFF {
            GRACE_PUT_OFF
        } else {
            GRACE
        };
        if state
            .held
            .as_ref()
            .is_some_and(|held| now - held.until > grace)
        {
            state.goes_on();
        }
    }

    /// It was at this message that the post would be held up. Answers whether it is about this one: it was held up at it before, and others got through since.
    pub(super) fn blame(&self, message: Uuid) -> bool {
        let mut state = self.state();
        if state.blamed.len() >= MOST_BLAMED {
            state.blamed.clear();
        }
        let sent = state.sent;
        let before = state.blamed.insert(message, sent);
        before.is_some_and(|before| before < sent)
    }

    /// For how long this message could not be written.
    pub(super) fn unwritten_for(&self, message: Uuid, now: DateTime<Utc>) -> Duration {
        let mut state = self.state();
        state.unwritten.lasts(message, now, UNWRITTEN_UNTIL)
    }

    /// This one could be written.
    pub(super) fn written(&self, message: Uuid) {
        self.state().unwritten.end(message);
    }

    /// The other end takes nothing. Answers until when to wait.
    pub(super) fn unreached(
        &self,
        now: DateTime<Utc>,
        asked: Option<Duration>,
        why: &str,
    ) -> DateTime<Utc> {
        let mut state = self.state();
        state.put_off.clear();
        state.hold(now, &UNREACHED, asked, (why, false))
    }

    /// Nothing can be sent this way until somebody has mended it. Answers until when to wait.
    pub(super) fn misconfigured(&self, now: DateTime<Utc>, why: &str) -> DateTime<Utc> {
        let mut state = self.state();
        state.put_off.clear();
        state.hold(now, &MISCONFIGURED, None, (why, true))
    }

    /// This one was put off: the other end can be reached. Where it puts off one after the other, the post waits all the same.
    pub(super) fn put_off(&self, now: DateTime<Utc>, message: Uuid, why: &str) -> PutOff {
        let mut state = self.state();
        let waited = state.put_off.len() >= TOO_MANY_PUT_OFF;
        if !waited {
            state.put_off.insert(message);
        }
        if state.put_off.len() < TOO_MANY_PUT_OFF {
            state.goes_on();
            // What has just come back is not taken at its word.
            let troubled = state.troubled.is_some_and(|at| now - at < AFTERMATH);
            return if troubled {
                PutOff::WithOthers {
                    counts: state.counts(message, now),
                    holds: false,
                    stops: false,
                }
            } else {
                PutOff::Counts
            };
        }
        // Those that are tried together after a wait are one try of the other end.
        if !(waited && state.held.as_ref().is_some_and(|held| held.until > now)) {
            state.hold(now, &PUTS_OFF, None, (why, false));
        }
        PutOff::WithOthers {
            counts: state.counts(message, now),
            holds: true,
            stops: !waited,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that runs under the lock panics.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether it uses up a try: every hour for as long as it goes on.
    fn counts(&mut self, message: Uuid, now: DateTime<Utc>) -> bool {
        let counts = self.spared.lasts(message, now, SPARED_UNTIL) >= COUNTED_EVERY;
        if counts {
            self.spared.begin(message, now);
        }
        counts
    }

    fn goes_on(&mut self) {
        if self.held.take().is_some() {
            told::lifted();
            counted::lifted();
        }
    }

    fn hold(
        &mut self,
        now: DateTime<Utc>,
        waits: &[i64],
        asked: Option<Duration>,
        (why, misconfigured): (&str, bool),
    ) -> DateTime<Utc> {
        let asked = asked.unwrap_or_default().min(LONGEST_ASKED);
        let wait = step(waits, self.times).max(asked);
        self.times = self.times.saturating_add(1);
        self.troubled = Some(now);
        let until = now.checked_add_signed(wait);
        let until = until.unwrap_or(DateTime::<Utc>::MAX_UTC);
        self.held = Some(Held {
            until,
            why: why.to_owned(),
            misconfigured,
        });
        told::held(until, misconfigured);
        counted::held(misconfigured);
        until
    }
}

impl fmt::Debug for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hold").field(&self.state().held).finish()
    }
}
