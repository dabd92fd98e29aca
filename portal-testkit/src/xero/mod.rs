//! Xero in this process: contacts, invoices, payments, tokens that rotate, limits, closed periods and signed posts, with Xero's own answers and a switch for every way it can go
//! wrong.
//!
//! It is an [`HttpClient`], so an adapter speaks to it as to Xero: to `identity.xero.com`, to `/connections` and to `/api.xro/2.0`, whatever the host. People in Xero act by
//! method: [`edit`](FakeXero::edit), [`void`](FakeXero::void), [`pay`](FakeXero::pay). What the published pages and others' clients leave open is decided to the adapter's
//! disadvantage: names of fields must be right, a number in quotes is none, and amounts are rounded to two decimals.
//!
//! ```
//! use portal_testkit::{StoppedClock, xero::FakeXero};
//!
//! let clock = StoppedClock::default();
//! let xero = FakeXero::new(&clock);
//! let tokens = xero.grant();
//! // An adapter with these tokens, for the organisation FakeXero::TENANT, over this client.
//! let ana = xero.put_contact("Ana Diaz");
//! let invoice = xero.put_invoice("BY-HAND-1", ana, 120.into());
//! xero.void(invoice);
//! assert_eq!(xero.numbered("BY-HAND-1")[0].status, "VOIDED");
//! # let _ = tokens;
//! ```
mod acts;
mod answers;
mod calls;
mod contacts;
mod identity;
mod invoices;
mod json;
mod lists;
mod model;
mod payments;
mod posts;
mod query;
mod state;
mod switches;
mod wire;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use portal_core::{
    Clock as _,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    http::{Bytes, HttpClient, Method, Request, Response},
};

pub use identity::Grant;
pub use json::Dates;
pub use model::{Contact, Invoice, Line, Payment};
pub use switches::Limit;

use self::{
    answers::Answer,
    calls::Asked,
    query::{Query, decoded, modified_since},
    state::{Kept, State},
};
use crate::{StoppedClock, fakes::locked};

/// An organisation at Xero, in this process. Clones are the same organisation.
#[derive(Debug, Clone)]
pub struct FakeXero {
    state: Arc<Mutex<State>>,
    clock: StoppedClock,
}

/// One request that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Heard {
    /// The method.
    pub method: Method,
    /// Without the host.
    pub path: String,
    /// What was asked in the address, decoded.
    pub query: Vec<(String, String)>,
    /// What was sent.
    pub body: String,
    /// Its idempotency key.
    pub key: Option<String>,
    /// Of which organisation.
    pub tenant: Option<String>,
    /// What was answered, where anything was.
    pub answer: Option<(u16, String)>,
}

impl FakeXero {
    /// The app that keeps a secret.
    pub const CLIENT_ID: &str = "FAKEXEROCLIENTID";
    /// Its secret.
    pub const CLIENT_SECRET: &str = "fake-xero-client-secret";
    /// The app that keeps none, and proves itself by a verifier.
    pub const PKCE_CLIENT_ID: &str = "FAKEXEROPKCECLIENTID";
    /// What webhooks are signed with.
    pub const WEBHOOK_KEY: &str = "q+xT3stWebhookKey/EXAMPLEonly==";
    /// The organisation.
    pub const TENANT: &str = "a46fcb6f-2773-40c4-a119-8aa08bca1e8e";
    /// What an app asks consent for today.
    pub const SCOPES: &str = "offline_access accounting.invoices accounting.payments accounting.contacts accounting.settings.read";

