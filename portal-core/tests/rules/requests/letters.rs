use portal_core::{
    Language,
    mail::{Draft, Letter, Mail, Says, Unwritten, Written},
    request::Collection,
};
use portal_testkit::{PlainWriter, RecordingPost};

use super::*;

async fn drafted(memory: &Memory, request: &Request) -> Draft {
    memory.put_request(request.clone());
    let effect = mail(request.asked.mail(), request.id.as_str());
    portal(memory).draft(&effect).await.unwrap()
}

async fn letter(memory: &Memory, request: &Request) -> Letter {
    match drafted(memory, request).await {
        Draft::Letter(letter) => *letter,
        Draft::Nothing(why) => panic!("nothing to write: {why:?}"),
    }
}

async fn nothing(memory: &Memory, request: &Request) -> Unwritten {
    match drafted(memory, request).await {
        Draft::Letter(letter) => panic!("{letter:?}"),
        Draft::Nothing(why) => why,
    }
}

/// A host that knows whoever asks.
fn host() -> Memory {
    let memory = Memory::default();
    memory.put_contact(ana().speaking(Language::Es));
    memory
}

fn sent(letter: &Letter) -> Mail {
    letter.finished(&Written::new("A request", "Somebody asks."))
}

/// 001-29
#[tokio::test]
async fn the_store_reads_what_is_called_off_on_the_clocks_of_the_site() {
    let letter = letter(&host(), &asks("r1", call_off())).await;
    assert_eq!(letter.to.address.as_str(), "desk@store.example");
    assert_eq!(letter.to.language, Language::En, "as the settings say");
    let Says::CallOff(said) = letter.says else {
        panic!("{:?}", letter.says)
    };
    assert_eq!(&*said.head.number, "R-r1");
    assert_eq!(said.head.asked_at.timezone(), Tz::Europe__Madrid);
    let by = said.head.asked_by.as_ref().unwrap();
    assert_eq!(by.name, ana().full_name());
    assert_eq!(by.email.as_ref().unwrap().as_str(), "ana@acme.example");
    assert_eq!(said.call_off, call_off());
    let stop = said.clocks(said.call_off.stop_at);
    assert_eq!(stop.timezone(), Tz::Atlantic__Canary);
    assert_eq!(stop.to_utc(), today() + hours(6));
}

/// 001-29
#[tokio::test]
async fn without_a_zone_of_its_own_a_call_off_is_read_on_the_portals_clocks() {
    let mut call_off = call_off();
    (call_off.zone, call_off.collection) = (None, Collection::ReturnedByCustomer);
    let Says::CallOff(said) = letter(&host(), &asks("r1", call_off)).await.says else {
        panic!()
    };
    assert_eq!(said.clocks(today()).timezone(), Tz::Europe__Madrid);
}

#[tokio::test]
async fn support_reads_the_customers_words_and_staff_what_sent_a_change_to_review() {
    let memory = host();
    let asked = letter(&memory, &asks("r1", help())).await;
    let Says::Help(said) = &asked.says else {
        panic!()
    };
    assert_eq!(said.help, help());
    let waits = letter(&memory, &asks("r2", review())).await;
    let Says::Review(said) = &waits.says else {
        panic!()
    };
    assert_eq!(said.review, review());
    assert_eq!(asked.thread, waits.thread, "both are about one order");
    assert!(asked.thread.is_some());
}

/// 001-29
#[tokio::test]
async fn a_desk_that_the_request_names_reads_it_in_place_of_the_staff_address() {
    for request in of_each_kind("r1") {
        for (desk, reader) in [
            ("north@store.example", "north@store.example"),
            (" north@store.example ", "north@store.example"),
            ("", "desk@store.example"),
            (" \t", "desk@store.example"),
        ] {
            let letter = letter(&host(), &request.clone().at_desk(desk)).await;
            assert_eq!(letter.to.address.as_str(), reader, "{desk:?}");
        }
        for desk in [
            "north",
            "north@store.example, eve@evil.example",
            "north@store.example\r\nBcc: eve@evil.example",
            "-oQ/tmp/x@store.example",
        ] {
            let why = nothing(&host(), &request.clone().at_desk(desk)).await;
            assert_eq!(why, Unwritten::BadAddress, "{desk:?}");
        }
    }
}

/// 001-29
#[tokio::test]
async fn an_answer_goes_to_whoever_called_off_or_wants_help_and_none_to_a_review() {
    for request in of_each_kind("r1") {
        let mail = sent(&letter(&host(), &request).await);
        let to = mail.reply_to.as_ref().map(|to| to.address().as_str());
        let expected = match request.asked {
            Asked::Review(_) => None,
            _ => Some("ana@acme.example"),
        };
        assert_eq!(to, expected, "{request:?}");
        assert_eq!(mail.to.address().as_str(), "desk@store.example");
    }
}

