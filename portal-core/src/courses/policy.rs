//! What a course lets customers do, and until when.
use std::num::{NonZeroU16, NonZeroU32};

use chrono::{DateTime, Days, Duration, LocalResult, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::Session;
use crate::{clock::after_gap, settings::Problem};

/// What customers may do with a registration. Transfers and cancellations are allowed independently.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct RegistrationPolicy {
    /// Picking another date.
    pub transfers: ChangePolicy,
    /// Cancelling.
    pub cancellations: ChangePolicy,
}

/// Whether customers may do something themselves, and until when.
///
/// In settings: `{"allowed": true, "until": {"hours_before": 24}}`; `until` is `"start"` (also when it is left out), `"none"`, `{"hours_before": n}` or
/// `{"days_before": {"days": n, "at": "17:00:00"}}`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenPolicy", into = "WrittenPolicy")]
#[non_exhaustive]
pub enum ChangePolicy {
    /// They may not.
    #[default]
    Refused,
    /// They may, up to and including this instant.
    Until(Cutoff),
}

/// The last instant of a change, counted from the start of the session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Cutoff {
    /// There is none: as long as the registration stands and the session is not over.
    None,
    /// Up to the start itself.
    #[default]
    Start,
    /// So many hours before the start. Hours pass, whatever the clocks do.
    HoursBefore(Notice),
    /// So many days before the day of the start, at this time of day where the event is.
    DaysBefore {
        /// How many days.
        days: Notice,
        /// Until what time on that day, on the clocks there.
        at: NaiveTime,
    },
}

/// How many hours or days before. Never zero: zero reads as "no cut-off" to one half of the world and as "up to the start" to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Notice(NonZeroU16);

/// What a transfer may do to the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PriceRule {
    /// Only dates of the same price.
    EqualOnly,
    /// Any date; the order stays as it is.
    AnyKeepOrder,
    /// Any date; staff look at the order when the price differs.
    RequireReview,
}

/// Switches for courses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct CourseSettings {
    /// What customers may do where the course itself does not say.
    pub policy: RegistrationPolicy,
    /// What a transfer may do to the price.
    pub price_rule: PriceRule,
    /// How many hours an offer from the waiting list stands where the offer itself does not say; at most a year.
    pub offer_hours: NonZeroU32,
}

impl RegistrationPolicy {
    /// Customers do nothing themselves until told otherwise.
    #[must_use]
    pub fn new(transfers: ChangePolicy, cancellations: ChangePolicy) -> Self {
        Self {
            transfers,
            cancellations,
        }
    }
}

impl ChangePolicy {
    /// Allowed, up to this many hours before the start; zero is refused.
    ///
    /// # Errors
    /// When `hours` is zero.
    pub fn hours_before(hours: u16) -> Result<Self, Problem> {
        Ok(Self::Until(Cutoff::HoursBefore(Notice::try_from(hours)?)))
    }

    /// Allowed, up to this time of day so many days before the day of the start; zero is refused.
    ///
    /// # Errors
    /// When `days` is zero.
    pub fn days_before(days: u16, at: NaiveTime) -> Result<Self, Problem> {
        let days = Notice::try_from(days)?;
        Ok(Self::Until(Cutoff::DaysBefore { days, at }))
    }
}

impl Cutoff {
    /// The last instant of a change, on the clocks where the event is. The instant itself is still in time.
    ///
    /// A time of day that the clocks skip counts as the first one after the gap, one that they show twice as the second: in doubt for the customer.
    #[must_use]
    pub fn deadline(self, session: &Session) -> DateTime<Tz> {
        self.last_instant(session).with_timezone(&session.zone)
    }

