use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use portal_core::rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    Contact, Heard, Invoice, Payment, answers::Answer, identity::Identity, model::Account,
    posts::Event, switches::Switches,
};

/// What Xero keeps, and what was asked of it.
#[derive(Debug)]
pub(super) struct State {
    pub(super) books: Books,
    pub(super) identity: Identity,
    pub(super) switches: Switches,
    pub(super) keys: BTreeMap<String, Kept>,
    pub(super) heard: Vec<Heard>,
    /// When each counted request came, in the last day.
    pub(super) counted: VecDeque<DateTime<Utc>>,
}

/// The books of the organisation.
#[derive(Debug, Clone)]
pub(super) struct Books {
    pub(super) organisation: Organisation,
    pub(super) contacts: Vec<Contact>,
    pub(super) invoices: Vec<Invoice>,
    pub(super) payments: Vec<Payment>,
    pub(super) accounts: Vec<Account>,
    pub(super) rates: Vec<(&'static str, Decimal)>,
    pub(super) history: Vec<(Uuid, String)>,
    pub(super) mails: Vec<Uuid>,
    pub(super) events: Vec<Event>,
    since: i64,
    made: u64,
    changes: u64,
}

/// What the organisation has set.
#[derive(Debug, Clone)]
pub(super) struct Organisation {
    pub(super) name: String,
    pub(super) base: String,
    pub(super) currencies: Vec<String>,
    pub(super) period_lock: Option<NaiveDate>,
    pub(super) year_lock: Option<NaiveDate>,
}

/// The first answer to a key.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) request: String,
    pub(super) answer: Answer,
    pub(super) until: DateTime<Utc>,
}

impl State {
    pub(super) fn new(now: DateTime<Utc>) -> Self {
        Self {
            books: Books::new(now),
            identity: Identity::new(now),
            switches: Switches::default(),
            keys: BTreeMap::new(),
            heard: vec![],
            counted: VecDeque::new(),
        }
    }

    /// How many requests are left in this minute and this day.
    pub(super) fn left(&mut self, now: DateTime<Utc>) -> (usize, usize) {
        while self
            .counted
            .front()
            .is_some_and(|at| now - *at >= Duration::days(1))
        {
            self.counted.pop_front();
        }
        let last = |at: &&DateTime<Utc>| now - **at < Duration::minutes(1);
        let minute = self.counted.iter().rev().take_while(last).count();
        let (of_minute, of_day) = (self.switches.minute_limit, self.switches.day_limit);
        (
            of_minute.map_or(60, |limit| limit.saturating_sub(minute)),
            of_day.map_or(5000, |limit| limit.saturating_sub(self.counted.len())),
        )
    }
}

impl Books {
    fn new(now: DateTime<Utc>) -> Self {
        let mut books = Self {
            organisation: Organisation {
                name: "Demo Company (NZ)".to_owned(),
                base: "EUR".to_owned(),
                currencies: ["EUR", "USD", "NZD", "JPY"].map(str::to_owned).to_vec(),
                period_lock: None,
                year_lock: None,
            },
            contacts: vec![],
            invoices: vec![],
            payments: vec![],
            accounts: vec![],
            rates: vec![
                ("OUTPUT2", Decimal::from(15)),
                ("OUTPUT", Decimal::from(20)),
                ("ZERORATEDOUTPUT", Decimal::ZERO),
                ("NONE", Decimal::ZERO),
            ],
            history: vec![],
            mails: vec![],
            events: vec![],
            since: now.timestamp_millis(),
            made: 0,
            changes: 0,
        };
        for (code, name, kind, tax_type, payable) in [
            ("090", "Business Bank Account", "BANK", "NONE", true),
            ("091", "Card Clearing", "BANK", "NONE", true),
            ("200", "Sales", "REVENUE", "NONE", false),
            ("201", "Course Fees", "REVENUE", "NONE", false),
            ("260", "Other Revenue", "REVENUE", "OUTPUT2", false),
            ("611", "Money On Its Way", "CURRENT", "NONE", true),
        ] {
            let id = books.id();
            books.accounts.push(Account {
                id,
                code: code.to_owned(),
                name,
                kind,
                tax_type,
                payable,
                archived: false,
            });
        }
        books
    }

    /// A new name: no other fake gives it, nor one that is started again.
    pub(super) fn id(&mut self) -> Uuid {
        self.made += 1;
        let name = format!("fake-xero {} {}", self.since, self.made);
        Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
    }

    /// The number of the next change, which orders changes of one instant.
    pub(super) fn change(&mut self) -> u64 {
        self.changes += 1;
        self.changes
    }

    /// The account of this code or this name that is not archived.
    pub(super) fn account(&self, code: &str) -> Option<&Account> {
        let known = |a: &&Account| a.code.eq_ignore_ascii_case(code) && !a.archived;
        self.accounts.iter().find(known)
    }

    pub(super) fn rate(&self, code: &str) -> Option<Decimal> {
        let known = self.rates.iter().find(|(known, _)| *known == code);
        known.map(|(_, rate)| *rate)
    }

    /// The last day of the books that is closed.
    pub(super) fn locked_until(&self) -> Option<NaiveDate> {
        self.organisation
            .period_lock
            .max(self.organisation.year_lock)
    }

    /// What the lock says to a document of this date.
    pub(super) fn locked(&self, date: NaiveDate) -> Option<String> {
        let until = self.locked_until().filter(|until| date <= *until)?;
        let which = if self.organisation.year_lock == Some(until) {
            "end of year"
        } else {
            "period"
        };
        let day = until.format("%-d %B %Y");
        Some(format!(
            "The document date cannot be before the {which} lock date, which is currently set to {day}"
        ))
    }

    pub(super) fn invoice_mut(&mut self, id: Uuid) -> &mut Invoice {
        self.invoices.iter_mut().find(|i| i.id == id).unwrap()
    }

    /// Something about this invoice is not as it was: its balance, its status, when it changed, what webhooks say.
    pub(super) fn touch(&mut self, id: Uuid, event: &'static str, now: DateTime<Utc>) {
        let stands = |p: &&Payment| p.invoice == id && !p.deleted;
        let paid = self.payments.iter().filter(stands).map(|p| p.amount).sum();
        let change = self.change();
        let invoice = self.invoice_mut(id);
        invoice.paid = paid;
        invoice.settle();
        (invoice.updated, invoice.change) = (now, change);
        self.events.push(Event::new("INVOICE", event, id, now));
    }

    pub(super) fn touch_contact(&mut self, id: Uuid, event: &'static str, now: DateTime<Utc>) {
        let change = self.change();
        let contact = self.contacts.iter_mut().find(|c| c.id == id).unwrap();
        (contact.updated, contact.change) = (now, change);
        self.events.push(Event::new("CONTACT", event, id, now));
    }
}
