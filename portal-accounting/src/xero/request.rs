//! Requests to Xero's books: values in, calls out. Nothing in them comes from a clock, so that a repeat is the same to the byte.
mod bodies;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{
    HeaderValue, Method, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, IF_MODIFIED_SINCE},
};
use portal_core::{
    Money,
    accounting::{
        InvoiceDraft, LedgerCustomer, LedgerError, LedgerRefusal, PaymentPosting, TaxIn,
        tokens::AccessToken,
    },
};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use uuid::Uuid;

use self::bodies::{
    Account, Contact, ContactNamed, Contacts, Invoice, InvoiceNamed, InvoiceStatus, Invoices, Line,
    Note, Notes, Payment, PaymentStatus, Payments,
};
use super::{
    answer::not_sent,
    config::{XeroConfig, misconfigured},
    date,
    form::Form,
    number::Exact,
};

/// How many documents, or payments, come on one page.
pub(super) const PAGE: usize = 100;
/// The longest description of a line, and the longest note.
const DESCRIPTION: usize = 4000;
const NOTE: usize = 2500;

/// One call, before it is given the token and the address.
pub(super) struct Call {
    pub(super) operation: &'static str,
    pub(super) method: Method,
    /// What follows the base address.
    pub(super) path: String,
    pub(super) query: Form,
    pub(super) body: Option<String>,
    pub(super) accept: &'static str,
    pub(super) key: Option<Uuid>,
    pub(super) since: Option<DateTime<Utc>>,
}

const JSON: &str = "application/json";

impl Call {
    fn new(operation: &'static str, method: Method, path: impl Into<String>) -> Self {
        Self {
            operation,
            method,
            path: path.into(),
            query: Form::default(),
            body: None,
            accept: JSON,
            key: None,
            since: None,
        }
    }

    fn get(operation: &'static str, path: impl Into<String>) -> Self {
        Self::new(operation, Method::GET, path)
    }

    fn asking(mut self, name: &str, value: &str) -> Self {
        self.query = self.query.set(name, value);
        self
    }

    fn since(mut self, since: Option<DateTime<Utc>>) -> Self {
        self.since = since;
        self
    }

    /// Says something under a key. Whether errors come as a 400 is said too: Xero's pages and its behaviour differ in what is usual.
    fn saying(mut self, body: &impl Serialize, key: Uuid) -> Result<Self, LedgerError> {
        let text = serde_json::to_string(body)
            .map_err(|_| not_sent(self.operation, "it cannot be written as JSON"))?;
        self.body = Some(text);
        self.key = Some(key);
        Ok(self)
    }

    /// The request as it leaves.
    pub(super) fn request(
        &self,
        config: &XeroConfig,
        access: &AccessToken,
    ) -> Result<Request<Bytes>, LedgerError> {
        let unfit = || misconfigured(self.operation, "the token does not fit in a request");
        let bearer = format!("Bearer {}", access.secret.expose_secret());
        let mut bearer = HeaderValue::from_str(&bearer).map_err(|_| unfit())?;
        bearer.set_sensitive(true);
        let query = self.query.as_str();
        let mark = if query.is_empty() { "" } else { "?" };
        let base = config.api.trim_end_matches('/');
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(format!("{base}/api.xro/2.0/{}{mark}{query}", self.path))
            .header(AUTHORIZATION, bearer)
            .header(ACCEPT, self.accept)
            .header("xero-tenant-id", &*config.tenant);
        if self.body.is_some() {
            request = request.header(CONTENT_TYPE, JSON);
        }
        if let Some(key) = self.key {
            request = request.header("idempotency-key", key.to_string());
        }
        if let Some(since) = self.since {
            request = request.header(IF_MODIFIED_SINCE, date::header(since));
        }
        let body = self.body.clone().unwrap_or_default();
        request.body(body.into()).map_err(|_| unfit().into())
    }
}

pub(super) fn organisation() -> Call {
    Call::get("check", "Organisation")
}

