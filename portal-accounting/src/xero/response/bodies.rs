//! What Xero says, field by field, and what it means here.
use chrono::NaiveDate;
use portal_core::{
    Currency, Money,
    accounting::{
        CustomerRef, DocumentRef, DocumentState, LedgerDocument, LedgerError, LedgerLine,
        LedgerPayment, LedgerRefusal, PostedRef,
    },
    rust_decimal::Decimal,
};
use serde::Deserialize;
use uuid::Uuid;

use crate::xero::{answer::unintelligible, date, number::Exact};

#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(rename = "InvoiceID")]
    id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InvoiceBody {
    #[serde(rename = "InvoiceID")]
    id: String,
    #[serde(rename = "Type")]
    kind: Option<String>,
    pub(super) invoice_number: Option<String>,
    status: Option<String>,
    contact: Option<ContactNamed>,
    date: Option<String>,
    date_string: Option<String>,
    line_items: Option<Vec<LineBody>>,
    currency_code: Option<String>,
    total: Option<Exact>,
    amount_due: Option<Exact>,
    amount_paid: Option<Exact>,
    amount_credited: Option<Exact>,
    payments: Option<Vec<PaymentBody>>,
    #[serde(rename = "UpdatedDateUTC")]
    updated: Option<String>,
    #[serde(rename = "UpdatedDateUTCString")]
    updated_string: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct ContactNamed {
    #[serde(rename = "ContactID")]
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LineBody {
    #[serde(rename = "LineItemID")]
    id: Option<String>,
    line_amount: Option<Exact>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::xero) struct PaymentBody {
    #[serde(rename = "PaymentID")]
    id: String,
    amount: Option<Exact>,
    reference: Option<String>,
    status: Option<String>,
    pub(super) invoice: Option<Named>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::xero) struct ContactBody {
    #[serde(rename = "ContactID")]
    id: String,
    pub(super) contact_number: Option<String>,
    contact_status: Option<String>,
    #[serde(rename = "MergedToContactID")]
    merged_into: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OrganisationBody {
    pub(super) name: Option<String>,
    pub(super) base_currency: String,
    pub(super) period_lock_date: Option<String>,
    pub(super) end_of_year_lock_date: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CurrencyBody {
    pub(super) code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OnlineBody {
    pub(super) online_invoice_url: Option<String>,
}

impl Named {
    pub(super) fn document(&self) -> Option<DocumentRef> {
        let id = Uuid::try_parse(self.id.as_deref()?).ok()?;
        Some(DocumentRef::new(id.to_string()))
    }
}

impl InvoiceBody {
    pub(super) fn is_sales(&self) -> bool {
        self.kind.as_deref().is_none_or(|kind| kind == "ACCREC")
    }

    pub(super) fn understood(self, operation: &'static str) -> Result<LedgerDocument, LedgerError> {
        let odd = |what: &str| unintelligible(operation, what);
        let id = Uuid::try_parse(&self.id).map_err(|_| odd("its id"))?;
        let currency = currency(operation, self.currency_code.as_deref())?;
        let money = |amount: Decimal| Money::new(amount, currency).map_err(|_| odd("an amount"));
        let total = self.total.ok_or_else(|| odd("its total"))?.0;
        // What is left out is what the others come to.
        let zero = Decimal::ZERO;
        let credited = self.amount_credited.map_or(zero, |n| n.0);
        let (due, paid) = match (self.amount_due, self.amount_paid) {
            (Some(due), Some(paid)) => (due.0, paid.0),
            (Some(due), None) => (due.0, total - due.0 - credited),
            (None, Some(paid)) => (total - paid.0 - credited, paid.0),
            (None, None) => return Err(odd("what is due")),
        };
        let mut day = [&self.date_string, &self.date].into_iter().flatten();
        let day: NaiveDate = day
            .find_map(|text| date::day(text))
            .ok_or_else(|| odd("its date"))?;
        let mut updated = [&self.updated_string, &self.updated].into_iter().flatten();
        let updated = updated.find_map(|text| date::instant(text));
        let customer = self.contact.ok_or_else(|| odd("its contact"))?.id;
        let lines = self.line_items.unwrap_or_default().into_iter().map(|line| {
            // A line of text alone has no amount.
            let amount = money(line.line_amount.map_or(zero, |n| n.0))?;
            Ok(LedgerLine::new(line.id.map(Into::into), amount))
        });
        let payments = self.payments.unwrap_or_default().into_iter();
        let payments = payments.map(|payment| payment.understood(operation, currency));
        let number = self.invoice_number.unwrap_or_default();
        let customer = CustomerRef::new(customer.to_ascii_lowercase());
        let document = DocumentRef::new(id.to_string());
        let state = state(self.status.as_deref().unwrap_or_default());
        Ok(
            LedgerDocument::new(document, number.into(), customer, day, money(total)?)
                .standing(state)
                .with_lines(lines.collect::<Result<_, LedgerError>>()?)
                .settled(money(due)?, money(paid)?, money(credited)?)
                .with_payments(payments.collect::<Result<_, _>>()?)
                .as_of(None, updated),
        )
    }
}

impl PaymentBody {
    /// It was taken back.
    pub(in crate::xero) fn is_deleted(&self) -> bool {
        self.status.as_deref() == Some("DELETED")
    }

    pub(in crate::xero) fn understood(
        self,
        operation: &'static str,
        currency: Currency,
    ) -> Result<LedgerPayment, LedgerError> {
        let odd = |what: &str| unintelligible(operation, what);
        let id = Uuid::try_parse(&self.id).map_err(|_| odd("the id of a payment"))?;
        let amount = self.amount.ok_or_else(|| odd("the amount of a payment"))?;
        let amount = Money::new(amount.0, currency).map_err(|_| odd("the amount of a payment"))?;
        let deleted = self.is_deleted();
        let reference = self.reference.filter(|text| !text.is_empty());
        let name = PostedRef::new(id.to_string());
        let payment = LedgerPayment::new(name, reference.map(Into::into), amount);
        Ok(if deleted {
            payment.taken_back()
        } else {
            payment
        })
    }
}

impl ContactBody {
    /// Who it is, if invoices may be made out to them.
    pub(in crate::xero) fn usable(
        &self,
        operation: &'static str,
    ) -> Result<CustomerRef, LedgerError> {
        let nobody = "00000000-0000-0000-0000-000000000000";
        let merged = self
            .merged_into
            .as_deref()
            .filter(|into| !into.is_empty() && *into != nobody);
        if merged.is_some() {
            return Err(LedgerRefusal::CustomerMerged.into());
        }
        // Whoever asked to be forgotten is as good as archived.
        if matches!(
            self.contact_status.as_deref(),
            Some("ARCHIVED" | "GDPRREQUEST")
        ) {
            return Err(LedgerRefusal::CustomerArchived.into());
        }
        let id =
            Uuid::try_parse(&self.id).map_err(|_| unintelligible(operation, "the contact's id"))?;
        Ok(CustomerRef::new(id.to_string()))
    }
}

pub(super) fn currency(
    operation: &'static str,
    code: Option<&str>,
) -> Result<Currency, LedgerError> {
    code.and_then(|code| code.parse().ok())
        .ok_or_else(|| unintelligible(operation, "the currency"))
}

/// Whatever Xero comes to call a state, the portal says that it does not know it.
fn state(status: &str) -> DocumentState {
    match status {
        "DRAFT" | "SUBMITTED" => DocumentState::Draft,
        "AUTHORISED" => DocumentState::Open,
        "PAID" => DocumentState::Settled,
        "VOIDED" => DocumentState::Voided,
        "DELETED" => DocumentState::Deleted,
        _ => DocumentState::Strange,
    }
}
