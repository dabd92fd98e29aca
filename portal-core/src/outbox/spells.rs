//! Since when something is the matter with a message, as this process has seen it.
use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

/// For how long each message has had the same trouble. A message that was not heard of for [`OVER`] has none any more.
#[derive(Default)]
pub(super) struct Spells(BTreeMap<Uuid, Spell>);

struct Spell {
    since: DateTime<Utc>,
    last: DateTime<Utc>,
}

/// Longer than a message that is in trouble waits before it is tried again.
const OVER: Duration = Duration::hours(2);

/// More are not remembered: theirs begin anew.
const MOST: usize = 20_000;

impl Spells {
    /// It is in trouble now: for how long it has been.
    pub(super) fn lasts(&mut self, message: Uuid, now: DateTime<Utc>) -> Duration {
        if self.0.len() >= MOST {
            self.0.retain(|_, spell| now - spell.last < OVER);
        }
        if self.0.len() >= MOST {
            self.0.clear();
        }
        let begins = || Spell {
            since: now,
            last: now,
        };
        let spell = self.0.entry(message).or_insert_with(begins);
        if now - spell.last >= OVER {
            *spell = begins();
        }
        spell.last = now;
        now - spell.since
    }

    /// From now on it is counted anew.
    pub(super) fn begin(&mut self, message: Uuid, now: DateTime<Utc>) {
        let (since, last) = (now, now);
        self.0.insert(message, Spell { since, last });
    }
}
