//! What is sent: plain functions, without a network.
use portal_core::{
    Currency,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    chrono::{DateTime, Utc},
    http::{Bytes, HeaderValue, Method, Request},
    payment::{Attempt, BeginPayment, Refund},
    secrecy::ExposeSecret as _,
};
use serde::Serialize;

use super::{NAME, PennyroyalConfig, amount::written, answer::not_sent};

type Built = Result<Request<Bytes>, AdapterError>;

#[derive(Serialize)]
struct NewPage<'a> {
    reference: String,
    amount: String,
    currency: Currency,
    title: &'a str,
    return_url: &'a str,
    cancel_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    closes_at: Option<DateTime<Utc>>,
}

#[derive(Serialize)]
struct NewRefund {
    reference: String,
    amount: String,
    currency: Currency,
}

/// A page to pay on. The attempt is its reference: a repeat gets the first page, and whoever lost the answer finds it by that.
pub(crate) fn open_page(config: &PennyroyalConfig, payment: &BeginPayment) -> Built {
    let amount = written(payment.amount);
    let page = NewPage {
        reference: payment.attempt.to_string(),
        amount: amount.ok_or_else(|| not_sent("begin", "Pennyroyal cannot count the amount"))?,
        currency: payment.amount.currency(),
        title: &payment.order_number,
        return_url: &payment.return_to,
        cancel_url: &payment.cancel_to,
        closes_at: payment.until,
    };
    posted(config, "begin", "/payments", &page)
}

/// A refund. Its own key is its reference.
pub(crate) fn pay_back(config: &PennyroyalConfig, refund: &Refund) -> Built {
    let amount = written(refund.amount);
    let back = NewRefund {
        reference: refund.refund.to_string(),
        amount: amount.ok_or_else(|| not_sent("refund", "Pennyroyal cannot count the amount"))?,
        currency: refund.amount.currency(),
    };
    let path = format!("/payments/{}/refunds", refund.payment);
    posted(config, "refund", &path, &back)
}

/// One payment. Its name has to be one: see [`is_id`].
pub(crate) fn payment(config: &PennyroyalConfig, id: &str) -> Built {
    bare(config, "look up", &format!("/payments/{id}"))
}

/// The payment with this reference.
pub(crate) fn find(config: &PennyroyalConfig, attempt: Attempt) -> Built {
    bare(config, "look up", &format!("/payments?reference={attempt}"))
}

/// A name as Pennyroyal gives them. Anything else would lead to another address.
pub(crate) fn is_id(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric();
    let rest = name.strip_prefix("pay_").unwrap_or_default();
    (1..=32).contains(&rest.len()) && rest.bytes().all(plain)
}

fn bare(config: &PennyroyalConfig, operation: &'static str, path: &str) -> Built {
    built(config, operation, Method::GET, path, Bytes::new())
}

fn posted(
    config: &PennyroyalConfig,
    operation: &'static str,
    path: &str,
    body: &impl Serialize,
) -> Built {
    let body = serde_json::to_vec(body).map_err(|_| not_sent(operation, "it cannot be written"))?;
    built(config, operation, Method::POST, path, body.into())
}

fn built(
    config: &PennyroyalConfig,
    operation: &'static str,
    method: Method,
    path: &str,
    body: Bytes,
) -> Built {
    let misconfigured = |why| {
        let (kind, never) = (AdapterErrorKind::Misconfigured, Disposition::NeverSent);
        AdapterError::new(kind, never, NAME, operation, why)
    };
    let bearer = format!("Bearer {}", config.key.expose_secret());
    let mut bearer =
        HeaderValue::from_str(&bearer).map_err(|_| misconfigured("the key is no key"))?;
    bearer.set_sensitive(true);
    let request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", config.address))
        .header("authorization", bearer)
        .header("content-type", "application/json");
    let request = request.body(body);
    request.map_err(|_| misconfigured("the address is no address"))
}
