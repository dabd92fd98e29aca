//! What a mail server's answers mean: what is about the recipient or the content is about the message, and the rest is not.
use std::{net::TcpListener, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use portal_core::{
    adapter::{AdapterErrorKind as Kind, Disposition},
    mail::Mailer as _,
};
use portal_mail::{Sender, Smtp, SmtpConfig};

use super::{
    mail, mailbox,
    scripted::{Nobody, between, smtp},
    sender,
    sink::{Sink, key},
};

async fn refused(smtp: &Smtp, to: &str) -> (Kind, Disposition, String) {
    let error = smtp.send(&mail(1, to)).await.unwrap_err();
    let text = error.to_string();
    assert!(!text.contains("acme"), "an address got into {text}");
    (error.kind(), error.disposition(), text)
}

/// T16
#[tokio::test]
async fn an_answer_about_the_recipient_or_the_content_is_about_the_message_and_no_other_is() {
    let Some(sink) = Sink::start() else { return };
    let smtp = sink.smtp();
    for (to, kind, disposition, answer) in [
        ("nobody", Kind::Rejected, Disposition::Rejected, "550 5.1.1"),
        ("virus", Kind::Rejected, Disposition::Rejected, "554 5.6.0"),
        (
            "grey",
            Kind::Unavailable,
            Disposition::Rejected,
            "451 4.7.1",
        ),
        (
            "full",
            Kind::Unavailable,
            Disposition::Rejected,
            "452 4.2.2",
        ),
        (
            "closing",
            Kind::Unavailable,
            Disposition::NeverSent,
            "421 4.3.2",
        ),
        (
            "leaving",
            Kind::Unavailable,
            Disposition::NeverSent,
            "421 4.3.0",
        ),
        (
            "relay",
            Kind::Misconfigured,
            Disposition::NeverSent,
            "554 5.7.1",
        ),
        (
            "badcommand",
            Kind::Misconfigured,
            Disposition::NeverSent,
            "503 5.5.1",
        ),
        (
            "vanish",
            Kind::Unavailable,
            Disposition::Rejected,
            "broke off",
        ),
        (
            "hangup",
            Kind::Unavailable,
            Disposition::Unknown,
            "broke off",
        ),
    ] {
        let found = refused(&smtp, &format!("{to}@acme.example")).await;
        assert_eq!((found.0, found.1), (kind, disposition), "{to}: {}", found.2);
        assert!(found.2.contains(answer), "{to}: {}", found.2);
        smtp.send(&mail(2, "ana@acme.example")).await.unwrap();
    }
}

#[tokio::test]
async fn a_sender_the_server_will_not_have_is_our_trouble_and_no_messages() {
    let Some(sink) = Sink::start() else { return };
    let stranger = Sender::new(mailbox("stranger@portal.example"));
    let config = SmtpConfig::unencrypted("127.0.0.1", stranger).port(sink.port("plain"));
    let (kind, disposition, _) = refused(&Smtp::new(config).unwrap(), "ana@acme.example").await;
    assert_eq!(
        (kind, disposition),
        (Kind::Misconfigured, Disposition::NeverSent)
    );
}

#[tokio::test]
async fn who_may_not_send_is_told_so_and_no_message_counts_it() {
    let Some(sink) = Sink::start() else { return };
    let unauthorized = (Kind::Unauthorized, Disposition::NeverSent);
    for config in [sink.starttls(), sink.tls()] {
        let wrong = Smtp::new(config.clone().sign_in("portal", "guess".into())).unwrap();
        let found = refused(&wrong, "ana@acme.example").await;
        assert_eq!((found.0, found.1), unauthorized, "{}", found.2);
        let nobody = Smtp::new(config).unwrap();
        let found = refused(&nobody, "ana@acme.example").await;
        assert_eq!((found.0, found.1), unauthorized, "{}", found.2);
    }
}

/// Nothing goes over an unencrypted line by accident.
#[tokio::test]
async fn without_the_encryption_that_was_asked_for_nothing_is_sent() {
    let Some(sink) = Sink::start() else { return };
    let misconfigured = (Kind::Misconfigured, Disposition::NeverSent);
    let no_starttls = SmtpConfig::starttls("localhost", sender()).port(sink.port("plain"));
    let strange = SmtpConfig::tls("localhost", sender()).port(sink.port("tls"));
    for config in [no_starttls, strange] {
        let found = refused(&Smtp::new(config).unwrap(), "ana@acme.example").await;
        assert_eq!((found.0, found.1), misconfigured, "{}", found.2);
    }
    // A server that expects encryption, spoken to without.
    let plain = SmtpConfig::unencrypted("127.0.0.1", sender()).port(sink.port("starttls"));
    let found = refused(&Smtp::new(plain).unwrap(), "ana@acme.example").await;
    assert_eq!(
        (found.0, found.1),
        (Kind::Unauthorized, Disposition::NeverSent)
    );
    assert!(sink.rest().is_empty());
}

#[test]
fn a_password_is_never_sent_unencrypted() {
    let config = SmtpConfig::unencrypted("127.0.0.1", sender());
    let config = config.sign_in("portal", "open sesame".into());
    assert!(!format!("{config:?}").contains("sesame"));
    let error = Smtp::new(config).unwrap_err();
    assert_eq!(error.kind(), Kind::Misconfigured);
}

/// Nobody learns of it from a certificate that is not accepted, once messages wait.
#[test]
fn what_is_to_be_trusted_and_is_no_certificate_is_refused_at_once() {
    let trusting = |root: Vec<u8>| Smtp::new(SmtpConfig::tls("localhost", sender()).trusting(root));
    let pem = key("authority.pem");
    let body: String = pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    for not in [
        b"/etc/ssl/authority.pem".to_vec(),
        BASE64_STANDARD.decode(body).unwrap(),
        pem.replace("CERTIFICATE", "TRUSTED CERTIFICATE")
            .into_bytes(),
        key("dkim.pem").into_bytes(),
        pem.replace("-----END", "").into_bytes(),
        vec![],
    ] {
        let error = trusting(not).unwrap_err();
        assert_eq!(error.kind(), Kind::Misconfigured);
        assert!(error.to_string().contains("PEM"), "{error}");
    }
    let windows = format!("The school's own\n{pem}{pem}").replace('\n', "\r\n");
    for fine in [pem, windows] {
        trusting(fine.into_bytes()).unwrap();
    }
}

/// Whoever wants no limit may say so.
#[test]
fn there_may_be_any_number_of_connections() {
    for most in [0, usize::MAX] {
        let config = SmtpConfig::unencrypted("127.0.0.1", sender());
        Smtp::new(config.connections(most)).unwrap();
    }
}

#[tokio::test]
async fn with_nobody_there_nothing_was_sent() {
    let nobody = Nobody::there();
    let config = SmtpConfig::unencrypted("127.0.0.1", sender()).port(nobody.port());
    let found = refused(&Smtp::new(config).unwrap(), "ana@acme.example").await;
    assert_eq!(
        (found.0, found.1),
        (Kind::Unavailable, Disposition::NeverSent)
    );
    let other = TcpListener::bind(("127.0.0.1", nobody.port()));
    assert!(other.is_err(), "nobody else gets the port meanwhile");
}

/// A server that answers nothing, before or after it has the message.
#[tokio::test]
async fn when_time_is_over_it_matters_whether_the_message_had_left() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let config = SmtpConfig::unencrypted("127.0.0.1", sender()).port(port);
    let config = config.give_up_after(Duration::from_millis(300));
    let found = refused(&Smtp::new(config).unwrap(), "ana@acme.example").await;
    assert_eq!(
        (found.0, found.1),
        (Kind::Unavailable, Disposition::NeverSent)
    );
    let Some(sink) = Sink::start() else { return };
    let config = sink.plain().give_up_after(Duration::from_secs(5));
    let found = refused(&Smtp::new(config).unwrap(), "silent@acme.example").await;
    assert_eq!(
        (found.0, found.1),
        (Kind::Unavailable, Disposition::Unknown)
    );
}

