//! What the messages about courses and orders say, looked up when they are written.
use std::sync::Arc;

use portal_core::{
    Contact, Effect, EffectKind, Id, Language, Page, Portal, RecordRef, Settings, Store,
    courses::{CancelRegistration, TransferRegistration},
    effect::{MailKind, Recipient},
    mail::{Draft, Letter, Link, Says, Unwritten},
    memory::Memory,
    order::EmailInvoice,
};
use portal_testkit::facts::*;

use super::support::*;

fn portal(memory: &Memory, edit: impl FnOnce(&mut Settings)) -> Portal {
    let mut settings = Settings::default();
    settings.url = Some("https://courses.example/portal".to_owned());
    settings.mail.organiser = Some("The School".to_owned());
    settings.mail.staff_address = Some("desk@school.example".to_owned());
    edit(&mut settings);
    builder(memory).settings(settings).build().unwrap()
}

/// `ana` takes part, `bob` ordered it.
fn school() -> Memory {
    let memory = Memory::default();
    memory.put_contact(contact("bob").speaking(Language::Es));
    let order = order("o1")
        .ordered_by(&contact("bob"))
        .with(&contact("ana"));
    put(
        &memory,
        &registration("r1").on_order(order.invoiced(today())),
    );
    memory.put_session(session("s2").starting_in(days(9)));
    memory
}

async fn owed(memory: &Memory, kind: MailKind) -> Effect {
    let queued = memory
        .outbox(&Page::first(Page::LARGEST))
        .await
        .unwrap()
        .items;
    let mut effects = queued.into_iter().map(|queued| queued.effect);
    let is =
        |effect: &Effect| matches!(&effect.kind, EffectKind::Mail { kind: k, .. } if *k == kind);
    effects
        .find(is)
        .unwrap_or_else(|| panic!("no {kind:?} is owed"))
}

async fn letter(memory: &Memory, portal: &Portal, kind: MailKind) -> Letter {
    match portal.draft(&owed(memory, kind).await).await.unwrap() {
        Draft::Letter(letter) => *letter,
        Draft::Nothing(why) => panic!("nothing to write: {why:?}"),
    }
}

async fn nothing(memory: &Memory, portal: &Portal, kind: MailKind) -> Unwritten {
    match portal.draft(&owed(memory, kind).await).await.unwrap() {
        Draft::Letter(letter) => panic!("{letter:?}"),
        Draft::Nothing(why) => why,
    }
}

async fn moves(portal: &Portal, number: u128, from: &str, to: &str) {
    let (from, to) = (Id::new(from), Id::new(to));
    let form = TransferRegistration::new(command(number), Id::new("r1"), from, to, SURNAME);
    let desk = portal.customer(viewer(&contact("ana")));
    desk.submit(&form).await.unwrap();
}

async fn cancels(portal: &Portal) {
    let form = CancelRegistration::new(command(3), Id::new("r1"), Id::new("s1"), SURNAME);
    let desk = portal.customer(viewer(&contact("ana")));
    desk.submit(&form).await.unwrap();
}

/// 000-28, 000-29
#[tokio::test]
async fn a_transfer_is_told_to_both_with_both_dates_on_the_clocks_of_the_event() {
    let memory = school();
    let portal = portal(&memory, |_| ());
    moves(&portal, 1, "s1", "s2").await;
    for (kind, to, language) in [
        (
            MailKind::RegistrationTransferred,
            "ana@acme.example",
            Language::En,
        ),
        (MailKind::TransferNotice, "bob@acme.example", Language::Es),
    ] {
        let letter = letter(&memory, &portal, kind).await;
        assert_eq!(letter.to.address.as_str(), to);
        assert_eq!(letter.to.language, language);
        assert!(
            letter.thread.is_some(),
            "it goes with the rest of the order"
        );
        let Says::Moved(moved) = letter.says else {
            panic!()
        };
        assert_eq!(moved.registrant, "ana Cruz");
        assert_eq!(moved.order.as_deref(), Some("SO-o1"));
        assert_eq!(moved.to.starts_at.to_utc(), today() + days(9));
        assert_eq!(moved.to.starts_at.timezone().name(), "Europe/Madrid");
        assert_eq!(moved.from.unwrap().starts_at.to_utc(), today() + hours(48));
    }
}

