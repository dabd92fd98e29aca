//! Pennyroyal in this process: as much of it as the adapter can meet.
//!
//! It reads what it is sent with its own eyes, keeps its own books and shares no line with the adapter: what both had wrong would look right.
use std::{
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use hmac::{Hmac, KeyInit as _, Mac as _};
use portal_core::{
    Clock as _, Money,
    adapter::AdapterError,
    chrono::{DateTime, Duration, Utc},
    http::{Bytes, HttpClient, Method, Request, Response},
    payment::RawWebhook,
    rust_decimal::Decimal,
};
use portal_testkit::StoppedClock;
use serde_json::{Value, json};
use sha2::Sha256;

pub(crate) const ACCOUNT: &str = "acc_school";
pub(crate) const KEY: &str = "pr_test_4711";
pub(crate) const SECRET: &str = "posts-are-signed-with-this";
pub(crate) const NEXT_SECRET: &str = "and-with-this-tomorrow";

/// The provider. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Double {
    state: Arc<Mutex<State>>,
    clock: StoppedClock,
}

#[derive(Debug, Default)]
struct State {
    payments: Vec<Payment>,
    events: Vec<String>,
    told: usize,
}

#[derive(Debug)]
struct Payment {
    id: String,
    reference: String,
    amount: Decimal,
    currency: String,
    status: &'static str,
    closes_at: DateTime<Utc>,
    decline: Option<&'static str>,
    charged_back: Decimal,
    refunds: Vec<Back>,
}

#[derive(Debug)]
struct Back {
    id: String,
    reference: String,
    amount: Decimal,
    status: &'static str,
}

impl Double {
    pub(crate) fn new(clock: StoppedClock) -> Self {
        let state = Arc::default();
        Self { state, clock }
    }

    /// The payer does something on an open page, or a bank does.
    pub(crate) fn moves(&self, page: &str, from: &str, to: &'static str) -> bool {
        self.changes(page, |payment| {
            let there = payment.status == from;
            if there {
                payment.status = to;
            }
            there
        })
    }

    pub(crate) fn declines(&self, page: &str) -> bool {
        self.changes(page, |payment| {
            payment.decline = Some("insufficient_funds");
            payment.status == "open"
        })
    }

    pub(crate) fn returns(&self, payment: &str, refund: &str) -> bool {
        self.changes(payment, |payment| {
            let mut backs = payment.refunds.iter_mut();
            let back = backs.find(|back| back.id == refund);
            back.map(|back| back.status = "returned").is_some()
        })
    }

    pub(crate) fn calls_back(&self, payment: &str, amount: Decimal) -> bool {
        self.changes(payment, |payment| {
            payment.charged_back = amount;
            payment.status == "paid"
        })
    }

    /// What was taken for this reference, and what of it was paid back and stayed there.
    pub(crate) fn books(&self, reference: &str) -> (Vec<Money>, Vec<Money>) {
        let state = self.state.lock().unwrap();
        let paid = state.payments.iter();
        let paid = paid.filter(|p| p.reference == reference && p.status == "paid");
        let (mut taken, mut paid_back) = (vec![], vec![]);
        for payment in paid {
            let money = |amount| Money::new(amount, payment.currency.parse().unwrap()).unwrap();
            taken.push(money(payment.amount));
            paid_back.extend(payment.standing().map(money));
        }
        (taken, paid_back)
    }

    /// What happened since somebody asked last.
    pub(crate) fn events(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().events)
    }

    pub(crate) fn event(id: &str, kind: &str, account: &str, mode: &str, payment: &str) -> String {
        json!({ "id": id, "type": kind, "account": account, "mode": mode, "payment": payment })
            .to_string()
    }

    pub(crate) fn signed(&self, body: &[u8], at: DateTime<Utc>, secret: &str) -> RawWebhook {
        let at = at.timestamp().to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(&[at.as_bytes(), b".", body].concat());
        let mut signature = String::new();
        for byte in mac.finalize().into_bytes() {
            write!(signature, "{byte:02x}").unwrap();
        }
        let headers = [
            ("Pennyroyal-Timestamp", at),
            ("Pennyroyal-Signature", signature),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.into_bytes()));
        RawWebhook::new(headers.to_vec(), body.to_vec(), self.clock.now())
    }

    fn changes(&self, page: &str, change: impl FnOnce(&mut Payment) -> bool) -> bool {
        let mut state = self.state.lock().unwrap();
        state.close(self.clock.now());
        let Some(payment) = state.payments.iter_mut().find(|p| p.id == page) else {
            return false;
        };
        let changed = change(payment);
        if changed {
            state.tell(page);
        }
        changed
    }
}

#[async_trait]
impl HttpClient for Double {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AdapterError> {
        let mut state = self.state.lock().unwrap();
        state.close(self.clock.now());
        let key = request.headers().get("authorization");
        let known = key.is_some_and(|key| key == &format!("Bearer {KEY}"));
        let (status, said) = if known {
            state.answer(&request, self.clock.now())
        } else {
            no(401, "no_such_key")
        };
        let response = Response::builder().status(status);
        Ok(response.body(said.to_string().into()).unwrap())
    }
}

