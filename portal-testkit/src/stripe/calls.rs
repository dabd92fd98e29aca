//! What Stripe answers to each call.
use portal_core::http::Method;
use serde_json::{Value, json};

use super::{Heard, books::Books, error, form::Pairs, switches::Switches};

/// One answer, and whether its call was begun: only then is it kept under its key.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) status: u16,
    pub(super) body: String,
    pub(super) begun: bool,
    pub(super) retry_after: Option<u64>,
}

impl Outcome {
    pub(super) fn new(status: u16, body: &Value) -> Self {
        Self {
            status,
            body: body.to_string(),
            begun: !matches!(status, 400 | 401 | 404 | 409 | 429),
            retry_after: None,
        }
    }
}

/// The last digits of Stripe's test cards: its bank always wants its owner there.
const WANTS_ITS_OWNER: &str = "3184";

/// There is never enough on it.
const HAS_NO_MONEY: &str = "9995";

/// It can be stored, and is declined whenever it is charged.
const IS_DECLINED: &str = "0341";

type Said = Result<Value, Outcome>;

pub(super) fn answer(
    books: &mut Books,
    switches: &mut Switches,
    heard: &Heard,
    now: i64,
) -> Outcome {
    let (query, form) = (Pairs(heard.query.clone()), Pairs(heard.form.clone()));
    let steps: Vec<&str> = heard.path.split('/').skip(2).collect();
    let post = heard.method == Method::POST;
    let said = match (post, steps.as_slice()) {
        (true, ["checkout", "sessions"]) => open_page(books, &form, now),
        (true, ["checkout", "sessions", id, "expire"]) => close_page(books, id, now),
        (false, ["checkout", "sessions"]) => {
            Ok(listed(books, "checkout.session", "payment_intent", &query))
        }
        (true, ["payment_intents"]) => charge(books, switches, &form, now),
        (true, ["payment_intents", id, "cancel"]) => cancel(books, id, &form, now),
        (false, ["payment_intents", "search"]) => Ok(searched(books, &query)),
        (true, ["customers"]) => Ok(new_customer(books, &form, now)),
        (true, ["customers", id]) => change_customer(books, id, &form),
        (false, ["customers", id, "payment_methods"]) => {
            let mut list = Pairs(vec![("customer".to_owned(), (*id).to_owned())]);
            list.0.extend(query.0.clone());
            Ok(listed(books, "payment_method", "customer", &list))
        }
        (false, ["customers", id, "payment_methods", method]) => {
            found(books, "payment_method", method).and_then(|method| {
                if method["customer"] == *id {
                    Ok(method)
                } else {
                    Err(missing())
                }
            })
        }
        (true, ["payment_methods", id, "detach"]) => detach(books, id, now),
        (true, ["refunds"]) => refund(books, switches, &form, now),
        (false, ["refunds"]) => Ok(listed(books, "refund", "payment_intent", &query)),
        (false, ["disputes"]) => Ok(listed(books, "dispute", "payment_intent", &query)),
        (false, ["checkout", "sessions", id]) => found(books, "checkout.session", id),
        (false, ["payment_intents", id]) => found(books, "payment_intent", id),
        (false, ["customers", id]) => found(books, "customer", id),
        _ => Err(error(404, "invalid_request_error", None)),
    };
    match said {
        Ok(mut object) => {
            for path in [query.all("expand"), form.all("expand")].concat() {
                object = books.expanded(object, &path);
            }
            Outcome::new(200, &object)
        }
        Err(outcome) => outcome,
    }
}

/// A payment that waits for its method.
pub(super) fn intent(amount: i64, currency: &str, customer: &Value, metadata: &Value) -> Value {
    json!({
        "object": "payment_intent", "amount": amount, "amount_received": 0, "currency": currency,
        "customer": customer, "metadata": metadata, "status": "requires_payment_method",
        "latest_charge": null, "last_payment_error": null, "capture_method": "automatic",
        "payment_method_types": ["card"],
    })
}

