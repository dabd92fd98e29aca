//! How facts are written into columns: JSON for what has a shape, sortable text for instants. The same on every database.
use std::fmt::Write;

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use portal_core::StoreError;
use serde::{Serialize, de::DeserializeOwned};

/// A value as JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::Corrupt(Box::new(e)))
}

/// A value read back from JSON.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::Corrupt(Box::new(e)))
}

/// One of a few words, as that word: a state, a kind.
#[cfg(feature = "accounts")]
pub(crate) fn word(value: &impl Serialize) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        Ok(_) => Err(StoreError::Corrupt("this is not one word".into())),
        Err(e) => Err(StoreError::Corrupt(Box::new(e))),
    }
}

/// A word read back.
pub(crate) fn parse_word<T: DeserializeOwned>(word: String) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word))
        .map_err(|e| StoreError::Corrupt(Box::new(e)))
}

/// An instant to the nanosecond, as text that sorts by time: `2026-03-01T09:30:00.000000000Z`.
///
/// Years beyond 9999 are led by `~`, years before 0 by `!` and counted from a million years earlier, so that they sort too.
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    let mut text = String::with_capacity(34);
    let year = at.year();
    // Writing to a string cannot fail.
    let _ = match year {
        0..=9999 => write!(text, "{year:04}"),
        10_000.. => write!(text, "~{year:06}"),
        _ => write!(text, "!{:06}", FAR_BACK + year),
    };
    let (month, day) = (at.month(), at.day());
    let (hour, minute, second) = (at.hour(), at.minute(), at.second());
    // A leap second has no place of its own among the texts: it counts as the last instant before the next.
    let nanos = at.nanosecond().min(999_999_999);
    let _ = write!(
        text,
        "-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{nanos:09}Z"
    );
    text
}

/// An instant read back.
pub(crate) fn parse_instant(text: &str) -> Result<DateTime<Utc>, StoreError> {
    instant_of(text)
        .ok_or_else(|| StoreError::Corrupt(format!("`{text}` is not an instant").into()))
}

const FAR_BACK: i32 = 1_000_000;

fn instant_of(text: &str) -> Option<DateTime<Utc>> {
    let (year, rest) = if let Some(late) = text.strip_prefix('~') {
        let (year, rest) = late.split_at_checked(6)?;
        (year.parse::<i32>().ok()?, rest)
    } else if let Some(early) = text.strip_prefix('!') {
        let (year, rest) = early.split_at_checked(6)?;
        (year.parse::<i32>().ok()? - FAR_BACK, rest)
    } else {
        let (year, rest) = text.split_at_checked(4)?;
        (year.parse::<i32>().ok()?, rest)
    };
    let (date, time) = rest.strip_prefix('-')?.split_once('T')?;
    let (month, day) = date.split_once('-')?;
    let date = NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)?;
    let (time, nanos) = time.strip_suffix('Z')?.split_once('.')?;
    let mut parts = time.split(':').map(|part| part.parse::<u32>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let at = date.and_hms_nano_opt(hour, minute, second, nanos.parse().ok()?)?;
    Some(at.and_utc())
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone};

    use super::*;

    #[test]
    fn instants_come_back_as_they_were_and_sort_by_time() {
        let spring = Utc.with_ymd_and_hms(2026, 3, 29, 1, 0, 0).unwrap();
        let all = [
            DateTime::<Utc>::MIN_UTC,
            Utc.with_ymd_and_hms(-1, 12, 31, 23, 59, 59).unwrap(),
            Utc.with_ymd_and_hms(0, 1, 1, 0, 0, 0).unwrap(),
            DateTime::<Utc>::UNIX_EPOCH,
            spring,
            spring + TimeDelta::nanoseconds(1),
            Utc.with_ymd_and_hms(9999, 12, 31, 23, 59, 59).unwrap(),
            Utc.with_ymd_and_hms(10_000, 1, 1, 0, 0, 0).unwrap(),
            DateTime::<Utc>::MAX_UTC,
        ];
        let written: Vec<_> = all.into_iter().map(instant).collect();
        let read: Vec<_> = written.iter().map(|t| parse_instant(t).unwrap()).collect();
        assert_eq!(read, all);
        assert!(written.is_sorted());
    }

    #[test]
    fn a_leap_second_counts_as_the_last_instant_before_the_next() {
        let last = Utc.with_ymd_and_hms(2016, 12, 31, 23, 59, 59).unwrap();
        let leap = last.with_nanosecond(1_500_000_000).unwrap();
        let written = instant(leap);
        assert_eq!(written, "2016-12-31T23:59:59.999999999Z");
        assert!(written < instant(last + TimeDelta::seconds(1)));
        parse_instant(&written).unwrap();
    }

    #[test]
    fn what_is_not_an_instant_is_said_to_be_malformed() {
        for text in ["", "2026", "2026-13-01T00:00:00.0Z", "~1-é", "now"] {
            assert!(matches!(parse_instant(text), Err(StoreError::Corrupt(_))));
        }
    }
}