    /// The same instant, told in UTC: telling it in the event's zone costs more than all other conditions together.
    pub(crate) fn last_instant(self, session: &Session) -> DateTime<Utc> {
        let start = session.starts_at;
        match self {
            Self::None => session.ends_at,
            Self::Start => start,
            Self::HoursBefore(hours) => {
                let before = start.checked_sub_signed(Duration::hours(hours.count().into()));
                before.unwrap_or(DateTime::<Utc>::MIN_UTC)
            }
            Self::DaysBefore { days, at } => {
                let day = start.with_timezone(&session.zone).date_naive();
                day.checked_sub_days(Days::new(days.count().into()))
                    .and_then(|day| instant(day.and_time(at), session.zone))
                    .unwrap_or(DateTime::<Utc>::MIN_UTC)
            }
        }
    }
}

fn instant(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    let found = match zone.from_local_datetime(&local) {
        LocalResult::Single(one) => one,
        LocalResult::Ambiguous(_, second) => second,
        LocalResult::None => after_gap(local, zone)?,
    };
    Some(found.with_timezone(&Utc))
}

impl Notice {
    /// How many.
    #[must_use]
    pub fn count(self) -> u16 {
        self.0.get()
    }
}

impl TryFrom<u16> for Notice {
    type Error = Problem;

    fn try_from(count: u16) -> Result<Self, Problem> {
        NonZeroU16::new(count).map(Self).ok_or_else(|| {
            Problem::new(
                "cut-off",
                "0 is not a cut-off: write \"start\" for up to the start, \"none\" for no cut-off",
            )
        })
    }
}

impl From<Notice> for u16 {
    fn from(notice: Notice) -> Self {
        notice.count()
    }
}

/// How a policy is written in settings.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPolicy {
    allowed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Cutoff>,
}

impl TryFrom<WrittenPolicy> for ChangePolicy {
    type Error = Problem;

    fn try_from(written: WrittenPolicy) -> Result<Self, Problem> {
        match (written.allowed, written.until) {
            (true, until) => Ok(Self::Until(until.unwrap_or_default())),
            (false, None) => Ok(Self::Refused),
            (false, Some(_)) => Err(Problem::new(
                "until",
                "there is a cut-off for what is not allowed: remove `until`, or set `allowed` to true",
            )),
        }
    }
}

impl From<ChangePolicy> for WrittenPolicy {
    fn from(policy: ChangePolicy) -> Self {
        match policy {
            ChangePolicy::Refused => Self {
                allowed: false,
                until: None,
            },
            ChangePolicy::Until(cutoff) => Self {
                allowed: true,
                until: Some(cutoff),
            },
        }
    }
}

impl CourseSettings {
    /// How long an offer stands where it does not say itself.
    #[must_use]
    pub fn offer_life(&self) -> Duration {
        Duration::hours(self.offer_hours.get().into())
    }

    pub(crate) fn find_problems(&self, found: &mut Vec<Problem>) {
        let changes = [
            ("courses.policy.transfers", self.policy.transfers),
            ("courses.policy.cancellations", self.policy.cancellations),
        ];
        for (key, policy) in changes {
            let days = match policy {
                ChangePolicy::Until(Cutoff::HoursBefore(hours)) => hours.count() / 24,
                ChangePolicy::Until(Cutoff::DaysBefore { days, .. }) => days.count(),
                ChangePolicy::Until(Cutoff::None | Cutoff::Start) | ChangePolicy::Refused => 0,
            };
            if days > 366 {
                found.push(Problem::new(
                    format!("{key}.until"),
                    "is allowed, yet closes more than a year ahead: set `allowed` to false, or a later cut-off",
                ));
            }
        }
        if self.offer_hours.get() > 24 * 366 {
            found.push(Problem::new(
                "courses.offer_hours",
                "an offer that stands for more than a year never frees its place: set at most 8784",
            ));
        }
    }
}

impl Default for CourseSettings {
    fn default() -> Self {
        Self {
            policy: RegistrationPolicy::default(),
            price_rule: PriceRule::EqualOnly,
            offer_hours: NonZeroU32::MIN.saturating_add(47),
        }
    }
}
