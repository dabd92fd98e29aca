//! How Xero writes what it has, and how it says no.
use chrono::{DateTime, Utc};
use portal_core::{
    http::{Bytes, Response},
    rust_decimal::Decimal,
};
use uuid::Uuid;

use super::{
    Contact, Dates, Invoice, Limit, Line, Payment,
    json::Json,
    model::Account,
    state::{Books, Organisation},
};

/// One answer.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Bytes,
}

/// How much of an invoice is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Asked for alone, or on a page.
    Whole,
    /// In a list without pages: no lines.
    Listed,
    /// With `summaryOnly`: neither lines nor payments.
    Summary,
}

impl Answer {
    pub(super) fn text(status: u16, kind: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: vec![("content-type", kind.to_owned())],
            body: body.into(),
        }
    }

    pub(super) fn json(status: u16, body: &Json) -> Self {
        Self::text(status, "application/json; charset=utf-8", body.to_string())
    }

    pub(super) fn nothing() -> Self {
        Self::text(204, "text/plain", "")
    }

    /// Xero says so in plain words, whatever was asked for.
    pub(super) fn not_found() -> Self {
        let words = "The resource you're looking for cannot be found";
        Self::text(404, "text/html; charset=utf-8", words)
    }

    pub(super) fn limited(which: Limit, retry_after: Option<u64>) -> Self {
        let problem = match which {
            Limit::Minute => "minute",
            Limit::Day => "day",
            Limit::Concurrent => "concurrent",
            Limit::App => "appminute",
        };
        let mut answer = Self::text(429, "text/plain", "");
        answer
            .headers
            .push(("x-rate-limit-problem", problem.to_owned()));
        if let Some(seconds) = retry_after {
            answer.headers.push(("retry-after", seconds.to_string()));
        }
        answer
    }

    /// The token is not taken, or there is no consent for this organisation.
    pub(super) fn unauthorized(status: u16, detail: &str) -> Self {
        let title = if status == 403 {
            "Forbidden"
        } else {
            "Unauthorized"
        };
        let body = Json::Map(vec![
            ("Type", Json::Raw("null".to_owned())),
            ("Title", Json::text(title)),
            ("Status", Json::Raw(status.to_string())),
            ("Detail", Json::text(detail)),
            ("Instance", Json::text(Uuid::nil())),
            ("Extensions", Json::Map(vec![])),
        ]);
        Self::json(status, &body)
    }

    pub(super) fn scope_missing() -> Self {
        let mut answer = Self::unauthorized(401, "AuthorizationUnsuccessful");
        // The spelling is Xero's.
        answer
            .headers
            .push(("www-authenticate", "insufficent_scope".to_owned()));
        answer
    }

    /// A request that is no request, or a `where` that is no question.
    pub(super) fn malformed(number: u16, kind: &str, why: &str) -> Self {
        let body = Json::Map(vec![
            ("ErrorNumber", Json::Raw(number.to_string())),
            ("Type", Json::text(kind)),
            ("Message", Json::text(why)),
        ]);
        Self::json(400, &body)
    }

    /// Elements that were refused, each with its messages.
    pub(super) fn invalid(elements: Vec<Json>) -> Self {
        let body = Json::Map(vec![
            ("ErrorNumber", Json::Raw("10".to_owned())),
            ("Type", Json::text("ValidationException")),
            ("Message", Json::text("A validation exception occurred")),
            ("Elements", Json::List(elements)),
        ]);
        Self::json(400, &body)
    }

    /// `{"Id":…,"Status":"OK",…,"Invoices":[…]}`
    pub(super) fn list(
        name: &'static str,
        all: Vec<Json>,
        page: Option<(usize, usize, usize)>,
        now: DateTime<Utc>,
        left_out: &[&str],
    ) -> Self {
        let mut fields = vec![
            ("Id", Json::text(Uuid::from_u128(0x1d))),
            ("Status", Json::text("OK")),
            ("ProviderName", Json::text("portal")),
            ("DateTimeUTC", Json::instant(now, Dates::WithoutZone)),
        ];
        if let Some((page, size, items)) = page {
            let number = |n: usize| Json::Raw(n.to_string());
            fields.push((
                "pagination",
                Json::Map(vec![
                    ("page", number(page)),
                    ("pageSize", number(size)),
                    ("pageCount", number(items.div_ceil(size))),
                    ("itemCount", number(items)),
                ]),
            ));
        }
        fields.push((name, Json::List(all)));
        Self::json(200, &Json::Map(fields).without(left_out))
    }

    pub(super) fn response(self, at: usize, left: (usize, usize)) -> Response<Bytes> {
        let mut response = Response::builder()
            .status(self.status)
            .header(
                "xero-correlation-id",
                Uuid::from_u128(at as u128).to_string(),
            )
            .header("x-minlimit-remaining", left.0.to_string())
            .header("x-daylimit-remaining", left.1.to_string())
            .header("x-appminlimit-remaining", "9999");
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        response.body(self.body).unwrap()
    }
}

pub(super) fn messages(all: &[String]) -> Json {
    let one = |said: &String| Json::Map(vec![("Message", Json::text(said))]);
    Json::List(all.iter().map(one).collect())
}

