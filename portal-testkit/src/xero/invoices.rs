//! What becomes of invoices.
use chrono::{DateTime, Utc};
use portal_core::rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    Invoice, Line,
    contacts::{self, Mode},
    model::rounded,
    state::Books,
    wire::{InvoiceIn, LineIn},
};

const NOT_NOW: &str = "Invoice not of valid status for modification";
const HAS_PAYMENTS: &str =
    "This document cannot be edited as it has a payment or credit note allocated to it.";

/// Makes or changes one; its name, or what is wrong.
pub(super) fn put(
    books: &mut Books,
    said: &InvoiceIn,
    mode: Mode,
    decimals: u32,
    now: DateTime<Utc>,
) -> Result<Uuid, Vec<String>> {
    let by_number = said
        .invoice_number
        .as_ref()
        .and_then(|number| taken(books, number));
    let known = said.invoice_id.or(by_number);
    match (mode, known) {
        (Mode::Make, _) if by_number.is_some() => Err(vec!["Invoice # must be unique.".to_owned()]),
        (Mode::Make, _) | (Mode::Upsert, None) => make(books, said, decimals, now),
        (Mode::Upsert, Some(id)) => change(books, id, said, decimals, now),
    }
}

/// The invoice that has this number. One that was thrown away has given it back.
pub(super) fn taken(books: &Books, number: &str) -> Option<Uuid> {
    let holds = |i: &&Invoice| i.number == number && i.status != "DELETED";
    books.invoices.iter().find(holds).map(|i| i.id)
}

fn make(
    books: &mut Books,
    said: &InvoiceIn,
    decimals: u32,
    now: DateTime<Utc>,
) -> Result<Uuid, Vec<String>> {
    let mut errors = vec![];
    if said.kind.as_deref() != Some("ACCREC") {
        errors.push("Invoice Type must be specified: this fake keeps sales invoices.".to_owned());
    }
    let status = said.status.as_deref().unwrap_or("DRAFT");
    if !["DRAFT", "SUBMITTED", "AUTHORISED"].contains(&status) {
        errors.push("The invoice status is not valid for creation.".to_owned());
    }
    let date = said.date.map_or(now.date_naive(), |day| day.0);
    let due = said.due_date.map(|day| day.0);
    if status != "DRAFT" && due.is_none() {
        errors.push("Due Date is required.".to_owned());
    }
    errors.extend(books.locked(date));
    let currency = said
        .currency_code
        .clone()
        .unwrap_or_else(|| books.organisation.base.clone());
    if !books.organisation.currencies.contains(&currency) {
        errors.push(format!(
            "Organisation is not subscribed to currency {currency}"
        ));
    }
    let number = said
        .invoice_number
        .clone()
        .unwrap_or_else(|| format!("INV-{:04}", books.invoices.len() + 1));
    if number.chars().count() > 255 {
        errors.push("InvoiceNumber must be at most 255 characters.".to_owned());
    }
    let amounts = said
        .line_amount_types
        .clone()
        .unwrap_or_else(|| "Exclusive".to_owned());
    let lines = said.line_items.as_deref().unwrap_or_default();
    if lines.is_empty() && status != "DRAFT" {
        errors.push("At least one line item is required.".to_owned());
    }
    let lines = lines_of(books, lines, &[], &amounts, status, decimals, &mut errors);
    let contact = match &said.contact {
        None => Err(vec![
            "A Contact must be specified for this type of transaction".to_owned(),
        ]),
        // Nothing is changed for an invoice that is refused.
        Some(_) if !errors.is_empty() => Ok(Uuid::nil()),
        Some(contact) => contacts::of_invoice(books, contact, now),
    };
    let contact = contact.unwrap_or_else(|more| {
        errors.extend(more);
        Uuid::nil()
    });
    if !errors.is_empty() {
        return Err(errors);
    }
    let id = books.id();
    books.invoices.push(Invoice {
        id,
        number,
        reference: said.reference.clone().unwrap_or_default(),
        contact,
        status: status.to_owned(),
        date,
        due,
        amounts,
        currency,
        lines,
        credited: Decimal::ZERO,
        paid: Decimal::ZERO,
        url: said.url.clone(),
        sent: said.sent_to_contact.unwrap_or_default(),
        by_app: true,
        updated: now,
        change: 0,
    });
    books.touch(id, "CREATE", now);
    Ok(id)
}

