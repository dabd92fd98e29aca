//! What becomes of payments.
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Payment, model::rounded, state::Books, wire::PaymentIn};

/// Records one; its name, or what is wrong.
pub(super) fn put(
    books: &mut Books,
    said: &PaymentIn,
    now: DateTime<Utc>,
) -> Result<Uuid, Vec<String>> {
    let mut errors = vec![];
    let of = said.invoice.as_ref();
    let number = said
        .invoice_number
        .as_ref()
        .or(of.and_then(|i| i.invoice_number.as_ref()));
    let id = of.and_then(|i| i.invoice_id);
    let invoice = books
        .invoices
        .iter()
        .find(|i| Some(i.id) == id || (id.is_none() && Some(&i.number) == number));
    let Some(invoice) = invoice else {
        return Err(vec![
            "Invoice could not be found. Payments are made against an invoice.".to_owned(),
        ]);
    };
    let amount = said.amount.map(|n| rounded(n.0)).unwrap_or_default();
    if invoice.status != "AUTHORISED" {
        errors.push("Payments can only be made against Authorised documents".to_owned());
    }
    if amount > invoice.amount_due() {
        errors.push("Payment amount exceeds the amount outstanding on this document".to_owned());
    }
    if amount.is_sign_negative() || amount.is_zero() {
        errors.push("Payment amount must be greater than zero".to_owned());
    }
    let code = said
        .account
        .as_ref()
        .and_then(|a| a.code.as_ref())
        .or(said.code.as_ref());
    let id = said.account.as_ref().and_then(|a| a.account_id);
    let account = books.accounts.iter().find(|a| {
        !a.archived
            && (Some(a.id) == id || code.is_some_and(|code| a.code.eq_ignore_ascii_case(code)))
    });
    match account {
        Some(account) if account.payable => {}
        Some(account) => errors.push(format!(
            "Account code '{}' is not a valid code for this document.",
            account.code
        )),
        None => errors.push(format!(
            "Account code '{}' is not a valid code for this document.",
            code.map_or("", |c| c)
        )),
    }
    let date = said.date.map_or(now.date_naive(), |day| day.0);
    errors.extend(books.locked(date));
    if !errors.is_empty() {
        return Err(errors);
    }
    let (invoice, account) = (invoice.id, account.unwrap().code.clone());
    let reference = said.reference.clone().unwrap_or_default();
    let (id, change) = (books.id(), books.change());
    books.payments.push(Payment {
        id,
        invoice,
        account,
        date,
        amount,
        reference,
        deleted: false,
        updated: now,
        change,
    });
    books.touch(invoice, "UPDATE", now);
    Ok(id)
}

/// Takes one back.
pub(super) fn delete(books: &mut Books, id: Uuid, now: DateTime<Utc>) -> Result<Uuid, Vec<String>> {
    let change = books.change();
    let payment = books.payments.iter_mut().find(|p| p.id == id).unwrap();
    if payment.deleted {
        return Err(vec![
            "Payment not of valid status for modification".to_owned(),
        ]);
    }
    payment.deleted = true;
    (payment.updated, payment.change) = (now, change);
    let invoice = payment.invoice;
    books.touch(invoice, "UPDATE", now);
    Ok(id)
}
