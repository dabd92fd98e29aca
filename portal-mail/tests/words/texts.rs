use portal_core::{
    Language,
    effect::MailKind,
    mail::{Letter, Says, Wording},
};

use crate::{full, letters, written};

fn instructed(kind: MailKind, language: Language, text: &str) -> Letter {
    let mut letter = full(kind, language);
    let Says::Instructions(told) = &mut letter.says else {
        panic!("instructions");
    };
    let access = told.access.as_mut().unwrap();
    access.text = Some(Wording::parse(text).unwrap());
    letter
}

/// 000-01, 000-03
#[test]
fn a_first_time_registrant_is_led_into_the_portal_by_the_course_instructions() {
    for &language in Language::ALL {
        let told = written(&full(MailKind::FirstTimeInstructions, language));
        assert!(told.text.contains("/portal/link/"), "{}", told.text);
        assert!(told.html.unwrap().contains("/portal/link/"));
    }
}

/// 000-04
#[test]
fn an_existing_user_is_sent_to_the_portal_and_never_invited_too() {
    for &language in Language::ALL {
        let told = written(&full(MailKind::ExistingUserInstructions, language));
        assert!(
            told.text.contains("https://courses.example/portal\n"),
            "{}",
            told.text
        );
        assert!(!told.text.contains("/portal/link/"));
    }
}

/// 000-02
#[test]
fn without_a_portal_the_instructions_say_nothing_of_one() {
    for &language in Language::ALL {
        for kind in [
            MailKind::FirstTimeInstructions,
            MailKind::ExistingUserInstructions,
        ] {
            let mut letter = letters(kind, language).remove(2);
            letter.portal = None;
            let told = written(&letter);
            for part in [&told.text, told.html.as_ref().unwrap()] {
                assert!(!part.to_lowercase().contains("portal"), "{part}");
            }
            assert!(
                told.text.contains("Calle Mayor 5"),
                "the course is told all the same"
            );
        }
    }
}

/// 000-05, 003-20
#[test]
fn the_hosts_own_text_is_shown_as_written_in_every_language() {
    let text = "Hola {given_name} & welcome <all>!\nBring {course} gloves: {link}";
    for &language in Language::ALL {
        for kind in [
            MailKind::FirstTimeInstructions,
            MailKind::ExistingUserInstructions,
        ] {
            let told = written(&instructed(kind, language, text));
            assert!(
                told.text.contains("Hola Ana & welcome <all>!\nBring "),
                "{}",
                told.text
            );
            let html = told.html.unwrap();
            assert!(
                html.contains("Hola Ana &amp; welcome &lt;all&gt;!<br>Bring "),
                "{html}"
            );
            assert!(
                html.contains("<a href=\"https://courses.example/portal"),
                "{html}"
            );
        }
    }
}

/// 000-05, T15
#[test]
fn a_text_of_the_hosts_is_no_template_and_what_is_filled_in_is_not_read_again() {
    let mut letter = instructed(
        MailKind::FirstTimeInstructions,
        Language::En,
        "{{{{ 7*7 }}}} {given_name} {link}",
    );
    letter.to = letter
        .to
        .called("{{ 7*7 }} {link}", "{{ 7*7 }} {link} https://evil.example");
    let told = written(&letter);
    assert!(
        told.text
            .contains("{{ 7*7 }} {{ 7*7 }} {link} https://evil.example"),
        "{}",
        told.text
    );
    assert!(
        !told.html.unwrap().contains("href=\"https://evil.example"),
        "only the host's links can be clicked"
    );
}

/// 002 welcome, 003-20
#[test]
fn the_hosts_welcome_stands_before_our_own_words() {
    for kind in [
        MailKind::Invitation,
        MailKind::Activation,
        MailKind::RequestApproved,
    ] {
        let letter = letters(kind, Language::Es).remove(1);
        let told = written(&letter);
        let welcome = told
            .text
            .find("¡Le damos la bienvenida a Escuela de Oficios!");
        assert!(welcome < told.text.find("https://"), "{}", told.text);
        assert!(welcome.is_some());
    }
}

/// 004-06
#[test]
fn whoever_is_approved_reads_what_to_sign_in_with_and_where_to_choose_a_password() {
    for &language in Language::ALL {
        let told = written(&full(MailKind::RequestApproved, language));
        assert!(told.text.contains("ana.cruz@acme.example"), "{}", told.text);
        assert!(told.text.contains("/portal/link/"), "{}", told.text);
    }
}
