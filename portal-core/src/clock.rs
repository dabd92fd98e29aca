use std::fmt;

use chrono::{
    DateTime, Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike, Utc,
};
use chrono_tz::Tz;

/// Tells the time. Tests stop it.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The present instant.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to configure")]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// When a day is over on the clocks of a zone, which may skip midnight, or show it twice.
pub(crate) fn end_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let of_day = |at: DateTime<Tz>| {
        let before = at.checked_sub_signed(Duration::seconds(1));
        before.is_some_and(|before| before.date_naive() <= day)
    };
    let ends = day.succ_opt().and_then(|next| {
        let midnight = next.and_time(NaiveTime::MIN);
        match zone.from_local_datetime(&midnight) {
            LocalResult::Single(one) => Some(one),
            // Put back over midnight, the clocks show the end of the day again.
            LocalResult::Ambiguous(_, second) if of_day(second) => Some(second),
            LocalResult::Ambiguous(first, _) => Some(first),
            LocalResult::None => after_gap(midnight, zone),
        }
    });
    ends.map_or(DateTime::<Utc>::MAX_UTC, |at| at.with_timezone(&Utc))
}

/// The first instant that the clocks of `zone` show after they skipped `local`. No zone has ever skipped more than a day and an hour.
pub(crate) fn after_gap(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Tz>> {
    (1..=25 * 60).find_map(|minutes| {
        let later = local.checked_add_signed(Duration::minutes(minutes))?;
        // Gaps begin and end on whole minutes in every zone since 1972.
        let whole = later.date().and_hms_opt(later.hour(), later.minute(), 0)?;
        zone.from_local_datetime(&whole).earliest()
    })
}
