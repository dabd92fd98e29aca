//! What changed: documents first, then payments, whose changes Xero tells of nowhere else.
use chrono::{DateTime, TimeDelta, Utc};
use portal_core::{
    accounting::{ChangeCursor, Changes, LedgerError},
    adapter::{AdapterError, AdapterErrorKind, Disposition},
};

use super::{NAME, request, wire::Wire};

/// Clocks differ, and what is written takes a moment to be found.
const OVERLAP: TimeDelta = TimeDelta::minutes(5);

/// One reading, page by page: what has changed since then, and what the next one begins from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reading {
    since: DateTime<Utc>,
    /// When it began, by the clock that is further behind.
    began: DateTime<Utc>,
    part: Part,
    page: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Invoices,
    Payments,
}

pub(super) async fn changes(wire: &Wire, since: &ChangeCursor) -> Result<Changes, LedgerError> {
    let mut reading = match since {
        ChangeCursor::Since(at) => Reading::new(*at, wire.clock.now()),
        ChangeCursor::Page(marker) => Reading::parse(marker).ok_or_else(not_ours)?,
        _ => return Err(not_ours()),
    };
    let Reading { since, page, .. } = reading;
    let (call, name) = match reading.part {
        Part::Invoices => (request::changed_invoices(since, page), "Invoices"),
        Part::Payments => (request::changed_payments(since, page), "Payments"),
    };
    let list = wire.have(&call, name).await?;
    if let Some(theirs) = list.at {
        reading.began = reading.began.min(theirs);
    }
    let (documents, touched) = match reading.part {
        Part::Invoices => list.changed(),
        Part::Payments => (vec![], list.paid()),
    };
    let (next, more) = match reading.next(list.more) {
        Some(next) => (ChangeCursor::Page(next.marker().into()), true),
        None => (ChangeCursor::Since(reading.began), false),
    };
    Ok(Changes::new(documents, next)
        .touching(touched)
        .and_more(more))
}

impl Reading {
    fn new(since: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        Self {
            since: since.checked_sub_signed(OVERLAP).unwrap_or(since),
            began: now,
            part: Part::Invoices,
            page: 1,
        }
    }

    fn next(self, more: bool) -> Option<Self> {
        match self.part {
            _ if more => Some(Self {
                page: self.page.checked_add(1)?,
                ..self
            }),
            Part::Invoices => Some(Self {
                part: Part::Payments,
                page: 1,
                ..self
            }),
            Part::Payments => None,
        }
    }

    fn marker(&self) -> String {
        let part = match self.part {
            Part::Invoices => "invoices",
            Part::Payments => "payments",
        };
        let (since, began) = (self.since.timestamp_millis(), self.began.timestamp_millis());
        format!("1 {part} {} {since} {began}", self.page)
    }

    fn parse(marker: &str) -> Option<Self> {
        let mut words = marker.split(' ');
        let (Some("1"), Some(part)) = (words.next(), words.next()) else {
            return None;
        };
        let part = match part {
            "invoices" => Part::Invoices,
            "payments" => Part::Payments,
            _ => return None,
        };
        let page = words.next()?.parse().ok()?;
        let mut instant = || DateTime::from_timestamp_millis(words.next()?.parse().ok()?);
        Some(Self {
            since: instant()?,
            began: instant()?,
            part,
            page,
        })
    }
}

fn not_ours() -> LedgerError {
    let (kind, never) = (AdapterErrorKind::Rejected, Disposition::NeverSent);
    let message = "this is no marker of ours: read from an instant again";
    AdapterError::new(kind, never, NAME, "changes", message).into()
}

#[cfg(test)]
mod tests {
    use super::{
        Part::{Invoices, Payments},
        *,
    };

    #[test]
    fn a_reading_goes_through_documents_then_payments_and_ends_where_it_began() {
        let at = |minutes| DateTime::<Utc>::UNIX_EPOCH + TimeDelta::minutes(minutes);
        let first = Reading::new(at(60), at(90));
        assert_eq!((first.since, first.began), (at(55), at(90)));
        let mut pages = vec![];
        let mut now = Some(first);
        for more in [true, false, true, false] {
            let reading = now.unwrap();
            assert_eq!(Reading::parse(&reading.marker()), Some(reading));
            pages.push((reading.part, reading.page));
            now = reading.next(more);
        }
        assert_eq!(
            pages,
            [(Invoices, 1), (Invoices, 2), (Payments, 1), (Payments, 2)]
        );
        assert_eq!(now, None);
    }

    #[test]
    fn a_marker_of_somebody_elses_is_not_read() {
        for marker in [
            "",
            "1",
            "2 invoices 1 0 0",
            "1 bills 1 0 0",
            "1 invoices x 0 0",
            "1 invoices 1 0",
        ] {
            assert_eq!(Reading::parse(marker), None, "{marker}");
        }
    }
}
