//! What servers say in words, and to the wrong question.
use std::time::Duration;

use portal_core::{
    adapter::{AdapterErrorKind as Kind, Disposition},
    mail::Mailer as _,
};
use portal_mail::{Smtp, SmtpConfig};

use super::{
    mail,
    scripted::{Lines, server, smtp},
    sender,
};

type Found = (Kind, Disposition);

const OURS: Found = (Kind::Misconfigured, Disposition::NeverSent);
const THEIRS: Found = (Kind::Rejected, Disposition::Rejected);

async fn found(lines: Lines, to: &str) -> Found {
    let error = smtp(lines).send(&mail(1, to)).await.unwrap_err();
    (error.kind(), error.disposition())
}

fn says(command: &'static str, words: &str) -> Lines {
    vec![(command, format!("{words}\r\n").into_bytes())]
}

/// T16: an address can be chosen so that the server's answer reads like another.
#[tokio::test]
async fn whatever_an_address_is_called_what_is_said_of_it_is_not_about_all() {
    for (to, words) in [
        (
            "x@relay.evil.example",
            "556 5.1.10 <x@relay.evil.example>: Recipient address rejected: Domain relay.evil.example does not accept mail (nullMX)",
        ),
        (
            "client.host.relaying.denied@evil.example",
            "550 5.1.1 client.host.relaying.denied@evil.example unknown",
        ),
        (
            "x@evil.example",
            "550 5.1.1 <x@evil.example>: Recipient address rejected: host mx.evil.example[192.0.2.1] said: 554 5.7.1 Relay access denied; Sender address rejected",
        ),
    ] {
        assert_eq!(found(says("RCPT", words), to).await, THEIRS, "{words}");
    }
    for words in [
        "554 5.7.1 <ana@acme.example>: Relay access denied",
        "550-5.7.1 unable\r\n550 5.7.1 to relay",
        "550 5.7.1 <ana@acme.example>... Relaying denied",
    ] {
        let found = found(says("RCPT", words), "ana@acme.example").await;
        assert_eq!(found, OURS, "{words}");
    }
}

/// Some servers hear out who sends and who is to have it before they refuse the former.
#[tokio::test]
async fn what_is_about_who_sends_is_our_trouble_whenever_it_is_said() {
    for (step, words) in [
        (
            "RCPT",
            "553 5.7.1 <portal@portal.example>: Sender address rejected: not owned by user portal",
        ),
        (
            "RCPT",
            "554 5.7.1 <unknown[192.0.2.9]>: Client host rejected: Access denied",
        ),
        (
            "RCPT",
            "504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname",
        ),
        ("RCPT", "550 5.1.8 Bad sender's system address"),
        ("DATA", "550 5.7.26 not authenticated"),
        (
            ".",
            "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
        ),
        (".", "554 5.2.252 SendAsDenied"),
    ] {
        let found = found(says(step, words), "ana@acme.example").await;
        assert_eq!(found, OURS, "{step}: {words}");
    }
    let limit = Kind::RateLimited { retry_after: None };
    for step in ["MAIL", "DATA", "."] {
        let words = "550 5.4.5 Daily user sending limit exceeded";
        let found = found(says(step, words), "ana@acme.example").await;
        assert_eq!(found, (limit, Disposition::Rejected), "{step}");
    }
    let spam = says(".", "550 5.7.1 message content rejected");
    assert_eq!(found(spam, "ana@acme.example").await, THEIRS);
}

/// What a server says of itself before it knows for whom a message is costs no message a try; what it says once it knows may be about them.
#[tokio::test]
async fn a_server_that_is_full_for_now_is_no_messages_fault() {
    let waits = (Kind::Unavailable, Disposition::NeverSent);
    let put_off = (Kind::Unavailable, Disposition::Rejected);
    for (step, words, said) in [
        ("MAIL", "452 4.3.1 Insufficient system storage", waits),
        ("MAIL", "452 Insufficient system storage", waits),
        ("MAIL", "451 4.7.1 try again later", waits),
        ("RCPT", "452 4.3.1 Insufficient system storage", waits),
        ("DATA", "450 4.3.2 System not accepting messages", waits),
        (".", "452 4.3.1 Mail system full", waits),
        ("RCPT", "451 4.3.0 Temporary lookup failure", put_off),
        ("RCPT", "452 4.2.2 Mailbox full", put_off),
        (".", "452 4.3.4 Message too big for system", put_off),
    ] {
        let found = found(says(step, words), "ana@acme.example").await;
        assert_eq!(found, said, "{step}: {words}");
    }
}

/// A server that always hangs up on one recipient, or says something nobody can read, would never be asked for the last time.
#[tokio::test]
async fn no_answer_about_a_recipient_counts_as_one() {
    let put_off = (Kind::Unavailable, Disposition::Rejected);
    let latin: Vec<u8> = b"550 Usuario inv\xe1lido\r\n".to_vec();
    for step in ["RCPT", "DATA"] {
        for words in [latin.clone(), vec![]] {
            let found = found(vec![(step, words)], "ana@acme.example").await;
            assert_eq!(found, put_off, "{step}");
        }
    }
    let found = found(vec![("MAIL", latin)], "ana@acme.example").await;
    assert_eq!(found, (Kind::Unavailable, Disposition::NeverSent));
}

/// Whatever it is that listens there, nobody's certificate is to blame, and it may be gone tomorrow.
#[tokio::test]
async fn a_greeting_that_is_no_text_is_called_that_and_the_post_waits() {
    let latin = b"220 correo.acme.example \xa1Hola! ESMTP\r\n".to_vec();
    let smtp = smtp(vec![("", latin)]);
    let error = smtp.send(&mail(1, "ana@acme.example")).await.unwrap_err();
    let found = (error.kind(), error.disposition());
    assert_eq!(found, (Kind::Unavailable, Disposition::NeverSent));
    let said = error.to_string();
    assert!(
        said.contains("greeting") && said.contains("UTF-8"),
        "{said}"
    );
    assert!(!said.contains("certificate"), "{said}");
}

/// The same where it says nothing at all.
#[tokio::test]
async fn time_that_is_over_while_a_recipient_is_looked_at_is_about_the_recipient() {
    // It has said the half of it.
    let port = server(vec![("RCPT", b"250-".to_vec())]);
    let gives_up_after = async |time| {
        let config = SmtpConfig::unencrypted("127.0.0.1", sender()).port(port);
        let smtp = Smtp::new(config.give_up_after(time)).unwrap();
        smtp.send(&mail(1, "ana@acme.example")).await.unwrap_err()
    };
    let mut error = gives_up_after(Duration::from_millis(300)).await;
    for longer in [Duration::from_secs(3), Duration::from_secs(30)] {
        // On a busy machine that was over before anybody was named.
        if !error.to_string().starts_with("smtp recipient:") {
            error = gives_up_after(longer).await;
        }
    }
    let found = (error.kind(), error.disposition());
    assert_eq!(found, (Kind::Unavailable, Disposition::Rejected), "{error}");
}

/// What answers an earlier question, as whoever stands between might put there, is never taken for the content's fate.
#[tokio::test]
async fn an_answer_to_something_else_is_no_answer() {
    let rejected = Disposition::Rejected;
    for (step, words, said) in [
        ("MAIL", "354 go on", Disposition::NeverSent),
        ("RCPT", "354 go on", rejected),
        ("DATA", "250 OK", rejected),
        (".", "354 go on", Disposition::Unknown),
    ] {
        let found = found(says(step, words), "ana@acme.example").await;
        assert_eq!(found, (Kind::Unintelligible, said), "{step}");
    }
}
