//! What people in Xero do, and what tests read of the books.
use chrono::NaiveDate;
use portal_core::rust_decimal::Decimal;
use uuid::Uuid;

use super::{Contact, FakeXero, Grant, Invoice, Payment, payments, state::Books};
use crate::fakes::locked;

impl FakeXero {
    /// Every invoice, in the order they were made.
    #[must_use]
    pub fn invoices(&self) -> Vec<Invoice> {
        locked(&self.state).books.invoices.clone()
    }

    /// Every invoice of this number.
    #[must_use]
    pub fn numbered(&self, number: &str) -> Vec<Invoice> {
        let mut all = self.invoices();
        all.retain(|invoice| invoice.number == number);
        all
    }

    /// Every payment, those taken back too, in the order they were recorded.
    #[must_use]
    pub fn payments(&self) -> Vec<Payment> {
        locked(&self.state).books.payments.clone()
    }

    /// Every contact, in the order they were made.
    #[must_use]
    pub fn contacts(&self) -> Vec<Contact> {
        locked(&self.state).books.contacts.clone()
    }

    /// The notes in an invoice's history.
    #[must_use]
    pub fn notes(&self, invoice: Uuid) -> Vec<String> {
        let state = locked(&self.state);
        let of = state.books.history.iter().filter(|(of, _)| *of == invoice);
        of.map(|(_, text)| text.clone()).collect()
    }

    /// How many e-mails Xero has sent.
    #[must_use]
    pub fn mails(&self) -> usize {
        locked(&self.state).books.mails.len()
    }

    /// Somebody changes an invoice in Xero: its date, its lines, its status, what was credited.
    pub fn edit(&self, invoice: Uuid, change: impl FnOnce(&mut Invoice)) {
        self.act(|books, now| {
            change(books.invoice_mut(invoice));
            for line in 0..books.invoice_mut(invoice).lines.len() {
                let id = books.id();
                let line = &mut books.invoice_mut(invoice).lines[line];
                if line.id.is_nil() {
                    line.id = id;
                }
            }
            books.touch(invoice, "UPDATE", now);
        });
    }

    /// Somebody takes an invoice back in Xero, having removed what was paid of it.
    pub fn void(&self, invoice: Uuid) {
        self.remove_payments(invoice);
        self.edit(invoice, |invoice| "VOIDED".clone_into(&mut invoice.status));
    }

    /// Somebody throws a draft away in Xero.
    pub fn delete(&self, invoice: Uuid) {
        self.remove_payments(invoice);
        self.edit(invoice, |invoice| "DELETED".clone_into(&mut invoice.status));
    }

    /// Somebody records a payment in Xero.
    pub fn pay(&self, invoice: Uuid, amount: Decimal) {
        self.act(|books, now| {
            let (id, change) = (books.id(), books.change());
            books.payments.push(Payment {
                id,
                invoice,
                account: "090".to_owned(),
                date: now.date_naive(),
                amount,
                reference: "Bank statement".to_owned(),
                deleted: false,
                updated: now,
                change,
            });
            books.touch(invoice, "UPDATE", now);
        });
    }

    /// Somebody removes a payment in Xero.
    pub fn remove_payment(&self, payment: Uuid) {
        self.act(|books, now| drop(payments::delete(books, payment, now)));
    }

    /// Somebody makes an invoice in Xero, by hand, under this number. Its name.
    #[must_use]
    pub fn put_invoice(&self, number: &str, contact: Uuid, amount: Decimal) -> Uuid {
        let mut made = Uuid::nil();
        self.act(|books, now| {
            let (id, line) = (books.id(), books.id());
            let mut line_of_it = super::Line::of("By hand", amount);
            line_of_it.id = line;
            books.invoices.push(Invoice {
                id,
                number: number.to_owned(),
                reference: String::new(),
                contact,
                status: "AUTHORISED".to_owned(),
                date: now.date_naive(),
                due: Some(now.date_naive()),
                amounts: "NoTax".to_owned(),
                currency: books.organisation.base.clone(),
                lines: vec![line_of_it],
                credited: Decimal::ZERO,
                paid: Decimal::ZERO,
                url: None,
                sent: false,
                by_app: false,
                updated: now,
                change: 0,
            });
            books.touch(id, "CREATE", now);
            made = id;
        });
        made
    }

