//! What arrives.
use std::collections::BTreeSet;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use portal_core::{
    Language, Money,
    chrono::DateTime,
    chrono_tz::Tz,
    effect::MailKind,
    mail::{
        Addressee, Attachment, InvoiceCopy, Letter, Mail, Mailer as _, OrderHead, Says, Thread,
        Unsubscribe, Written,
    },
    order::Balance,
    uuid::Uuid,
};
use portal_mail::{Dkim, Smtp};
use serde_json::Value;

use super::{
    address, mail, mailbox,
    sink::{Sink, key},
};

fn full() -> Mail {
    let pdf = Attachment::new(
        "Rechnung Nº 7.pdf",
        "application/pdf",
        *b"%PDF-1.7\r\n\0\xff",
    );
    let mut mail = mail(7, "ana@acme.example")
        .with_html("<!doctype html>\n<p>Está adjunta. <a href=\"https://acme.example/portal\">Portal</a></p>")
        .with_reply_to(mailbox("office@portal.example").named("Büro"))
        .in_thread(Thread::order(&portal_core::Id::new("7")))
        .with_unsubscribe(Unsubscribe::at("https://acme.example/portal/stop/k?x=1").unwrap())
        .with_attachment(pdf)
        .unwrap();
    mail.to = mail.to.named("Ñandú Cruz 🦤");
    mail.subject =
        portal_core::mail::HeaderText::of(&"Su factura número siete, con “comillas” ".repeat(4));
    mail
}

fn header<'a>(taken: &'a Value, name: &str) -> &'a str {
    taken["headers"][name].as_str().unwrap_or_default()
}

fn whole(taken: &Value) {
    assert_eq!(taken["sender"], "bounces@portal.example");
    assert_eq!(taken["recipients"], serde_json::json!(["ana@acme.example"]));
    assert_eq!(
        taken["to"],
        serde_json::json!([["Ñandú Cruz 🦤", "ana@acme.example"]])
    );
    assert_eq!(
        taken["from"],
        serde_json::json!([["Acme Courses", "portal@portal.example"]])
    );
    assert_eq!(header(taken, "subject"), full().subject.as_str());
    assert_eq!(
        header(taken, "message-id"),
        "<00000000-0000-0000-0000-000000000007@portal.example>"
    );
    assert_eq!(header(taken, "in-reply-to"), "<order-7@portal.example>");
    assert_eq!(header(taken, "references"), "<order-7@portal.example>");
    assert_eq!(header(taken, "auto-submitted"), "auto-generated");
    assert_eq!(header(taken, "x-auto-response-suppress"), "OOF, AutoReply");
    assert_eq!(
        header(taken, "list-unsubscribe"),
        "<https://acme.example/portal/stop/k?x=1>"
    );
    assert_eq!(
        header(taken, "list-unsubscribe-post"),
        "List-Unsubscribe=One-Click"
    );
    assert_eq!(header(taken, "reply-to"), "Büro <office@portal.example>");
    let parts = taken["parts"].as_array().unwrap();
    let kinds: Vec<_> = parts.iter().map(|part| &part["type"]).collect();
    assert_eq!(kinds, ["text/plain", "text/html", "application/pdf"]);
    assert_eq!(
        parts[0]["text"].as_str().unwrap().trim_end(),
        "It is attached."
    );
    let full = full();
    let html = full.html().unwrap();
    assert_eq!(
        parts[1]["text"].as_str().unwrap().replace("\r\n", "\n"),
        html
    );
    assert_eq!(parts[2]["file"], "Rechnung Nº 7.pdf");
    let paper = BASE64_STANDARD.decode(parts[2]["body"].as_str().unwrap());
    assert_eq!(paper.unwrap(), b"%PDF-1.7\r\n\0\xff");
    assert_eq!(taken["defects"], serde_json::json!([]));
    assert_eq!(taken["bare"], 0);
    assert_eq!(taken["ascii"], true);
    assert!(taken["longest"].as_u64().unwrap() <= 998);
}

/// T16
#[tokio::test]
async fn a_message_arrives_as_it_was_written_to_whom_it_was_written() {
    let Some(sink) = Sink::start() else { return };
    sink.smtp().send(&full()).await.unwrap();
    let taken = sink.taken();
    whole(&taken);
    assert_eq!(taken["tls"], false);
    assert_eq!(taken["hello"], "portal.example");
}

/// T16
#[tokio::test]
async fn on_either_way_of_encryption_it_arrives_from_whoever_signed_in() {
    let Some(sink) = Sink::start() else { return };
    for config in [sink.starttls(), sink.tls()] {
        let smtp = Smtp::new(config.sign_in("portal", "open sesame".into())).unwrap();
        for _ in 0..3 {
            smtp.send(&full()).await.unwrap();
            let taken = sink.taken();
            whole(&taken);
            assert_eq!(taken["tls"], true);
            assert_eq!(taken["user"], "portal");
        }
    }
}

