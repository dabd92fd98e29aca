//! What each address answers.
use chrono::{DateTime, Duration, Utc};
use http::{Method, Request, Response};
use portal_core::http::Bytes;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    TOKEN,
    answers::{account, batch, card, customer, errors, list, quoted, raw, token, transaction},
    state::{Frame, Kept, Purchase, State},
};

type Answer = Response<Bytes>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Initialize {
    payment_type: String,
    amount: Box<RawValue>,
    currency: String,
    customer_code: Option<String>,
    invoice_request: Option<Invoice>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Invoice {
    invoice_number: String,
    line_items: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    total: Box<RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Charge {
    ip_address: std::net::IpAddr,
    currency: String,
    amount: Box<RawValue>,
    customer_code: String,
    invoice: Invoice,
    card_data: CardData,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CardData {
    card_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PayBack {
    original_transaction_id: u64,
    amount: Box<RawValue>,
    #[serde(rename = "ipAddress")]
    _ip: std::net::IpAddr,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reverse {
    card_transaction_id: u64,
    #[serde(rename = "ipAddress")]
    _ip: std::net::IpAddr,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewCustomer {
    customer_code: String,
    contact_name: String,
}

pub(super) fn answer(state: &mut State, request: &Request<Bytes>, now: DateTime<Utc>) -> Answer {
    let header = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok());
    if header("api-token") != Some(TOKEN) {
        return errors(401, "Unauthorized");
    }
    let path = request.uri().path().trim_start_matches("/v2").to_owned();
    if !path.starts_with("/payment/") {
        return plain(state, request, &path, now);
    }
    let Some(key) = header("idempotency-key") else {
        return errors(400, "idempotency-key is required");
    };
    let sound = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !(25..=36).contains(&key.len()) || !key.chars().all(sound) {
        return errors(400, "idempotency-key is malformed");
    }
    keyed(state, key, &path, request.body(), now)
}

/// The same key and body within five minutes: the first answer. Another body: 409.
fn keyed(state: &mut State, key: &str, path: &str, body: &[u8], now: DateTime<Utc>) -> Answer {
    let asked = format!("{path} {}", String::from_utf8_lossy(body));
    if let Some(kept) = state.keys.get(key).filter(|kept| now < kept.until) {
        return if kept.request == asked {
            raw(kept.status, &kept.body)
        } else {
            errors(409, "idempotency-key was used with another payload")
        };
    }
    let response = match path {
        "/payment/purchase" => purchase(state, body, now),
        "/payment/refund" => refund(state, body, now),
        "/payment/reverse" => reverse(state, body, now),
        _ => errors(404, "Not Found"),
    };
    let kept = Kept {
        request: asked,
        status: response.status().as_u16(),
        body: String::from_utf8_lossy(response.body()).into_owned(),
        until: now + Duration::minutes(5),
    };
    state.keys.insert(key.to_owned(), kept);
    response
}

fn plain(state: &mut State, request: &Request<Bytes>, path: &str, now: DateTime<Utc>) -> Answer {
    let query = request.uri().query().unwrap_or_default();
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (request.method(), parts.as_slice()) {
        (&Method::POST, ["helcim-pay", "initialize"]) => initialize(state, request.body(), now),
        (&Method::GET, ["card-transactions"]) => {
            let wanted = query.strip_prefix("invoiceNumber=").unwrap_or_default();
            let mut seen = vec![];
            for t in state
                .transactions
                .iter_mut()
                .filter(|t| t.invoice == wanted)
            {
                if t.unseen == 0 {
                    seen.push(transaction(t));
                }
                t.unseen = t.unseen.saturating_sub(1);
            }
            list(seen.into_iter())
        }
        (&Method::GET, ["card-transactions", id]) => {
            let found = state.transactions.iter().find(|t| t.id.to_string() == *id);
            found.map_or_else(|| errors(404, "Not Found"), |t| raw(200, &transaction(t)))
        }
        (&Method::GET, ["card-batches", id]) => {
            let closed = id.parse().is_ok_and(|id: u64| id < batch(state.batch));
            raw(200, &format!(r#"{{"id":{id},"closed":{closed}}}"#))
        }
        (&Method::GET, ["customers"]) => {
            // Found by a part of it, too: who asks has to compare.
            let wanted = query.strip_prefix("customerCode=").unwrap_or_default();
            let found = state
                .customers
                .iter()
                .filter(|c| c.code.starts_with(wanted));
            list(found.map(customer))
        }
        (&Method::POST, ["customers"]) => new_customer(state, request.body()),
        (method, ["customers", id, rest @ ..]) => of_customer(state, method, id, rest),
        _ => errors(404, "Not Found"),
    }
}

fn of_customer(state: &mut State, method: &Method, id: &str, rest: &[&str]) -> Answer {
    let Some(owner) = state.customers.iter_mut().find(|c| c.id.to_string() == id) else {
        return errors(404, "Not Found");
    };
    match (method, rest) {
        (&Method::GET, ["cards"]) => list(owner.cards.iter().map(card)),
        (&Method::GET, ["bank-accounts"]) => list(owner.accounts.iter().map(account)),
        (&Method::GET, ["bank-accounts", "request-new"]) => {
            state.mails += 1;
            raw(200, "{}")
        }
        (&Method::DELETE, ["cards", card]) => {
            let before = owner.cards.len();
            owner.cards.retain(|c| c.id.to_string() != *card);
            if owner.cards.len() < before {
                raw(204, "")
            } else {
                errors(404, "Not Found")
            }
        }
        (&Method::PATCH, ["cards", card, "default"]) => {
            for c in &mut owner.cards {
                c.is_default = c.id.to_string() == *card;
            }
            raw(200, "[]")
        }
        (&Method::PATCH, ["bank-accounts", account, "default"]) => {
            for a in &mut owner.accounts {
                a.is_default = a.id.to_string() == *account;
            }
            raw(200, "[]")
        }
        _ => errors(404, "Not Found"),
    }
}

fn initialize(state: &mut State, body: &[u8], now: DateTime<Utc>) -> Answer {
    let asked: Initialize = match serde_json::from_slice(body) {
        Ok(asked) => asked,
        Err(e) => return errors(400, &e.to_string()),
    };
    if let Some(invoice) = &asked.invoice_request {
        let total: Decimal = invoice
            .line_items
            .iter()
            .map(|line| number(&line.total))
            .sum();
        if total != number(&asked.amount) {
            return errors(400, "the invoice and the amount differ");
        }
    }
    let id = state.next_id();
    let frame = Frame {
        purchase: asked.payment_type == "purchase",
        amount: number(&asked.amount),
        currency: asked.currency,
        invoice: asked
            .invoice_request
            .map(|i| i.invoice_number)
            .unwrap_or_default(),
        customer: asked.customer_code.unwrap_or_default(),
        until: now + Duration::minutes(60),
        paid: false,
    };
    let opened = format!("checkout-{id}");
    let body = format!(
        r#"{{"checkoutToken":{},"secretToken":"secret-{id}"}}"#,
        quoted(&opened)
    );
    state.frames.insert(opened, frame);
    raw(200, &body)
}

fn purchase(state: &mut State, body: &[u8], now: DateTime<Utc>) -> Answer {
    let asked: Charge = match serde_json::from_slice(body) {
        Ok(asked) => asked,
        Err(e) => return errors(400, &e.to_string()),
    };
    if asked.ip_address.is_unspecified() {
        return raw(400, r#"{"errors":{"ipAddress":"is not an address"}}"#);
    }
    let owner = state
        .customers
        .iter()
        .find(|c| c.code == asked.customer_code);
    let card = owner.and_then(|c| {
        let stands_for = |digits: &str| token(digits) == asked.card_data.card_token;
        c.cards.iter().find(|card| stands_for(&card.digits))
    });
    let Some(digits) = card.map(|card| card.digits.clone()) else {
        return errors(500, "Failed to process transaction");
    };
    let purchase = Purchase {
        amount: number(&asked.amount),
        currency: &asked.currency,
        digits: &digits,
        invoice: &asked.invoice.invoice_number,
        customer: &asked.customer_code,
    };
    let made = state.purchase(&purchase, now);
    if made.approved || state.polite {
        raw(200, &transaction(&made))
    } else {
        let said = format!("Transaction Declined: {}", made.warning);
        raw(
            500,
            &format!(r#"{{"response":0,"errors":{}}}"#, quoted(&said)),
        )
    }
}

fn refund(state: &mut State, body: &[u8], now: DateTime<Utc>) -> Answer {
    let asked: PayBack = match serde_json::from_slice(body) {
        Ok(asked) => asked,
        Err(e) => return errors(400, &e.to_string()),
    };
    let amount = number(&asked.amount);
    paid_back(
        state,
        "refund",
        asked.original_transaction_id,
        Some(amount),
        now,
    )
}

fn reverse(state: &mut State, body: &[u8], now: DateTime<Utc>) -> Answer {
    let asked: Reverse = match serde_json::from_slice(body) {
        Ok(asked) => asked,
        Err(e) => return errors(400, &e.to_string()),
    };
    paid_back(state, "reverse", asked.card_transaction_id, None, now)
}

fn paid_back(
    state: &mut State,
    kind: &'static str,
    payment: u64,
    amount: Option<Decimal>,
    now: DateTime<Utc>,
) -> Answer {
    let Some(paid) = state.transactions.iter().find(|t| t.id == payment) else {
        return errors(404, "Not Found");
    };
    let open = paid.batch == state.batch;
    if open != (kind == "reverse") {
        return errors(400, "refund what is settled, reverse what is not");
    }
    let left = state.left(payment).unwrap_or_default();
    let amount = amount.unwrap_or(left);
    if amount > left || amount <= Decimal::ZERO {
        return errors(400, "more than is left of it");
    }
    if let Some(words) = state.declines.pop_front() {
        return errors(500, &format!("Transaction Declined: {words}"));
    }
    let id = state.back(kind, payment, amount, now);
    let made = state.transactions.iter().find(|t| t.id == id);
    raw(200, &transaction(made.unwrap()))
}

fn new_customer(state: &mut State, body: &[u8]) -> Answer {
    let asked: NewCustomer = match serde_json::from_slice(body) {
        Ok(asked) => asked,
        Err(e) => return errors(400, &e.to_string()),
    };
    if state
        .customers
        .iter()
        .any(|c| c.code == asked.customer_code)
    {
        return raw(400, r#"{"errors":{"customerCode":["already exists"]}}"#);
    }
    let id = state.customer(&asked.customer_code, &asked.contact_name);
    let made = state.customers.iter().find(|c| c.id == id);
    raw(200, &customer(made.unwrap()))
}

fn number(raw: &RawValue) -> Decimal {
    Decimal::from_str_exact(raw.get()).unwrap_or(Decimal::NEGATIVE_ONE)
}
