//! Stripe in this process: pages, payments, customers, stored methods, refunds and signed events, with Stripe's own idempotency and a switch for every way it can go wrong.
//!
//! It is an [`HttpClient`], so an adapter speaks to it as to Stripe. The payer acts by method: [`pay`](FakeStripe::pay) is what somebody does on the page.
//! Wire it to an adapter whose key starts with `sk_test_` and whose webhook secret is [`FakeStripe::WEBHOOK_SECRET`].
mod acts;
mod books;
mod calls;
mod events;
mod form;
mod switches;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use portal_core::http::Bytes;
use portal_core::{
    Clock as _,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    http::{HttpClient, Method, Request, Response},
};
use serde_json::{Value, json};

use self::{books::Books, calls::Outcome, form::Pairs, switches::Switches};
use crate::{StoppedClock, fakes::locked};

/// An account at Stripe, with play money, in this process. Clones are the same account.
#[derive(Debug, Clone)]
pub struct FakeStripe {
    state: Arc<Mutex<State>>,
    clock: StoppedClock,
}

#[derive(Debug, Default)]
struct State {
    books: Books,
    switches: Switches,
    keys: std::collections::BTreeMap<String, Kept>,
    heard: Vec<Heard>,
}

/// What a key was first used for.
#[derive(Debug)]
struct Kept {
    fingerprint: String,
    /// None while it is under way.
    outcome: Option<Outcome>,
}

/// One request that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Heard {
    /// The method.
    pub method: Method,
    /// Without the host.
    pub path: String,
    /// What was asked in the address.
    pub query: Vec<(String, String)>,
    /// What was posted, decoded.
    pub form: Vec<(String, String)>,
    /// What was posted, as it came.
    pub body: String,
    /// Its idempotency key.
    pub key: Option<String>,
    /// The version it asked for.
    pub version: Option<String>,
    /// What was answered, where anything was.
    pub answer: Option<(u16, String)>,
}

impl FakeStripe {
    /// What webhooks are signed with.
    pub const WEBHOOK_SECRET: &str = "whsec_fake";

    /// A new account, on this clock.
    #[must_use]
    pub fn new(clock: &StoppedClock) -> Self {
        let mut state = State::default();
        state.books.since = clock.now().timestamp_millis();
        Self {
            state: Arc::new(Mutex::new(state)),
            clock: clock.clone(),
        }
    }

    /// Every request that arrived, in order.
    #[must_use]
    pub fn heard(&self) -> Vec<Heard> {
        locked(&self.state).heard.clone()
    }

    /// Every object of this kind, such as `payment_intent`, in the order they were made.
    #[must_use]
    pub fn objects(&self, kind: &str) -> Vec<Value> {
        locked(&self.state).books.all(kind)
    }

    fn now(&self) -> i64 {
        self.clock.now().timestamp()
    }
}

#[async_trait]
impl HttpClient for FakeStripe {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AdapterError> {
        let heard = Heard::of(&request);
        let authorized = is_authorized(&request);
        let fingerprint = format!("{} {} {}", heard.method, heard.path, heard.body);
        let key = heard.key.clone().filter(|_| heard.method == Method::POST);
        let at;
        let wait = {
            let mut state = locked(&self.state);
            if state.switches.refuses() {
                return Err(no_answer(
                    Disposition::NeverSent,
                    "told to refuse the connection",
                ));
            }
            if state.switches.drops(&heard.path) {
                return Err(no_answer(Disposition::Unknown, "told to drop the request"));
            }
            at = state.heard.len();
            state.heard.push(heard.clone());
            if !authorized {
                return Ok(state.answer(at, error(401, "invalid_request_error", None)));
            }
            if let Some(outcome) = state.switches.turned_away() {
                return Ok(state.answer(at, outcome));
            }
            if let Some(key) = &key {
                if let Some(outcome) = state.repeated(key, &fingerprint) {
                    return Ok(state.answer(at, outcome));
                }
                let outcome = None;
                state.keys.insert(
                    key.clone(),
                    Kept {
                        fingerprint,
                        outcome,
                    },
                );
            }
            state.switches.wait()
        };
        if let Some(wait) = wait {
            tokio::time::sleep(wait).await;
        }
        let mut state = locked(&self.state);
        let State {
            books, switches, ..
        } = &mut *state;
        let outcome = match switches.breaks() {
            Some(status) => error(status, "api_error", None),
            None => calls::answer(books, switches, &heard, self.now()),
        };
        if let Some(key) = key {
            // What fails its validation was never begun, and may be tried again under its key.
            if outcome.begun {
                let kept = state.keys.get_mut(&key).unwrap();
                kept.outcome = Some(outcome.clone());
            } else {
                state.keys.remove(&key);
            }
        }
        let lost = state.switches.loses(&heard.path);
        let response = state.answer(at, outcome);
        if lost {
            return Err(no_answer(Disposition::Unknown, "told to lose the reply"));
        }
        Ok(response)
    }
}

impl State {
    /// The first answer again, or why there is none.
    fn repeated(&self, key: &str, fingerprint: &str) -> Option<Outcome> {
        let kept = self.keys.get(key)?;
        if kept.fingerprint != fingerprint {
            return Some(error(400, "idempotency_error", None));
        }
        let in_use = || error(409, "invalid_request_error", Some("idempotency_key_in_use"));
        Some(kept.outcome.clone().unwrap_or_else(in_use))
    }

    fn answer(&mut self, at: usize, outcome: Outcome) -> Response<Bytes> {
        self.heard[at].answer = Some((outcome.status, outcome.body.clone()));
        let mut response = Response::builder()
            .status(outcome.status)
            .header("request-id", format!("req_{at}"));
        if let Some(seconds) = outcome.retry_after {
            response = response.header("retry-after", seconds.to_string());
        }
        response.body(Bytes::from(outcome.body)).unwrap()
    }
}

impl Heard {
    fn of(request: &Request<Bytes>) -> Self {
        let header = |name: &str| {
            let value = request.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let body = String::from_utf8_lossy(request.body()).into_owned();
        Self {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            query: Pairs::read(request.uri().query().unwrap_or_default()).0,
            form: Pairs::read(&body).0,
            body,
            key: header("idempotency-key"),
            version: header("stripe-version"),
            answer: None,
        }
    }
}

fn is_authorized(request: &Request<Bytes>) -> bool {
    let key = request.headers().get("authorization");
    key.is_some_and(|key| key.as_bytes().starts_with(b"Bearer sk_test_"))
}

fn no_answer(disposition: Disposition, why: &str) -> AdapterError {
    AdapterError::new(
        AdapterErrorKind::Unavailable,
        disposition,
        "fake-stripe",
        "send",
        why,
    )
}

/// Stripe's own way to say no.
fn error(status: u16, kind: &str, code: Option<&str>) -> Outcome {
    let mut complaint =
        json!({"type": kind, "message": "A sentence that names jenny@example.com."});
    if let Some(code) = code {
        complaint["code"] = code.into();
    }
    Outcome::new(status, &json!({"error": complaint}))
}
