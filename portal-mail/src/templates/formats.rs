//! Dates, times and amounts as the reader writes them. Nothing passes through a float.
use std::fmt;

use icu_calendar::Iso;
use icu_datetime::{
    DateTimeFormatter, NoCalendarFormatter,
    fieldsets::{T, YMD, YMDE, zone::SpecificLong},
    input::{Date, DateTime as Local, Time, TimeZone, UtcOffset},
};
use icu_decimal::{DecimalFormatter, input::Decimal, options::DecimalFormatterOptions};
use icu_locale_core::Locale;
use portal_core::{
    Money,
    chrono::{DateTime, Datelike, NaiveDate, Offset, Timelike},
    chrono_tz::Tz,
    mail::Event,
    rust_decimal,
};

/// How one locale writes.
pub(super) struct Formats {
    day: DateTimeFormatter<YMDE>,
    date: DateTimeFormatter<YMD>,
    time: NoCalendarFormatter<T>,
    zone: NoCalendarFormatter<SpecificLong>,
    number: DecimalFormatter,
}

impl Formats {
    /// The formats of a locale such as `en-GB`; none where its data is not part of the build.
    pub(super) fn of(locale: &Locale) -> Option<Self> {
        Some(Self {
            day: DateTimeFormatter::try_new(locale.clone().into(), YMDE::long()).ok()?,
            date: DateTimeFormatter::try_new(locale.clone().into(), YMD::medium()).ok()?,
            time: NoCalendarFormatter::try_new(locale.clone().into(), T::hm()).ok()?,
            zone: NoCalendarFormatter::try_new(locale.clone().into(), SpecificLong).ok()?,
            number: DecimalFormatter::try_new(
                locale.clone().into(),
                DecimalFormatterOptions::default(),
            )
            .ok()?,
        })
    }

    /// An instant on the clocks where it is told, with the name of their zone.
    pub(super) fn moment(&self, at: DateTime<Tz>) -> String {
        format!("{}, {} ({})", self.day(at), self.time(at), self.zone(at))
    }

    /// From when to when, on the clocks where it is.
    pub(super) fn span(&self, event: &Event) -> String {
        self.between(event.starts_at, event.ends_at)
    }

    /// From one instant to another, on the clocks where they are told.
    pub(super) fn between(&self, from: DateTime<Tz>, to: DateTime<Tz>) -> String {
        let (first, starts, zone) = (self.day(from), self.time(from), self.zone(from));
        let (last, ends, zone_then) = (self.day(to), self.time(to), self.zone(to));
        // The clocks change meanwhile: each end is on its own.
        match (from.date_naive() == to.date_naive(), zone == zone_then) {
            (true, true) => format!("{first}, {starts}–{ends} ({zone})"),
            (true, false) => format!("{first}, {starts} ({zone}) – {ends} ({zone_then})"),
            (false, true) => format!("{first}, {starts} – {last}, {ends} ({zone})"),
            (false, false) => format!("{first}, {starts} ({zone}) – {last}, {ends} ({zone_then})"),
        }
    }

    /// An amount, with its currency by the three letters: `$` is the sign of twenty of them.
    pub(super) fn money(&self, money: Money) -> String {
        format!("{}\u{a0}{}", self.number(money.amount()), money.currency())
    }

    /// A number, with the decimals it has.
    pub(super) fn number(&self, number: rust_decimal::Decimal) -> String {
        let written = number.to_string();
        match written.parse::<Decimal>() {
            Ok(number) => self.number.format_to_string(&number),
            Err(_) => written,
        }
    }

    /// A day as it stands in a table, such as 3 Feb 2027.
    pub(super) fn date(&self, day: NaiveDate) -> String {
        match iso(day) {
            Some(date) => self.date.format(&date).to_string(),
            None => day.to_string(),
        }
    }

    /// How many.
    pub(super) fn count(&self, n: usize) -> String {
        let written = n.to_string();
        match written.parse::<Decimal>() {
            Ok(number) => self.number.format_to_string(&number),
            Err(_) => written,
        }
    }

    fn day(&self, at: DateTime<Tz>) -> String {
        match date(at) {
            Some(date) => self.day.format(&date).to_string(),
            None => at.format("%Y-%m-%d").to_string(),
        }
    }

    fn time(&self, at: DateTime<Tz>) -> String {
        match time(at) {
            Some(time) => self.time.format(&time).to_string(),
            None => at.format("%H:%M").to_string(),
        }
    }

    fn zone(&self, at: DateTime<Tz>) -> String {
        let offset = UtcOffset::try_from_seconds(at.offset().fix().local_minus_utc());
        let zone = TimeZone::from_iana_id(at.timezone().name()).with_offset(offset.ok());
        match (date(at), time(at)) {
            (Some(date), Some(time)) => {
                let zone = zone.at_date_time(Local { date, time });
                self.zone.format(&zone).to_string()
            }
            _ => at.timezone().name().to_owned(),
        }
    }
}

fn date(at: DateTime<Tz>) -> Option<Date<Iso>> {
    iso(at.date_naive())
}

fn iso(day: NaiveDate) -> Option<Date<Iso>> {
    let (month, of_month) = (day.month().try_into().ok()?, day.day().try_into().ok()?);
    Date::try_new_iso(day.year(), month, of_month).ok()
}

fn time(at: DateTime<Tz>) -> Option<Time> {
    let (hour, minute) = (
        u8::try_from(at.hour()).ok()?,
        u8::try_from(at.minute()).ok()?,
    );
    Time::try_new(hour, minute, 0, 0).ok()
}

impl fmt::Debug for Formats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Formats")
    }
}