    /// Somebody makes a contact in Xero, with no key of ours. Its name there.
    #[must_use]
    pub fn put_contact(&self, name: &str) -> Uuid {
        let mut made = Uuid::nil();
        self.act(|books, now| {
            let id = books.id();
            books.contacts.push(Contact {
                id,
                number: None,
                name: name.to_owned(),
                email: None,
                persons: vec![],
                status: "ACTIVE".to_owned(),
                merged_into: None,
                updated: now,
                change: 0,
            });
            books.touch_contact(id, "CREATE", now);
            made = id;
        });
        made
    }

    /// Somebody changes a contact in Xero: gives it persons, another name.
    pub fn edit_contact(&self, contact: Uuid, change: impl FnOnce(&mut Contact)) {
        self.act(|books, now| {
            change(books.contacts.iter_mut().find(|c| c.id == contact).unwrap());
            books.touch_contact(contact, "UPDATE", now);
        });
    }

    /// Somebody archives a contact in Xero.
    pub fn archive_contact(&self, contact: Uuid) {
        self.edit_contact(contact, |contact| {
            "ARCHIVED".clone_into(&mut contact.status);
        });
    }

    /// Somebody merges a contact into another one in Xero, which gets its invoices.
    pub fn merge_contact(&self, contact: Uuid, into: Uuid) {
        self.edit_contact(contact, |contact| {
            "ARCHIVED".clone_into(&mut contact.status);
            contact.merged_into = Some(into);
        });
        let invoices = self.invoices().into_iter().filter(|i| i.contact == contact);
        for invoice in invoices {
            self.edit(invoice.id, |invoice| invoice.contact = into);
        }
    }

    /// The period up to this day is closed, or none is.
    pub fn close_period(&self, until: Option<NaiveDate>) {
        locked(&self.state).books.organisation.period_lock = until;
    }

    /// The year up to this day is closed, or none is.
    pub fn close_year(&self, until: Option<NaiveDate>) {
        locked(&self.state).books.organisation.year_lock = until;
    }

    /// These are the currencies of the organisation; the first is what its books are kept in.
    pub fn keep_currencies(&self, codes: &[&str]) {
        let mut state = locked(&self.state);
        let organisation = &mut state.books.organisation;
        codes[0].clone_into(&mut organisation.base);
        organisation.currencies = codes.iter().map(|&code| code.to_owned()).collect();
    }

    /// Somebody archives an account of the chart.
    pub fn archive_account(&self, code: &str) {
        let mut state = locked(&self.state);
        let mut accounts = state.books.accounts.iter_mut();
        accounts.find(|a| a.code == code).unwrap().archived = true;
    }

    /// Somebody says yes to the app on Xero's page: the code that their browser brings back.
    #[must_use]
    pub fn consent(&self, scopes: &str, redirect: &str, challenge: Option<&str>) -> String {
        let now = self.now();
        locked(&self.state)
            .identity
            .consent(scopes, redirect, challenge, now)
    }

    /// Tokens of a consent that was given, with the scopes an app asks for today.
    #[must_use]
    pub fn grant(&self) -> Grant {
        self.grant_of(Self::SCOPES)
    }

    /// Tokens of a consent that was given for these scopes.
    #[must_use]
    pub fn grant_of(&self, scopes: &str) -> Grant {
        let now = self.now();
        locked(&self.state).identity.grant(scopes, false, now)
    }

    /// Somebody disconnects the app from the organisation, in Xero's own list of apps.
    pub fn disconnect(&self) {
        locked(&self.state).identity.connections.clear();
    }

    /// Somebody connects a further organisation to the app.
    pub fn connect(&self, tenant: Uuid, name: &str) {
        let now = self.now();
        locked(&self.state).identity.connect(tenant, name, now);
    }

    /// The consent is taken back: no token is worth anything any more.
    pub fn revoke(&self) {
        locked(&self.state).identity.revoke();
    }

    /// Every access token has run out; refresh tokens have not.
    pub fn expire_access(&self) {
        locked(&self.state).identity.expire();
    }

    /// How often a refresh token was taken.
    #[must_use]
    pub fn refreshed(&self) -> usize {
        locked(&self.state).identity.refreshed
    }

    /// How many token requests were under way at one time, at most. See [`delay_tokens`](Self::delay_tokens).
    #[must_use]
    pub fn refreshing_at_most(&self) -> usize {
        locked(&self.state).identity.refreshing_at_most
    }

    fn remove_payments(&self, invoice: Uuid) {
        for payment in self.payments() {
            if payment.invoice == invoice && !payment.deleted {
                self.remove_payment(payment.id);
            }
        }
    }

    fn act(&self, act: impl FnOnce(&mut Books, chrono::DateTime<chrono::Utc>)) {
        let now = self.now();
        act(&mut locked(&self.state).books, now);
    }
}
