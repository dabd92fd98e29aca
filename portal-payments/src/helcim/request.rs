//! Requests to Helcim: values in, bytes out. The same call makes the same bytes, or a repeated key would be answered 409.
use std::net::IpAddr;

use bytes::Bytes;
use http::{Method, Request};
use portal_core::{
    Money,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{Attempt, BeginPayment, BeginSetup, IdempotencyKey},
};
use secrecy::ExposeSecret;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{HelcimConfig, NAME};

type Built = Result<Request<Bytes>, AdapterError>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Initialize<'a> {
    payment_type: &'static str,
    amount: Box<RawValue>,
    currency: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_code: Option<&'a str>,
    payment_method: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    invoice_request: Option<Invoice<'a>>,
    // Its own "thank you" page would stand between the payer and ours.
    confirmation_screen: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invoice<'a> {
    invoice_number: String,
    line_items: [Line<'a>; 1],
}

#[derive(Serialize)]
struct Line<'a> {
    description: &'a str,
    quantity: u8,
    price: Box<RawValue>,
    total: Box<RawValue>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Purchase<'a> {
    ip_address: IpAddr,
    ecommerce: bool,
    currency: &'a str,
    amount: Box<RawValue>,
    customer_code: &'a str,
    invoice: Invoice<'a>,
    card_data: CardData<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CardData<'a> {
    card_token: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PayBack {
    original_transaction_id: u64,
    amount: Box<RawValue>,
    ip_address: IpAddr,
    ecommerce: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reverse {
    card_transaction_id: u64,
    ip_address: IpAddr,
    ecommerce: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Customer<'a> {
    customer_code: &'a str,
    contact_name: &'a str,
}

/// What a stored card is charged with.
pub(super) struct Charge<'a> {
    pub(super) attempt: Attempt,
    pub(super) amount: Money,
    pub(super) customer_code: &'a str,
    pub(super) card_token: &'a str,
    pub(super) order_number: &'a str,
    pub(super) ip: IpAddr,
}

pub(super) fn initialize(config: &HelcimConfig, payment: &BeginPayment) -> Built {
    let currency = payment.amount.currency();
    let body = Initialize {
        payment_type: "purchase",
        amount: number(payment.amount)?,
        currency: currency.code(),
        customer_code: payment
            .payer
            .as_ref()
            .map(portal_core::payment::PayerRef::as_str),
        payment_method: "cc",
        invoice_request: Some(invoice(
            payment.attempt,
            &payment.order_number,
            payment.amount,
        )?),
        confirmation_screen: false,
    };
    post(config, "begin", "/helcim-pay/initialize", None, &body)
}

pub(super) fn initialize_verify(config: &HelcimConfig, setup: &BeginSetup) -> Built {
    let body = Initialize {
        payment_type: "verify",
        amount: number(Money::zero(setup.currency))?,
        currency: setup.currency.code(),
        customer_code: Some(setup.payer.as_str()),
        payment_method: "cc",
        invoice_request: None,
        confirmation_screen: false,
    };
    post(config, "begin setup", "/helcim-pay/initialize", None, &body)
}

pub(super) fn purchase(config: &HelcimConfig, charge: &Charge<'_>, key: IdempotencyKey) -> Built {
    let currency = charge.amount.currency();
    let body = Purchase {
        ip_address: charge.ip,
        ecommerce: true,
        currency: currency.code(),
        amount: number(charge.amount)?,
        customer_code: charge.customer_code,
        invoice: invoice(charge.attempt, charge.order_number, charge.amount)?,
        card_data: CardData {
            card_token: charge.card_token,
        },
    };
    post(config, "charge", "/payment/purchase", Some(key), &body)
}

pub(super) fn refund(
    config: &HelcimConfig,
    of: u64,
    amount: Money,
    ip: IpAddr,
    key: IdempotencyKey,
) -> Built {
    let body = PayBack {
        original_transaction_id: of,
        amount: number(amount)?,
        ip_address: ip,
        ecommerce: true,
    };
    post(config, "refund", "/payment/refund", Some(key), &body)
}

pub(super) fn reverse(config: &HelcimConfig, of: u64, ip: IpAddr, key: IdempotencyKey) -> Built {
    let body = Reverse {
        card_transaction_id: of,
        ip_address: ip,
        ecommerce: true,
    };
    post(config, "refund", "/payment/reverse", Some(key), &body)
}

pub(super) fn create_customer(config: &HelcimConfig, code: &str, name: &str) -> Built {
    let body = Customer {
        customer_code: code,
        contact_name: name,
    };
    post(config, "payer", "/customers", None, &body)
}

/// A call without a body. `path` is made of our own words and of numbers; whatever else goes into a query went through [`escaped`].
pub(super) fn bare(
    config: &HelcimConfig,
    operation: &'static str,
    method: Method,
    path: &str,
) -> Built {
    build(config, operation, method, path, None, Bytes::new())
}

fn post<T: Serialize>(
    config: &HelcimConfig,
    operation: &'static str,
    path: &str,
    key: Option<IdempotencyKey>,
    body: &T,
) -> Built {
    let body = serde_json::to_vec(body).map_err(|e| unbuildable(operation).with_source(e))?;
    build(config, operation, Method::POST, path, key, body.into())
}

fn build(
    config: &HelcimConfig,
    operation: &'static str,
    method: Method,
    path: &str,
    key: Option<IdempotencyKey>,
    body: Bytes,
) -> Built {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", config.address))
        .header("accept", "application/json");
    if !body.is_empty() {
        request = request.header("content-type", "application/json");
    }
    if let Some(key) = key {
        request = request.header("idempotency-key", key.to_string());
    }
    let mut token = http::HeaderValue::from_str(config.token.expose_secret())
        .map_err(|_| unbuildable(operation))?;
    token.set_sensitive(true);
    request
        .header("api-token", token)
        .body(body)
        .map_err(|e| unbuildable(operation).with_source(e))
}

fn invoice(
    attempt: Attempt,
    order_number: &str,
    amount: Money,
) -> Result<Invoice<'_>, AdapterError> {
    Ok(Invoice {
        invoice_number: attempt.to_string(),
        line_items: [Line {
            description: order_number,
            quantity: 1,
            price: number(amount)?,
            total: number(amount)?,
        }],
    })
}

/// An amount as a JSON number, written digit by digit: no float ever holds it.
fn number(amount: Money) -> Result<Box<RawValue>, AdapterError> {
    RawValue::from_string(amount.amount().to_string())
        .map_err(|e| unbuildable("write an amount").with_source(e))
}

/// Anything, as it may stand in a query.
pub(super) fn escaped(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |n: u8| char::from(HEX.get(usize::from(n)).copied().unwrap_or(b'0'));
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    out
}

fn unbuildable(operation: &'static str) -> AdapterError {
    AdapterError::new(
        AdapterErrorKind::Misconfigured,
        Disposition::NeverSent,
        NAME,
        operation,
        "the request cannot be built: check the API token and the address",
    )
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_customer_code_cannot_leave_its_query() {
        assert_eq!(escaped("CST-1_0.4~9"), "CST-1_0.4~9");
        assert_eq!(escaped("a&b=c d/é"), "a%26b%3Dc%20d%2F%C3%A9");
    }
}