/// T16: simple canonicalisation comes out wrong in the library below, so this is asked of another's.
#[tokio::test]
async fn signatures_verify_and_cover_what_mail_programs_act_on() {
    let Some(sink) = Sink::start() else { return };
    let dkim = Dkim::rsa("portal", "portal.example", &key("dkim.pem")).unwrap();
    let smtp = Smtp::new(sink.plain().signed(dkim)).unwrap();
    let long = full().with_html(&"<p>línea larga ".repeat(400));
    let said = |number, text| {
        let (kind, to) = (MailKind::InvoiceCopy, mailbox("ana@acme.example"));
        Mail::new(Uuid::from_u128(number), kind, to, "Your invoice", text)
    };
    let odd = said(8, "  two  spaces \n\n\n.\n..leading dot\ntrailing \t\n\n\n");
    let nothing = said(9, "");
    for mail in [full(), long, odd, nothing, mail(10, "ana@acme.example")] {
        smtp.send(&mail).await.unwrap();
        let taken = sink.taken();
        assert_eq!(taken["dkim"], true, "{}", taken["signature"]);
        let signature = taken["signature"]
            .as_str()
            .unwrap()
            .replace([' ', '\r', '\n', '\t'], "");
        assert!(signature.contains("c=relaxed/relaxed"), "{signature}");
        let covered = signature
            .split(';')
            .find_map(|tag| tag.strip_prefix("h="))
            .unwrap();
        let covered: Vec<_> = covered.split(':').map(str::to_ascii_lowercase).collect();
        for name in [
            "from",
            "to",
            "cc",
            "reply-to",
            "subject",
            "date",
            "message-id",
            "mime-version",
            "content-type",
            "in-reply-to",
            "references",
            "list-unsubscribe",
            "list-unsubscribe-post",
        ] {
            assert!(
                covered.iter().any(|covered| covered == name),
                "{name}: {signature}"
            );
        }
    }
}

#[tokio::test]
async fn many_at_once_arrive_once_each_over_no_more_connections_than_allowed() {
    let Some(sink) = Sink::watching() else { return };
    let smtp = std::sync::Arc::new(Smtp::new(sink.plain().connections(3)).unwrap());
    let sent: Vec<_> = (0..60)
        .map(|n| {
            let smtp = std::sync::Arc::clone(&smtp);
            tokio::spawn(async move { smtp.send(&mail(n, "ana@acme.example")).await })
        })
        .collect();
    for sent in sent {
        sent.await.unwrap().unwrap();
    }
    let (mut open, mut most, mut ids) = (0_usize, 0, vec![]);
    for said in sink.rest() {
        match said["opened"].as_bool() {
            Some(true) => open += 1,
            Some(false) => open -= 1,
            None => ids.push(header(&said, "message-id").to_owned()),
        }
        most = most.max(open);
    }
    assert!((1..=3).contains(&most), "{most} at once");
    assert_eq!(ids.len(), 60, "each once");
    let different: BTreeSet<_> = ids.into_iter().collect();
    assert_eq!(different.len(), 60, "and all of them");
}

/// 000-46: a paper arrives as it was, whatever is in it, behind a letter's words.
#[tokio::test]
async fn a_letters_paper_arrives_byte_for_byte() {
    let Some(sink) = Sink::start() else { return };
    let smtp = sink.smtp();
    let mut every_byte: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    every_byte.extend(b"\r\n.\r\nQUIT\r\n--boundary--\r\n\0");
    let at = DateTime::UNIX_EPOCH.with_timezone(&Tz::UTC);
    let costs = Balance::unpaid(Money::from_minor(120_00, "EUR".parse().unwrap()));
    let says = Says::Invoice(InvoiceCopy::new(OrderHead::new("7", at, costs), vec![]));
    let page = "<!DOCTYPE html>\n<p>Café №7 😀\r\n.\r\n"
        .repeat(40)
        .into_bytes();
    for (n, name, kind, bytes) in [
        (1, "Rechnung №7.pdf", "application/pdf", every_byte),
        (2, "factura.html", "text/html", page),
    ] {
        let to = Addressee::new(address("ana@acme.example"), Language::Es);
        let letter = Letter::new(Uuid::from_u128(n), MailKind::InvoiceCopy, to, says.clone());
        let paper = Attachment::new(name, kind, bytes.clone());
        let letter = letter.enclosing(paper).unwrap();
        let words = Written::new("Su factura", "Va adjunta.").with_html("<p>Va adjunta.");
        smtp.send(&letter.finished(&words)).await.unwrap();
        let taken = sink.taken();
        let part = &taken["parts"][2];
        assert_eq!((&part["type"], &part["file"]), (&kind.into(), &name.into()));
        let arrived = BASE64_STANDARD.decode(part["body"].as_str().unwrap());
        assert!(arrived.unwrap() == bytes, "{name}");
        assert_eq!(taken["defects"], serde_json::json!([]));
    }
}

/// A paper of the most that goes with a message, and nothing of it is lost.
#[tokio::test]
async fn the_largest_message_arrives_whole() {
    let Some(sink) = Sink::start() else { return };
    let paper = Attachment::new(
        "scan.bin",
        "application/octet-stream",
        vec![0xa5; Mail::MOST_ATTACHED],
    );
    let dkim = Dkim::rsa("portal", "portal.example", &key("dkim.pem")).unwrap();
    let smtp = Smtp::new(sink.plain().signed(dkim)).unwrap();
    smtp.send(&mail(1, "ana@acme.example").with_attachment(paper).unwrap())
        .await
        .unwrap();
    let taken = sink.taken();
    assert_eq!(taken["dkim"], true);
    let body = BASE64_STANDARD
        .decode(taken["parts"][1]["body"].as_str().unwrap())
        .unwrap();
    assert!(body.len() == Mail::MOST_ATTACHED && body.iter().all(|b| *b == 0xa5));
}
