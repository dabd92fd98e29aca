//! What Xero answers to each call.
use chrono::{DateTime, Utc};
use portal_core::http::Method;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{
    answers::{self, Answer, Depth},
    contacts::{self, Mode},
    invoices,
    json::Json,
    lists, payments,
    query::Query,
    state::Books,
    switches::Switches,
    wire::{self, ContactIn, HistoryIn, InvoiceIn, PaymentIn},
};

/// One call, as far as its answer hangs on it.
pub(super) struct Asked<'a> {
    pub(super) method: &'a Method,
    /// What follows `/api.xro/2.0/`.
    pub(super) steps: Vec<&'a str>,
    pub(super) query: Query,
    pub(super) body: &'a str,
    pub(super) pdf: bool,
    pub(super) since: Option<DateTime<Utc>>,
    pub(super) now: DateTime<Utc>,
}

/// The parameters that some call has. A misspelt one must not go unnoticed.
const PARAMETERS: [&str; 14] = [
    "where",
    "order",
    "IDs",
    "InvoiceNumbers",
    "ContactIDs",
    "Statuses",
    "page",
    "pageSize",
    "includeArchived",
    "createdByMyApp",
    "unitdp",
    "summaryOnly",
    "searchTerm",
    "summarizeErrors",
];

/// The scopes of which one is needed: the new ones, and the ones they replace.
pub(super) fn scopes(method: &Method, steps: &[&str]) -> &'static [&'static str] {
    let reads = *method == Method::GET;
    match (steps.first().copied(), reads) {
        (Some("Contacts"), true) => &["accounting.contacts", "accounting.contacts.read"],
        (Some("Contacts"), false) => &["accounting.contacts"],
        (Some("Payments"), true) => &[
            "accounting.payments",
            "accounting.payments.read",
            "accounting.transactions",
            "accounting.transactions.read",
        ],
        (Some("Payments"), false) => &["accounting.payments", "accounting.transactions"],
        (Some("Invoices"), true) => &[
            "accounting.invoices",
            "accounting.invoices.read",
            "accounting.transactions",
            "accounting.transactions.read",
        ],
        (Some("Invoices"), false) => &["accounting.invoices", "accounting.transactions"],
        _ => &["accounting.settings", "accounting.settings.read"],
    }
}

pub(super) fn answer(books: &mut Books, switches: &Switches, asked: &Asked<'_>) -> Answer {
    let odd =
        |(name, _): &&(String, String)| !PARAMETERS.iter().any(|p| p.eq_ignore_ascii_case(name));
    if let Some((name, _)) = asked.query.0.iter().find(odd) {
        return Answer::malformed(
            14,
            "PostDataInvalidException",
            &format!("there is no parameter {name}"),
        );
    }
    let call = Call { switches, asked };
    let reads = *asked.method == Method::GET;
    let mode = if *asked.method == Method::PUT {
        Mode::Make
    } else {
        Mode::Upsert
    };
    match (reads, asked.steps.as_slice()) {
        (true, ["Organisation" | "Organisations"]) => call.organisation(books),
        (true, ["Currencies"]) => call.currencies(books),
        (true, ["Accounts"]) => call.list(
            "Accounts",
            books.accounts.iter().map(answers::account).collect(),
        ),
        (true, ["TaxRates"]) => {
            let rates = books
                .rates
                .iter()
                .map(|(code, rate)| answers::rate(code, *rate));
            call.list("TaxRates", rates.collect())
        }
        (true, ["Contacts"]) => lists::contacts(books, switches, asked),
        (true, ["Contacts", which]) => call.contact(books, which),
        (false, ["Contacts"]) => call.put_contacts(books, mode, None),
        (false, ["Contacts", which]) => match find_contact(books, which) {
            Some(id) => call.put_contacts(books, Mode::Upsert, Some(id)),
            None => Answer::not_found(),
        },
        (true, ["Invoices"]) => lists::invoices(books, switches, asked),
        (false, ["Invoices"]) => call.put_invoices(books, mode, None),
        (true, ["Payments"]) => lists::payments(books, switches, asked),
        (false, ["Payments"]) => call.put_payments(books),
        (true, ["Payments", which]) => match find_payment(books, which) {
            Some(id) => call.list("Payments", vec![call.payment(books, id)]),
            None => Answer::not_found(),
        },
        (false, ["Payments", which]) => match find_payment(books, which) {
            Some(id) => call.delete_payment(books, id),
            None => Answer::not_found(),
        },
        (_, ["Invoices", which, rest @ ..]) => match find_invoice(books, which) {
            Some(id) => call.of_invoice(books, id, rest),
            None => Answer::not_found(),
        },
        _ => Answer::not_found(),
    }
}

