//! Lists: filtered, in the order of their changes, in pages.
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    Contact, Invoice, Payment,
    answers::{self, Answer, Depth},
    calls::Asked,
    json::Json,
    query::Is,
    state::Books,
    switches::Switches,
};

/// A row that can be asked for by its fields.
trait Row {
    /// What is in this field; none where there is no such field.
    fn field(&self, books: &Books, name: &str) -> Option<String>;
    fn changed(&self) -> (DateTime<Utc>, u64);
}

impl Row for Invoice {
    fn field(&self, books: &Books, name: &str) -> Option<String> {
        let contact = || books.contacts.iter().find(|c| c.id == self.contact);
        Some(match name {
            "Type" => "ACCREC".to_owned(),
            "InvoiceID" => self.id.to_string(),
            "InvoiceNumber" => self.number.clone(),
            "Reference" => self.reference.clone(),
            "Status" => self.status.clone(),
            "Contact.ContactID" => self.contact.to_string(),
            "Contact.ContactNumber" => contact()?.number.clone().unwrap_or_default(),
            "Contact.Name" => contact()?.name.clone(),
            _ => return None,
        })
    }

    fn changed(&self) -> (DateTime<Utc>, u64) {
        (self.updated, self.change)
    }
}

impl Row for Payment {
    fn field(&self, books: &Books, name: &str) -> Option<String> {
        let invoice = || books.invoices.iter().find(|i| i.id == self.invoice);
        Some(match name {
            "PaymentID" => self.id.to_string(),
            "Reference" => self.reference.clone(),
            "Status" if self.deleted => "DELETED".to_owned(),
            "Status" => "AUTHORISED".to_owned(),
            "PaymentType" => "ACCRECPAYMENT".to_owned(),
            "Invoice.InvoiceID" => self.invoice.to_string(),
            "Invoice.InvoiceNumber" => invoice()?.number.clone(),
            _ => return None,
        })
    }

    fn changed(&self) -> (DateTime<Utc>, u64) {
        (self.updated, self.change)
    }
}

impl Row for Contact {
    fn field(&self, _books: &Books, name: &str) -> Option<String> {
        Some(match name {
            "ContactID" => self.id.to_string(),
            "ContactNumber" => self.number.clone().unwrap_or_default(),
            "ContactStatus" => self.status.clone(),
            "Name" => self.name.clone(),
            "EmailAddress" => self.email.clone().unwrap_or_default(),
            _ => return None,
        })
    }

    fn changed(&self) -> (DateTime<Utc>, u64) {
        (self.updated, self.change)
    }
}

pub(super) fn invoices(books: &Books, switches: &Switches, asked: &Asked<'_>) -> Answer {
    let query = &asked.query;
    let among = |name: &str, value: &str| {
        query
            .list(name)
            .is_none_or(|list| list.iter().any(|one| one == value))
    };
    let rows = books.invoices.iter().filter(|i| {
        among("Statuses", &i.status)
            && among("IDs", &i.id.to_string())
            && among("InvoiceNumbers", &i.number)
            && among("ContactIDs", &i.contact.to_string())
            && (i.by_app || !query.is("createdByMyApp"))
    });
    // Without pages a list has no lines.
    let depth = match query.page() {
        _ if query.is("summaryOnly") => Depth::Summary,
        Some(_) => Depth::Whole,
        None => Depth::Listed,
    };
    let show = |row: &Invoice| answers::invoice(books, row, depth, switches.dates);
    listed(books, "Invoices", rows.collect(), show, switches, asked)
}

pub(super) fn contacts(books: &Books, switches: &Switches, asked: &Asked<'_>) -> Answer {
    let query = &asked.query;
    let ids: Option<Vec<Uuid>> = query
        .list("IDs")
        .map(|ids| ids.iter().filter_map(|id| id.parse().ok()).collect());
    let rows = books.contacts.iter().filter(|c| {
        let shown = c.status == "ACTIVE" || query.is("includeArchived");
        shown && ids.as_ref().is_none_or(|ids| ids.contains(&c.id))
    });
    let show = |row: &Contact| answers::contact(row, switches.dates);
    listed(books, "Contacts", rows.collect(), show, switches, asked)
}

pub(super) fn payments(books: &Books, switches: &Switches, asked: &Asked<'_>) -> Answer {
    let show = |row: &Payment| answers::payment(books, row, switches.dates);
    listed(
        books,
        "Payments",
        books.payments.iter().collect(),
        show,
        switches,
        asked,
    )
}

fn listed<R: Row>(
    books: &Books,
    name: &'static str,
    mut rows: Vec<&R>,
    show: impl Fn(&R) -> Json,
    switches: &Switches,
    asked: &Asked<'_>,
) -> Answer {
    let wanted = match asked.query.compared() {
        Ok(wanted) => wanted,
        Err(why) => return Answer::malformed(16, "QueryParseException", &why),
    };
    for Is { field, value } in &wanted {
        if rows
            .first()
            .is_some_and(|row| row.field(books, field).is_none())
        {
            let why = format!("No property or field '{field}' exists in type '{name}'");
            return Answer::malformed(16, "QueryParseException", &why);
        }
        rows.retain(|row| row.field(books, field).as_ref() == Some(value));
    }
    if let Some(since) = asked.since {
        rows.retain(|row| row.changed().0 > since);
    }
    // What has changed last comes last: a row that changes while a list is read moves behind all others, and those after it move up.
    rows.sort_by_key(|row| row.changed());
    match asked.query.one("order").map(str::trim) {
        None | Some("UpdatedDateUTC" | "UpdatedDateUTC ASC" | "") => {}
        Some("UpdatedDateUTC DESC") => rows.reverse(),
        Some(other) => {
            let (field, down) = other
                .strip_suffix(" DESC")
                .map_or((other.trim_end_matches(" ASC"), false), |field| {
                    (field, true)
                });
            rows.sort_by_key(|row| row.field(books, field));
            if down {
                rows.reverse();
            }
        }
    }
    let items = rows.len();
    let page = asked.query.page();
    if let Some((page, size)) = page {
        rows = rows
            .into_iter()
            .skip((page - 1) * size)
            .take(size)
            .collect();
    }
    let page = page.map(|(page, size)| (page, size, items));
    let all = rows.into_iter().map(show).collect();
    Answer::list(name, all, page, asked.now, &switches.left_out)
}
