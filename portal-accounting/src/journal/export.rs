//! The books for whoever does the books.
use std::{
    collections::BTreeMap,
    io::{self, Write},
    sync::Arc,
};

use portal_core::{
    Currency, Money,
    accounting::CustomerRef,
    chrono::{DateTime, NaiveDate, Utc},
};
use serde::Serialize;

use super::{
    Journal,
    entry::Side,
    record::{Record, What, customer_ref},
};

/// One entry, with what it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct JournalLine {
    /// The record's number. Entries of one record balance.
    pub record: u64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// The day it counts for.
    pub date: NaiveDate,
    /// What happened: `invoice`, `payment`, `voided`, `taken_back`.
    pub what: &'static str,
    /// The number of the invoice.
    pub number: Arc<str>,
    /// Our reference of a payment.
    pub reference: Option<Arc<str>>,
    /// The account.
    pub account: Arc<str>,
    /// So much on its left side.
    pub debit: Option<Money>,
    /// So much on its right side.
    pub credit: Option<Money>,
}

/// Somebody who is owed an invoice, or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct JournalCustomer {
    /// The journal's name for them.
    pub customer: CustomerRef,
    /// Our key for them.
    pub key: Arc<str>,
    /// What they were called when they were entered.
    pub name: String,
    /// Where they read mail.
    pub email: Option<String>,
}

const HEAD: &str = "record,at,date,what,number,reference,account,currency,debit,credit";

impl Journal {
    /// Every entry, in the order they were written.
    #[must_use]
    pub fn entries(&self) -> Vec<JournalLine> {
        let kept = self.kept();
        let mut all = vec![];
        for record in kept.books.records() {
            let Some(document) = kept.books.about(record) else {
                continue;
            };
            let (what, date, reference) = match &record.what {
                What::Invoice(invoice) => ("invoice", invoice.date, None),
                What::Payment(payment) => (
                    "payment",
                    payment.date,
                    Some(Arc::clone(&payment.reference)),
                ),
                What::Voided { .. } => ("voided", record.at.date_naive(), None),
                What::TakenBack { payment } => {
                    let of = kept
                        .books
                        .payment(payment)
                        .and_then(|(_, of)| reference(of));
                    ("taken_back", record.at.date_naive(), of)
                }
                What::Customer { .. } | What::Note { .. } | What::Closed { .. } => continue,
            };
            for entry in &record.entries {
                let on = |side| (entry.side == side).then_some(entry.amount);
                all.push(JournalLine {
                    record: record.seq,
                    at: record.at,
                    date,
                    what,
                    number: Arc::clone(&document.number),
                    reference: reference.clone(),
                    account: Arc::clone(&entry.account),
                    debit: on(Side::Debit),
                    credit: on(Side::Credit),
                });
            }
        }
        all
    }

    /// Everybody, in the order they were entered.
    #[must_use]
    pub fn customers(&self) -> Vec<JournalCustomer> {
        let kept = self.kept();
        let all = kept.books.records().iter();
        let known = |record: &Record| match &record.what {
            What::Customer { key, name, email } => Some(JournalCustomer {
                customer: customer_ref(record.seq),
                key: Arc::clone(key),
                name: name.clone(),
                email: email.clone(),
            }),
            _ => None,
        };
        all.filter_map(known).collect()
    }

    /// What each account stands at, debits counted up. In each currency they come to nothing together.
    #[must_use]
    pub fn balances(&self) -> BTreeMap<(Arc<str>, Currency), i128> {
        let kept = self.kept();
        let mut sums = BTreeMap::new();
        for entry in kept
            .books
            .records()
            .iter()
            .flat_map(|record| &record.entries)
        {
            let account = (Arc::clone(&entry.account), entry.amount.currency());
            *sums.entry(account).or_default() += entry.signed();
        }
        sums
    }

    /// Every entry as CSV, with a head. A spreadsheet takes none of its cells for a formula.
    ///
    /// # Errors
    /// When it cannot be written there.
    pub fn csv(&self, to: &mut impl Write) -> io::Result<()> {
        writeln!(to, "{HEAD}")?;
        for line in self.entries() {
            let amount = |side: Option<Money>| {
                side.map(|money| money.amount().to_string())
                    .unwrap_or_default()
            };
            let currency = line
                .debit
                .or(line.credit)
                .map(|money| money.currency().to_string());
            let cells = [
                line.record.to_string(),
                line.at.to_rfc3339(),
                line.date.to_string(),
                line.what.to_owned(),
                cell(&line.number),
                cell(line.reference.as_deref().unwrap_or_default()),
                cell(&line.account),
                currency.unwrap_or_default(),
                amount(line.debit),
                amount(line.credit),
            ];
            writeln!(to, "{}", cells.join(","))?;
        }
        Ok(())
    }

    /// Every entry as one JSON array.
    ///
    /// # Errors
    /// When it cannot be written there.
    pub fn json(&self, to: &mut impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *to, &self.entries())?;
        writeln!(to)
    }
}

fn reference(of: &Record) -> Option<Arc<str>> {
    match &of.what {
        What::Payment(payment) => Some(Arc::clone(&payment.reference)),
        _ => None,
    }
}

/// A cell of text: quoted where it has to be, and never a formula.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}