/// A server may close a connection nobody speaks on; the next message does not pay for it.
#[tokio::test]
async fn a_connection_that_was_closed_meanwhile_is_opened_anew() {
    for goodbye in ["", "421 4.4.2 timeout exceeded\r\n"] {
        let smtp = smtp(vec![("afterwards", goodbye.into())]);
        for number in 1..=3 {
            let mail = mail(number, "ana@acme.example");
            smtp.send(&mail).await.unwrap();
        }
    }
}

/// Whoever stands between could say before the encryption what is read as said under it: that the message was taken.
#[tokio::test]
async fn what_was_said_before_it_was_encrypted_is_not_heard_afterwards() {
    let Some(sink) = Sink::start() else { return };
    let lies = b"250-localhost\r\n250 AUTH PLAIN\r\n235 yes\r\n250 OK\r\n250 OK\r\n354 go on\r\n250 taken\r\n";
    let config = sink.starttls().sign_in("portal", "open sesame".into());
    let honest = config.clone().port(between(sink.port("starttls"), b""));
    let mail = mail(1, "nobody@acme.example");
    let refused = Smtp::new(honest).unwrap().send(&mail).await.unwrap_err();
    assert_eq!(refused.kind(), Kind::Rejected, "as the server said");
    let lied_to = config.port(between(sink.port("starttls"), lies));
    let smtp = Smtp::new(lied_to).unwrap();
    let error = smtp.send(&mail).await.unwrap_err();
    assert_eq!(error.disposition(), Disposition::NeverSent, "{error}");
}
