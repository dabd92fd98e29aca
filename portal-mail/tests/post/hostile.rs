//! Whatever stands in a field that customers, staff or hosts fill in, the message has the headers it should have and goes to whom it should.
use portal_core::{
    Id,
    mail::{Attachment, HeaderText, Mail, Mailer as _, Thread},
};
use portal_mail::{Sender, Smtp};
use serde_json::Value;

use super::{address, mail, mailbox, sink::Sink};

fn payloads() -> Vec<String> {
    let mut payloads: Vec<_> = [
        "Bob\r\nX-Injected: 1",
        "Bob\nBcc: eve@evil.example",
        "Bob\rBcc: eve@evil.example",
        "Bob\r\n\r\n<script>alert(1)</script>",
        "Bob\r\n.\r\nMAIL FROM:<eve@evil.example>\r\nRCPT TO:<eve@evil.example>\r\nDATA\r\n",
        "Bob\0",
        "\u{202e}gpj.exe\u{202c}\u{2066}x\u{2069}",
        "Bob\u{200b}\u{feff}\u{ad}",
        "Bob\u{2028}Bcc: eve@evil.example\u{2029}",
        "Bob\u{85}X: 1\u{b}\u{c}",
        "\"Bob\" <eve@evil.example>, ",
        "eve@evil.example",
        "Bob, eve@evil.example; Carol:",
        "=?utf-8?q?Bob=0D=0ABcc:_eve@evil.example?=",
        "=?utf-8?b?Qm9iDQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?=",
        "(comment) Bob \\\" \\",
        "Bob\u{1b}[31m\u{7f}\u{9b}31m",
        "%0d%0aBcc: eve@evil.example; filename=\"x\"; filename*=utf-8''y",
        "😀\u{200d}👩\u{200d}👧 ñ\u{301}\u{301}\u{301} 山田 \u{fffe}",
    ]
    .map(str::to_owned)
    .into();
    payloads.push("Bob\r\nBcc: eve@evil.example\0 ".repeat(1 + (10 << 20) / 31));
    payloads
}

/// Puts a payload where somebody could have typed it.
type Field = (&'static str, fn(Mail, &str) -> Mail);

const FIELDS: [Field; 8] = [
    ("recipient's name", |mut mail, payload| {
        mail.to = mail.to.named(payload);
        mail
    }),
    ("whose answer it is", |mail, payload| {
        mail.with_reply_to(mailbox("office@portal.example").named(payload))
    }),
    ("subject", |mut mail, payload| {
        mail.subject = HeaderText::of(payload);
        mail
    }),
    ("text", |mail, payload| {
        let text: String = payload.chars().take(100_000).collect();
        let said = Mail::new(mail.id, mail.kind, mail.to, "Your invoice", &text);
        said.with_html("<p>Hello")
            .with_reply_to(mailbox("office@portal.example"))
    }),
    ("html", |mail, payload| {
        let html: String = payload.chars().take(100_000).collect();
        mail.with_html(&html)
    }),
    ("file name", |mail, payload| {
        let paper = Attachment::new(payload, "application/pdf", *b"%PDF");
        mail.with_attachment(paper).unwrap()
    }),
    ("content type", |mail, payload| {
        let paper = Attachment::new("a.pdf", payload, *b"%PDF");
        mail.with_attachment(paper).unwrap()
    }),
    ("order", |mail, payload| {
        mail.in_thread(Thread::order(&Id::new(payload)))
    }),
];

/// The same shape, with nothing wrong in it.
fn harmless(field: &Field) -> Mail {
    let payload = match field.0 {
        "content type" => "application/pdf",
        _ => "Bob",
    };
    field.1(base(), payload)
}

fn base() -> Mail {
    mail(1, "ana@acme.example")
        .with_html("<p>Hello")
        .with_reply_to(mailbox("office@portal.example"))
}

fn checked(taken: &Value, expected: &Value, what: &str) {
    assert_eq!(taken["names"], expected["names"], "{what}");
    assert_eq!(
        taken["recipients"],
        serde_json::json!(["ana@acme.example"]),
        "{what}"
    );
    assert_eq!(taken["sender"], "bounces@portal.example", "{what}");
    for party in ["to", "from"] {
        let (found, wanted) = (
            taken[party].as_array().unwrap(),
            expected[party].as_array().unwrap(),
        );
        assert_eq!(found.len(), 1, "{what}");
        assert_eq!(found[0][1], wanted[0][1], "{what}");
        assert!(
            !found[0][0].as_str().unwrap().contains(char::is_control),
            "{what}"
        );
    }
    for (name, value) in taken["headers"].as_object().unwrap() {
        assert!(
            !value.as_str().unwrap().contains(char::is_control),
            "{what}: {name}: {value}"
        );
    }
    let parts = taken["parts"].as_array().unwrap();
    assert_eq!(
        parts.len(),
        expected["parts"].as_array().unwrap().len(),
        "{what}"
    );
    for part in parts {
        let file = part["file"].as_str().unwrap_or_default();
        assert!(
            !file.contains(char::is_control) && !file.contains('/'),
            "{what}: {file}"
        );
    }
    assert_eq!(taken["defects"], serde_json::json!([]), "{what}");
    assert_eq!(taken["bare"], 0, "{what}");
    assert!(taken["longest"].as_u64().unwrap() <= 998, "{what}");
}

/// T16: "all user fields x 20 payloads x all headers: exact header set, recipients unchanged, 0 panics".
#[tokio::test]
async fn whatever_stands_in_a_field_the_headers_are_those_expected_and_the_recipient_is_who_was_meant()
 {
    let Some(sink) = Sink::start() else { return };
    let smtp = sink.smtp();
    let payloads = payloads();
    assert_eq!(payloads.len(), 20);
    for field in &FIELDS {
        smtp.send(&harmless(field)).await.unwrap();
        let expected = sink.taken();
        for payload in &payloads {
            smtp.send(&field.1(base(), payload)).await.unwrap();
            let begin: String = payload.chars().take(40).collect();
            checked(&sink.taken(), &expected, &format!("{} {begin:?}", field.0));
        }
    }
    assert!(sink.rest().is_empty(), "nothing more than was sent");
}

/// T16: the host's own name is typed by somebody too.
#[tokio::test]
async fn whatever_the_host_is_called_it_is_one_sender() {
    let Some(sink) = Sink::start() else { return };
    sink.smtp().send(&base()).await.unwrap();
    let expected = sink.taken();
    for payload in payloads() {
        let from = mailbox("portal@portal.example").named(&payload);
        let sender = Sender::new(from).bounces_to(address("bounces@portal.example"));
        let config = portal_mail::SmtpConfig::unencrypted("127.0.0.1", sender);
        let smtp = Smtp::new(config.port(sink.port("plain"))).unwrap();
        smtp.send(&base()).await.unwrap();
        let begin: String = payload.chars().take(40).collect();
        checked(&sink.taken(), &expected, &begin);
    }
}