/// The money has moved.
pub(super) fn succeed(books: &mut Books, intent: &str, now: i64) {
    let charge = tried(books, intent, "succeeded", now);
    books.change(intent, |intent| {
        intent["status"] = "succeeded".into();
        intent["amount_received"] = intent["amount"].clone();
        intent["latest_charge"] = charge.into();
        intent["last_payment_error"] = Value::Null;
    });
    books.tell("payment_intent.succeeded", intent, None, now);
}

/// The bank was asked: whatever it says, the payment has a charge from then on.
fn tried(books: &mut Books, intent: &str, status: &str, now: i64) -> String {
    let of = books.find(intent).unwrap().clone();
    let paid = status == "succeeded";
    let captured = if paid { of["amount"].clone() } else { 0.into() };
    let charge = json!({
        "object": "charge", "amount": of["amount"], "amount_captured": captured,
        "amount_refunded": 0, "captured": paid, "currency": of["currency"], "disputed": false,
        "paid": paid, "payment_intent": intent, "refunded": false, "status": status,
        "metadata": {}, "payment_method_details": {"type": "card", "card": {"brand": "visa", "last4": "4242"}},
    });
    books.make("ch", charge, now)
}

/// A bank said no.
pub(super) fn fail(books: &mut Books, intent: &str, code: &str, now: i64) {
    let charge = tried(books, intent, "failed", now);
    books.change(intent, |intent| {
        intent["status"] = "requires_payment_method".into();
        intent["latest_charge"] = charge.into();
        intent["last_payment_error"] = complaint(code);
    });
    books.tell("payment_intent.payment_failed", intent, None, now);
}

/// A page that was open is no longer.
pub(super) fn expire(books: &mut Books, session: &str, now: i64) {
    books.change(session, |session| {
        session["status"] = "expired".into();
        session["url"] = Value::Null;
    });
    books.tell("checkout.session.expired", session, None, now);
}

fn complaint(code: &str) -> Value {
    if code == "authentication_required" {
        return json!({"type": "card_error", "code": code, "decline_code": code, "message": "Jenny must authenticate."});
    }
    if code == "requires_action_not_handled" {
        return json!({"type": "card_error", "code": code, "message": "Jenny must authenticate."});
    }
    json!({"type": "card_error", "code": "card_declined", "decline_code": code, "message": "Jenny's card 4242 was declined."})
}

fn open_page(books: &mut Books, form: &Pairs, now: i64) -> Said {
    let setup = form.one("mode") == Some("setup");
    let customer = match form.one("customer") {
        Some(id) => found(books, "customer", id)?["id"].clone(),
        None => Value::Null,
    };
    let expires_at = form.number("expires_at").unwrap_or(now + 24 * 3600);
    if !(now + 30 * 60..=now + 24 * 3600).contains(&expires_at) {
        return Err(refused("expires_at", None));
    }
    let price = "line_items[0][price_data]";
    let amount = form.number(&format!("{price}[unit_amount]"));
    if !setup && amount.is_none_or(|amount| amount <= 0) {
        return Err(refused("line_items", None));
    }
    let setup_intent = setup.then(|| {
        let setup = json!({
            "object": "setup_intent", "customer": customer, "status": "requires_payment_method",
            "payment_method": null, "last_setup_error": null, "usage": "off_session",
            "metadata": form.map("setup_intent_data[metadata]"),
        });
        books.make("seti", setup, now)
    });
    let kinds = form.one("payment_method_types[0]").unwrap_or("card");
    let session = json!({
        "object": "checkout.session", "mode": form.one("mode"), "status": "open",
        "payment_status": if setup { "no_payment_required" } else { "unpaid" },
        "amount_total": amount, "amount_subtotal": amount,
        "currency": form.one(&format!("{price}[currency]")), "customer": customer,
        "client_reference_id": form.one("client_reference_id"), "expires_at": expires_at,
        "metadata": form.map("metadata"), "payment_intent": null, "setup_intent": setup_intent,
        "payment_method_types": [kinds], "locale": form.one("locale"),
        "success_url": form.one("success_url"), "cancel_url": form.one("cancel_url"),
    });
    let id = books.make("cs_test", session, now);
    let url = format!("https://checkout.stripe.com/c/pay/{id}#fid");
    books.change(&id, |session| session["url"] = url.into());
    Ok(books.find(&id).unwrap().clone())
}

