//! Consent and tokens at an OAuth server that somebody else wrote (`oauth2-mock-server`, which `cargo xtask peers` installs). It checks the verifier, and takes any refresh token:
//! how tokens rotate is played elsewhere.
use std::{
    net::TcpListener,
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use portal_accounting::{
    AdapterError,
    xero::{XeroApp, XeroIdentity},
};
use portal_core::{
    accounting::{ConnectionTrouble, LedgerError, tokens::TokenEndpoint as _},
    http::{Bytes, HttpClient, Request, Response},
};
use portal_payments::http::{Client, Limits};
use portal_testkit::StoppedClock;

use crate::official::{Running, peers};

/// Xero's paths are not this server's.
#[derive(Debug)]
struct Elsewhere {
    client: Client,
    port: u16,
}

#[async_trait]
impl HttpClient for Elsewhere {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, AdapterError> {
        let path = request.uri().path_and_query().unwrap().as_str();
        let path = path
            .replace("/identity/connect/authorize", "/authorize")
            .replace("/connect/", "/");
        *request.uri_mut() = format!("http://127.0.0.1:{}{path}", self.port)
            .parse()
            .unwrap();
        self.client.send(request).await
    }
}

async fn server() -> Option<(Running, Arc<Elsewhere>)> {
    let program = peers().join("node_modules/.bin/oauth2-mock-server");
    if !program.exists() {
        eprintln!(
            "skipped: {} is missing, consent was tried at no server; `cargo xtask peers` installs it",
            program.display()
        );
        return None;
    }
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let process = Command::new(program)
        .args(["-a", "127.0.0.1", "-p", &port.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let running = Running(process);
    let client = Client::new(Limits::default()).unwrap();
    let there = Arc::new(Elsewhere { client, port });
    let patience = Instant::now() + Duration::from_mins(1);
    let ask = || Request::get("http://x/jwks").body(Bytes::new()).unwrap();
    while there.send(ask()).await.is_err() {
        assert!(Instant::now() < patience, "the server does not answer");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Some((running, there))
}

fn identity(app: XeroApp, http: &Arc<Elsewhere>) -> XeroIdentity {
    let http = Arc::clone(http);
    XeroIdentity::new(app, http, Arc::new(StoppedClock::default())).unwrap()
}

/// What stands behind this name in the address the browser is sent back to.
fn brought_back<'a>(location: &'a str, name: &str) -> &'a str {
    let (_, query) = location.split_once('?').unwrap();
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(found, _)| *found == name).unwrap().1
}

#[tokio::test]
async fn consent_becomes_tokens_and_tokens_become_new_ones() {
    let Some((_running, there)) = server().await else {
        return;
    };
    let pkce = identity(XeroApp::pkce("ABC"), &there);
    let consent = pkce.consent("http://localhost/xero").unwrap();
    let browser = Request::get(&consent.url).body(Bytes::new()).unwrap();
    let sent_back = there.send(browser).await.unwrap();
    let location = sent_back.headers()["location"].to_str().unwrap();
    assert!(consent.is_answered_by(brought_back(location, "state")));
    let code = brought_back(location, "code");

    let mut forged = consent.clone();
    forged.verifier = Some("a-verifier-that-somebody-else-has-made-up-to-try-it".into());
    assert!(pkce.exchange(&forged, code).await.is_err());
    let tokens = pkce.exchange(&consent, code).await;
    let tokens = if let Ok(tokens) = tokens {
        tokens
    } else {
        // The server may let a code go with the first that comes with it.
        let browser = Request::get(&consent.url).body(Bytes::new()).unwrap();
        let sent_back = there.send(browser).await.unwrap();
        let location = sent_back.headers()["location"].to_str().unwrap();
        let code = brought_back(location, "code");
        pkce.exchange(&consent, code).await.unwrap()
    };
    assert!(tokens.refresh.is_some());
    assert!(pkce.renew(Some(tokens)).await.unwrap().refresh.is_some());
    let nothing = pkce.renew(None).await.unwrap_err();
    assert!(matches!(
        nothing,
        LedgerError::Connection(ConnectionTrouble::ConsentNeeded)
    ));

    let custom = XeroApp::custom_connection("ABC", "secret".into());
    identity(custom, &there).renew(None).await.unwrap();
}