/// 001-29, T16
#[tokio::test]
async fn a_name_made_to_harm_answers_to_nobody_else() {
    let memory = host();
    let mut eve = ana();
    eve.given_name = "Ana\r\nBcc: eve@evil.example\0, \u{202e}<eve@evil.example>".to_owned();
    memory.put_contact(eve);
    let mail = sent(&letter(&memory, &asks("r1", call_off())).await);
    let to = mail.reply_to.unwrap();
    assert_eq!(to.address().as_str(), "ana@acme.example");
    let name = to.name().unwrap();
    assert!(
        !name.contains(['\r', '\n', '\0', '@', '<', '\u{202e}']),
        "{name}"
    );
}

/// 001-29
#[tokio::test]
async fn without_a_good_address_on_record_the_message_goes_out_all_the_same() {
    for email in [None, Some(" "), Some("a@acme.example, b@acme.example")] {
        let memory = host();
        let mut ana = ana();
        ana.email = email.map(str::to_owned);
        memory.put_contact(ana);
        for request in of_each_kind("r1") {
            let letter = letter(&memory, &request).await;
            assert!(letter.reply_to.is_none(), "{email:?}");
        }
    }
}

/// 001-29
#[tokio::test]
async fn who_is_on_record_no_longer_is_heard_all_the_same() {
    for request in of_each_kind("r1") {
        let letter = letter(&Memory::default(), &request).await;
        assert!(letter.reply_to.is_none());
        let head = match letter.says {
            Says::CallOff(said) => said.head,
            Says::Help(said) => said.head,
            Says::Review(said) => said.head,
            other => panic!("{other:?}"),
        };
        assert_eq!(head.asked_by, None);
    }
}

/// 001-30
#[tokio::test]
async fn what_is_over_when_it_is_written_is_told_nobody() {
    for request in of_each_kind("r1") {
        for state in OVER {
            let why = nothing(&host(), &request.clone().now(state)).await;
            assert_eq!(why, Unwritten::Overtaken, "{state:?}");
        }
    }
}

#[tokio::test]
async fn a_request_that_is_gone_is_not_written() {
    for request in of_each_kind("r1") {
        let effect = mail(request.asked.mail(), "r1");
        let drafted = portal(&host()).draft(&effect).await.unwrap();
        assert!(matches!(drafted, Draft::Nothing(Unwritten::RecordGone)));
    }
}

#[tokio::test]
async fn a_message_about_something_else_than_was_asked_is_not_written() {
    let memory = host();
    memory.put_request(asks("r1", help()));
    let effect = mail(MailKind::CallOffRequest, "r1");
    let drafted = portal(&memory).draft(&effect).await.unwrap();
    assert!(matches!(drafted, Draft::Nothing(Unwritten::NotUnderstood)));
}

#[tokio::test]
async fn a_host_that_took_requests_out_since_has_none_written() {
    let portal = builder(&host()).build().unwrap();
    let drafted = portal.draft(&mail(MailKind::HelpRequest, "r1")).await;
    assert!(matches!(
        drafted.unwrap(),
        Draft::Nothing(Unwritten::NotWired)
    ));
}

/// 001-29
#[tokio::test]
async fn the_store_receives_what_was_asked() {
    let (memory, post) = (host(), RecordingPost::default());
    memory.put_request(asks("r1", call_off()).at_desk("north@store.example"));
    let portal = wired(&memory, |_| ())
        .mail_writer(Arc::new(PlainWriter::default()))
        .mailer(Arc::new(post.clone()))
        .build()
        .unwrap();
    portal.tell_of_request(&Id::new("r1")).await.unwrap();
    portal.dispatcher().run_once().await.unwrap();
    portal.dispatcher().run_once().await.unwrap();
    let arrived = post.taken();
    assert_eq!(arrived.len(), 1);
    assert_eq!(arrived[0].to.address().as_str(), "north@store.example");
    assert!(owed(&memory).await.is_empty(), "and is told once");
}

/// T16
#[test]
fn what_customers_typed_stays_out_of_logs() {
    for request in of_each_kind("r1") {
        let logged = format!("{request:?}");
        for typed in ["Ben", "600", "North", "PO", "first", "leg", "Gran", "move"] {
            assert!(!logged.contains(typed), "{typed}: {logged}");
        }
    }
}

#[test]
fn a_request_is_kept_and_read_back_as_it_was() {
    for request in of_each_kind("r1") {
        let kept = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<Request>(&kept).unwrap(), request);
    }
    let about = RecordRef::Request(Id::new("r1"));
    let kept = serde_json::to_string(&about).unwrap();
    assert_eq!(kept, r#"{"request":"r1"}"#);
    assert_eq!((about.kind(), about.key()), ("request", "r1"));
    assert_eq!(serde_json::from_str::<RecordRef>(&kept).unwrap(), about);
}
