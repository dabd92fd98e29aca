//! E-mail addresses.
use super::*;

/// T16
#[test]
fn a_mailbox_has_one_spelling() {
    for (text, mailbox) in [
        ("ana@acme.example", "ana@acme.example"),
        (" Ana@ACME.example ", "ana@acme.example"),
        ("o'brien+portal@acme.example", "o'brien+portal@acme.example"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@BÜCHER.example", "ana@xn--bcher-kva.example"),
        ("ana@xn--bcher-kva.example", "ana@xn--bcher-kva.example"),
        ("ana@例え.テスト", "ana@xn--r8jz45g.xn--zckzah"),
        ("a@b.co", "a@b.co"),
    ] {
        assert_eq!(email(text).as_deref(), Some(mailbox), "{text:?}");
    }
}

/// T16
#[test]
fn what_a_mail_program_could_take_for_something_else_is_no_address() {
    for text in [
        "",
        "@",
        "ana",
        "ana@",
        "@acme.example",
        "ana@acme",
        "root@localhost",
        "ana@127.0.0.1",
        "ana@[127.0.0.1]",
        "ana@[IPv6:::1]",
        "ana@2130706433",
        "-oQ/tmp@acme.example",
        "-ana@acme.example",
        ".ana@acme.example",
        "ana.@acme.example",
        "an..a@acme.example",
        "ana@-acme.example",
        "ana@acme-.example",
        "ana@acme..example",
        "ana@acme.example.",
        "ana@.acme.example",
        "ana@acme.example, bob@acme.example",
        "ana@acme.example;bob@acme.example",
        "ana@bob@acme.example",
        "Ana <ana@acme.example>",
        "<ana@acme.example>",
        "\"ana\"@acme.example",
        "\"an a\"@acme.example",
        "ana(comment)@acme.example",
        "an a@acme.example",
        "ana@ac me.example",
        "ana@acme.example\r\nBcc: bob@acme.example",
        "ana\r\n@acme.example",
        "ana@acme.example\0",
        "\tana@acme.example",
        "ana@acme.example\n",
        "ana@ac\u{200b}me.example",
        "ana@ac\u{ad}me.example",
        "ana\u{200d}@acme.example",
        "ana@\u{202e}elpmaxe.emca",
        "an\u{e1}@acme.example",
        "ana@acme.example%00",
        "mailto:ana@acme.example",
        "ana\\@acme.example",
    ] {
        assert_eq!(email(text), None, "{text:?}");
    }
    let long = format!("{}@acme.example", "a".repeat(65));
    assert_eq!(email(&long), None);
    let labels = vec!["a".repeat(60); 4].join(".");
    assert_eq!(email(&format!("ana@{labels}.example")), None);
}
