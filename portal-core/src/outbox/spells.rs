//! Since when something is the matter with a message, as this process has seen it.
use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

/// For how long each message has had the same trouble.
#[derive(Default)]
pub(super) struct Spells(BTreeMap<Uuid, Spell>);

struct Spell {
    since: DateTime<Utc>,
    last: DateTime<Utc>,
}

/// More are not remembered: theirs begin anew.
const MOST: usize = 20_000;

impl Spells {
    /// It is in trouble now: for how long it has been. If nothing was heard of it for `over`, or the clock was set back, that begins anew.
    pub(super) fn lasts(&mut self, message: Uuid, now: DateTime<Utc>, over: Duration) -> Duration {
        if self.0.len() >= MOST {
            self.0.retain(|_, spell| now - spell.last < over);
        }
        if self.0.len() >= MOST {
            self.0.clear();
        }
        let begins = || Spell {
            since: now,
            last: now,
        };
        let spell = self.0.entry(message).or_insert_with(begins);
        if now - spell.last >= over || now < spell.since {
            *spell = begins();
        }
        spell.last = now;
        now - spell.since
    }

    /// It is in trouble no more.
    pub(super) fn end(&mut self, message: Uuid) {
        self.0.remove(&message);
    }

    /// From now on it is counted anew.
    pub(super) fn begin(&mut self, message: Uuid, now: DateTime<Utc>) {
        let (since, last) = (now, now);
        self.0.insert(message, Spell { since, last });
    }
}