/// An element that was taken or refused, where errors are not summed up: 200 in either case.
pub(super) fn judged(element: Json, errors: &[String]) -> Json {
    let Json::Map(mut fields) = element else {
        return element;
    };
    let word = if errors.is_empty() { "OK" } else { "ERROR" };
    fields.push(("StatusAttributeString", Json::text(word)));
    if !errors.is_empty() {
        fields.retain(|(name, _)| *name != "HasErrors" && *name != "HasValidationErrors");
        fields.push(("HasErrors", Json::yes(true)));
        fields.push(("HasValidationErrors", Json::yes(true)));
        fields.push(("ValidationErrors", messages(errors)));
    }
    Json::Map(fields)
}

pub(super) fn invoice(books: &Books, invoice: &Invoice, depth: Depth, dates: Dates) -> Json {
    let money = |value| Json::number(value, 2);
    let mut fields = vec![
        ("Type", Json::text("ACCREC")),
        ("InvoiceID", Json::text(invoice.id)),
        ("InvoiceNumber", Json::text(&invoice.number)),
        ("Reference", Json::text(&invoice.reference)),
        ("CreditNotes", Json::List(vec![])),
        ("Prepayments", Json::List(vec![])),
        ("Overpayments", Json::List(vec![])),
        ("AmountDue", money(invoice.amount_due())),
        ("AmountPaid", money(invoice.paid)),
        ("AmountCredited", money(invoice.credited)),
        ("SentToContact", Json::yes(invoice.sent)),
        ("CurrencyRate", Json::Raw("1.000000".to_owned())),
        ("IsDiscounted", Json::yes(false)),
        ("HasAttachments", Json::yes(false)),
        ("HasErrors", Json::yes(false)),
    ];
    if depth != Depth::Summary {
        let paid = books
            .payments
            .iter()
            .filter(|p| p.invoice == invoice.id && !p.deleted);
        let paid = paid.map(|p| payment_of(p, dates)).collect();
        fields.push(("Payments", Json::List(paid)));
    }
    if let Some(contact) = books.contacts.iter().find(|c| c.id == invoice.contact) {
        let contact = Json::Map(vec![
            ("ContactID", Json::text(contact.id)),
            ("Name", Json::text(&contact.name)),
            ("Addresses", Json::List(vec![])),
            ("Phones", Json::List(vec![])),
            ("ContactGroups", Json::List(vec![])),
            ("ContactPersons", Json::List(vec![])),
            ("HasValidationErrors", Json::yes(false)),
        ]);
        fields.push(("Contact", contact));
    }
    fields.push(("DateString", Json::day_string(invoice.date, dates)));
    fields.push(("Date", Json::day(invoice.date, dates)));
    if let Some(due) = invoice.due {
        fields.push(("DueDateString", Json::day_string(due, dates)));
        fields.push(("DueDate", Json::day(due, dates)));
    }
    fields.push(("Status", Json::text(&invoice.status)));
    fields.push(("LineAmountTypes", Json::text(&invoice.amounts)));
    let lines: Vec<Json> = match depth {
        Depth::Whole => invoice.lines.iter().map(line).collect(),
        Depth::Listed | Depth::Summary => vec![],
    };
    fields.push(("LineItems", Json::List(lines)));
    fields.push(("SubTotal", money(invoice.subtotal())));
    fields.push(("TotalTax", money(invoice.tax())));
    fields.push(("Total", money(invoice.total())));
    fields.push(("UpdatedDateUTC", Json::instant(invoice.updated, dates)));
    fields.push((
        "UpdatedDateUTCString",
        Json::instant_string(invoice.updated, dates),
    ));
    fields.push(("CurrencyCode", Json::text(&invoice.currency)));
    if let Some(url) = &invoice.url {
        fields.push(("Url", Json::text(url)));
    }
    Json::Map(fields)
}

fn line(line: &Line) -> Json {
    let mut fields = vec![
        ("Description", Json::text(&line.description)),
        ("UnitAmount", Json::number(line.unit, 2)),
        ("TaxAmount", Json::number(line.tax, 2)),
        ("LineAmount", Json::number(line.amount, 2)),
        ("Tracking", Json::List(vec![])),
        ("Quantity", Json::number(line.quantity, 4)),
        ("LineItemID", Json::text(line.id)),
    ];
    let named = [
        ("TaxType", &line.tax_type),
        ("AccountCode", &line.account),
        ("ItemCode", &line.item),
    ];
    for (name, value) in named {
        if let Some(value) = value {
            fields.push((name, Json::text(value)));
        }
    }
    Json::Map(fields)
}

/// A payment as an invoice tells of it.
fn payment_of(payment: &Payment, dates: Dates) -> Json {
    Json::Map(vec![
        ("PaymentID", Json::text(payment.id)),
        ("Date", Json::day(payment.date, dates)),
        ("Amount", Json::number(payment.amount, 2)),
        ("Reference", Json::text(&payment.reference)),
        ("CurrencyRate", Json::Raw("1.000000".to_owned())),
        ("HasAccount", Json::yes(false)),
        ("HasValidationErrors", Json::yes(false)),
    ])
}