    /// A new organisation with a chart of accounts and nothing in its books, on this clock.
    #[must_use]
    pub fn new(clock: &StoppedClock) -> Self {
        let state = State::new(clock.now());
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

    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A token request, which may take its time.
    async fn token(&self, request: &Request<Bytes>) -> Answer {
        let wait = {
            let mut state = locked(&self.state);
            let identity = &mut state.identity;
            identity.refreshing += 1;
            identity.refreshing_at_most = identity.refreshing_at_most.max(identity.refreshing);
            state.switches.token_wait
        };
        if let Some(wait) = wait {
            tokio::time::sleep(wait).await;
        }
        let body = String::from_utf8_lossy(request.body());
        let mut state = locked(&self.state);
        state.identity.refreshing -= 1;
        state.identity.token(
            header(request, "authorization").as_deref(),
            &body,
            self.now(),
        )
    }

    /// What stands before every call of the books: whose it is, whether it may, how many there were.
    fn admitted(
        &self,
        state: &mut State,
        request: &Request<Bytes>,
        steps: &[&str],
    ) -> Result<(), Answer> {
        let now = self.now();
        let bearer = header(request, "authorization").unwrap_or_default();
        let access = state
            .identity
            .access(bearer.strip_prefix("Bearer ").unwrap_or_default(), now)?;
        let tenant = header(request, "xero-tenant-id").unwrap_or_default();
        let connected = state
            .identity
            .connections
            .iter()
            .any(|c| c.tenant.to_string() == tenant);
        let ours = connected && tenant == Self::TENANT;
        let implied = access.custom && tenant.is_empty();
        if !(ours || implied) {
            return Err(Answer::unauthorized(403, "AuthenticationUnsuccessful"));
        }
        match state.left(now) {
            (_, 0) => {
                // Until the oldest of the day is a day old.
                let first = state.counted.front().copied().unwrap_or(now);
                let wait = (first + Duration::days(1) - now).num_seconds();
                return Err(Answer::limited(Limit::Day, u64::try_from(wait).ok()));
            }
            (0, _) => return Err(Answer::limited(Limit::Minute, Some(60))),
            _ => state.counted.push_back(now),
        }
        if !access.may(calls::scopes(request.method(), steps)) {
            return Err(Answer::scope_missing());
        }
        Ok(())
    }

    /// A call of the books.
    fn books(&self, state: &mut State, request: &Request<Bytes>, path: &str, body: &str) -> Answer {
        let steps: Vec<String> = path
            .split('/')
            .filter(|step| !step.is_empty())
            .skip(2)
            .map(decoded)
            .collect();
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        if let Err(no) = self.admitted(state, request, &steps) {
            return no;
        }
        let accept = header(request, "accept").unwrap_or_default();
        let pdf = accept.contains("application/pdf");
        if !pdf && !accept.contains("json") {
            // Who asks for nothing gets XML.
            return Answer::text(200, "text/xml", "<Response><Status>OK</Status></Response>");
        }
        let now = self.now();
        let query = request.uri().query().unwrap_or_default();
        let writes = request.method() != Method::GET;
        let key = header(request, "idempotency-key").filter(|_| writes);
        let asked_for = format!("{} {path}?{query} {body}", request.method());
        if let Some(key) = &key {
            if key.len() > 128 {
                return Answer::malformed(
                    0,
                    "IdempotencyException",
                    "Idempotency Key is longer than 128 characters.",
                );
            }
            state.keys.retain(|_, kept| kept.until > now);
            match state.keys.get(key) {
                Some(kept) if kept.request == asked_for => return kept.answer.clone(),
                Some(_) => {
                    let why = format!("Idempotency Key: {key} is used with a different request.");
                    return Answer::malformed(0, "IdempotencyException", &why);
                }
                None => {}
            }
        }
        let answer = if let Some(status) = state.switches.breaks() {
            Answer::text(
                status,
                "text/html",
                "<html><body>An error occurred in Xero.</body></html>",
            )
        } else {
            let asked = Asked {
                method: request.method(),
                steps,
                query: Query::read(query),
                body,
                pdf,
                since: header(request, "if-modified-since")
                    .and_then(|since| modified_since(&since)),
                now,
            };
            let State {
                books, switches, ..
            } = state;
            calls::answer(books, switches, &asked)
        };
        if let Some(key) = key {
            // Errors are kept as well.
            let kept = Kept {
                request: asked_for,
                answer: answer.clone(),
                until: now + Duration::minutes(6),
            };
            state.keys.insert(key, kept);
        }
        answer
    }
}

#[async_trait]
impl HttpClient for FakeXero {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AdapterError> {
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let path = request.uri().path().to_owned();
        let (at, wait) = {
            let mut state = locked(&self.state);
            if state.switches.refuses() {
                return Err(no_answer(
                    Disposition::NeverSent,
                    "told to refuse the connection",
                ));
            }
            if state.switches.drops() {
                return Err(no_answer(Disposition::Unknown, "told to drop the request"));
            }
            state.heard.push(Heard::of(&request, &path, &body));
            let at = state.heard.len() - 1;
            if let Some(answer) = state.switches.turned_away() {
                return Ok(state.answered(at, answer, self.now()));
            }
            (at, state.switches.wait())
        };
        if let Some(wait) = wait {
            tokio::time::sleep(wait).await;
        }
        let lower = path.to_ascii_lowercase();
        let answer = match lower.as_str() {
            "/connect/token" => self.token(&request).await,
            "/connect/revocation" => locked(&self.state).identity.revocation(&body),
            _ if lower.starts_with("/connections") => {
                let mut state = locked(&self.state);
                let bearer = header(&request, "authorization").unwrap_or_default();
                let bearer = bearer.strip_prefix("Bearer ").unwrap_or_default();
                match state.identity.access(bearer, self.now()) {
                    Ok(_) => state
                        .identity
                        .connections(request.method(), path.split('/').nth(2)),
                    Err(no) => no,
                }
            }
            _ if lower.starts_with("/api.xro/2.0/") => {
                self.books(&mut locked(&self.state), &request, &path, &body)
            }
            _ => Answer::not_found(),
        };
        let mut state = locked(&self.state);
        let (lost, cut) = (state.switches.loses(), state.switches.cuts());
        let response = state.answered(at, answer, self.now());
        if lost {
            return Err(no_answer(Disposition::Unknown, "told to lose the reply"));
        }
        let half = response.body().len() / 2;
        Ok(if cut {
            response.map(|body| body.slice(..half))
        } else {
            response
        })
    }
}

impl State {
    fn answered(&mut self, at: usize, answer: Answer, now: DateTime<Utc>) -> Response<Bytes> {
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        self.heard[at].answer = Some((answer.status, text));
        let left = self.left(now);
        answer.response(at, left)
    }
}

impl Heard {
    fn of(request: &Request<Bytes>, path: &str, body: &str) -> Self {
        Self {
            method: request.method().clone(),
            path: path.to_owned(),
            query: Query::read(request.uri().query().unwrap_or_default()).0,
            body: body.to_owned(),
            key: header(request, "idempotency-key"),
            tenant: header(request, "xero-tenant-id"),
            answer: None,
        }
    }
}

fn header(request: &Request<Bytes>, name: &str) -> Option<String> {
    let value = request.headers().get(name)?;
    value.to_str().ok().map(str::to_owned)
}

fn no_answer(disposition: Disposition, why: &str) -> AdapterError {
    AdapterError::new(
        AdapterErrorKind::Unavailable,
        disposition,
        "fake-xero",
        "send",
        why,
    )
}
