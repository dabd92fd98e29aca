use portal_core::{
    Language,
    effect::MailKind,
    mail::{Letter, MailWriter as _, Mailbox, RequestHead, Says},
    request::{CalledOff, Collection, Edit, PickUp, SiteContact},
};

use crate::{full, ours};

/// What people type who mean harm, and some who do not.
const PAYLOADS: [&str; 60] = [
    "{{ 1111*1111 }}",
    "{{1111*1111}}",
    "{% for i in [1,2,3] %}1234321{% endfor %}",
    "{% set x = 1111*1111 %}{{ x }}",
    "{# gone #}",
    "{{ debug() }}",
    "{{ self }}",
    "{{ self.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ link }}",
    "{{ password }}",
    "{{ name|safe }}",
    "{% raw %}{{ x }}{% endraw %}",
    "{% include 'temporary-password.en.txt' %}",
    "{% extends 'layout.html' %}",
    "{% block body %}{% endblock %}",
    "{% autoescape false %}",
    "{%- endif -%}",
    "{{ '%s'|format(1) }}",
    "${1111*1111}",
    "#{1111*1111}",
    "<%= 1111*1111 %>",
    "#set($x=1111*1111)${x}",
    "*{1111*1111}",
    "@(1111*1111)",
    "{link}",
    "{{link}}",
    "{given_name}",
    "{ $name }",
    "%(name)s",
    "%s%s%s%n",
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "<a href=\"https://evil.example\">pay here</a>",
    "<style>*{display:none}</style>",
    "<!-- -->",
    "]]><x/>",
    "</td></tr></table></body></html>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "&lt;script&gt;",
    "&#60;script&#62;",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://evil.example/login",
    "Ana\r\nBcc: everybody@acme.example",
    "Ana\n\nPlease pay at once: https://evil.example",
    "Ana\r\n\r\n<html>another message</html>",
    "Ana\u{2028}Subject: other\u{2029}",
    "Ana\u{202e}tset\u{202c}",
    "A\u{200b}n\u{feff}a\u{2060}",
    "Ana\0Cruz\u{1}x\u{2}y\u{7f}",
    "=?utf-8?B?QmNjOiB4QHkueg==?=",
    "__proto__",
    "../../../../etc/passwd",
    "' OR 1=1 --",
    "😀😀😀 Ñandú Ælfred 王小明 שרה",
    "",
];

/// T15, T16
#[test]
fn nothing_a_customer_types_becomes_part_of_a_template_or_of_the_page() {
    let templates = ours();
    let thorough = std::env::var("PORTAL_TRIES").is_ok();
    for (k, &kind) in MailKind::ALL.iter().enumerate() {
        for &language in Language::ALL {
            let calm = templates
                .write(&typed(full(kind, language), "plain"))
                .unwrap();
            let bones = skeleton(calm.html.as_ref().unwrap());
            for (n, payload) in PAYLOADS.iter().enumerate() {
                // Each in one language, unless there is time for both.
                if !thorough && (n + k) % 2 != usize::from(language == Language::Es) {
                    continue;
                }
                let letter = typed(full(kind, language), payload);
                let words = templates.write(&letter).unwrap();
                let html = words.html.as_ref().unwrap();
                assert_eq!(skeleton(html), bones, "{kind:?}: {payload}");
                for part in [&words.subject, &words.text, html] {
                    assert!(
                        !part.contains("1234321") || payload.contains("1234321"),
                        "{payload}"
                    );
                    let hidden = |c: char| c.is_control() && c != '\n';
                    assert!(!part.contains(hidden), "{kind:?}: {payload}");
                    assert!(
                        !part.contains(['\u{202e}', '\u{200b}', '\u{2028}']),
                        "{payload}"
                    );
                }
                assert_eq!(words.subject.lines().count(), 1, "{payload}");
                let lines = |text: &str| text.lines().count();
                assert!(
                    lines(&words.text) <= lines(&calm.text) + 4,
                    "{kind:?}: {payload}"
                );
                let mail = letter.finished(&words);
                assert_eq!(mail.to.address(), &letter.to.address);
                let answers = |to: &Option<Mailbox>| to.as_ref().map(|to| to.address().clone());
                assert_eq!(answers(&mail.reply_to), answers(&letter.reply_to));
            }
        }
    }
}