struct Call<'a> {
    switches: &'a Switches,
    asked: &'a Asked<'a>,
}

impl Call<'_> {
    fn list(&self, name: &'static str, all: Vec<Json>) -> Answer {
        Answer::list(name, all, None, self.asked.now, &self.switches.left_out)
    }

    fn organisation(&self, books: &Books) -> Answer {
        let tenant = super::FakeXero::TENANT.parse().unwrap();
        let one = answers::organisation(&books.organisation, tenant, self.switches.dates);
        self.list("Organisations", vec![one])
    }

    fn currencies(&self, books: &Books) -> Answer {
        let one = |code: &String| {
            Json::Map(vec![
                ("Code", Json::text(code)),
                ("Description", Json::text(code)),
            ])
        };
        self.list(
            "Currencies",
            books.organisation.currencies.iter().map(one).collect(),
        )
    }

    fn contact(&self, books: &Books, which: &str) -> Answer {
        let Some(id) = find_contact(books, which) else {
            return Answer::not_found();
        };
        self.list("Contacts", vec![self.shown_contact(books, id)])
    }

    fn shown_contact(&self, books: &Books, id: Uuid) -> Json {
        let contact = books.contacts.iter().find(|c| c.id == id).unwrap();
        answers::contact(contact, self.switches.dates)
    }

    fn invoice(&self, books: &Books, id: Uuid) -> Json {
        let invoice = books.invoices.iter().find(|i| i.id == id).unwrap();
        answers::invoice(books, invoice, Depth::Whole, self.switches.dates)
    }

    fn payment(&self, books: &Books, id: Uuid) -> Json {
        let payment = books.payments.iter().find(|p| p.id == id).unwrap();
        answers::payment(books, payment, self.switches.dates)
    }

    fn put_contacts(&self, books: &mut Books, mode: Mode, id: Option<Uuid>) -> Answer {
        let put = |books: &mut Books, said: &ContactIn| {
            let mut said = said.clone();
            said.contact_id = id.or(said.contact_id);
            contacts::put(books, &said, mode, self.asked.now)
        };
        let echo =
            |said: &ContactIn| vec![("Name", Json::text(said.name.as_deref().unwrap_or_default()))];
        self.write(books, "Contacts", put, echo, |books, id| {
            self.shown_contact(books, id)
        })
    }

    fn put_invoices(&self, books: &mut Books, mode: Mode, id: Option<Uuid>) -> Answer {
        let decimals = if self.asked.query.one("unitdp") == Some("4") {
            4
        } else {
            2
        };
        let put = |books: &mut Books, said: &InvoiceIn| {
            let mut said = said.clone();
            said.invoice_id = id.or(said.invoice_id);
            invoices::put(books, &said, mode, decimals, self.asked.now)
        };
        let echo = |said: &InvoiceIn| {
            let number = said.invoice_number.as_deref().unwrap_or_default();
            vec![
                ("InvoiceID", Json::text(Uuid::nil())),
                ("InvoiceNumber", Json::text(number)),
                ("HasErrors", Json::yes(true)),
            ]
        };
        self.write(books, "Invoices", put, echo, |books, id| {
            self.invoice(books, id)
        })
    }

    fn put_payments(&self, books: &mut Books) -> Answer {
        let put = |books: &mut Books, said: &PaymentIn| match said.payment_id {
            Some(id) if said.status.as_deref() == Some("DELETED") => {
                payments::delete(books, id, self.asked.now)
            }
            _ => payments::put(books, said, self.asked.now),
        };
        self.write(books, "Payments", put, nameless_payment, |books, id| {
            self.payment(books, id)
        })
    }

    fn delete_payment(&self, books: &mut Books, id: Uuid) -> Answer {
        let put = |books: &mut Books, said: &PaymentIn| {
            if said.status.as_deref() == Some("DELETED") {
                payments::delete(books, id, self.asked.now)
            } else {
                Err(vec!["Payment status must be DELETED".to_owned()])
            }
        };
        self.write(books, "Payments", put, nameless_payment, |books, id| {
            self.payment(books, id)
        })
    }

    /// What can be done with one invoice.
    fn of_invoice(&self, books: &mut Books, id: Uuid, rest: &[&str]) -> Answer {
        let status = books
            .invoices
            .iter()
            .find(|i| i.id == id)
            .map(|i| i.status.clone())
            .unwrap();
        let reads = *self.asked.method == Method::GET;
        match (reads, rest) {
            (true, []) if self.asked.pdf => {
                let number = &books.invoice_mut(id).number;
                let page = format!("%PDF-1.4\n% {number}\n%%EOF\n");
                Answer::text(200, "application/pdf", page)
            }
            (true, []) => self.list("Invoices", vec![self.invoice(books, id)]),
            (false, []) => self.put_invoices(books, Mode::Upsert, Some(id)),
            (true, ["OnlineInvoice"]) if status == "DRAFT" => Answer::not_found(),
            (true, ["OnlineInvoice"]) => {
                let url = format!("https://in.xero.com/{}", id.simple());
                let one = Json::Map(vec![("OnlineInvoiceUrl", Json::text(url))]);
                self.list("OnlineInvoices", vec![one])
            }
            (false, ["Email"])
                if !["SUBMITTED", "AUTHORISED", "PAID"].contains(&status.as_str()) =>
            {
                let why = vec!["Invoice not of valid status for sending".to_owned()];
                Answer::invalid(vec![Json::Map(vec![(
                    "ValidationErrors",
                    answers::messages(&why),
                )])])
            }
            (false, ["Email"]) => {
                books.mails.push(id);
                books.invoice_mut(id).sent = true;
                Answer::nothing()
            }
            (false, ["History" | "history"]) => self.note(books, id),
            (true, ["History" | "history"]) => {
                let said = books.history.iter().filter(|(of, _)| *of == id);
                let one = |(_, text): &(Uuid, String)| {
                    Json::Map(vec![
                        ("Changes", Json::text("Note")),
                        ("Details", Json::text(text)),
                    ])
                };
                self.list("HistoryRecords", said.map(one).collect())
            }
            _ => Answer::not_found(),
        }
    }

    fn note(&self, books: &mut Books, id: Uuid) -> Answer {
        let put = |books: &mut Books, said: &HistoryIn| {
            if said.details.is_empty() || said.details.chars().count() > 2500 {
                return Err(vec![
                    "Details must have at least one character, and at most 2500.".to_owned(),
                ]);
            }
            books.history.push((id, said.details.clone()));
            Ok(id)
        };
        let echo = |said: &HistoryIn| vec![("Details", Json::text(&said.details))];
        let show = |books: &Books, _| {
            let said = books.history.last().map_or("", |(_, text)| text.as_str());
            Json::Map(vec![("Details", Json::text(said))])
        };
        self.write(books, "HistoryRecords", put, echo, show)
    }

    /// All of it, or nothing and a 400; with `summarizeErrors=false` each for itself, and 200 in any case.
    fn write<T: DeserializeOwned>(
        &self,
        books: &mut Books,
        name: &'static str,
        put: impl Fn(&mut Books, &T) -> Result<Uuid, Vec<String>>,
        echo: impl Fn(&T) -> Vec<(&'static str, Json)>,
        show: impl Fn(&Books, Uuid) -> Json,
    ) -> Answer {
        let said = match wire::elements::<T>(self.asked.body, name) {
            Ok(said) => said,
            Err(why) => return Answer::malformed(14, "PostDataInvalidException", &why),
        };
        let each = self
            .asked
            .query
            .one("summarizeErrors")
            .is_some_and(|said| said.eq_ignore_ascii_case("false"));
        let before = books.clone();
        let (mut all, mut refused) = (vec![], vec![]);
        for one in &said {
            match put(books, one) {
                Ok(id) => {
                    let shown = show(books, id);
                    all.push(if each {
                        answers::judged(shown, &[])
                    } else {
                        shown
                    });
                }
                Err(errors) => {
                    all.push(answers::judged(Json::Map(echo(one)), &errors));
                    let mut element = echo(one);
                    element.push(("ValidationErrors", answers::messages(&errors)));
                    refused.push(Json::Map(element));
                }
            }
        }
        if refused.is_empty() || each {
            return self.list(name, all);
        }
        *books = before;
        Answer::invalid(refused)
    }
}

fn nameless_payment(_: &PaymentIn) -> Vec<(&'static str, Json)> {
    vec![("PaymentID", Json::text(Uuid::nil()))]
}

/// By Xero's name for it or by its number.
fn find_invoice(books: &Books, which: &str) -> Option<Uuid> {
    let id = which.parse::<Uuid>().ok();
    let found = books.invoices.iter().find(|i| Some(i.id) == id);
    found
        .map(|i| i.id)
        .or_else(|| invoices::taken(books, which))
}

/// By Xero's name for it or by ours.
fn find_contact(books: &Books, which: &str) -> Option<Uuid> {
    let id = which.parse::<Uuid>().ok();
    let known = |c: &&super::Contact| Some(c.id) == id || c.number.as_deref() == Some(which);
    books.contacts.iter().find(known).map(|c| c.id)
}

fn find_payment(books: &Books, which: &str) -> Option<Uuid> {
    let id = which.parse::<Uuid>().ok();
    books
        .payments
        .iter()
        .find(|p| Some(p.id) == id)
        .map(|p| p.id)
}
