//! The invoice as a paper: where it comes from, who gets it, and how it goes with a message.
use std::sync::Arc;

use portal_core::{
    DocumentBody, DocumentFile, Error, Id, Portal, Settings, Store as _,
    courses::RegistrationStatus,
    mail::{Draft, Enclosure, Mail, Says},
    memory::Memory,
    order::EmailInvoice,
    outbox::Round,
    settings::MoneyActions,
    store::{MessageLog as _, Page, QueueState},
};
use portal_testkit::{PaperShelf, PlainPapers, PlainWriter, RecordingPost, StoppedClock, facts::*};

use super::support::*;

struct Office {
    memory: Memory,
    shelf: PaperShelf,
    papers: PlainPapers,
    post: RecordingPost,
    clock: StoppedClock,
    portal: Portal,
}

impl Office {
    /// `bob` ordered and pays, `ana` and `cem` take part.
    fn new(edit: impl FnOnce(&mut Settings)) -> Self {
        let memory = Memory::default();
        for who in ["ana", "bob", "cem", "dan"] {
            memory.put_contact(contact(who));
        }
        memory.put_order(ordered_for_two());
        let (shelf, papers) = (PaperShelf::default(), PlainPapers::default());
        let (post, clock) = (RecordingPost::default(), StoppedClock::at(today()));
        let mut settings = Settings::default();
        settings.url = Some("https://courses.example/portal".to_owned());
        edit(&mut settings);
        let portal = builder(&memory)
            .settings(settings)
            .clock(Arc::new(clock.clone()))
            .documents(Arc::new(shelf.clone()))
            .papers(Arc::new(papers.clone()))
            .mail_writer(Arc::new(PlainWriter::default()))
            .mailer(Arc::new(post.clone()))
            .message_log(Arc::new(memory.clone()))
            .build()
            .unwrap();
        Self {
            memory,
            shelf,
            papers,
            post,
            clock,
            portal,
        }
    }

    async fn downloaded(&self, who: &str) -> Result<DocumentBody, Error> {
        let desk = self.portal.customer(viewer(&contact(who)));
        desk.invoice(&Id::new("o1")).await
    }

    /// What a download holds, as text.
    async fn text(&self, who: &str) -> String {
        let DocumentBody::File(file) = self.downloaded(who).await.unwrap() else {
            panic!("it was to be a file")
        };
        String::from_utf8(file.bytes().to_vec()).unwrap()
    }

    async fn asked_for_by(&self, who: &str) {
        let form = EmailInvoice::new(command(4), Id::new("o1"));
        let desk = self.portal.customer(viewer(&contact(who)));
        desk.submit(&form).await.unwrap();
    }

    async fn round(&self) -> Round {
        self.portal.dispatcher().run_once().await.unwrap()
    }

    fn sent(&self) -> Mail {
        let taken = self.post.taken();
        let [mail] = taken.as_slice() else {
            panic!("{taken:?}")
        };
        mail.clone()
    }

    /// How the message to bob stands.
    async fn state(&self) -> (QueueState, Option<String>) {
        let to = portal_core::effect::Recipient::Contact(Id::new("bob"));
        let found = self.memory.messages(&to, &Page::default()).await.unwrap();
        let newest = found.items.into_iter().next().unwrap();
        (newest.state, newest.why)
    }
}

fn own_file() -> DocumentBody {
    DocumentBody::file("Rechnung 7", "application/pdf", *b"%PDF-1.7\n\0\xff\r\n")
}

/// 000-15: the host's own file comes before a page of ours.
#[tokio::test]
async fn the_hosts_own_file_is_downloaded_and_else_a_page_is_written() {
    let office = Office::new(|_| ());
    assert_eq!(office.text("bob").await, "SO-o1 for bob Cruz: ana, cem");
    office.shelf.put_invoice("o1", own_file());
    assert_eq!(office.downloaded("bob").await.unwrap(), own_file());
}

