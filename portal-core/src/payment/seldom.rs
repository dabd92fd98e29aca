use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Duration, Utc};

use crate::{Contact, CustomerDesk, Id};

/// How often the provider is asked what somebody keeps, only to show it to them: what an account may ask in a minute is there for everybody who pays.
#[derive(Default)]
pub(crate) struct Seldom(Mutex<Minute>);

/// Who was shown it in the minute that began then, and how often.
#[derive(Default)]
struct Minute {
    began: DateTime<Utc>,
    shown: BTreeMap<Shown, u8>,
}

/// What one person keeps at this provider.
type Shown = (Id<Contact>, Arc<str>);

/// Nobody who pays looks at a page more often than this in a minute.
const MOST: u8 = 10;

impl Seldom {
    /// Counts one more time, and answers whether it is not one too many.
    fn may_ask(&self, what: Shown, now: DateTime<Utc>) -> bool {
        // Nothing that runs under the lock panics.
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if (now - minute.began).abs() >= Duration::minutes(1) {
            *minute = Minute {
                began: now,
                shown: BTreeMap::new(),
            };
        }
        let shown = minute.shown.entry(what).or_default();
        *shown = shown.saturating_add(1);
        *shown <= MOST
    }
}

impl CustomerDesk {
    /// Counts one more time that this provider is asked, only to show what it keeps, and answers whether it may be.
    pub(super) fn may_ask_what_is_kept(&self, provider: &str) -> bool {
        let (wiring, me) = (self.wiring(), &self.viewer().contact.id);
        let what = (me.clone(), Arc::from(provider));
        wiring.seldom.may_ask(what, wiring.clock.now())
    }
}

impl fmt::Debug for Seldom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seldom")
    }
}
