use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};
use portal_core::Clock;

use crate::facts::today;

/// A clock that moves when it is told to. Clones are the same clock.
///
/// ```
/// use portal_core::Clock;
/// use portal_testkit::{StoppedClock, facts::{hours, today}};
///
/// let clock = StoppedClock::default();
/// clock.advance(hours(2));
/// assert_eq!(clock.now(), today() + hours(2));
/// ```
#[derive(Debug, Clone)]
pub struct StoppedClock(Arc<Mutex<DateTime<Utc>>>);

impl StoppedClock {
    /// Stands at this instant.
    #[must_use]
    pub fn at(instant: DateTime<Utc>) -> Self {
        Self(Arc::new(Mutex::new(instant)))
    }

    /// Puts it to another instant, earlier or later.
    pub fn set(&self, instant: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = instant;
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        self.set(self.now() + by);
    }
}

impl Default for StoppedClock {
    /// Stands at [`today`].
    fn default() -> Self {
        Self::at(today())
    }
}

impl Clock for StoppedClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