fn change(
    books: &mut Books,
    id: Uuid,
    said: &InvoiceIn,
    decimals: u32,
    now: DateTime<Utc>,
) -> Result<Uuid, Vec<String>> {
    let Some(old) = books.invoices.iter().find(|i| i.id == id).cloned() else {
        return Err(vec!["Invoice could not be found.".to_owned()]);
    };
    if ["PAID", "VOIDED", "DELETED"].contains(&old.status.as_str()) {
        return Err(vec![NOT_NOW.to_owned()]);
    }
    let mut new = old.clone();
    let mut errors = vec![];
    if let Some(status) = &said.status {
        let may = match old.status.as_str() {
            "DRAFT" => ["DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"].contains(&status.as_str()),
            "SUBMITTED" => {
                ["SUBMITTED", "DRAFT", "AUTHORISED", "DELETED"].contains(&status.as_str())
            }
            _ => ["AUTHORISED", "VOIDED"].contains(&status.as_str()),
        };
        if !may {
            errors.push(NOT_NOW.to_owned());
        }
        new.status.clone_from(status);
    }
    let settled = !old.paid.is_zero() || !old.credited.is_zero();
    let beyond = said.line_items.is_some()
        || said.date.is_some()
        || new.status != old.status
        || said.contact.is_some();
    if settled && beyond {
        errors.push(HAS_PAYMENTS.to_owned());
    }
    if beyond {
        let date = said.date.map_or(old.date, |day| day.0);
        errors.extend(books.locked(old.date).or_else(|| books.locked(date)));
        new.date = date;
    }
    if let Some(due) = said.due_date {
        new.due = Some(due.0);
    }
    if let Some(reference) = &said.reference {
        new.reference.clone_from(reference);
    }
    if said.url.is_some() {
        new.url.clone_from(&said.url);
    }
    if let Some(amounts) = &said.line_amount_types {
        new.amounts.clone_from(amounts);
    }
    if let Some(lines) = &said.line_items {
        // A line that is not named is a new one, and the old one is gone.
        new.lines = lines_of(
            books,
            lines,
            &old.lines,
            &new.amounts,
            &new.status,
            decimals,
            &mut errors,
        );
    }
    if let Some(contact) = said.contact.as_ref().filter(|_| errors.is_empty()) {
        match contacts::of_invoice(books, contact, now) {
            Ok(contact) => new.contact = contact,
            Err(more) => errors.extend(more),
        }
    }
    new.sent |= said.sent_to_contact.unwrap_or_default();
    if !errors.is_empty() {
        return Err(errors);
    }
    *books.invoice_mut(id) = new;
    books.touch(id, "UPDATE", now);
    Ok(id)
}

fn lines_of(
    books: &mut Books,
    said: &[LineIn],
    before: &[Line],
    amounts: &str,
    status: &str,
    decimals: u32,
    errors: &mut Vec<String>,
) -> Vec<Line> {
    let mut lines = vec![];
    for line in said {
        let known = before.iter().find(|b| Some(b.id) == line.line_item_id);
        let id = known.map_or_else(|| books.id(), |known| known.id);
        lines.push(line_of(books, id, line, amounts, status, decimals, errors));
    }
    lines
}

fn line_of(
    books: &Books,
    id: Uuid,
    said: &LineIn,
    amounts: &str,
    status: &str,
    decimals: u32,
    errors: &mut Vec<String>,
) -> Line {
    if said.description.as_deref().unwrap_or_default().is_empty() {
        errors.push("Description is required for line items.".to_owned());
    }
    let account = said
        .account_code
        .as_deref()
        .map(|code| (code, books.account(code)));
    match account {
        Some((_, Some(account))) if account.kind != "BANK" => {}
        Some((code, None)) if books.accounts.iter().any(|a| a.code == code) => errors.push(format!(
            "Account code '{code}' has been archived, or has been deleted. Each line item must reference a valid account."
        )),
        Some((code, _)) => errors.push(format!("Account code '{code}' is not a valid code for this document.")),
        None if status == "DRAFT" => {}
        None => errors.push("Account code must be specified.".to_owned()),
    }
    if let Some(item) = &said.item_code {
        errors.push(format!("Item code '{item}' is not valid."));
    }
    let usual = account
        .and_then(|(_, account)| account)
        .map(|account| account.tax_type.to_owned());
    let tax_type = said.tax_type.clone().or(usual);
    let rate = match &tax_type {
        None => Decimal::ZERO,
        Some(code) => books.rate(code).unwrap_or_else(|| {
            errors.push(format!("The TaxType code '{code}' does not exist or cannot be used for this type of transaction"));
            Decimal::ZERO
        }),
    };
    let quantity = said.quantity.map_or(Decimal::ONE, |n| n.0);
    // More decimals than were asked for are cut off before anything is reckoned.
    let unit = said.unit_amount.map(|n| {
        if decimals == 2 {
            rounded(n.0)
        } else {
            n.0.round_dp(decimals)
        }
    });
    let amount = match (unit, said.line_amount) {
        (Some(unit), None) => rounded(unit * quantity),
        (None, Some(amount)) => rounded(amount.0),
        (Some(unit), Some(amount)) => {
            if rounded(unit * quantity) != amount.0 {
                errors.push(format!(
                    "The line total {} does not match the expected line total {}",
                    amount.0,
                    rounded(unit * quantity)
                ));
            }
            rounded(amount.0)
        }
        (None, None) => Decimal::ZERO,
    };
    let hundred = Decimal::from(100);
    let reckoned = match amounts {
        "NoTax" => Decimal::ZERO,
        "Inclusive" => rounded(amount * rate / (hundred + rate)),
        _ => rounded(amount * rate / hundred),
    };
    Line {
        id,
        description: said.description.clone().unwrap_or_default(),
        quantity,
        unit: unit.unwrap_or(amount),
        amount,
        tax: said.tax_amount.map_or(reckoned, |tax| rounded(tax.0)),
        tax_type,
        account: said.account_code.clone(),
        item: said.item_code.clone(),
    }
}
