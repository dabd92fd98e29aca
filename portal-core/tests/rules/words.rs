#[cfg(feature = "accounts")]
use std::fmt::Write;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use portal_core::{Language, Refusal, refusal::Remedy, words::Words};
#[cfg(feature = "accounts")]
use portal_core::{
    accounts::ConditionKind,
    courses::{CourseAction, ModuleAction, WaitingAction},
    effect::MailKind,
    order::OrderAction,
};
use portal_testkit::facts::*;

#[test]
fn every_code_has_a_sentence_in_every_language() {
    for &language in Language::ALL {
        let words = Words::new(language);
        for refusal in Refusal::samples() {
            let id = refusal.code().replace('.', "-");
            assert!(words.has(&id), "{id} has no sentence in {}", language.tag());
            let said = [words.refusal(&refusal), words.remedy(&refusal.remedy())];
            assert!(
                said.iter().all(|text| *text != id && !text.contains('{')),
                "{said:?}"
            );
        }
    }
}

#[test]
fn every_error_has_a_sentence_for_the_customer_in_every_language() {
    use portal_core::{Error, StoreError, refusal::NameRefusal};
    for &language in Language::ALL {
        let words = Words::new(language);
        for error in [
            Error::NotFound,
            Error::NotWired("courses"),
            Error::Contended,
            Error::FormReused,
            Error::BadPage,
            #[cfg(feature = "accounts")]
            Error::SignInFirst,
            StoreError::Unsupported("this").into(),
            Refusal::from(NameRefusal::Mismatch).into(),
        ] {
            let said = words.error(&error);
            assert!(said.ends_with('.') && !said.contains("error-"), "{said}");
        }
    }
}

/// Both catalogues have the same messages: what one language can say, the other can.
#[test]
fn no_language_says_more_than_another() {
    let ids = |text: &str| -> Vec<String> {
        let lines = text.lines().filter_map(|line| line.split_once(" ="));
        let ids = lines.map(|(id, _)| id.to_owned());
        let mut ids: Vec<_> = ids.filter(|id| !id.contains([' ', '#'])).collect();
        ids.sort_unstable();
        ids
    };
    let en = ids(include_str!("../../src/words/en.ftl"));
    let es = ids(include_str!("../../src/words/es.ftl"));
    assert_eq!(en, es);
    assert!(en.len() > 60);
    for &language in Language::ALL {
        let words = Words::new(language);
        for id in &en {
            assert!(words.has(id), "{id} does not parse in {}", language.tag());
        }
    }
}

#[cfg(feature = "accounts")]
fn everything(language: Language) -> String {
    let words = Words::new(language).in_zone(Tz::Europe__Madrid);
    let mut text = String::new();
    for refusal in Refusal::samples() {
        writeln!(text, "{}: {}", refusal.code(), words.refusal(&refusal)).unwrap();
        writeln!(text, "  -> {}", words.remedy(&refusal.remedy())).unwrap();
    }
    for &condition in ConditionKind::ALL {
        let (what, fix) = (words.condition(condition), words.fix(condition.fix()));
        writeln!(text, "{condition:?}: {what}\n  -> {fix}").unwrap();
    }
    for &action in CourseAction::ALL {
        writeln!(text, "{action:?}: {}", words.course_action(action)).unwrap();
    }
    for action in [OrderAction::Pay, OrderAction::EmailInvoice] {
        writeln!(text, "{action:?}: {}", words.order_action(action)).unwrap();
    }
    for action in [WaitingAction::Accept, WaitingAction::Leave] {
        writeln!(text, "{action:?}: {}", words.waiting_action(action)).unwrap();
    }
    writeln!(
        text,
        "Access: {}",
        words.module_action(ModuleAction::Access)
    )
    .unwrap();
    for &kind in MailKind::ALL {
        writeln!(text, "{}: {}", kind.as_str(), words.mail(kind)).unwrap();
    }
    text
}

#[cfg(feature = "accounts")]
#[test]
fn english_reads_like_this() {
    insta::assert_snapshot!(everything(Language::En));
}

#[cfg(feature = "accounts")]
#[test]
fn spanish_reads_like_this() {
    insta::assert_snapshot!(everything(Language::Es));
}

#[test]
fn money_is_written_as_the_language_writes_numbers() {
    for (money, en, es) in [
        (eur(0), "0.00 EUR", "0,00 EUR"),
        (eur(5), "0.05 EUR", "0,05 EUR"),
        (eur(-123_456_789), "-1,234,567.89 EUR", "-1.234.567,89 EUR"),
        (eur(100_000), "1,000.00 EUR", "1.000,00 EUR"),
        (money(1_000, "JPY"), "1,000 JPY", "1.000 JPY"),
        (money(1_000_5, "KWD"), "10.005 KWD", "10,005 KWD"),
    ] {
        assert_eq!(Words::new(Language::En).money(money), en);
        assert_eq!(Words::new(Language::Es).money(money), es);
    }
}

#[test]
fn every_day_of_a_year_is_named_in_both_languages() {
    let start: DateTime<Utc> = "2027-01-01T12:00:00Z".parse().unwrap();
    for &language in Language::ALL {
        let words = Words::new(language);
        let all: std::collections::BTreeSet<_> =
            (0..365).map(|n| words.instant(start + days(n))).collect();
        assert_eq!(all.len(), 365);
    }
    let there = start.with_timezone(&Tz::America__Mexico_City);
    assert_eq!(
        Words::new(Language::Es).moment(there),
        "viernes 1 de enero de 2027 a las 06:00 (America/Mexico City)"
    );
}

#[test]
fn a_link_is_given_as_it_is() {
    let url = "https://pay.example/?a=1&b=2".into();
    let remedy = Remedy::PayByLink { url };
    assert_eq!(
        Words::new(Language::En).remedy(&remedy),
        "Please pay at https://pay.example/?a=1&b=2"
    );
}