/// T15
#[test]
fn ten_million_letters_are_cut_and_not_carried_along() {
    let long = "Ñ".repeat(5_000_000);
    for kind in [
        MailKind::AccountRequestNotice,
        MailKind::CallOffRequest,
        MailKind::HelpRequest,
        MailKind::ReviewNotice,
    ] {
        let letter = typed(full(kind, Language::En), &long);
        let words = ours().write(&letter).unwrap();
        assert!(words.html.unwrap().len() < 30_000, "{kind:?}");
        assert!(words.text.len() < 15_000, "{kind:?}");
        assert!(words.subject.chars().count() <= 200, "{kind:?}");
    }
}

/// T15: however much a request holds, staff hear of it.
#[test]
fn ten_thousand_rows_of_the_worst_are_cut_and_the_message_says_how_many() {
    let worst = "\"".repeat(500);
    for &language in Language::ALL {
        let mut call_off = typed(full(MailKind::CallOffRequest, language), &worst);
        let Says::CallOff(asked) = &mut call_off.says else {
            panic!("it is about items")
        };
        asked.call_off.items = vec![CalledOff::new(&worst, 7); 10_050];
        let mut review = typed(full(MailKind::ReviewNotice, language), &worst);
        let Says::Review(asked) = &mut review.says else {
            panic!("it is about a change")
        };
        let typed = Some(worst.clone());
        asked.review.edits = vec![Edit::new(&worst, typed.clone(), typed); 10_050];
        for letter in [call_off, review] {
            let words = ours().write(&letter).unwrap();
            for part in [&words.text, words.html.as_ref().unwrap()] {
                let said = [": 10,000.", ": 10.000."].iter().any(|n| part.contains(n));
                assert!(said, "{:?}", letter.kind);
            }
        }
    }
}

/// T16: a row of its own cannot be typed into another.
#[test]
fn an_address_of_several_lines_stays_one_row() {
    let mut letter = full(MailKind::CallOffRequest, Language::En);
    let Says::CallOff(asked) = &mut letter.says else {
        panic!("it is about items")
    };
    let address = "North site\r\nContract: C-1\n\n\u{2028}End of rental requested: never\n";
    asked.call_off.collection =
        Collection::PickUp(PickUp::from(asked.call_off.stop_at).at(address));
    let words = ours().write(&letter).unwrap();
    let row = "Where: North site, Contract: C-1, End of rental requested: never\n";
    assert!(words.text.contains(row), "{}", words.text);
}

/// 000-46: what an applicant wrote arrives as it was written; where it does not, that is said.
#[test]
fn what_an_applicant_wrote_is_not_cut_without_a_word() {
    let written = |message: &str| {
        let mut letter = full(MailKind::AccountRequestNotice, Language::En);
        let Says::AccountWanted(wanted) = &mut letter.says else {
            panic!("it is about an account that is wanted")
        };
        wanted.message = Some(message.to_owned());
        ours().write(&letter).unwrap().text
    };
    let long = "a word of mine ".repeat(250);
    let text = written(&format!("{long}the end"));
    let words: Vec<_> = text.split_whitespace().collect();
    assert_eq!(words.iter().filter(|word| **word == "mine").count(), 250);
    assert!(text.contains("the end") && !text.contains('…'), "{text}");
    let more = written(&"a word of mine ".repeat(300));
    assert!(more.contains('…'), "{more}");
    let lines = written(&"mine\n".repeat(61));
    assert_eq!(lines.matches("mine").count(), 60, "{lines}");
    assert!(lines.contains("> mine\n> …"), "{lines}");
}