fn close_page(books: &mut Books, id: &str, now: i64) -> Said {
    if found(books, "checkout.session", id)?["status"] != "open" {
        return Err(error(400, "invalid_request_error", None));
    }
    expire(books, id, now);
    found(books, "checkout.session", id)
}

fn charge(books: &mut Books, switches: &mut Switches, form: &Pairs, now: i64) -> Said {
    let customer =
        found(books, "customer", form.one("customer").unwrap_or_default())?["id"].clone();
    let method = found(
        books,
        "payment_method",
        form.one("payment_method").unwrap_or_default(),
    );
    let method = method.map_err(|_| refused("payment_method", Some("resource_missing")))?;
    if method["customer"] != customer {
        return Err(refused("payment_method", None));
    }
    let amount = form
        .number("amount")
        .ok_or_else(|| refused("amount", None))?;
    let currency = form.one("currency").unwrap_or_default();
    let intent = intent(amount, currency, &customer, &form.map("metadata"));
    let id = books.make("pi", intent, now);
    if let Some(code) = switches
        .decline
        .take()
        .or_else(|| by_its_number(&method, form))
    {
        fail(books, &id, &code, now);
        let mut body = complaint(&code);
        body["payment_intent"] = books.find(&id).unwrap().clone();
        return Err(Outcome::new(402, &json!({"error": body})));
    }
    if method["type"] == "card" {
        succeed(books, &id, now);
    } else {
        books.change(&id, |intent| intent["status"] = "processing".into());
        books.tell("payment_intent.processing", &id, None, now);
    }
    found(books, "payment_intent", &id)
}

/// What the bank says to Stripe's own test cards, however often they are charged without their owner.
fn by_its_number(method: &Value, form: &Pairs) -> Option<String> {
    let asks_nobody = form.one("error_on_requires_action") == Some("true");
    let code = match method["card"]["last4"].as_str()? {
        WANTS_ITS_OWNER if asks_nobody => "requires_action_not_handled",
        WANTS_ITS_OWNER => "authentication_required",
        HAS_NO_MONEY => "insufficient_funds",
        IS_DECLINED => "generic_decline",
        _ => return None,
    };
    Some(code.to_owned())
}

/// What waits for its payer, or for a method, is called off for good.
fn cancel(books: &mut Books, id: &str, form: &Pairs, now: i64) -> Said {
    let intent = found(books, "payment_intent", id)?;
    let waits = ["requires_payment_method", "requires_action"].map(Value::from);
    if !waits.contains(&intent["status"]) {
        let code = Some("payment_intent_unexpected_state");
        return Err(error(400, "invalid_request_error", code));
    }
    books.change(id, |intent| {
        intent["status"] = "canceled".into();
        intent["canceled_at"] = now.into();
        intent["cancellation_reason"] = form.one("cancellation_reason").into();
    });
    books.tell("payment_intent.canceled", id, None, now);
    found(books, "payment_intent", id)
}

fn new_customer(books: &mut Books, form: &Pairs, now: i64) -> Value {
    let customer = json!({
        "object": "customer", "name": form.one("name"), "email": form.one("email"),
        "metadata": form.map("metadata"), "invoice_settings": {"default_payment_method": null},
    });
    let id = books.make("cus", customer, now);
    books.find(&id).unwrap().clone()
}

