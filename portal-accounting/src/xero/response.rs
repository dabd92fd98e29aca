//! What Xero has, as the portal reads it: bytes in, values or errors out.
mod bodies;

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use portal_core::{
    Currency,
    accounting::{DocumentRef, LedgerDocument, LedgerError, Organisation},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::{
    answer::{Complaint, messages, unintelligible, unread},
    date,
    request::PAGE,
};
pub(super) use bodies::{ContactBody, PaymentBody};
use bodies::{CurrencyBody, InvoiceBody, Named, OnlineBody, OrganisationBody, currency};

/// The elements of one answer.
pub(super) struct List {
    operation: &'static str,
    elements: Vec<Box<RawValue>>,
    /// The other end's clock.
    pub(super) at: Option<DateTime<Utc>>,
    /// There is another page.
    pub(super) more: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pagination {
    page: Option<u64>,
    page_count: Option<u64>,
}

/// An element that was not taken, where all of them are answered with 200.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Judged {
    #[serde(rename = "StatusAttributeString")]
    word: Option<String>,
    has_errors: Option<bool>,
    has_validation_errors: Option<bool>,
    #[serde(default)]
    validation_errors: Vec<Complaint>,
}

/// What is wrong with an element, where Xero says 200 and no.
pub(super) enum Element<T> {
    Taken(T),
    Refused(Vec<String>),
}

impl List {
    /// Reads `{"Id":…,"Invoices":[…]}`.
    pub(super) fn read(
        operation: &'static str,
        name: &str,
        body: &Bytes,
    ) -> Result<Self, LedgerError> {
        let mut envelope: BTreeMap<String, Box<RawValue>> =
            serde_json::from_slice(body).map_err(|e| unread(operation, &e))?;
        let elements = envelope
            .remove(name)
            .ok_or_else(|| unintelligible(operation, format!("there are no {name} in it")))?;
        let elements: Vec<Box<RawValue>> =
            serde_json::from_str(elements.get()).map_err(|e| unread(operation, &e))?;
        let pagination = envelope
            .get("pagination")
            .and_then(|raw| serde_json::from_str::<Pagination>(raw.get()).ok());
        // Where it does not say, a full page may have another behind it.
        let more = pagination
            .and_then(|p| Some(p.page? < p.page_count?))
            .unwrap_or(elements.len() >= PAGE);
        let at = envelope
            .get("DateTimeUTC")
            .and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
        Ok(Self {
            operation,
            more: more && !elements.is_empty(),
            elements,
            at: at.and_then(|at| date::instant(&at)),
        })
    }

    /// The one that was written, or why it was not.
    pub(super) fn written<T: DeserializeOwned>(&self) -> Result<Element<T>, LedgerError> {
        let one = self.first()?;
        let judged: Judged = self.parsed(one)?;
        let errs = judged.has_errors == Some(true) || judged.has_validation_errors == Some(true);
        let word = judged.word.as_deref().unwrap_or_default();
        if errs || word.eq_ignore_ascii_case("error") {
            let mut said = messages(judged.validation_errors);
            if said.is_empty() {
                said.push("it was not taken".to_owned());
            }
            return Ok(Element::Refused(said));
        }
        self.parsed(one).map(Element::Taken)
    }

    fn first(&self) -> Result<&RawValue, LedgerError> {
        let first = self.elements.first();
        let none = || unintelligible(self.operation, "there is nothing in it");
        first.map(|one| &**one).ok_or_else(none)
    }

    fn all<T: DeserializeOwned>(&self) -> Result<Vec<T>, LedgerError> {
        self.elements.iter().map(|one| self.parsed(one)).collect()
    }

    fn parsed<T: DeserializeOwned>(&self, one: &RawValue) -> Result<T, LedgerError> {
        serde_json::from_str(one.get()).map_err(|e| unread(self.operation, &e))
    }

    /// The document that was asked for. A bill is none: what is paid on it goes out.
    pub(super) fn document(&self) -> Result<Option<LedgerDocument>, LedgerError> {
        let body: InvoiceBody = self.parsed(self.first()?)?;
        if !body.is_sales() {
            return Ok(None);
        }
        body.understood(self.operation).map(Some)
    }

    /// Sales invoices of exactly this number: Xero may look at numbers less closely, and bills have numbers too.
    pub(super) fn documents_of(&self, number: &str) -> Result<Vec<LedgerDocument>, LedgerError> {
        let all: Vec<InvoiceBody> = self.all()?;
        let ours = all
            .into_iter()
            .filter(|body| body.is_sales() && body.invoice_number.as_deref() == Some(number));
        ours.map(|body| body.understood(self.operation)).collect()
    }

    /// Sales invoices, and the names of those that could not be read: one odd document must not hold up all others.
    pub(super) fn changed(&self) -> (Vec<LedgerDocument>, Vec<DocumentRef>) {
        let (mut read, mut odd) = (vec![], vec![]);
        for one in &self.elements {
            let body = self.parsed::<InvoiceBody>(one);
            if body.as_ref().is_ok_and(|body| !body.is_sales()) {
                continue;
            }
            match body.and_then(|body| body.understood(self.operation)) {
                Ok(document) => read.push(document),
                Err(_) => odd.extend(
                    self.parsed::<Named>(one)
                        .ok()
                        .and_then(|named| named.document()),
                ),
            }
        }
        (read, odd)
    }

    /// The documents of these payments, once each.
    pub(super) fn paid(&self) -> Vec<DocumentRef> {
        let payments = self.elements.iter();
        let mut touched: Vec<_> = payments
            .filter_map(|one| self.parsed::<PaymentBody>(one).ok()?.invoice?.document())
            .collect();
        touched.sort();
        touched.dedup();
        touched
    }

    /// The contact that was asked for, if it is there. Of several with our key there can be none.
    pub(super) fn contact(&self, key: Option<&str>) -> Result<Option<ContactBody>, LedgerError> {
        let all: Vec<ContactBody> = self.all()?;
        let fits =
            |body: &ContactBody| key.is_none_or(|key| body.contact_number.as_deref() == Some(key));
        Ok(all.into_iter().find(fits))
    }

    pub(super) fn payment(&self) -> Result<PaymentBody, LedgerError> {
        self.parsed(self.first()?)
    }

    pub(super) fn organisation(&self) -> Result<Organisation, LedgerError> {
        let body: OrganisationBody = self.parsed(self.first()?)?;
        let base = currency(self.operation, Some(&body.base_currency))?;
        let locks = [body.period_lock_date, body.end_of_year_lock_date];
        let locked = locks
            .iter()
            .flatten()
            .filter_map(|day| date::day(day))
            .max();
        let name = body.name.unwrap_or_default();
        Ok(Organisation::new(name, base).locked_until(locked))
    }

    pub(super) fn currencies(&self) -> Result<Vec<Currency>, LedgerError> {
        let all: Vec<CurrencyBody> = self.all()?;
        // One we do not know is one we cannot use.
        let known = all
            .iter()
            .filter_map(|body| body.code.as_deref()?.parse().ok());
        Ok(known.collect())
    }

    pub(super) fn online(&self) -> Result<Option<String>, LedgerError> {
        let all: Vec<OnlineBody> = self.all()?;
        let url = all.into_iter().find_map(|body| body.online_invoice_url);
        Ok(url.filter(|url| !url.is_empty()))
    }
}

impl Element<InvoiceWritten> {
    pub(super) fn document(
        self,
        operation: &'static str,
    ) -> Result<Result<LedgerDocument, Vec<String>>, LedgerError> {
        match self {
            Self::Taken(written) => written.0.understood(operation).map(Ok),
            Self::Refused(said) => Ok(Err(said)),
        }
    }
}

/// An invoice in the answer to a change of it.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct InvoiceWritten(InvoiceBody);

#[cfg(test)]
mod tests;
