use super::{AdapterErrorKind as Kind, ConnectionTrouble as Trouble, Disposition as D, *};

fn answer(status: u16, body: &'static str) -> LedgerError {
    let response = Response::builder().status(status).body(Bytes::from(body));
    denied("renew", &response.unwrap())
}

#[test]
fn what_xero_says_about_tokens_has_a_remedy() {
    let trouble = |status, body| match answer(status, body) {
        LedgerError::Connection(trouble) => trouble,
        other => panic!("{other}"),
    };
    assert_eq!(
        trouble(400, r#"{"error":"invalid_grant"}"#),
        Trouble::ConsentNeeded
    );
    assert_eq!(
        trouble(400, r#"{"error":"invalid_scope","error_description":"x"}"#),
        Trouble::ScopeMissing
    );
    let adapter = |status, body| match answer(status, body) {
        LedgerError::Adapter(error) => (error.kind(), error.disposition()),
        other => panic!("{other}"),
    };
    assert_eq!(
        adapter(400, r#"{"error":"invalid_client"}"#),
        (Kind::Misconfigured, D::NeverSent)
    );
    assert_eq!(
        adapter(401, r#"{"error":"unauthorized_client"}"#),
        (Kind::Misconfigured, D::NeverSent)
    );
    assert_eq!(
        adapter(400, r#"{"error":"unsupported_grant_type"}"#),
        (Kind::Rejected, D::Rejected)
    );
    assert_eq!(adapter(400, "<html>"), (Kind::Unintelligible, D::Unknown));
    assert_eq!(adapter(503, "<html>"), (Kind::Unavailable, D::Unknown));
    assert_eq!(
        adapter(502, r#"{"error":"invalid_grant"}"#),
        (Kind::Unavailable, D::Unknown)
    );
    assert!(matches!(
        adapter(429, ""),
        (Kind::RateLimited { .. }, D::Rejected)
    ));
    assert_eq!(adapter(403, "<html>"), (Kind::Unintelligible, D::Unknown));
}

#[test]
fn a_token_says_which_consent_it_is_of_and_one_that_does_not_is_no_harm() {
    let event = "000000ae-0000-0000-0000-0000000000ae";
    let claims = URL_SAFE_NO_PAD.encode(format!(
        r#"{{"authentication_event_id":"{event}","exp":1}}"#
    ));
    assert_eq!(
        event_of(&format!("h.{claims}.s")),
        Some(event.parse().unwrap())
    );
    for odd in ["", "xero-access-token", "a.b.c", "a.e30.c"] {
        assert_eq!(event_of(odd), None, "{odd}");
    }
}

#[test]
fn an_app_that_cannot_work_is_refused_before_anything_is_sent() {
    let app = XeroApp::confidential("a:b", "".into())
        .scopes(Vec::<String>::new())
        .at("http://identity.xero.com");
    let said = app.checked().unwrap_err().to_string();
    assert_eq!(said.matches(';').count(), 3, "{said}");
    let app = XeroApp::confidential("ABC", "hush-hush".into());
    assert!(!format!("{app:?}").contains("hush"));
    assert!(app.checked().is_ok());
}