/// 000-16, 000-17, 000-45, T37: the download is asked anew each time, by the rule that draws the button.
#[tokio::test]
async fn whoever_cannot_have_it_sent_cannot_download_it() {
    let office = Office::new(|_| ());
    office.shelf.put_invoice("o1", own_file());
    let no = office.downloaded("ana").await.unwrap_err();
    assert_eq!(refused(&no), ["order.not-billing-contact"]);
    assert!(matches!(
        office.downloaded("dan").await,
        Err(Error::NotFound)
    ));
    let mut unsent = ordered_for_two();
    unsent.order.invoice = portal_core::order::Invoice::NotSent;
    office.memory.put_order(unsent);
    let no = office.downloaded("bob").await.unwrap_err();
    assert_eq!(refused(&no), ["order.invoice-not-sent"]);
    assert!(office.shelf.opened().is_empty(), "nobody asked for a paper");
}

/// 000-15
#[tokio::test]
async fn where_nobody_has_a_paper_there_is_none() {
    let memory = Memory::default();
    memory.put_order(ordered_for_two());
    let desk = desk(&memory, &contact("bob"));
    let none = desk.invoice(&Id::new("o1")).await;
    assert!(matches!(none, Err(Error::NotFound)), "{none:?}");
}

/// 000-45: a file of the host's names everybody on the order.
#[tokio::test]
async fn whoever_only_takes_part_gets_a_page_without_the_others_names() {
    let office = Office::new(|s| s.orders.money_actions = MoneyActions::AnyViewer);
    office.shelf.put_invoice("o1", own_file());
    assert_eq!(office.text("ana").await, "SO-o1 for bob Cruz: ana");
    let mut alone = ordered_for_two();
    alone.order.registrants = vec![Id::new("ana")];
    office.memory.put_order(alone);
    assert_eq!(office.downloaded("ana").await.unwrap(), own_file());
}

/// 000-15: never another paper in its place, and never half of one.
#[tokio::test]
async fn while_a_source_cannot_be_asked_there_is_no_paper() {
    let office = Office::new(|_| ());
    office.shelf.fail_next(1);
    let Err(Error::Adapter(error)) = office.downloaded("bob").await else {
        panic!("it was to fail")
    };
    assert!(error.is_temporary(), "{error}");
    assert!(office.downloaded("bob").await.is_ok());
    office.papers.fail(true);
    let Err(Error::Adapter(error)) = office.downloaded("bob").await else {
        panic!("it was to fail")
    };
    assert!(!error.is_temporary(), "{error}");
}

/// T37
#[tokio::test]
async fn nothing_is_handed_over_that_is_empty_boundless_or_leads_elsewhere() {
    let office = Office::new(|_| ());
    let huge = vec![0; DocumentFile::LARGEST + 1];
    for (what, body) in [
        ("empty", DocumentBody::file("a.pdf", "application/pdf", [])),
        ("huge", DocumentBody::file("a.pdf", "application/pdf", huge)),
        (
            "script",
            DocumentBody::Redirect("javascript:alert(1)".into()),
        ),
        ("plain", DocumentBody::Redirect("http://a.example/x".into())),
        (
            "nobody's",
            DocumentBody::Redirect("//evil.example/x".into()),
        ),
        (
            "folded",
            DocumentBody::Redirect("/x\r\nSet-Cookie: a".into()),
        ),
        ("slanted", DocumentBody::Redirect("/\\evil.example".into())),
    ] {
        office.shelf.put_invoice("o1", body.clone());
        let no = office.downloaded("bob").await;
        assert!(matches!(no, Err(Error::Adapter(_))), "{what}: {no:?}");
        put(
            &office.memory,
            &registration("r1")
                .now(RegistrationStatus::Completed)
                .certified(Id::new("cert-1"), today()),
        );
        office.shelf.put("cert-1", body);
        let desk = office.portal.customer(viewer(&contact("ana")));
        let no = desk.courses().unwrap().certificate(&Id::new("r1")).await;
        assert!(matches!(no, Err(Error::Adapter(_))), "{what}: {no:?}");
    }
    for to in ["/files/7", "https://files.example/7?a=b"] {
        let body = DocumentBody::Redirect(to.into());
        office.shelf.put_invoice("o1", body.clone());
        assert_eq!(office.downloaded("bob").await.unwrap(), body);
    }
}

