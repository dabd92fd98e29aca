use bytes::Bytes;
use chrono::{DateTime, Duration, Utc};
use http::{
    HeaderValue, Method, Request,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use portal_core::{
    Money,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{
        BeginPayment, BeginSetup, ChargeStored, IdempotencyKey, Initiator, MandateSchedule,
        MethodKind, PayerProfile, PayerRef, Refund, RefundReason, SaveMethod,
    },
};
use secrecy::ExposeSecret as _;

use super::{
    NAME, VERSION, amount::to_stripe, answer::not_sent, config::StripeConfig, config::is_name,
    form::Form,
};

/// Metadata under which our attempt travels, and comes back.
pub(super) const ATTEMPT: &str = "attempt";
/// Metadata that tells a charge without the payer from a payment on a page.
pub(super) const FLOW: &str = "flow";
/// The value of [`FLOW`] for a charge without a page: nobody will try again on it.
pub(super) const STORED: &str = "stored";
/// Metadata under which our refund travels.
pub(super) const REFUND: &str = "refund";

/// A page is open at least half an hour by Stripe's clock; five minutes are for the way there and for repeats.
const SHORTEST: Duration = Duration::minutes(35);
const LONGEST: Duration = Duration::hours(24);

/// One call, before it is given the key and the address.
pub(super) struct Call {
    pub(super) operation: &'static str,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Form,
    pub(super) body: Form,
    pub(super) key: Option<IdempotencyKey>,
}

impl Call {
    fn get(operation: &'static str, path: impl Into<String>) -> Self {
        Self::new(operation, Method::GET, path.into())
    }

    fn post(operation: &'static str, path: impl Into<String>) -> Self {
        Self::new(operation, Method::POST, path.into())
    }

    fn new(operation: &'static str, method: Method, path: String) -> Self {
        Self {
            operation,
            method,
            path,
            query: Form::default(),
            body: Form::default(),
            key: None,
        }
    }

    fn asking(mut self, name: &str, value: &str) -> Self {
        self.query = self.query.set(name, value);
        self
    }

    /// The request as it leaves.
    pub(super) fn request(&self, config: &StripeConfig) -> Result<Request<Bytes>, AdapterError> {
        let unfit = || {
            let (kind, never) = (AdapterErrorKind::Misconfigured, Disposition::NeverSent);
            let message = "the key or the address does not fit in a request";
            AdapterError::new(kind, never, NAME, self.operation, message)
        };
        let bearer = format!("Bearer {}", config.secret_key.expose_secret());
        let mut bearer = HeaderValue::from_str(&bearer).map_err(|_| unfit())?;
        bearer.set_sensitive(true);
        let query = self.query.as_str();
        let mark = if query.is_empty() { "" } else { "?" };
        let uri = format!(
            "{}{}{mark}{query}",
            config.api.trim_end_matches('/'),
            self.path
        );
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(uri)
            .header(AUTHORIZATION, bearer)
            .header("stripe-version", VERSION);
        if let Some(account) = &config.connected {
            request = request.header("stripe-account", account);
        }
        if self.method == Method::POST {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        if let Some(key) = self.key {
            request = request.header("idempotency-key", key.to_string());
        }
        let body = Bytes::copy_from_slice(self.body.as_str().as_bytes());
        request.body(body).map_err(|_| unfit())
    }
}

/// A page to pay on. A repeat is the same to the byte: nothing in it comes from a clock.
pub(super) fn begin(payment: &BeginPayment, config: &StripeConfig) -> Result<Call, AdapterError> {
    let operation = "begin";
    let amount = Some(payment.amount)
        .filter(|amount| amount.is_positive() && config.limits.accept(*amount))
        .and_then(to_stripe)
        .ok_or_else(|| not_sent(operation, "Stripe takes no payment of exactly this amount"))?;
    let attempt = payment.attempt.to_string();
    let mut call = Call::post(operation, "/v1/checkout/sessions");
    call.key = Some(payment.key());
    let mut form = Form::default()
        .set("mode", "payment")
        .set("success_url", &coming_back(&payment.return_to))
        .set("cancel_url", &payment.cancel_to)
        .maybe("customer", payment.payer.as_ref().map(PayerRef::as_str))
        .set("client_reference_id", &attempt)
        .set(
            "line_items[0][price_data][currency]",
            &lower(payment.amount.currency().code()),
        )
        .set(
            "line_items[0][price_data][unit_amount]",
            &amount.to_string(),
        )
        .set(
            "line_items[0][price_data][product_data][name]",
            &payment.order_number,
        )
        .set("line_items[0][quantity]", "1")
        .set("payment_intent_data[description]", &payment.order_number)
        .set("payment_intent_data[metadata][attempt]", &attempt)
        .set("metadata[attempt]", &attempt)
        .set("locale", payment.language.tag());
    match payment.save {
        SaveMethod::No => {}
        _ if payment.payer.is_none() => {
            return Err(not_sent(
                operation,
                "to keep a card, name whose: make a payer first",
            ));
        }
        SaveMethod::AskPayer => {
            form = form.set(
                "saved_payment_method_options[payment_method_save]",
                "enabled",
            );
        }
        SaveMethod::ForLater => {
            form = form.set("payment_intent_data[setup_future_usage]", "off_session");
        }
        _ => {
            return Err(not_sent(
                operation,
                "this way of keeping a card is not known here",
            ));
        }
    }
    if let Some(until) = payment.until {
        let until = open_until(until, payment.since).timestamp().to_string();
        form = form.set("expires_at", &until);
    }
    call.body = form;
    Ok(call)
}

/// As long as Stripe keeps a page open, counted from the first try: a repeat that counted from now would be another request under the same key.
fn open_until(until: DateTime<Utc>, since: Option<DateTime<Utc>>) -> DateTime<Utc> {
    match since {
        Some(since) => until.clamp(since + SHORTEST, since + LONGEST),
        None => until,
    }
}

/// The address with Stripe's own place-holder, which it fills with the page's name.
fn coming_back(to: &str) -> String {
    let (address, fragment) = to.split_once('#').map_or((to, None), |(a, f)| (a, Some(f)));
    let mark = if address.contains('?') { '&' } else { '?' };
    let back = format!("{address}{mark}session_id={{CHECKOUT_SESSION_ID}}");
    fragment.map_or_else(|| back.clone(), |fragment| format!("{back}#{fragment}"))
}

/// A page with its payment, or with what was stored.
pub(super) fn session(operation: &'static str, id: &str) -> Result<Call, AdapterError> {
    let id = named(operation, id, "cs_")?;
    Ok(Call::get(operation, format!("/v1/checkout/sessions/{id}"))
        .asking("expand[]", "payment_intent.latest_charge.refunds")
        .asking("expand[]", "setup_intent.payment_method"))
}

/// The page a payment was begun on, if it was.
pub(super) fn session_of(operation: &'static str, intent: &str) -> Result<Call, AdapterError> {
    let intent = named(operation, intent, "pi_")?;
    Ok(Call::get(operation, "/v1/checkout/sessions")
        .asking("payment_intent", intent)
        .asking("limit", "1"))
}

pub(super) fn expire(id: &str) -> Result<Call, AdapterError> {
    let id = named("close", id, "cs_")?;
    // Without a key: a repeat that fails is looked at, a kept 500 would fail for a day.
    Ok(Call::post(
        "close",
        format!("/v1/checkout/sessions/{id}/expire"),
    ))
}

pub(super) fn intent(operation: &'static str, id: &str) -> Result<Call, AdapterError> {
    let id = named(operation, id, "pi_")?;
    Ok(Call::get(operation, format!("/v1/payment_intents/{id}"))
        .asking("expand[]", "latest_charge.refunds"))
}

pub(super) fn search(attempt: portal_core::payment::Attempt) -> Call {
    let query = format!("metadata['{ATTEMPT}']:'{attempt}'");
    Call::get("look_up", "/v1/payment_intents/search")
        .asking("query", &query)
        .asking("limit", "100")
}

pub(super) fn refunds_of(intent: &str, after: Option<&str>) -> Result<Call, AdapterError> {
    let intent = named("look_up", intent, "pi_")?;
    let call = Call::get("look_up", "/v1/refunds")
        .asking("payment_intent", intent)
        .asking("limit", "100");
    Ok(match after {
        Some(after) => call.asking("starting_after", after),
        None => call,
    })
}

pub(super) fn disputes_of(intent: &str) -> Result<Call, AdapterError> {
    let intent = named("look_up", intent, "pi_")?;
    Ok(Call::get("look_up", "/v1/disputes")
        .asking("payment_intent", intent)
        .asking("limit", "100"))
}

pub(super) fn payer(profile: &PayerProfile) -> Call {
    let mut call = Call::post("payer", "/v1/customers");
    call.key = Some(profile.key());
    call.body = Form::default()
        .set("name", &profile.name)
        .maybe("email", profile.email.as_deref())
        .set("metadata[contact]", profile.contact.as_str());
    call
}

pub(super) fn customer(operation: &'static str, id: &str) -> Result<Call, AdapterError> {
    let id = named(operation, id, "cus_")?;
    Ok(Call::get(operation, format!("/v1/customers/{id}")))
}

pub(super) fn methods(
    customer: &str,
    kind: &str,
    after: Option<&str>,
) -> Result<Call, AdapterError> {
    let customer = named("methods", customer, "cus_")?;
    let call = Call::get(
        "methods",
        format!("/v1/customers/{customer}/payment_methods"),
    )
    .asking("type", kind)
    .asking("limit", "100");
    Ok(match after {
        Some(after) => call.asking("starting_after", after),
        None => call,
    })
}

/// The proof that a method is this customer's: asked for under the customer, another's is not found.
pub(super) fn method_of(
    operation: &'static str,
    customer: &str,
    method: &str,
) -> Result<Call, AdapterError> {
    let customer = named(operation, customer, "cus_")?;
    let method = named(operation, method, "")?;
    let path = format!("/v1/customers/{customer}/payment_methods/{method}");
    Ok(Call::get(operation, path))
}

pub(super) fn detach(method: &str) -> Result<Call, AdapterError> {
    let method = named("remove", method, "")?;
    Ok(Call::post(
        "remove",
        format!("/v1/payment_methods/{method}/detach"),
    ))
}

pub(super) fn make_default(customer: &str, method: &str) -> Result<Call, AdapterError> {
    let customer = named("make_default", customer, "cus_")?;
    let mut call = Call::post("make_default", format!("/v1/customers/{customer}"));
    call.body = Form::default().set("invoice_settings[default_payment_method]", method);
    Ok(call)
}

/// A charge without a page. Stripe itself refuses a method that is not this customer's.
pub(super) fn charge(charge: &ChargeStored, config: &StripeConfig) -> Result<Call, AdapterError> {
    let operation = "charge";
    let amount = Some(charge.amount)
        .filter(|amount| amount.is_positive() && config.limits.accept(*amount))
        .and_then(to_stripe)
        .ok_or_else(|| not_sent(operation, "Stripe takes no payment of exactly this amount"))?;
    let mut call = Call::post(operation, "/v1/payment_intents");
    call.key = Some(charge.key());
    let form = Form::default()
        .set("amount", &amount.to_string())
        .set("currency", &lower(charge.amount.currency().code()))
        .set("customer", charge.payer.as_str())
        .set("payment_method", charge.method.as_str())
        .set("automatic_payment_methods[enabled]", "true")
        .set("automatic_payment_methods[allow_redirects]", "never")
        .set("confirm", "true")
        .set("description", &charge.order_number)
        .set("metadata[attempt]", &charge.attempt.to_string())
        .set("metadata[flow]", STORED)
        .set("expand[]", "latest_charge.refunds");
    call.body = match charge.initiator {
        // There is no page of ours to show who they are on: better a "no" than a payment that waits for nobody.
        Initiator::PayerPresent => form.set("error_on_requires_action", "true"),
        Initiator::MerchantOnce => form.set("off_session", "one_off"),
        Initiator::MerchantRecurring => form.set("off_session", "recurring"),
        _ => return Err(not_sent(operation, "who started it is not known here")),
    };
    Ok(call)
}

/// The end of a charge that waits for its payer. Without a key: a repeat that fails is looked at, a kept 500 would fail for a day.
pub(super) fn cancel(intent: &str) -> Result<Call, AdapterError> {
    let intent = named("charge", intent, "pi_")?;
    let path = format!("/v1/payment_intents/{intent}/cancel");
    let mut call = Call::post("charge", path);
    // A bank that said no leaves a charge behind.
    call.body = Form::default()
        .set("cancellation_reason", "abandoned")
        .set("expand[]", "latest_charge.refunds");
    Ok(call)
}

/// A page to store something on.
pub(super) fn setup(setup: &BeginSetup) -> Result<Call, AdapterError> {
    let operation = "setup";
    let kind = type_of(setup.kind)
        .ok_or_else(|| not_sent(operation, "this kind of method is not stored here"))?;
    let attempt = setup.attempt.to_string();
    let mut call = Call::post(operation, "/v1/checkout/sessions");
    call.key = Some(setup.key());
    call.body = Form::default()
        .set("mode", "setup")
        .set("success_url", &coming_back(&setup.return_to))
        .set("cancel_url", &setup.cancel_to)
        .set("customer", setup.payer.as_str())
        .set("client_reference_id", &attempt)
        .set("payment_method_types[0]", kind)
        .set("setup_intent_data[metadata][attempt]", &attempt)
        .set("metadata[attempt]", &attempt)
        .set("locale", setup.language.tag());
    if setup.kind != MethodKind::CaBank {
        return Ok(call);
    }
    let terms = setup.mandate.as_ref();
    let terms =
        terms.ok_or_else(|| not_sent(operation, "a Canadian account needs its mandate's terms"))?;
    let (schedule, described) = match terms.schedule {
        MandateSchedule::Interval => ("interval", true),
        MandateSchedule::Sporadic => ("sporadic", false),
        MandateSchedule::Combined => ("combined", true),
        _ => return Err(not_sent(operation, "this schedule is not known here")),
    };
    let option = |name: &str| format!("payment_method_options[acss_debit]{name}");
    let by = if terms.business {
        "business"
    } else {
        "personal"
    };
    let mut form = call
        .body
        .set(&option("[currency]"), &lower(setup.currency.code()))
        .set(&option("[mandate_options][payment_schedule]"), schedule)
        .set(&option("[mandate_options][transaction_type]"), by);
    if described {
        form = form.set(
            &option("[mandate_options][interval_description]"),
            &terms.description,
        );
    }
    call.body = form;
    Ok(call)
}

pub(super) fn refund(refund: &Refund) -> Result<Call, AdapterError> {
    let operation = "refund";
    let amount = Some(refund.amount)
        .filter(Money::is_positive)
        .and_then(to_stripe)
        .ok_or_else(|| not_sent(operation, "Stripe pays back no such amount"))?;
    let reason = match refund.reason {
        RefundReason::RequestedByCustomer => Some("requested_by_customer"),
        RefundReason::Duplicate => Some("duplicate"),
        RefundReason::Fraudulent => Some("fraudulent"),
        _ => None,
    };
    let mut call = Call::post(operation, "/v1/refunds");
    call.key = Some(refund.key());
    call.body = Form::default()
        .set(
            "payment_intent",
            named(operation, refund.payment.as_str(), "pi_")?,
        )
        .set("amount", &amount.to_string())
        .maybe("reason", reason)
        .set("metadata[refund]", &refund.refund.to_string());
    Ok(call)
}

/// Stripe's word for a kind.
pub(super) fn type_of(kind: MethodKind) -> Option<&'static str> {
    match kind {
        MethodKind::Card => Some("card"),
        MethodKind::UsBank => Some("us_bank_account"),
        MethodKind::CaBank => Some("acss_debit"),
        MethodKind::SepaDebit => Some("sepa_debit"),
        _ => None,
    }
}

/// A name that goes into an address has to be one.
fn named<'a>(
    operation: &'static str,
    name: &'a str,
    prefix: &str,
) -> Result<&'a str, AdapterError> {
    if name.starts_with(prefix) && is_name(name) {
        return Ok(name);
    }
    let (kind, never) = (AdapterErrorKind::NotFound, Disposition::NeverSent);
    let message = "that is no name of Stripe's";
    Err(AdapterError::new(kind, never, NAME, operation, message))
}

fn lower(code: &str) -> String {
    code.to_ascii_lowercase()
}
