//! What Xero answered to somebody once. `PORTAL_SPECS` names a folder with `xero/recorded`, from which all of it is read; an excerpt is here.
use std::sync::Arc;

use portal_accounting::xero::XeroIdentity;
use portal_core::{
    accounting::{AccountingSystem as _, ChangeCursor, DocumentState, tokens::TokenEndpoint as _},
    chrono::TimeDelta,
};
use portal_testkit::{StoppedClock, facts::today};
use secrecy::ExposeSecret as _;

use crate::canned::{Canned, adapter, app};

const CURRENCIES: &str = r#"{"Currencies":[{"Code":"NZD","Description":"New Zealand Dollar"}]}"#;

struct Recorded {
    connections: String,
    token: String,
    organisation: String,
    invoices: String,
}

fn excerpt() -> Recorded {
    Recorded {
        connections: include_str!("recorded/connections.json").to_owned(),
        token: include_str!("recorded/token.json").to_owned(),
        organisation: include_str!("recorded/organisation.json").to_owned(),
        invoices: include_str!("recorded/invoices.json").to_owned(),
    }
}

fn all() -> Option<Recorded> {
    let Some(folder) = std::env::var_os("PORTAL_SPECS") else {
        eprintln!(
            "skipped: PORTAL_SPECS names no folder, only the excerpt of xero/recorded was read"
        );
        return None;
    };
    let folder = std::path::Path::new(&folder).join("xero/recorded");
    let first = |file: &str| {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        body(&text).unwrap_or_else(|| panic!("{file} has no body"))
    };
    Some(Recorded {
        connections: first("connections.yaml"),
        token: first("token_refresh.yaml"),
        organisation: first("organisation.yaml"),
        invoices: first("invoices_page_and_attachments.yaml"),
    })
}

/// The first body of a cassette: one string of YAML, in single or double quotes, folded over lines.
fn body(cassette: &str) -> Option<String> {
    let (_, rest) = cassette.split_once("      string: ")?;
    let mut chars = rest.chars().peekable();
    let quote = chars.next().filter(|c| matches!(c, '\'' | '"'))?;
    let mut out = String::new();
    while let Some(c) = chars.next() {
        match c {
            _ if c == quote => {
                // Two single quotes are one.
                if c == '"' || chars.next_if_eq(&'\'').is_none() {
                    return Some(out);
                }
                out.push(c);
            }
            '\\' if quote == '"' => match chars.next()? {
                'r' => out.push('\r'),
                'n' => out.push('\n'),
                't' => out.push('\t'),
                '\n' => while chars.next_if_eq(&' ').is_some() {},
                other => out.push(other),
            },
            '\n' => {
                while chars.next_if_eq(&' ').is_some() {}
                out.push(' ');
            }
            c => out.push(c),
        }
    }
    None
}

async fn read(recorded: Recorded) -> usize {
    let canned = Arc::new(Canned::default());
    canned.say("/Organisation", recorded.organisation);
    canned.say("/Currencies", CURRENCIES);
    canned.say("/Invoices", recorded.invoices);
    canned.say("/connections", recorded.connections);
    canned.say("/connect/token", recorded.token);
    let xero = adapter(Arc::clone(&canned) as _, "xero-access-token").await;

    let organisation = xero.check().await.unwrap();
    assert_eq!(organisation.name, "Demo Company (NZ)");
    assert_eq!(
        organisation.locked_until,
        Some("2009-09-30".parse().unwrap())
    );

    let changes = xero.changes(&ChangeCursor::Since(today())).await.unwrap();
    assert_eq!(changes.touched, [], "every invoice is understood");
    for document in &changes.documents {
        assert_ne!(document.state, DocumentState::Strange);
        let settled = document.paid.plus(document.credited).unwrap();
        assert_eq!(document.total, document.due.plus(settled).unwrap());
        assert!(!document.lines.is_empty() && document.updated_at.is_some());
    }

    let clock = Arc::new(StoppedClock::default());
    let http = Arc::clone(&canned);
    let custom = portal_accounting::xero::XeroApp::custom_connection("ABC", "secret".into());
    let identity = XeroIdentity::new(custom, http, Arc::clone(&clock) as _).unwrap();
    let tokens = identity.renew(None).await.unwrap();
    assert_eq!(tokens.access.expose_secret(), "xero-access-token");
    assert!(tokens.refresh.is_some());
    assert_eq!(tokens.expires_at, today() + TimeDelta::minutes(30));
    assert!(
        canned
            .sent
            .lock()
            .unwrap()
            .contains("grant_type=client_credentials")
    );

    let identity = XeroIdentity::new(app(), canned, clock).unwrap();
    let connections = identity.connections(&tokens).await.unwrap();
    assert_eq!(connections.len(), 1);
    assert_eq!(
        connections[0].tenant,
        "a46fcb6f-2773-40c4-a119-8aa08bca1e8e"
    );
    assert!(connections[0].is_organisation);
    changes.documents.len()
}

#[tokio::test]
async fn an_excerpt_of_what_xero_answered_is_understood() {
    assert_eq!(read(excerpt()).await, 3);
}

#[tokio::test]
async fn everything_xero_answered_is_understood() {
    if let Some(recorded) = all() {
        assert!(read(recorded).await > 20);
    }
}