/// 000-15, 000-46: the paper goes with the message.
#[tokio::test]
async fn the_mailed_invoice_carries_the_paper() {
    let office = Office::new(|_| ());
    office.shelf.put_invoice("o1", own_file());
    office.asked_for_by("bob").await;
    assert_eq!(office.round().await.done, 1);
    let mail = office.sent();
    let DocumentBody::File(file) = own_file() else {
        panic!()
    };
    assert_eq!(mail.attachments(), [file]);
    assert_eq!(mail.attachments()[0].file_name.as_str(), "Rechnung 7.pdf");
}

/// 000-46: as large as can be it goes with the message; a byte more, or where the host serves it itself, is behind the portal's sign-in.
#[tokio::test]
async fn what_cannot_go_with_the_message_is_behind_a_link_that_asks_for_sign_in() {
    for (body, attached) in [
        (large(Mail::MOST_ATTACHED), 1),
        (large(Mail::MOST_ATTACHED + 1), 0),
        (
            DocumentBody::Redirect("https://files.example/bearer".into()),
            0,
        ),
    ] {
        let office = Office::new(|_| ());
        office.shelf.put_invoice("o1", body);
        office.asked_for_by("bob").await;
        let owed = office.memory.outbox(&Page::default()).await.unwrap().items;
        let drafted = office.portal.draft(&owed[0].effect).await.unwrap();
        let Draft::Letter(letter) = drafted else {
            panic!("it was to be written")
        };
        let Says::Invoice(copy) = &letter.says else {
            panic!("{letter:?}")
        };
        match &copy.paper {
            Enclosure::Enclosed => assert_eq!(attached, 1),
            Enclosure::Behind(link) => {
                assert_eq!(link.as_str(), "https://courses.example/portal");
            }
            other => panic!("{other:?}"),
        }
        office.round().await;
        assert_eq!(office.sent().attachments().len(), attached);
    }
}

/// 000-46: staff are told, and have it sent once it can be.
#[tokio::test]
async fn without_a_portal_to_sign_in_to_a_paper_too_large_is_staffs_to_see() {
    let office = Office::new(|s| s.url = None);
    office
        .shelf
        .put_invoice("o1", large(Mail::MOST_ATTACHED + 1));
    office.asked_for_by("bob").await;
    assert_eq!(office.round().await.given_up, 1);
    assert!(office.post.taken().is_empty());
    let (state, why) = office.state().await;
    assert!(matches!(state, QueueState::Dead(_)), "{state:?} {why:?}");
}

/// 000-46: it is late rather than without its paper.
#[tokio::test]
async fn a_message_waits_for_its_paper() {
    let office = Office::new(|_| ());
    office.shelf.put_invoice("o1", own_file());
    office.shelf.fail_next(3);
    office.asked_for_by("bob").await;
    assert_eq!(office.round().await.put_off, 1);
    assert!(office.post.taken().is_empty());
    for _ in 0..120 {
        office.clock.advance(chrono::Duration::seconds(1));
        office.round().await;
    }
    assert_eq!(office.sent().attachments().len(), 1);
}

/// 000-46
#[tokio::test]
async fn an_archive_that_is_down_over_a_weekend_loses_no_message() {
    let office = Office::new(|_| ());
    office.shelf.put_invoice("o1", own_file());
    office.asked_for_by("bob").await;
    for _ in 0..62 {
        office.shelf.fail_next(100);
        office.round().await;
        office.clock.advance(chrono::Duration::hours(1));
    }
    office.shelf.fail_next(0);
    office.round().await;
    assert_eq!(office.sent().attachments().len(), 1);
}

