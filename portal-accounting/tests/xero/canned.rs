//! An adapter that hears what a test says.
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use portal_accounting::{
    AdapterError,
    xero::{Xero, XeroApp, XeroConfig, XeroIdentity},
};
use portal_core::{
    PortalKey,
    accounting::tokens::{TokenKeeper, TokenSet},
    chrono::TimeDelta,
    http::{Bytes, HttpClient, Request, Response},
    memory::Memory,
};
use portal_testkit::{StoppedClock, facts::today, xero::FakeXero};

/// Answers each request of a path with one body, and keeps what was sent last.
#[derive(Debug, Default)]
pub(crate) struct Canned {
    answers: Mutex<Vec<(&'static str, String)>>,
    pub(crate) sent: Mutex<String>,
}

impl Canned {
    /// A path that ends like this is answered like that.
    pub(crate) fn say(&self, path: &'static str, body: impl Into<String>) {
        let mut answers = self.answers.lock().unwrap();
        answers.retain(|(said, _)| *said != path);
        answers.push((path, body.into()));
    }
}

#[async_trait]
impl HttpClient for Canned {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AdapterError> {
        *self.sent.lock().unwrap() = String::from_utf8(request.body().to_vec()).unwrap();
        let path = request.uri().path();
        let answers = self.answers.lock().unwrap();
        let answer = answers.iter().find(|(end, _)| path.ends_with(end));
        let (_, body) = answer.unwrap_or_else(|| panic!("nothing is said to {path}"));
        Ok(Response::new(Bytes::from(body.clone())))
    }
}

pub(crate) fn app() -> XeroApp {
    XeroApp::confidential(FakeXero::CLIENT_ID, FakeXero::CLIENT_SECRET.into())
}

/// The adapter over this client, with a token that nobody asks for.
pub(crate) async fn adapter(http: Arc<dyn HttpClient>, access: &str) -> Xero {
    let clock = StoppedClock::default();
    let identity = XeroIdentity::new(app(), Arc::clone(&http), Arc::new(clock.clone())).unwrap();
    let key = PortalKey::new("a key for tests, of more than 32 characters".into()).unwrap();
    let store = Arc::new(Memory::default());
    let tokens = TokenKeeper::new(store, Arc::new(identity), key, Arc::new(clock.clone()));
    let kept = TokenSet::new(access.into(), None, today(), TimeDelta::minutes(30));
    tokens.connect(&"books".into(), &kept).await.unwrap();
    let config = XeroConfig::new(FakeXero::TENANT, "books".into());
    Xero::new(config, tokens, http, Arc::new(clock)).unwrap()
}