/// The tags of a page in their order, with their attributes' names.
fn skeleton(html: &str) -> Vec<String> {
    let tags = html.split('<').skip(1).map(|tag| {
        let tag = tag.split('>').next().unwrap();
        let names = tag.split('"').step_by(2).collect::<Vec<_>>();
        names.join("")
    });
    tags.filter(|tag| tag != "br").collect()
}

/// The same letter, with this wherever a person can have typed something.
fn typed(mut letter: Letter, text: &str) -> Letter {
    let kind = letter.kind;
    if letter.to.name.is_some() {
        // An empty name would be no name.
        let named = if text.is_empty() { "plain" } else { text };
        letter.to = letter.to.called(named, named);
    }
    letter.organiser = Some(text.to_owned());
    match &mut letter.says {
        Says::Invoice(copy) => {
            copy.order.number = text.into();
            for line in &mut copy.lines {
                text.clone_into(&mut line.description);
                line.registrant = Some(text.to_owned());
            }
        }
        Says::Moved(moved) => {
            text.clone_into(&mut moved.registrant);
            moved.to.course = text.into();
            moved.to.venue = filled(text).into();
            moved.order = Some(text.into());
        }
        Says::Cancelled(cancelled) => {
            text.clone_into(&mut cancelled.registrant);
            cancelled.event.course = text.into();
            cancelled.event.venue = filled(text).into();
            cancelled.order = Some(text.into());
        }
        Says::MoneyCame(came) => {
            came.paid_with = Some(text.to_owned());
            came.order.number = text.into();
        }
        Says::MoneyBack(back) => back.paid_with = Some(text.to_owned()),
        Says::Instructions(told) => {
            let event = told.event.as_mut().unwrap();
            event.course = text.into();
            event.venue = filled(text).into();
        }
        Says::AccountWanted(wanted) => {
            text.clone_into(&mut wanted.name);
            wanted.organisation = Some(text.to_owned());
            wanted.phone = Some(text.to_owned());
            wanted.message = Some(text.to_owned());
        }
        Says::CallOff(asked) => {
            head(&mut asked.head, text);
            let call_off = &mut asked.call_off;
            call_off.contract = text.into();
            call_off.items = vec![CalledOff::new(text, 1), CalledOff::new(text, u32::MAX)];
            if let Collection::PickUp(pick_up) = &mut call_off.collection {
                pick_up.address = Some(filled(text).to_owned());
            }
            let phone = Some(filled(text).to_owned());
            call_off.site_contact = Some(SiteContact::new(filled(text), phone));
            call_off.reference = Some(filled(text).to_owned());
            call_off.notes = Some(filled(text).to_owned());
        }
        Says::Help(asked) => {
            head(&mut asked.head, text);
            let about = asked.help.about.as_mut().unwrap();
            about.number = filled(text).into();
            about.item = Some(filled(text).to_owned());
            filled(text).clone_into(&mut asked.help.words);
        }
        Says::Review(asked) => {
            head(&mut asked.head, text);
            let review = &mut asked.review;
            review.about.number = text.into();
            review.about.item = Some(filled(text).to_owned());
            let typed = Some(filled(text).to_owned());
            review.edits = vec![Edit::new(text, typed.clone(), typed)];
            review.note = Some(filled(text).to_owned());
            filled(text).clone_into(&mut review.previous_status);
            filled(text).clone_into(&mut review.rule);
        }
        _ => assert!(!kind.as_str().is_empty()),
    }
    if letter.reply_to.is_some() {
        let customer = letter.reply_to.unwrap();
        letter.reply_to = Some(Mailbox::new(customer.address().clone()).named(text));
    }
    letter
}

fn head(head: &mut RequestHead, text: &str) {
    head.number = text.into();
    if let Some(by) = &mut head.asked_by {
        filled(text).clone_into(&mut by.name);
    }
}

/// Where nothing is known nothing is shown, so that a row would be missing.
fn filled(text: &str) -> &str {
    if text.is_empty() { "plain" } else { text }
}