fn change_customer(books: &mut Books, id: &str, form: &Pairs) -> Said {
    found(books, "customer", id)?;
    if let Some(method) = form.one("invoice_settings[default_payment_method]") {
        if found(books, "payment_method", method)?["customer"] != id {
            return Err(refused(
                "invoice_settings[default_payment_method]",
                Some("resource_missing"),
            ));
        }
        books.change(id, |customer| {
            customer["invoice_settings"]["default_payment_method"] = method.into();
        });
    }
    found(books, "customer", id)
}

fn detach(books: &mut Books, id: &str, now: i64) -> Said {
    let before = found(books, "payment_method", id)?["customer"].clone();
    books.change(id, |method| method["customer"] = Value::Null);
    books.tell(
        "payment_method.detached",
        id,
        Some(json!({"customer": before})),
        now,
    );
    found(books, "payment_method", id)
}

fn refund(books: &mut Books, switches: &Switches, form: &Pairs, now: i64) -> Said {
    let intent = found(
        books,
        "payment_intent",
        form.one("payment_intent").unwrap_or_default(),
    )?;
    let Some(charge) = intent["latest_charge"].as_str() else {
        return Err(refused("payment_intent", None));
    };
    let taken = found(books, "charge", charge)?;
    if taken["paid"] != true {
        return Err(refused("payment_intent", None));
    }
    let left =
        taken["amount_captured"].as_i64().unwrap() - taken["amount_refunded"].as_i64().unwrap();
    let amount = form.number("amount").unwrap_or(left);
    if left == 0 {
        return Err(refused("charge", Some("charge_already_refunded")));
    }
    if amount > left || amount <= 0 {
        return Err(refused("amount", None));
    }
    let status = if switches.refunds_pending {
        "pending"
    } else {
        "succeeded"
    };
    let refund = json!({
        "object": "refund", "amount": amount, "charge": charge, "currency": intent["currency"],
        "metadata": form.map("metadata"), "payment_intent": intent["id"],
        "reason": form.one("reason"), "status": status,
    });
    let id = books.make("re", refund, now);
    books.change(charge, |charge| {
        let refunded = charge["amount_refunded"].as_i64().unwrap() + amount;
        charge["amount_refunded"] = refunded.into();
        charge["refunded"] = (refunded == charge["amount_captured"].as_i64().unwrap()).into();
    });
    books.tell("refund.created", &id, None, now);
    books.tell("charge.refunded", charge, None, now);
    found(books, "refund", &id)
}

fn listed(books: &Books, kind: &str, field: &str, query: &Pairs) -> Value {
    let mut data = books.list(kind, field, query.one(field).unwrap_or_default());
    if let Some(kind) = query.one("type") {
        data.retain(|object| object["type"] == kind);
    }
    if let Some(after) = query.one("starting_after") {
        let place = data.iter().position(|object| object["id"] == after);
        data.drain(..=place.unwrap());
    }
    let limit = query
        .one("limit")
        .and_then(|limit| limit.parse().ok())
        .unwrap_or(10);
    let more = data.len() > limit;
    data.truncate(limit);
    json!({"object": "list", "data": data, "has_more": more, "url": "/v1"})
}

fn searched(books: &Books, query: &Pairs) -> Value {
    let query = query.one("query").unwrap_or_default();
    let attempt = query
        .strip_prefix("metadata['attempt']:'")
        .and_then(|rest| rest.strip_suffix('\''));
    let mut data = books.all("payment_intent");
    data.retain(|intent| !books.hidden && intent["metadata"]["attempt"].as_str() == attempt);
    json!({"object": "search_result", "data": data, "has_more": false, "url": "/v1"})
}

fn found(books: &Books, kind: &str, id: &str) -> Said {
    let object = books.find(id).filter(|object| object["object"] == kind);
    object.cloned().ok_or_else(missing)
}

fn missing() -> Outcome {
    error(404, "invalid_request_error", Some("resource_missing"))
}

fn refused(param: &str, code: Option<&str>) -> Outcome {
    let complaint = json!({"error": {"type": "invalid_request_error", "param": param, "code": code,
        "message": "A sentence that names jenny@example.com."}});
    Outcome::new(400, &complaint)
}