type Said = (u16, Value);

fn no(status: u16, code: &str) -> Said {
    (
        status,
        json!({ "code": code, "message": "Ana Cruz, card 4242" }),
    )
}

impl State {
    fn answer(&mut self, request: &Request<Bytes>, now: DateTime<Utc>) -> Said {
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let path = request.uri().path().trim_start_matches("/v2/");
        let parts: Vec<&str> = path.split('/').collect();
        let post = request.method() == Method::POST;
        match parts[..] {
            ["payments"] if post => self.open(&body, now),
            ["payments"] => {
                let query = request.uri().query().unwrap_or_default();
                let reference = query.strip_prefix("reference=").unwrap_or_default();
                let hits = self.payments.iter().filter(|p| p.reference == reference);
                let hits: Vec<Value> = hits.map(Payment::shown).collect();
                (200, json!({ "payments": hits }))
            }
            ["payments", id] if !post => {
                let found = self.payments.iter().find(|p| p.id == id);
                found.map_or_else(|| no(404, "not_found"), |p| (200, p.shown()))
            }
            ["payments", id, "refunds"] if post => self.pay_back(id, &body),
            _ => no(404, "not_found"),
        }
    }

    fn open(&mut self, body: &Value, now: DateTime<Utc>) -> Said {
        let reference = text(body, "reference");
        if let Some(first) = self.payments.iter().find(|p| p.reference == reference) {
            return taken(&first.shown());
        }
        let Some(amount) = amount(body) else {
            return no(422, "amount_unclear");
        };
        let closes_at = body["closes_at"].as_str().and_then(|at| at.parse().ok());
        let payment = Payment {
            id: format!("pay_{}", self.payments.len() + 1),
            reference,
            amount,
            currency: text(body, "currency"),
            status: "open",
            closes_at: closes_at.unwrap_or(now + Duration::hours(1)),
            decline: None,
            charged_back: Decimal::ZERO,
            refunds: vec![],
        };
        let shown = payment.shown();
        self.payments.push(payment);
        (201, shown)
    }

    fn pay_back(&mut self, id: &str, body: &Value) -> Said {
        let paid = self.payments.iter_mut();
        let Some(payment) = paid.into_iter().find(|p| p.id == id && p.status == "paid") else {
            return no(404, "not_found");
        };
        let reference = text(body, "reference");
        if let Some(first) = payment.refunds.iter().find(|r| r.reference == reference) {
            return taken(&first.shown(&payment.currency));
        }
        let left = payment.amount - payment.standing().sum::<Decimal>();
        let Some(amount) = amount(body).filter(|amount| *amount <= left) else {
            return no(422, "amount_too_large");
        };
        if text(body, "currency") != payment.currency {
            return no(422, "other_currency");
        }
        let back = Back {
            id: format!("back_{id}_{}", payment.refunds.len() + 1),
            reference,
            amount,
            status: "done",
        };
        let shown = back.shown(&payment.currency);
        payment.refunds.push(back);
        self.tell(id);
        (201, shown)
    }

    fn close(&mut self, now: DateTime<Utc>) {
        let open = self.payments.iter_mut().filter(|p| p.status == "open");
        for payment in open.filter(|p| p.closes_at <= now) {
            payment.status = "closed";
        }
    }

    fn tell(&mut self, payment: &str) {
        self.told += 1;
        let id = format!("evt_{}", self.told);
        let event = Double::event(&id, "payment.changed", ACCOUNT, "test", payment);
        self.events.push(event);
    }
}

impl Payment {
    /// What was paid back and did not come back.
    fn standing(&self) -> impl Iterator<Item = Decimal> {
        let done = self.refunds.iter().filter(|back| back.status == "done");
        done.map(|back| back.amount)
    }

    fn shown(&self) -> Value {
        let refunds = self.refunds.iter().map(|back| back.shown(&self.currency));
        json!({
            "id": self.id,
            "account": ACCOUNT,
            "mode": "test",
            "reference": self.reference,
            "status": self.status,
            "amount": self.amount.to_string(),
            "currency": self.currency,
            "page_url": format!("https://pay.pennyroyal.example/{}", self.id),
            "closes_at": self.closes_at,
            "decline": self.decline,
            "paid_with": (self.status == "paid").then_some("Visa 4242"),
            "charged_back": self.charged_back.to_string(),
            "refunds": refunds.collect::<Vec<_>>(),
        })
    }
}

impl Back {
    fn shown(&self, currency: &str) -> Value {
        json!({
            "id": self.id,
            "reference": self.reference,
            "amount": self.amount.to_string(),
            "currency": currency,
            "status": self.status,
        })
    }
}

/// The reference was taken before: nothing is made, and the first is answered.
fn taken(first: &Value) -> Said {
    (409, json!({ "code": "reference_taken", "first": first }))
}

/// An amount as the documents want it: text, more than nothing, two decimals at most.
fn amount(body: &Value) -> Option<Decimal> {
    let amount: Decimal = body["amount"].as_str()?.parse().ok()?;
    (amount > Decimal::ZERO && amount.scale() <= 2).then_some(amount)
}

fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_default().to_owned()
}
