//! A finished message: whatever a customer typed, it goes to one mailbox and says one thing.
use portal_core::{
    Id,
    effect::MailKind,
    mail::{
        Attachment, ContentType, EmailAddress, FileName, HeaderText, Mail, Mailbox, Thread,
        Unsubscribe,
    },
};
use uuid::Uuid;

fn address() -> EmailAddress {
    EmailAddress::parse("ana@acme.example").unwrap()
}

fn named(name: &str) -> Option<String> {
    let mailbox = Mailbox::new(address()).named(name);
    assert_eq!(mailbox.address(), &address());
    mailbox.name().map(str::to_owned)
}

/// T16
#[test]
fn a_name_is_one_line_of_what_can_be_seen() {
    for (typed, shown) in [
        ("Ana Cruz", "Ana Cruz"),
        ("  Ana\t\tCruz ", "Ana Cruz"),
        ("Bob\r\nX", "Bob X"),
        ("Bob\0", "Bob"),
        ("Bob\r\nBcc: eve@evil.example", "Bob Bcc eve evil.example"),
        ("\u{202e}ana", "ana"),
        ("A\u{200b}na", "Ana"),
        ("Ana\u{2028}Cruz", "Ana Cruz"),
        ("\"Ana\" <eve@evil.example>", "Ana eve evil.example"),
        ("Smith, John", "Smith John"),
        ("O'Brien-Ñandú", "O'Brien-Ñandú"),
        ("山田 太郎", "山田 太郎"),
        ("=?utf-8?q?Eve?=", "= ?utf-8?q?Eve?="),
    ] {
        assert_eq!(named(typed).as_deref(), Some(shown), "{typed:?}");
    }
    for nothing in ["", " ", "\r\n", "\0", "\u{200b}", "@", "\"\""] {
        assert_eq!(named(nothing), None, "{nothing:?}");
    }
}

/// T16
#[test]
fn a_line_has_an_end_however_much_was_sent() {
    let huge = "ñ\r\n".repeat(5 << 20);
    assert!(named(&huge).unwrap().chars().count() <= Mailbox::LONGEST_NAME);
    let subject = HeaderText::of(&huge);
    assert!(subject.as_str().chars().count() <= HeaderText::LONGEST);
    assert!(!subject.as_str().contains(['\r', '\n']));
    assert_eq!(named(&"\0".repeat(10 << 20)), None);
    assert!(FileName::of(&huge).as_str().chars().count() <= FileName::LONGEST);
}

/// T16
#[test]
fn a_file_name_is_one_that_any_device_takes() {
    for (given, name) in [
        ("invoice 7.pdf", "invoice 7.pdf"),
        ("../../etc/passwd", "etc passwd"),
        ("C:\\temp\\a.exe", "C temp a.exe"),
        ("factura\r\nX-Evil: 1.pdf", "factura X-Evil 1.pdf"),
        ("con.pdf", "document con.pdf"),
        ("a\u{202e}fdp.exe", "afdp.exe"),
        (".htaccess", "document.htaccess"),
        ("-rf.pdf", "rf.pdf"),
        ("", "document"),
        ("\0", "document"),
        ("Vertrag Ñandú.pdf", "Vertrag Ñandú.pdf"),
    ] {
        assert_eq!(FileName::of(given).as_str(), name, "{given:?}");
    }
}

/// T16
#[test]
fn a_content_type_is_one_that_a_paper_can_have() {
    for sound in ["application/pdf", "text/html", "image/png"] {
        assert_eq!(ContentType::of(sound).as_str(), sound);
    }
    assert_eq!(
        ContentType::of("text/plain; charset=x").as_str(),
        "text/plain"
    );
    for odd in [
        "",
        "pdf",
        "message/rfc822",
        "image/svg+xml",
        "application/x-msdownload",
        "multipart/mixed",
        "text/plain\r\nX-Evil: 1",
        "text/",
        "text/a/b",
    ] {
        assert_eq!(
            ContentType::of(odd).as_str(),
            "application/octet-stream",
            "{odd:?}"
        );
    }
}

#[test]
fn more_than_goes_with_a_message_is_said_and_not_sent() {
    let subject = "Your invoice";
    let mail = Mail::new(
        Uuid::nil(),
        MailKind::InvoiceCopy,
        Mailbox::new(address()),
        subject,
        "",
    );
    let half = || Attachment::new("a.pdf", "application/pdf", vec![0; Mail::MOST_ATTACHED / 2]);
    let full = mail.with_attachment(half()).unwrap();
    let full = full.with_attachment(half()).unwrap();
    let more = Attachment::new("b.pdf", "application/pdf", [0]);
    let refused = full.with_attachment(more).unwrap_err();
    assert_eq!(refused.bytes, Mail::MOST_ATTACHED + 1);
}

#[test]
fn every_copy_of_a_message_has_the_same_name_and_every_message_of_an_order_the_same_thread() {
    let order = |id: &str| Thread::order(&Id::new(id)).message_id("acme.example");
    assert_eq!(order("7"), "order-7@acme.example");
    let odd = order("7>\r\nBcc: eve@evil.example");
    assert_eq!(odd, order("7>\r\nBcc: eve@evil.example"));
    assert!(odd.len() == "order-@acme.example".len() + 36, "{odd}");
    let id = Uuid::from_u128(7);
    let mail = Mail::new(id, MailKind::InvoiceCopy, Mailbox::new(address()), "", "");
    assert_eq!(
        mail.message_id("acme.example"),
        format!("{id}@acme.example")
    );
}

/// T16
#[test]
fn nobody_unsubscribes_where_a_mail_program_cannot_post() {
    assert!(Unsubscribe::at("https://acme.example/portal/stop/abc?x=1").is_ok());
    for odd in [
        "",
        "http://acme.example/stop",
        "https://",
        "https:///stop",
        "https://acme.example/a b",
        "https://acme.example/>,<mailto:eve@evil.example",
        "https://acme.example/\r\nBcc: eve@evil.example",
        "https://ácme.example/",
        "mailto:stop@acme.example",
    ] {
        assert!(Unsubscribe::at(odd).is_err(), "{odd:?}");
    }
}

#[test]
fn what_is_in_a_message_and_to_whom_stays_out_of_logs() {
    let to = Mailbox::new(address()).named("Ana Cruz");
    let mail = Mail::new(Uuid::nil(), MailKind::InvoiceCopy, to, "Secret", "secret")
        .with_html("<p>secret")
        .with_unsubscribe(Unsubscribe::at("https://acme.example/secret").unwrap());
    let logged = format!("{mail:?} {:?} {:?}", mail.to, mail.unsubscribe).to_lowercase();
    assert!(
        !logged.contains("secret") && !logged.contains("ana"),
        "{logged}"
    );
}
