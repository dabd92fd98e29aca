//! Standard Webhooks: what was signed by whom knows the secret, lately, is taken; nothing else is looked at.
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
use chrono::{DateTime, Duration, Utc};
use portal_core::payment::{RawWebhook, WebhookError};
use portal_payments::signing::{WebhookSecret, check};
use secrecy::SecretString;

struct Vector {
    secret: &'static str,
    id: &'static str,
    timestamp: i64,
    body: &'static str,
    header: &'static str,
}

/// The first is the example of the standard's own libraries; the second has Helcim's form, without `whsec_`.
const VECTORS: [Vector; 2] = [
    Vector {
        secret: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        id: "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
        timestamp: 1_649_367_553,
        body: r#"{"email":"test@example.com","username":"test_user"}"#,
        header: "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
    },
    Vector {
        secret: "dmVyaWZpZXItc2VjcmV0",
        id: "msg_helcim_1",
        timestamp: 1_716_412_291,
        body: r#"{"id":"25764674","type":"cardTransaction"}"#,
        header: "v1,+HSMYse44D5cyC2iZpkm6IwIJ4Ta7Bw8QIMN+JySTAI=",
    },
];

fn read(secret: &str) -> WebhookSecret {
    WebhookSecret::read("test", &SecretString::from(secret)).unwrap()
}

fn at(timestamp: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(timestamp, 0).unwrap()
}

fn posted(v: &Vector, header: &str, received_at: DateTime<Utc>) -> RawWebhook {
    let headers = [
        ("Webhook-Id", v.id.to_owned()),
        ("WEBHOOK-TIMESTAMP", v.timestamp.to_string()),
        ("webhook-signature", header.to_owned()),
    ];
    let headers = headers.map(|(n, v)| (n.to_owned(), v.into_bytes()));
    RawWebhook::new(headers.to_vec(), v.body.into(), received_at)
}

fn with(mut raw: RawWebhook, name: &str, value: &str) -> RawWebhook {
    raw.headers.push((name.to_owned(), value.into()));
    raw
}

#[test]
fn the_published_examples_are_signed_and_checked_alike() {
    for v in &VECTORS {
        let signed = read(v.secret).sign(v.id, at(v.timestamp), v.body.as_bytes());
        assert_eq!(signed.signature, v.header);
        let raw = posted(v, v.header, at(v.timestamp));
        assert_eq!(check(&raw, &[read(v.secret)]).unwrap(), v.id);
    }
}

#[test]
fn a_message_is_taken_for_five_minutes_either_way() {
    let v = &VECTORS[1];
    for (seconds, taken) in [
        (-301, false),
        (-300, true),
        (0, true),
        (300, true),
        (301, false),
    ] {
        let raw = posted(v, v.header, at(v.timestamp) + Duration::seconds(seconds));
        let found = check(&raw, &[read(v.secret)]);
        match found {
            Ok(_) => assert!(taken, "{seconds}"),
            Err(WebhookError::Stale) => assert!(!taken, "{seconds}"),
            Err(other) => panic!("{seconds}: {other}"),
        }
    }
}

#[test]
fn any_of_several_signatures_and_any_of_several_secrets_will_do() {
    let v = &VECTORS[1];
    let other = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let header = format!("v1a,xyz {other} {} v1,===", v.header);
    let raw = posted(v, &header, at(v.timestamp));
    let old = read("b2xkLXNlY3JldC1vbGQ=");
    assert!(check(&raw, &[old.clone(), read(v.secret)]).is_ok());
    assert!(matches!(
        check(&raw, &[old]),
        Err(WebhookError::BadSignature)
    ));
}

#[test]
fn what_was_changed_on_its_way_is_not_taken() {
    let v = &VECTORS[1];
    let good = || posted(v, v.header, at(v.timestamp));
    let mut body = good();
    body.body.push(b' ');
    let mut name = good();
    name.headers[0].1 = b"msg_helcim_2".to_vec();
    let mut time = good();
    time.headers[1].1 = (v.timestamp + 1).to_string().into_bytes();
    for changed in [body, name, time] {
        let no = check(&changed, &[read(v.secret)]);
        assert!(matches!(no, Err(WebhookError::BadSignature)), "{no:?}");
    }
}

#[test]
fn headers_that_came_twice_or_not_at_all_are_refused() {
    let v = &VECTORS[1];
    let good = || posted(v, v.header, at(v.timestamp));
    let mut refused = vec![
        with(good(), "webhook-id", v.id),
        with(good(), "webhook-timestamp", "1"),
        with(good(), "webhook-signature", v.header),
        posted(v, "", at(v.timestamp)),
        posted(v, "v0,abc", at(v.timestamp)),
    ];
    for missing in 0..3 {
        let mut raw = good();
        raw.headers.remove(missing);
        refused.push(raw);
    }
    for raw in refused {
        let no = check(&raw, &[read(v.secret)]);
        assert!(matches!(no, Err(WebhookError::NoSignature)), "{no:?}");
    }
}

#[test]
fn a_body_that_is_too_large_is_not_even_hashed() {
    let v = &VECTORS[1];
    let mut raw = posted(v, v.header, at(v.timestamp));
    raw.body = vec![b'x'; RawWebhook::LARGEST + 1];
    let no = check(&raw, &[read(v.secret)]);
    assert!(matches!(no, Err(WebhookError::TooLarge)));
}

#[test]
fn without_a_secret_nothing_is_believed() {
    let v = &VECTORS[1];
    let raw = posted(v, v.header, at(v.timestamp));
    let no = check(&raw, &[]);
    assert!(matches!(no, Err(WebhookError::NotConfigured)));
    for bad in ["", "whsec_", "not base64!", "c2hvcnQ="] {
        let no = WebhookSecret::read("test", &SecretString::from(bad)).unwrap_err();
        assert!(bad.is_empty() || !no.to_string().contains(bad), "{no}");
    }
    assert_eq!(format!("{:?}", read(v.secret)), "WebhookSecret");
}
