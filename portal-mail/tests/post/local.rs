//! Transports that go nowhere, and the guard before those that do.
use std::{fs, sync::Arc};

use portal_core::{
    adapter::AdapterErrorKind,
    effect::MailKind,
    mail::{Mailer as _, Unsubscribe},
};
use portal_mail::{Capture, EmlFolder, Guard, assert_sent};

use super::{address, mail, mailbox, sender};

#[tokio::test]
async fn what_was_captured_is_found_by_whom_it_went_to_and_what_it_is() {
    let post = Capture::default();
    post.clone()
        .send(&mail(1, "ana@acme.example"))
        .await
        .unwrap();
    let found = assert_sent!(post, "ana@acme.example", MailKind::InvoiceCopy);
    assert_eq!(found, mail(1, "ana@acme.example"));
    assert!(
        post.sent_to("bob@acme.example", MailKind::InvoiceCopy)
            .is_empty()
    );
    assert!(
        post.sent_to("ana@acme.example", MailKind::TransferNotice)
            .is_empty()
    );
    assert_eq!(format!("{post:?}"), "Capture { sent: 1 }");
    post.clear();
    assert!(post.sent().is_empty());
}

#[tokio::test]
#[should_panic(
    expected = "invoice-copy to bob@acme.example; sent were:\ninvoice-copy to ana@acme.example"
)]
async fn what_was_not_sent_fails_and_says_what_was() {
    let post = Capture::default();
    post.send(&mail(1, "ana@acme.example")).await.unwrap();
    assert_sent!(post, "bob@acme.example", MailKind::InvoiceCopy);
}

#[tokio::test]
async fn a_test_installation_writes_to_nobody_it_should_not() {
    let post = Capture::default();
    let guard = Guard::before(Arc::new(post.clone()))
        .allow_domain("Acme.example")
        .unwrap()
        .allow(address("bob@other.example"));
    for fine in ["ana@acme.example", "bob@other.example"] {
        guard.send(&mail(1, fine)).await.unwrap();
        assert_sent!(post, fine, MailKind::InvoiceCopy);
        post.clear();
    }
    for not in [
        "eve@other.example",
        "ana@sub.acme.example",
        "ana@evilacme.example",
    ] {
        let refused = guard.send(&mail(1, not)).await.unwrap_err();
        assert_eq!(
            refused.kind(),
            AdapterErrorKind::Rejected,
            "staff see why, and nothing comes again"
        );
        assert!(!refused.to_string().contains('@'), "{refused}");
    }
    assert!(post.sent().is_empty());
}

#[tokio::test]
async fn a_domain_that_is_allowed_is_read_as_in_addresses_or_refused() {
    for domain in [
        "bücher.example",
        " BÜCHER.example ",
        "xn--bcher-kva.example",
    ] {
        let post = Capture::default();
        let guard = Guard::before(Arc::new(post.clone())).allow_domain(domain);
        let to_ana = mail(1, "ana@bücher.example");
        guard.unwrap().send(&to_ana).await.unwrap();
        assert_sent!(post, "ana@xn--bcher-kva.example", MailKind::InvoiceCopy);
    }
    for not in [
        "@acme.example",
        "ana@acme.example",
        "*.acme.example",
        "localhost",
        "",
    ] {
        let guard = Guard::before(Arc::new(Capture::default())).allow_domain(not);
        assert!(guard.is_err(), "{not:?}");
    }
}

#[tokio::test]
async fn what_is_redirected_says_whose_it_was() {
    let post = Capture::default();
    let guard = Guard::before(Arc::new(post.clone()))
        .redirect_all_to(address("testers@acme.example"))
        .mark_subjects("[staging]");
    let unsubscribe = Unsubscribe::at("https://acme.example/portal/stop/k").unwrap();
    let full = mail(1, "ana@customer.example")
        .with_reply_to(mailbox("ben@customer.example"))
        .with_unsubscribe(unsubscribe);
    guard.send(&full).await.unwrap();
    let sent = assert_sent!(post, "testers@acme.example", MailKind::InvoiceCopy);
    assert_eq!((&sent.reply_to, &sent.unsubscribe), (&None, &None));
    assert_eq!(sent.to.name(), Some("for ana customer.example"));
    assert_eq!(sent.subject.as_str(), "[staging] Your invoice");
    assert_eq!(post.sent().len(), 1);
    let some = guard.allow(address("ana@customer.example"));
    some.send(&mail(2, "ana@customer.example")).await.unwrap();
    assert_sent!(post, "ana@customer.example", MailKind::InvoiceCopy);
}

#[tokio::test]
async fn a_file_is_there_as_a_whole_and_the_same_message_is_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let post = EmlFolder::new(folder.path(), sender());
    for _ in 0..2 {
        post.send(&mail(7, "ana@acme.example")).await.unwrap();
    }
    let files: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    let [file] = files.as_slice() else {
        panic!("{files:?}")
    };
    assert!(
        file.ends_with("00000000-0000-0000-0000-000000000007.eml"),
        "{file:?}"
    );
    let text = fs::read_to_string(file).unwrap();
    for line in [
        "Message-ID: <00000000-0000-0000-0000-000000000007@portal.example>\r\n",
        "To: ana@acme.example\r\n",
        "Subject: Your invoice\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "\r\n\r\nIt is attached.\r\n",
    ] {
        assert!(text.contains(line), "{line:?} in {text}");
    }
    let gone = EmlFolder::new(folder.path().join("nowhere"), sender());
    let refused = gone.send(&mail(7, "ana@acme.example")).await.unwrap_err();
    assert_eq!(refused.kind(), AdapterErrorKind::Misconfigured);
}

/// What waits in a folder holds links and passwords, and others may write to that folder.
#[cfg(unix)]
#[tokio::test]
async fn a_file_is_for_nobody_else_and_goes_where_nobody_else_could_have_put_something() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("another");
    fs::write(&other, "untouched").unwrap();
    let name = "00000000-0000-0000-0000-000000000007.eml";
    symlink(&other, folder.path().join(format!(".{name}.part"))).unwrap();
    let post = EmlFolder::new(folder.path(), sender());
    post.send(&mail(7, "ana@acme.example")).await.unwrap();
    assert_eq!(fs::read_to_string(&other).unwrap(), "untouched");
    let written = fs::metadata(folder.path().join(name)).unwrap();
    assert_eq!(written.permissions().mode() & 0o777, 0o600);
}