/// 000-28
#[tokio::test]
async fn a_transfer_told_late_still_tells_of_itself_and_not_of_the_next_one() {
    let memory = school();
    memory.put_session(session("s3").starting_in(days(20)));
    let portal = portal(&memory, |_| ());
    moves(&portal, 1, "s1", "s2").await;
    moves(&portal, 2, "s2", "s3").await;
    let first = letter(&memory, &portal, MailKind::RegistrationTransferred).await;
    let Says::Moved(moved) = first.says else {
        panic!()
    };
    assert_eq!(moved.to.starts_at.to_utc(), today() + days(9));
}

/// 000-34, 000-35
#[tokio::test]
async fn a_cancellation_is_told_to_both_and_what_was_paid_to_whom_it_concerns() {
    let memory = school();
    let paid = order("o1")
        .ordered_by(&contact("bob"))
        .with(&contact("ana"))
        .paid();
    put(&memory, &registration("r1").on_order(paid));
    let portal = portal(&memory, |s| s.mail.staff_notice_on_cancel = true);
    cancels(&portal).await;
    for (kind, to, paid) in [
        (MailKind::RegistrationCancelled, "ana@acme.example", None),
        (
            MailKind::CancellationNotice,
            "bob@acme.example",
            Some(eur(120_00)),
        ),
        (
            MailKind::CancellationStaffNotice,
            "desk@school.example",
            Some(eur(120_00)),
        ),
    ] {
        let letter = letter(&memory, &portal, kind).await;
        assert_eq!(letter.to.address.as_str(), to);
        let Says::Cancelled(cancelled) = letter.says else {
            panic!()
        };
        assert_eq!(cancelled.paid, paid, "{kind:?}");
        assert_eq!(&*cancelled.event.course, "All about rust");
    }
}

async fn invoice_for(memory: &Memory, portal: &Portal, who: &Contact) -> Letter {
    let form = EmailInvoice::new(command(4), Id::new("o1"));
    portal.customer(viewer(who)).submit(&form).await.unwrap();
    letter(memory, portal, MailKind::InvoiceCopy).await
}

/// 000-15, 000-46
#[tokio::test]
async fn an_invoice_goes_to_whoever_asked_with_what_was_ordered_and_what_is_due() {
    let memory = school();
    let portal = portal(&memory, |_| ());
    let letter = invoice_for(&memory, &portal, &contact("bob")).await;
    assert_eq!(letter.to.address.as_str(), "bob@acme.example");
    assert_eq!(letter.organiser.as_deref(), Some("The School"));
    assert_eq!(
        letter.portal.as_ref().map(Link::as_str),
        Some("https://courses.example/portal")
    );
    let Says::Invoice(copy) = letter.says else {
        panic!()
    };
    assert_eq!(&*copy.order.number, "SO-o1");
    assert_eq!(
        (copy.order.total, copy.order.due),
        (eur(120_00), eur(120_00))
    );
    assert!(copy.pay.is_none(), "nobody takes payments here");
}

/// 000-46
#[tokio::test]
async fn a_mere_registrant_reads_nobody_elses_name_on_the_invoice() {
    let memory = school();
    memory.put_order(ordered_for_two());
    let portal = portal(&memory, |s| {
        s.orders.money_actions = portal_core::settings::MoneyActions::AnyViewer;
    });
    for (who, names) in [
        ("ana", [Some("ana"), None]),
        ("bob", [Some("ana"), Some("cem")]),
    ] {
        let effect = EffectKind::Mail {
            kind: MailKind::InvoiceCopy,
            to: Recipient::Contact(Id::new(who)),
            about: RecordRef::Order(Id::new("o1")),
            because: command(9),
            with: vec![],
        };
        let effect = Effect::new(command(9).0, effect);
        let Draft::Letter(letter) = portal.draft(&effect).await.unwrap() else {
            panic!()
        };
        let Says::Invoice(copy) = letter.says else {
            panic!()
        };
        let told: Vec<_> = copy.lines.iter().map(|l| l.registrant.as_deref()).collect();
        assert_eq!(told, names, "{who}");
    }
}

/// 000-28
#[tokio::test]
async fn whoever_cannot_be_written_to_any_more_is_not_and_staff_can_see_why() {
    for (email, why) in [
        (None, Unwritten::NoAddress),
        (Some(" "), Unwritten::NoAddress),
        (Some("-oQ/tmp/x@acme.example"), Unwritten::BadAddress),
        (
            Some("ana@acme.example, eve@evil.example"),
            Unwritten::BadAddress,
        ),
    ] {
        let memory = school();
        let portal = portal(&memory, |_| ());
        moves(&portal, 1, "s1", "s2").await;
        let mut ana = contact("ana");
        ana.email = email.map(str::to_owned);
        memory.put_contact(ana);
        let told = nothing(&memory, &portal, MailKind::RegistrationTransferred).await;
        assert_eq!(told, why, "{email:?}");
    }
}