pub(super) fn currencies() -> Call {
    Call::get("check", "Currencies")
}

pub(super) fn contact(operation: &'static str, id: &Uuid) -> Call {
    Call::get(operation, format!("Contacts/{id}"))
}

/// The contact of our key, archived ones too. It is asked for in a question, never in a path, where Xero would take a key in the form of its own names for one of those. A quote
/// can be asked for in no way.
pub(super) fn contact_of_key(key: &str) -> Result<Call, LedgerError> {
    if key.is_empty() || key.contains('"') || key.chars().count() > 50 {
        return Err(not_sent(
            "customer",
            "the customer's key is not one Xero can keep",
        ));
    }
    Ok(Call::get("customer", "Contacts")
        .asking("where", &format!(r#"ContactNumber=="{key}""#))
        .asking("includeArchived", "true"))
}

pub(super) fn make_contact(
    customer: &LedgerCustomer,
    name: &str,
    key: Uuid,
) -> Result<Call, LedgerError> {
    let contact = Contact {
        name,
        number: &customer.key,
        email_address: customer.email.as_deref().filter(|email| !email.is_empty()),
    };
    let contacts = Contacts {
        contacts: [contact],
    };
    Call::new("customer", Method::PUT, "Contacts")
        .asking("summarizeErrors", "true")
        .saying(&contacts, key)
}

pub(super) fn invoice(operation: &'static str, id: &Uuid) -> Call {
    Call::get(operation, format!("Invoices/{id}"))
}

/// Every document of this number, whatever became of it, with its lines.
pub(super) fn invoices_of(number: &str) -> Result<Call, LedgerError> {
    if number.is_empty() || number.contains([',', '"']) {
        return Err(not_sent(
            "find",
            "a number with a comma or a quote cannot be asked for",
        ));
    }
    Ok(Call::get("find", "Invoices")
        .asking("InvoiceNumbers", number)
        .asking("page", "1")
        .asking("pageSize", "100"))
}

pub(super) fn make_invoice(draft: &InvoiceDraft, key: Uuid) -> Result<Call, LedgerError> {
    let operation = "create";
    adds_up(draft)?;
    let types = match draft.tax {
        TaxIn::Amounts => "Inclusive",
        TaxIn::OnTop => "Exclusive",
        TaxIn::None => "NoTax",
        _ => return Err(not_sent(operation, "where the tax is is not known here")),
    };
    let lines = draft.lines.iter().map(|line| {
        Ok(Line {
            description: cut(&line.description, DESCRIPTION),
            quantity: 1,
            unit_amount: amount(line.amount)?,
            account_code: &line.codes.account,
            tax_type: line.codes.tax.as_deref(),
            item_code: line.codes.item.as_deref(),
        })
    });
    let invoice = Invoice {
        kind: "ACCREC",
        number: &draft.number,
        reference: &draft.reference,
        contact: ContactNamed {
            id: draft.customer.as_str(),
        },
        date: draft.date,
        due_date: draft.due,
        currency_code: draft.currency.code(),
        line_amount_types: types,
        line_items: lines.collect::<Result<_, LedgerError>>()?,
        status: "AUTHORISED",
        url: draft.link.as_deref(),
    };
    let invoices = Invoices {
        invoices: [invoice],
    };
    // PUT makes. POST with a number that is taken would write over what has it.
    Call::new(operation, Method::PUT, "Invoices")
        .asking("summarizeErrors", "true")
        .saying(&invoices, key)
}

pub(super) fn set_invoice(id: &Uuid, status: &str, key: Uuid) -> Result<Call, LedgerError> {
    let id = id.to_string();
    let invoices = Invoices {
        invoices: [InvoiceStatus { id: &id, status }],
    };
    Call::new("void", Method::POST, format!("Invoices/{id}")).saying(&invoices, key)
}

pub(super) fn make_payment(payment: &PaymentPosting, key: Uuid) -> Result<Call, LedgerError> {
    let account = if Uuid::try_parse(&payment.account).is_ok() {
        Account::Id(&payment.account)
    } else {
        Account::Code(&payment.account)
    };
    let payment = Payment {
        invoice: InvoiceNamed {
            id: payment.document.as_str(),
        },
        account,
        date: payment.date,
        amount: amount(payment.amount)?,
        reference: &payment.reference,
    };
    let payments = Payments {
        payments: [payment],
    };
    Call::new("record_payment", Method::PUT, "Payments")
        .asking("summarizeErrors", "true")
        .saying(&payments, key)
}

pub(super) fn payment(id: &Uuid) -> Call {
    Call::get("take_back", format!("Payments/{id}"))
}

pub(super) fn delete_payment(id: &Uuid, key: Uuid) -> Result<Call, LedgerError> {
    let status = PaymentStatus { status: "DELETED" };
    Call::new("take_back", Method::POST, format!("Payments/{id}")).saying(&status, key)
}

pub(super) fn note(id: &Uuid, note: &str, key: Uuid) -> Result<Call, LedgerError> {
    let notes = Notes {
        history_records: [Note {
            details: cut(note, NOTE),
        }],
    };
    Call::new("note", Method::PUT, format!("Invoices/{id}/History")).saying(&notes, key)
}

pub(super) fn copy(id: &Uuid) -> Call {
    let mut call = invoice("copy", id);
    call.accept = "application/pdf";
    call
}

pub(super) fn online(id: &Uuid) -> Call {
    Call::get("pay_link", format!("Invoices/{id}/OnlineInvoice"))
}

/// A page of what changed. The order is by what never changes: in any other a row that changes meanwhile would push one that has not been read off its page.
pub(super) fn changed_invoices(since: DateTime<Utc>, page: usize) -> Call {
    changed("Invoices", "InvoiceID ASC", since, page)
}

pub(super) fn changed_payments(since: DateTime<Utc>, page: usize) -> Call {
    changed("Payments", "PaymentID ASC", since, page)
}

fn changed(what: &str, order: &str, since: DateTime<Utc>, page: usize) -> Call {
    Call::get("changes", what)
        .asking("order", order)
        .asking("page", &page.to_string())
        .asking("pageSize", &PAGE.to_string())
        .since(Some(since))
}

/// Where no tax comes on top, what the lines come to is known before anything is sent.
fn adds_up(draft: &InvoiceDraft) -> Result<(), LedgerError> {
    let odd = || {
        let messages = vec!["the lines are in another currency than the total".to_owned()];
        LedgerRefusal::Invalid { messages }
    };
    if draft.tax == TaxIn::OnTop && draft.currency.exponent() < 2 {
        // What it rounds to hundredths is no amount of such a currency.
        let messages = vec![format!(
            "Xero rounds tax to hundredths, and {} has none: have the amounts include it",
            draft.currency
        )];
        return Err(LedgerRefusal::Invalid { messages }.into());
    }
    let nothing = Money::zero(draft.total.currency());
    let mut lines = draft.lines.iter();
    let sum = lines.try_fold(nothing, |sum, line| sum.plus(line.amount));
    let sum = sum.map_err(|_| odd())?;
    if draft.tax != TaxIn::OnTop && sum != draft.total {
        return Err(another_total(sum, draft.total));
    }
    Ok(())
}

/// What staff can mend: a code with another tax rate, or an amount.
pub(super) fn another_total(comes_to: Money, wanted: Money) -> LedgerError {
    let messages = vec![format!(
        "it comes to {comes_to} there, and to {wanted} here"
    )];
    LedgerRefusal::Invalid { messages }.into()
}

/// Xero counts in hundredths, and would round anything finer.
fn amount(money: Money) -> Result<Exact, LedgerError> {
    let amount = money.amount();
    if amount.normalize().scale() > 2 {
        let messages = vec!["Xero takes no more than two decimals".to_owned()];
        return Err(LedgerRefusal::Invalid { messages }.into());
    }
    Ok(Exact(amount))
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