/// 000-46: without any paper the message itself tells what was ordered.
#[tokio::test]
async fn where_nobody_has_a_paper_the_message_goes_without() {
    let memory = Memory::default();
    memory.put_contact(contact("bob"));
    memory.put_order(ordered_for_two());
    let post = RecordingPost::default();
    let portal = builder(&memory)
        .mail_writer(Arc::new(PlainWriter::default()))
        .mailer(Arc::new(post.clone()))
        .build()
        .unwrap();
    let form = EmailInvoice::new(command(4), Id::new("o1"));
    let desk = portal.customer(viewer(&contact("bob")));
    desk.submit(&form).await.unwrap();
    portal.dispatcher().run_once().await.unwrap();
    let taken = post.taken();
    assert!(taken.len() == 1 && taken[0].attachments().is_empty());
}

fn large(bytes: usize) -> DocumentBody {
    DocumentBody::file("scan.pdf", "application/pdf", vec![b'x'; bytes])
}

/// T37: twenty names that somebody means harm with, or did not think about.
#[test]
fn a_file_is_called_what_it_is_on_any_device() {
    let exactly_as_long = "n".repeat(400);
    for (given, kind, name) in [
        ("invoice 7.pdf", "application/pdf", "invoice 7.pdf"),
        ("INVOICE.PDF", "application/pdf", "INVOICE.PDF"),
        ("invoice", "application/pdf", "invoice.pdf"),
        ("invoice.pdf.exe", "application/pdf", "invoice.pdf.exe.pdf"),
        ("invoice.exe", "application/pdf", "invoice.exe.pdf"),
        ("invoice.pdf", "application/x-msdownload", "invoice.pdf.bin"),
        ("a.svg", "image/svg+xml", "a.svg.bin"),
        ("a.html", "text/html; charset=utf-8", "a.html"),
        ("scan.JPEG", "IMAGE/JPEG", "scan.JPEG"),
        ("../../etc/passwd", "text/plain", "etc passwd.txt"),
        ("C:\\temp\\a.pdf", "application/pdf", "C temp a.pdf"),
        ("/", "application/pdf", "document.pdf"),
        ("..", "application/pdf", "document.pdf"),
        (".htaccess", "text/plain", "document.htaccess.txt"),
        ("-rf.pdf", "application/pdf", "rf.pdf"),
        ("a\u{202e}fdp.exe", "application/pdf", "afdp.exe.pdf"),
        ("a\r\nX-Evil: 1.pdf", "application/pdf", "a X-Evil 1.pdf"),
        (
            "a\"; filename=\"b.pdf",
            "application/pdf",
            "a filename= b.pdf",
        ),
        ("COM1.2027.pdf", "application/pdf", "document COM1.2027.pdf"),
        ("", "", "document.bin"),
        (
            "Rechnung Ñandú №7.pdf",
            "application/pdf",
            "Rechnung Ñandú №7.pdf",
        ),
    ] {
        let file = DocumentFile::new(given, kind, *b"x");
        assert_eq!(file.file_name.as_str(), name, "{given:?}");
    }
    for long in [exactly_as_long, "😀".repeat(400), "../".repeat(4_000_000)] {
        let file = DocumentFile::new(&long, "application/pdf", *b"x");
        assert!(file.file_name.as_str().len() <= 255, "{:?}", file.file_name);
    }
}

/// T37
#[test]
fn a_download_is_saved_runs_nothing_and_stays_in_no_cache() {
    let file = DocumentFile::new("Ñ 7\".html", "text/html", *b"<p>x");
    let headers = file.headers();
    let header = |name| &headers.iter().find(|(n, _)| *n == name).unwrap().1;
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"_ 7.html\"; filename*=UTF-8''%C3%91%207.html"
    );
    assert_eq!(header("cache-control"), "private, no-store");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("content-type"), "text/html; charset=utf-8");
    assert!(header("content-security-policy").starts_with("sandbox; default-src 'none'"));
    let said = format!("{file:?} {:?}", DocumentBody::File(file.clone()));
    assert!(!said.contains('Ñ') && !said.contains("<p>"), "{said}");
}
