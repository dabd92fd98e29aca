//! Dates in every way Xero writes them.
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

/// An instant: `/Date(1552262400000+0000)/`, or one of the ways ISO 8601 is spelled. What says no zone is UTC.
pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    if let Some(written) = text.strip_prefix("/Date(") {
        return ticks(written.strip_suffix(")/")?);
    }
    // Some have a blank where the letter should be.
    let text: String = text
        .char_indices()
        .map(|(at, c)| if at == 10 && c == ' ' { 'T' } else { c })
        .collect();
    let zoned = DateTime::parse_from_rfc3339(&text).map(|at| at.to_utc());
    let bare = || NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f");
    let day = || {
        let day = text.parse::<NaiveDate>().ok()?;
        Some(day.and_hms_opt(0, 0, 0)?.and_utc())
    };
    zoned
        .ok()
        .or_else(|| bare().ok().map(|at| at.and_utc()))
        .or_else(day)
}

/// The day of a document.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    instant(text).map(|at| at.date_naive())
}

/// As Xero reads it in a header: to the second, with its zone.
pub(super) fn header(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Milliseconds since 1970 in UTC. The zone behind them informs, and shifts nothing.
fn ticks(text: &str) -> Option<DateTime<Utc>> {
    let sign = usize::from(text.starts_with('-'));
    let zone = text.get(sign..)?.find(['+', '-']).map(|at| at + sign);
    let (millis, zone) = text.split_at_checked(zone.unwrap_or(text.len()))?;
    let digits = zone.get(1..).unwrap_or_default();
    let is_zone = zone.is_empty() || (2..=4).contains(&digits.len());
    if !is_zone || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    DateTime::from_timestamp_millis(millis.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    #[test]
    fn every_way_xero_writes_an_instant_is_read() {
        let at = |y, m, d, h, min, s| Utc.with_ymd_and_hms(y, m, d, h, min, s).unwrap();
        for (text, wanted) in [
            ("/Date(1552262400000+0000)/", at(2019, 3, 11, 0, 0, 0)),
            ("/Date(1552262400000)/", at(2019, 3, 11, 0, 0, 0)),
            ("/Date(1511827200000-0500)/", at(2017, 11, 28, 0, 0, 0)),
            ("/Date(1511827200000+13)/", at(2017, 11, 28, 0, 0, 0)),
            ("/Date(-86400000+0000)/", at(1969, 12, 31, 0, 0, 0)),
            ("2019-07-22T00:00:00", at(2019, 7, 22, 0, 0, 0)),
            ("2019-07-22 00:00:00", at(2019, 7, 22, 0, 0, 0)),
            ("2019-07-22", at(2019, 7, 22, 0, 0, 0)),
            ("2019-03-11 17:58:46+00:00", at(2019, 3, 11, 17, 58, 46)),
            ("2019-03-11T23:10:38Z", at(2019, 3, 11, 23, 10, 38)),
            ("2019-03-12T12:10:38+13:00", at(2019, 3, 11, 23, 10, 38)),
        ] {
            assert_eq!(instant(text), Some(wanted), "{text}");
        }
        let fine = instant("/Date(1550899400362)/").unwrap();
        assert_eq!(fine.timestamp_subsec_millis(), 362);
        assert_eq!(
            instant("2020-03-18T21:20:07.7179250")
                .unwrap()
                .timestamp_subsec_nanos(),
            717_925_000
        );
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "/Date()/",
            "/Date(1",
            "/Date(+0000)/",
            "/Date(1+)/",
            "/Date(1+00000)/",
            "/Date(1+ab)/",
            "/Date(99999999999999999)/",
            "é",
            "2019-13-01",
            "soon",
            "2019-07-22é00:00:00",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
    }
}
