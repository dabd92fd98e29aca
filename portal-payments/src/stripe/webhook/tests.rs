use portal_core::payment::Merchant;

use super::*;

const BODY: &str = r#"{"id":"evt_test_webhook","object":"event"}"#;
const HEADER: &str =
    "t=1614556800,v1=96943a0ceebda8d3913e8b90697d39bbe16342f950890d77a41a248e4fb22794";
const ROTATED: &str = "t=1614556800,v1=205437ec2e37b35b5b98d43b3d77edc1d9a34af3293c23430b2072397d393bf9,v1=75b80f6184fa4ffda23836eaf7eceac7c363ca7fba1063a0c42ba9755b54feca,v0=deadbeef";
const SIGNED_AT: i64 = 1_614_556_800;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn check(header: &str, body: &str, secrets: &[&str], now: i64) -> Result<(), WebhookError> {
    let secrets: Vec<_> = secrets
        .iter()
        .map(|secret| SecretString::from(*secret))
        .collect();
    verify(header, body.as_bytes(), &secrets, at(now))
}

fn sign(body: &[u8], secret: &str, at: i64) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{at}.").as_bytes());
    mac.update(body);
    let bytes = mac.finalize().into_bytes();
    let header = format!("t={at},v1=");
    let hex = |header, byte: &u8| format!("{header}{byte:02x}");
    bytes.iter().fold(header, hex)
}

fn config() -> StripeConfig {
    StripeConfig::new("sk_test_1".into(), Merchant::test("acct_1"))
        .checking_webhooks_with("whsec_1".into())
}

fn posted(body: &str) -> Result<WebhookBatch, WebhookError> {
    posted_to(&config(), body)
}

fn posted_to(config: &StripeConfig, body: &str) -> Result<WebhookBatch, WebhookError> {
    let header = sign(body.as_bytes(), "whsec_1", SIGNED_AT);
    let headers = vec![("Stripe-Signature".to_owned(), header.into_bytes())];
    receive(
        &RawWebhook::new(headers, body.into(), at(SIGNED_AT)),
        config,
    )
}

fn event(kind: &str, object: &str) -> String {
    format!(
        r#"{{"id":"evt_1","object":"event","livemode":false,"created":1614556800,
            "type":"{kind}","data":{{"object":{object}}}}}"#
    )
}

fn subject(kind: &str, object: &str) -> WebhookSubject {
    let batch = posted(&event(kind, object)).unwrap();
    assert_eq!(batch.events.len(), 1);
    batch.events[0].about.clone()
}

#[test]
fn the_official_signature_is_good_for_five_minutes_either_way() {
    let secret = ["whsec_test_secret"];
    for now in [SIGNED_AT - 300, SIGNED_AT, SIGNED_AT + 300] {
        assert!(check(HEADER, BODY, &secret, now).is_ok(), "{now}");
    }
    for now in [SIGNED_AT - 301, SIGNED_AT + 301] {
        let stale = check(HEADER, BODY, &secret, now);
        assert!(matches!(stale, Err(WebhookError::Stale)), "{now}");
    }
}

#[test]
fn while_a_secret_is_replaced_either_signature_and_either_secret_will_do() {
    assert!(check(ROTATED, BODY, &["whsec_new"], SIGNED_AT).is_ok());
    let both = ["whsec_other", "whsec_new"];
    assert!(check(ROTATED, BODY, &both, SIGNED_AT).is_ok());
    let neither = check(ROTATED, BODY, &["whsec_other"], SIGNED_AT);
    assert!(matches!(neither, Err(WebhookError::BadSignature)));
}

#[test]
fn one_changed_byte_and_the_signature_is_bad() {
    let secret = ["whsec_test_secret"];
    let changed = BODY.replace("evt_", "evu_");
    let bad = check(HEADER, &changed, &secret, SIGNED_AT);
    assert!(matches!(bad, Err(WebhookError::BadSignature)));
    let later = HEADER.replace("1614556800", "1614556801");
    let bad = check(&later, BODY, &secret, SIGNED_AT);
    assert!(matches!(bad, Err(WebhookError::BadSignature)));
    let short = HEADER.get(..HEADER.len() - 2).unwrap();
    let bad = check(short, BODY, &secret, SIGNED_AT);
    assert!(matches!(bad, Err(WebhookError::BadSignature)));
}

#[test]
fn a_signature_that_cannot_be_read_is_none() {
    for header in [
        "",
        "v1=00",
        "t=1614556800",
        "t=1614556800,v0=00",
        "t=1614556800,v1=zz",
        "t=1614556800,v1=000",
        "t=1614556800,t=1614556800,v1=00",
        "nonsense",
    ] {
        let none = check(header, BODY, &["whsec_1"], SIGNED_AT);
        assert!(matches!(none, Err(WebhookError::NoSignature)), "{header}");
    }
    let many = format!("t=1614556800{}", ",v1=00".repeat(17));
    let none = check(&many, BODY, &["whsec_1"], SIGNED_AT);
    assert!(matches!(none, Err(WebhookError::NoSignature)));
}

#[test]
fn a_signature_that_came_twice_is_refused_even_if_both_are_good() {
    let header = sign(BODY.as_bytes(), "whsec_1", SIGNED_AT).into_bytes();
    let name = || "stripe-signature".to_owned();
    let headers = vec![(name(), header.clone()), (name(), header)];
    let twice = receive(
        &RawWebhook::new(headers, BODY.into(), at(SIGNED_AT)),
        &config(),
    );
    assert!(matches!(twice, Err(WebhookError::NoSignature)));
}