/// 000-46
#[tokio::test]
async fn an_invoice_of_an_order_that_is_gone_is_not_written() {
    let memory = school();
    let portal = portal(&memory, |_| ());
    let _ = invoice_for(&memory, &portal, &contact("bob")).await;
    memory.remove_order(&Id::new("o1"));
    let why = nothing(&memory, &portal, MailKind::InvoiceCopy).await;
    assert_eq!(why, Unwritten::RecordGone);
    assert_eq!(why.as_str(), "record-gone");
}

/// 000-46
#[tokio::test]
async fn an_invoice_is_not_sent_to_whoever_was_taken_off_the_order_meanwhile() {
    let memory = school();
    let portal = portal(&memory, |_| ());
    let _ = invoice_for(&memory, &portal, &contact("bob")).await;
    let other = order("o1")
        .ordered_by(&contact("cem"))
        .with(&contact("ana"))
        .invoiced(today());
    memory.put_order(other.details());
    let why = nothing(&memory, &portal, MailKind::InvoiceCopy).await;
    assert_eq!(why, Unwritten::Overtaken);
}

/// T16
#[test]
fn a_link_is_one_that_can_be_clicked_without_harm() {
    for url in [
        "https://a.example",
        "https://a.example/p?q=1&r=%20#x",
        "http://localhost:8080/portal",
        "http://127.0.0.1",
        "http://[::1]:8080/portal",
        "https://[2001:db8::1]:443/portal",
        "https://a.example/who@here",
    ] {
        assert_eq!(Link::new(url).unwrap().as_str(), url);
    }
    for url in [
        "javascript:alert(1)",
        "http://a.example",
        "http://localhost.evil.example",
        "http://localhost:80@evil.example/",
        "http://localhost:80x/",
        "http://localhost@evil.example",
        "https://good.example@evil.example/",
        "https://good.example:pw@evil.example/",
        "https://[::1]@evil.example/",
        "https://a.example:x",
        "https://b\u{fc}cher.example",
        "https://",
        "https:///evil",
        "//a.example",
        "https://a.example/\"onclick=\"x",
        "https://a.example/<x>",
        "https://a.example/ b",
        "https://a.example/\nb",
        "data:text/html,x",
        " https://a.example",
    ] {
        assert!(Link::new(url).is_none(), "{url}");
    }
    assert_eq!(
        format!("{:?}", Link::new("https://a.example/secret")),
        "Some(Link(..))"
    );
}

/// 000-05
#[test]
fn a_text_of_the_hosts_is_refused_at_build_where_it_cannot_work() {
    use portal_core::mail::Wording;
    for (text, line, what) in [
        (
            "Hello\n{nmae}",
            2,
            "nothing is filled in for {nmae}: there are name, given_name",
        ),
        ("{link", 1, "a { without its }"),
        ("a }\n", 1, "a } without its {"),
        ("ok\n\nbell \u{7}", 3, "a character that no mail can show"),
        ("{{ link }} {% x %}", 1, "a { without its }"),
    ] {
        let bad = Wording::parse(text);
        if text.starts_with("{{") {
            assert!(bad.is_err(), "{bad:?}");
            continue;
        }
        let bad = bad.unwrap_err();
        assert_eq!(bad.line, line, "{text}");
        assert!(bad.what.starts_with(what), "{}", bad.what);
    }
    let mut settings = Settings::default();
    settings.mail.texts.first_time_instructions = Wording::parse("Come in!").ok();
    settings.mail.texts.existing_user_instructions = Wording::parse("Come in!").ok();
    settings.mail.texts.welcome = Wording::parse("Welcome to {course}").ok();
    settings.mail.organiser = Some("two\nlines".to_owned());
    let memory = Memory::default();
    let built = Portal::builder(Arc::new(memory.clone()), Arc::new(memory)).settings(settings);
    let problems = built.build().unwrap_err().problems;
    let keys: Vec<_> = problems.iter().map(|p| p.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "mail.organiser",
            "mail.texts.first_time_instructions",
            "mail.texts.existing_user_instructions",
            "mail.texts.welcome",
        ]
    );
}
