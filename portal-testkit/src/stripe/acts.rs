//! What payers, banks and the merchant do, elsewhere.
use serde_json::{Value, json};

use super::{FakeStripe, books::Books, calls};
use crate::fakes::locked;

impl FakeStripe {
    /// The payer pays on the page, by card.
    pub fn pay(&self, session: &str) {
        self.on_page(session, |books, session, now| {
            let intent = intent_of(books, session, now);
            calls::succeed(books, &intent, now);
            complete(books, session, "paid", now);
        });
    }

    /// The payer pays on the page, by bank debit: it takes days.
    pub fn pay_by_bank(&self, session: &str) {
        self.on_page(session, |books, session, now| {
            let intent = intent_of(books, session, now);
            books.change(&intent, |intent| intent["status"] = "processing".into());
            books.tell("payment_intent.processing", &intent, None, now);
            complete(books, session, "unpaid", now);
        });
    }

    /// The bank paid after all those days.
    pub fn bank_pays(&self, session: &str) {
        self.with(session, |books, session, now| {
            let intent = intent_of(books, session, now);
            calls::succeed(books, &intent, now);
            books.change(session, |session| session["payment_status"] = "paid".into());
            books.tell(
                "checkout.session.async_payment_succeeded",
                session,
                None,
                now,
            );
        });
    }

    /// The bank sent the debit back.
    pub fn bank_refuses(&self, session: &str) {
        self.with(session, |books, session, now| {
            let intent = intent_of(books, session, now);
            calls::fail(books, &intent, "insufficient_funds", now);
            books.tell("checkout.session.async_payment_failed", session, None, now);
        });
    }

    /// The payer's card is declined on the page, which stays open.
    pub fn decline_on_page(&self, session: &str, code: &str) {
        self.on_page(session, |books, session, now| {
            let intent = intent_of(books, session, now);
            calls::fail(books, &intent, code, now);
        });
    }

    /// The page's time is over.
    pub fn time_out(&self, session: &str) {
        self.with(session, calls::expire);
    }

    /// The payer stores what the page is for.
    pub fn finish_setup(&self, session: &str) {
        self.on_page(session, |books, session, now| {
            let page = books.find(session).unwrap().clone();
            let kind = page["payment_method_types"][0].as_str().unwrap();
            let customer = page["customer"].as_str().unwrap();
            let method = attach(books, customer, kind, now);
            let setup = page["setup_intent"].as_str().unwrap();
            books.change(setup, |setup| {
                setup["status"] = "succeeded".into();
                setup["payment_method"] = method.into();
            });
            books.tell("setup_intent.succeeded", setup, None, now);
            complete(books, session, "no_payment_required", now);
        });
    }

    /// A customer has stored a `card`, a `us_bank_account` or an `acss_debit` before. Its name.
    #[must_use]
    pub fn stored(&self, customer: &str, kind: &str) -> String {
        attach(&mut locked(&self.state).books, customer, kind, self.now())
    }

    /// A customer has stored one of Stripe's test cards before, by its last digits: `3184` always wants its owner there, `9995` has never enough on it, `0341` is always declined.
    #[must_use]
    pub fn stored_card(&self, customer: &str, last4: &str) -> String {
        let books = &mut locked(&self.state).books;
        let card = attach(books, customer, "card", self.now());
        books.change(&card, |card| card["card"]["last4"] = last4.into());
        card
    }

    /// The payer's bank calls this much back.
    pub fn dispute(&self, payment: &str, amount: i64, status: &str) {
        self.with(payment, |books, payment, now| {
            let intent = books.find(payment).unwrap().clone();
            let charge = intent["latest_charge"].as_str().unwrap();
            books.change(charge, |charge| charge["disputed"] = true.into());
            let dispute = json!({
                "object": "dispute", "amount": amount, "currency": intent["currency"], "status": status,
                "charge": charge, "payment_intent": payment, "reason": "general", "metadata": {},
            });
            let dispute = books.make("dp", dispute, now);
            books.tell("charge.dispute.created", &dispute, None, now);
        });
    }

    /// A refund that was under way, or done, came back.
    pub fn fail_refund(&self, refund: &str) {
        self.with(refund, |books, refund, now| {
            let failed = books.find(refund).unwrap().clone();
            let charge = failed["charge"].as_str().unwrap();
            books.change(charge, |charge| {
                let left = charge["amount_refunded"].as_i64().unwrap()
                    - failed["amount"].as_i64().unwrap();
                charge["amount_refunded"] = left.into();
                charge["refunded"] = false.into();
            });
            books.change(refund, |refund| refund["status"] = "failed".into());
            books.tell("refund.failed", refund, None, now);
        });
    }

    /// A refund that was under way is done.
    pub fn finish_refund(&self, refund: &str) {
        self.with(refund, |books, refund, now| {
            books.change(refund, |refund| refund["status"] = "succeeded".into());
            books.tell("refund.updated", refund, None, now);
        });
    }

    /// Search knows of nothing, as in the first minute.
    pub fn search_lags(&self, lags: bool) {
        locked(&self.state).books.hidden = lags;
    }

    /// Changes anything, such as an amount that then contradicts the request.
    pub fn tamper(&self, id: &str, change: impl FnOnce(&mut Value)) {
        locked(&self.state).books.change(id, change);
    }

    fn with(&self, id: &str, act: impl FnOnce(&mut Books, &str, i64)) {
        act(&mut locked(&self.state).books, id, self.now());
    }

    fn on_page(&self, session: &str, act: impl FnOnce(&mut Books, &str, i64)) {
        self.with(session, |books, session, now| {
            assert_eq!(
                books.find(session).unwrap()["status"],
                "open",
                "nobody acts on a closed page"
            );
            act(books, session, now);
        });
    }
}

/// The payment of a page: Stripe makes it when the payer tries for the first time.
fn intent_of(books: &mut Books, session: &str, now: i64) -> String {
    let page = books.find(session).unwrap().clone();
    if let Some(intent) = page["payment_intent"].as_str() {
        return intent.to_owned();
    }
    let intent = calls::intent(
        page["amount_total"].as_i64().unwrap(),
        page["currency"].as_str().unwrap(),
        &page["customer"],
        &page["metadata"],
    );
    let intent = books.make("pi", intent, now);
    let name = intent.clone();
    books.change(session, |session| session["payment_intent"] = name.into());
    intent
}

fn complete(books: &mut Books, session: &str, paid: &str, now: i64) {
    books.change(session, |session| {
        session["status"] = "complete".into();
        session["payment_status"] = paid.into();
        session["url"] = Value::Null;
    });
    books.tell("checkout.session.completed", session, None, now);
}

fn attach(books: &mut Books, customer: &str, kind: &str, now: i64) -> String {
    let mut method = json!({
        "object": "payment_method", "type": kind, "customer": customer, "metadata": {},
        "billing_details": {"address": null, "email": null, "name": null, "phone": null},
    });
    method[kind] = match kind {
        "card" => json!({
            "brand": "visa", "last4": "4242", "exp_month": 8, "exp_year": 2030, "country": "US",
            "fingerprint": "AOB934RVNwzk6xtn", "funding": "credit",
        }),
        "us_bank_account" => json!({
            "bank_name": "STRIPE TEST BANK", "last4": "6789", "account_type": "checking",
            "account_holder_type": "individual", "routing_number": "110000000",
        }),
        _ => json!({"bank_name": "STRIPE TEST BANK", "institution_number": "000", "last4": "6789"}),
    };
    let method = books.make("pm", method, now);
    books.tell("payment_method.attached", &method, None, now);
    method
}
