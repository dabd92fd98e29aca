//! Tokens, scopes, limits and signatures.
use base64::{Engine as _, engine::general_purpose::STANDARD};
use portal_testkit::{
    facts::{days, hours, minutes},
    xero::{FakeXero, Limit},
};

use super::desk::Desk;

fn basic() -> String {
    let pair = format!("{}:{}", FakeXero::CLIENT_ID, FakeXero::CLIENT_SECRET);
    format!("Basic {}", STANDARD.encode(pair))
}

async fn refresh(desk: &Desk, token: &str) -> Option<String> {
    let said = desk
        .token(
            Some(&basic()),
            &format!("grant_type=refresh_token&refresh_token={token}"),
        )
        .await;
    if said.status != 200 {
        assert!(said.text.contains("invalid_grant"));
        return None;
    }
    Some(said.json()["refresh_token"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_refresh_token_is_taken_again_for_thirty_minutes_if_its_answer_was_lost() {
    let desk = Desk::new();
    let first = desk.xero.grant().refresh_token.unwrap();
    let lost = refresh(&desk, &first).await.unwrap();
    desk.clock.advance(minutes(30));
    let again = refresh(&desk, &first).await.unwrap();
    assert_eq!(
        refresh(&desk, &lost).await,
        None,
        "what was in the lost answer is worth nothing"
    );
    assert!(refresh(&desk, &again).await.is_some());
    assert_eq!(
        refresh(&desk, &first).await,
        None,
        "whoever has the next one needs no second chance"
    );
}

#[tokio::test]
async fn a_refresh_token_that_was_used_long_ago_is_worth_nothing() {
    let desk = Desk::new();
    let first = desk.xero.grant().refresh_token.unwrap();
    refresh(&desk, &first).await.unwrap();
    desk.clock.advance(minutes(31));
    assert_eq!(refresh(&desk, &first).await, None);
    let unused = desk.xero.grant().refresh_token.unwrap();
    desk.clock.advance(days(61));
    assert_eq!(refresh(&desk, &unused).await, None);
}

#[tokio::test]
async fn a_code_is_redeemed_once_within_five_minutes_by_whoever_has_the_verifier() {
    let desk = Desk::new();
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let back = "https://host.example/back";
    let form = |code: &str, verifier: &str| {
        let app = FakeXero::PKCE_CLIENT_ID;
        format!(
            "grant_type=authorization_code&code={code}&redirect_uri={back}&client_id={app}&code_verifier={verifier}"
        )
    };
    let code = desk.xero.consent(FakeXero::SCOPES, back, Some(challenge));
    assert_eq!(desk.token(None, &form(&code, verifier)).await.status, 200);
    assert_eq!(desk.token(None, &form(&code, verifier)).await.status, 400);
    let code = desk.xero.consent(FakeXero::SCOPES, back, Some(challenge));
    assert_eq!(
        desk.token(None, &form(&code, &verifier.replace('d', "e")))
            .await
            .status,
        400
    );
    let code = desk.xero.consent(FakeXero::SCOPES, back, Some(challenge));
    desk.clock.advance(minutes(5));
    assert_eq!(desk.token(None, &form(&code, verifier)).await.status, 400);
}

#[tokio::test]
async fn an_access_token_runs_out_after_thirty_minutes() {
    let desk = Desk::new();
    assert_eq!(desk.get("/api.xro/2.0/Organisation").await.status, 200);
    desk.clock.advance(minutes(30));
    let late = desk.get("/api.xro/2.0/Organisation").await;
    assert_eq!(late.status, 401);
    assert!(late.text.contains("TokenExpired"));
}

#[tokio::test]
async fn a_scope_that_is_missing_is_a_401_that_no_refresh_mends() {
    let desk = Desk::new();
    let token = desk
        .xero
        .grant_of("offline_access accounting.contacts")
        .access_token;
    let desk = desk.with_token(token);
    let said = desk.get("/api.xro/2.0/Invoices").await;
    assert_eq!(said.status, 401);
    assert_eq!(said.header("www-authenticate"), Some("insufficent_scope"));
    assert_eq!(desk.get("/api.xro/2.0/Contacts").await.status, 200);
}

#[tokio::test]
async fn whoever_was_disconnected_is_forbidden() {
    let desk = Desk::new();
    desk.xero.disconnect();
    assert_eq!(desk.get("/api.xro/2.0/Organisation").await.status, 403);
    assert_eq!(desk.get("/connections").await.text, "[]");
}

#[tokio::test]
async fn a_custom_connection_needs_no_organisation_and_has_no_refresh_token() {
    let desk = Desk::new();
    let said = desk
        .token(
            Some(&basic()),
            "grant_type=client_credentials&scope=accounting.settings.read",
        )
        .await
        .json();
    assert!(said["refresh_token"].is_null());
    let token = said["access_token"].as_str().unwrap().to_owned();
    let desk = desk.with_token(token);
    assert_eq!(desk.get("/api.xro/2.0/Organisation").await.status, 200);
}

#[tokio::test]
async fn too_many_are_turned_away_with_which_limit_it_was() {
    let desk = Desk::new();
    desk.xero.limit_next(Limit::Day, Some(64_800));
    let said = desk.get("/api.xro/2.0/Organisation").await;
    assert_eq!(
        (said.status, said.header("retry-after")),
        (429, Some("64800"))
    );
    assert_eq!(said.header("x-rate-limit-problem"), Some("day"));
    desk.xero.count_requests(2, 3);
    let problem = async || {
        let said = desk.get("/api.xro/2.0/Organisation").await;
        said.header("x-rate-limit-problem").map(str::to_owned)
    };
    assert_eq!([problem().await, problem().await], [None, None]);
    assert_eq!(problem().await.as_deref(), Some("minute"));
    desk.clock.advance(minutes(1));
    assert_eq!(problem().await, None);
    assert_eq!(problem().await.as_deref(), Some("day"));
    desk.clock.advance(hours(24));
    assert_eq!(problem().await, None);
}

#[tokio::test]
async fn whoever_does_not_ask_for_json_gets_xml() {
    let desk = Desk::new();
    let said = desk
        .send("GET", "/api.xro/2.0/Organisation", &[("accept", "*/*")], "")
        .await
        .unwrap();
    assert!(said.text.starts_with("<Response>"));
}

#[test]
fn posts_are_signed_as_the_published_example_is() {
    let desk = Desk::new();
    let (post, _) = desk.xero.intent_to_receive().remove(0);
    assert_eq!(
        post.one("x-xero-signature").unwrap(),
        "kN8sMX2TzMuLgLM8C0K2cjiRHsmfwJLhw8SVrBeUCqs="
    );
}

#[test]
fn every_change_is_posted_once_and_payments_are_not() {
    let desk = Desk::new();
    let ana = desk.xero.put_contact("Ana Diaz");
    let invoice = desk.xero.put_invoice("SO-1", ana, 120.into());
    assert_eq!(desk.xero.posts().len(), 2);
    desk.xero.pay(invoice, 20.into());
    let posts = desk.xero.posts();
    assert_eq!(posts.len(), 1);
    assert!(String::from_utf8_lossy(&posts[0].body).contains(r#""eventCategory": "INVOICE""#));
    assert!(desk.xero.posts().is_empty());
}
