use chrono::Duration;
use portal_core::StoreError;

use super::{
    Seed,
    catalogue::{CITIES, FIRST_COMMON, FIRST_ELEARNING, ONLINE},
    insert::Date,
};

const SESSIONS: usize = 200;
const COURSES: usize = 40;

/// Every date that is not the demo customer's own: one long one for each online course, and the scheduled ones over nine months.
pub(super) struct Dates {
    pub(super) online: Vec<Date>,
    pub(super) scheduled: Vec<Date>,
    /// Future dates that are full, and waited for.
    pub(super) popular: Vec<Date>,
}

pub(super) fn fill(seed: &mut Seed<'_>) -> Result<Dates, StoreError> {
    let year = (seed.morning(ONLINE, -300), seed.morning(ONLINE, 400));
    let mut online = vec![];
    for course in FIRST_ELEARNING + 1..COURSES {
        online.push(seed.date(course, ONLINE, year, 100_000, true)?);
    }
    let (mut scheduled, mut popular) = (vec![], vec![]);
    while seed.sessions < SESSIONS {
        let n = scheduled.len() + popular.len();
        let city = *seed.chance.pick(&CITIES);
        let days = i64::try_from(seed.chance.below(270)).unwrap_or_default() - 120;
        let starts_at = seed.morning(city, days);
        let length = *seed.chance.pick(&[3, 8, 8, 32]);
        let hours = (starts_at, starts_at + Duration::hours(length));
        let full = days > 1 && n % 9 == 0;
        let room = if full { 0 } else { 20 + seed.chance.below(21) };
        let course = FIRST_COMMON + n % (FIRST_ELEARNING - FIRST_COMMON);
        let open = !seed.chance.percent(8);
        let date = seed.date(course, city, hours, room, open)?;
        if full {
            popular.push(date);
        } else {
            scheduled.push(date);
        }
    }
    Ok(Dates {
        online,
        scheduled,
        popular,
    })
}
