use std::sync::Arc;

use chrono::DateTime;
use chrono_tz::Tz;

/// A date of a course, on the clocks where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// What is taught, as the host calls it.
    pub course: Arc<str>,
    /// Where, as the host calls it; may be empty.
    pub venue: Arc<str>,
    /// The first minute.
    pub starts_at: DateTime<Tz>,
    /// The last minute.
    pub ends_at: DateTime<Tz>,
}

impl Event {
    /// What is taught, and when.
    pub fn new(
        course: impl Into<Arc<str>>,
        starts_at: DateTime<Tz>,
        ends_at: DateTime<Tz>,
    ) -> Self {
        Self {
            course: course.into(),
            venue: Arc::default(),
            starts_at,
            ends_at,
        }
    }

    /// Where.
    #[must_use]
    pub fn at(mut self, venue: impl Into<Arc<str>>) -> Self {
        self.venue = venue.into();
        self
    }
}