/// A payment asked for itself: it shows its invoice in short.
pub(super) fn payment(books: &Books, payment: &Payment, dates: Dates) -> Json {
    let of = books
        .invoices
        .iter()
        .find(|i| i.id == payment.invoice)
        .unwrap();
    let account = books.accounts.iter().find(|a| a.code == payment.account);
    let account = account.map_or_else(
        || Json::Map(vec![]),
        |a| {
            Json::Map(vec![
                ("AccountID", Json::text(a.id)),
                ("Code", Json::text(&a.code)),
            ])
        },
    );
    Json::Map(vec![
        ("PaymentID", Json::text(payment.id)),
        ("Date", Json::day(payment.date, dates)),
        ("BankAmount", Json::number(payment.amount, 2)),
        ("Amount", Json::number(payment.amount, 2)),
        ("Reference", Json::text(&payment.reference)),
        ("CurrencyRate", Json::Raw("1.000000".to_owned())),
        ("PaymentType", Json::text("ACCRECPAYMENT")),
        (
            "Status",
            Json::text(if payment.deleted {
                "DELETED"
            } else {
                "AUTHORISED"
            }),
        ),
        ("UpdatedDateUTC", Json::instant(payment.updated, dates)),
        ("HasAccount", Json::yes(true)),
        ("IsReconciled", Json::yes(false)),
        ("Account", account),
        ("Invoice", invoice(books, of, Depth::Summary, dates)),
        ("HasValidationErrors", Json::yes(false)),
    ])
}

pub(super) fn contact(contact: &Contact, dates: Dates) -> Json {
    let person = |address: &String| Json::Map(vec![("EmailAddress", Json::text(address))]);
    let mut fields = vec![
        ("ContactID", Json::text(contact.id)),
        ("ContactStatus", Json::text(&contact.status)),
        ("Name", Json::text(&contact.name)),
        (
            "EmailAddress",
            Json::text(contact.email.as_deref().unwrap_or_default()),
        ),
        ("BankAccountDetails", Json::text("")),
        ("Addresses", Json::List(vec![])),
        ("Phones", Json::List(vec![])),
        ("UpdatedDateUTC", Json::instant(contact.updated, dates)),
        ("ContactGroups", Json::List(vec![])),
        ("IsSupplier", Json::yes(false)),
        ("IsCustomer", Json::yes(true)),
        (
            "ContactPersons",
            Json::List(contact.persons.iter().map(person).collect()),
        ),
        ("HasAttachments", Json::yes(false)),
        ("HasValidationErrors", Json::yes(false)),
    ];
    if let Some(number) = &contact.number {
        fields.push(("ContactNumber", Json::text(number)));
    }
    if let Some(into) = contact.merged_into {
        fields.push(("MergedToContactID", Json::text(into)));
    }
    Json::Map(fields)
}

pub(super) fn account(account: &Account) -> Json {
    let class = if account.kind == "BANK" {
        "ASSET"
    } else {
        "REVENUE"
    };
    Json::Map(vec![
        ("AccountID", Json::text(account.id)),
        ("Code", Json::text(&account.code)),
        ("Name", Json::text(account.name)),
        (
            "Status",
            Json::text(if account.archived {
                "ARCHIVED"
            } else {
                "ACTIVE"
            }),
        ),
        ("Type", Json::text(account.kind)),
        ("TaxType", Json::text(account.tax_type)),
        ("Class", Json::text(class)),
        ("EnablePaymentsToAccount", Json::yes(account.payable)),
    ])
}

pub(super) fn organisation(of: &Organisation, tenant: Uuid, dates: Dates) -> Json {
    let mut fields = vec![
        ("Name", Json::text(&of.name)),
        ("LegalName", Json::text(&of.name)),
        ("PaysTax", Json::yes(true)),
        ("Version", Json::text("NZ")),
        ("OrganisationType", Json::text("COMPANY")),
        ("BaseCurrency", Json::text(&of.base)),
        ("CountryCode", Json::text("NZ")),
        ("IsDemoCompany", Json::yes(true)),
        ("OrganisationStatus", Json::text("ACTIVE")),
        ("Timezone", Json::text("NEWZEALANDSTANDARDTIME")),
        ("ShortCode", Json::text("!1lqVQ")),
        ("OrganisationID", Json::text(tenant)),
        ("PaymentTerms", Json::Map(vec![])),
    ];
    if let Some(day) = of.period_lock {
        fields.push(("PeriodLockDate", Json::day(day, dates)));
    }
    if let Some(day) = of.year_lock {
        fields.push(("EndOfYearLockDate", Json::day(day, dates)));
    }
    Json::Map(fields)
}

pub(super) fn rate(code: &str, rate: Decimal) -> Json {
    Json::Map(vec![
        ("Name", Json::text(code)),
        ("TaxType", Json::text(code)),
        ("Status", Json::text("ACTIVE")),
        ("EffectiveRate", Json::number(rate, 4)),
        ("CanApplyToRevenue", Json::yes(true)),
    ])
}