#[test]
fn more_than_a_mebibyte_is_not_looked_at() {
    let object = |filler: usize| {
        let body = event(
            "plan.created",
            &format!(r#"{{"id":"{}"}}"#, "x".repeat(filler)),
        );
        posted(&body)
    };
    let room = RawWebhook::LARGEST - event("plan.created", r#"{"id":""}"#).len();
    assert!(object(room).is_ok());
    assert!(matches!(object(room + 1), Err(WebhookError::TooLarge)));
}

#[test]
fn without_a_secret_it_is_asked_to_come_again() {
    let mut unset = config();
    unset.webhook_secrets.clear();
    let answer = posted_to(&unset, &event("plan.created", "{}"));
    assert!(matches!(answer, Err(WebhookError::NotConfigured)));
}

#[test]
fn nothing_is_parsed_before_the_signature_is_good() {
    let header = sign(b"something else", "whsec_1", SIGNED_AT);
    let headers = vec![("stripe-signature".to_owned(), header.into_bytes())];
    let raw = RawWebhook::new(headers, b"not even json".to_vec(), at(SIGNED_AT));
    assert!(matches!(
        receive(&raw, &config()),
        Err(WebhookError::BadSignature)
    ));
    assert!(matches!(
        posted("not even json"),
        Err(WebhookError::Malformed(_))
    ));
    assert!(matches!(posted(BODY), Err(WebhookError::Malformed(_))));
}

#[test]
fn an_event_of_the_other_mode_or_another_account_is_refused() {
    let live = event("plan.created", "{}").replace(r#""livemode":false"#, r#""livemode":true"#);
    assert!(matches!(posted(&live), Err(WebhookError::WrongMerchant)));
    let theirs = event("plan.created", "{}").replace(
        r#""object":"event""#,
        r#""object":"event","account":"acct_2""#,
    );
    assert!(matches!(posted(&theirs), Err(WebhookError::WrongMerchant)));
    let connected = config().acting_for("acct_2");
    assert!(posted_to(&connected, &theirs).is_ok());
    let ours = posted_to(&connected, &event("plan.created", "{}"));
    assert!(matches!(ours, Err(WebhookError::WrongMerchant)));
}

#[test]
fn an_event_is_a_reason_to_look_and_never_an_amount() {
    let payment = |id: &str| WebhookSubject::Payment(Lookup::Payment(PaymentRef::new(id)));
    let page = |id: &str| WebhookSubject::Payment(Lookup::Session(SessionRef::new(id)));
    let methods = |id: &str| WebhookSubject::Methods(PayerRef::new(id));
    for (kind, object, expected) in [
        (
            "checkout.session.completed",
            r#"{"id":"cs_1","amount_total":1}"#,
            page("cs_1"),
        ),
        (
            "payment_intent.succeeded",
            r#"{"id":"pi_1","amount":1}"#,
            payment("pi_1"),
        ),
        (
            "charge.refunded",
            r#"{"id":"ch_1","payment_intent":"pi_1"}"#,
            payment("pi_1"),
        ),
        (
            "refund.failed",
            r#"{"id":"re_1","payment_intent":{"id":"pi_1"}}"#,
            payment("pi_1"),
        ),
        (
            "charge.dispute.created",
            r#"{"id":"dp_1","payment_intent":"pi_1"}"#,
            payment("pi_1"),
        ),
        (
            "setup_intent.succeeded",
            r#"{"id":"seti_1","customer":"cus_1"}"#,
            methods("cus_1"),
        ),
        (
            "payment_method.attached",
            r#"{"id":"pm_1","customer":"cus_1"}"#,
            methods("cus_1"),
        ),
        ("customer.deleted", r#"{"id":"cus_1"}"#, methods("cus_1")),
    ] {
        assert_eq!(subject(kind, object), expected, "{kind}");
        let batch = posted(&event(kind, object)).unwrap();
        assert!(batch.events[0].snapshot.is_none());
    }
}

#[test]
fn a_method_that_was_taken_away_is_told_of_its_last_customer() {
    let body = event(
        "payment_method.detached",
        r#"{"id":"pm_1","customer":null}"#,
    )
    .replace(
        r#""data":{"#,
        r#""data":{"previous_attributes":{"customer":"cus_1"},"#,
    );
    let about = posted(&body).unwrap().events.remove(0).about;
    assert_eq!(about, WebhookSubject::Methods(PayerRef::new("cus_1")));
}

#[test]
fn what_is_not_known_or_not_about_us_is_ignored_and_acknowledged() {
    for (kind, object) in [
        ("plan.created", r#"{"id":"plan_1"}"#),
        ("charge.refunded", r#"{"id":"ch_1","payment_intent":null}"#),
        (
            "payment_intent.succeeded",
            r#"{"id":"pi_1/../../v1/customers"}"#,
        ),
        ("setup_intent.succeeded", r#"{"id":"seti_1"}"#),
    ] {
        let ignored = WebhookSubject::Ignored {
            kind: kind.to_owned(),
        };
        assert_eq!(subject(kind, object), ignored, "{kind}");
        assert_eq!(posted(&event(kind, object)).unwrap().ack.status, 200);
    }
}
