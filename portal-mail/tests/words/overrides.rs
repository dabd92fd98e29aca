use portal_core::{Language, effect::MailKind, mail::MailWriter as _};
use portal_mail::{Part, Templates};

use crate::{full, written};

/// Everything that is wrong with one template of the host's, as `line: why`.
fn refused(kind: MailKind, part: Part, source: &str) -> Vec<(usize, String)> {
    let built = Templates::builder()
        .replace(kind, Language::En, part, source)
        .build();
    let problems = built.unwrap_err().problems;
    let name = format!("{}.en.{}", kind.as_str(), part.as_str());
    assert!(problems.iter().all(|p| p.template == name), "{problems:?}");
    problems.into_iter().map(|p| (p.line, p.why)).collect()
}

/// 000-05
#[test]
fn a_hosts_own_template_takes_the_place_of_ours_and_of_no_other() {
    let kind = MailKind::ResetLink;
    let source = "{{ hello }}\nHere: {{ link }}";
    let templates = Templates::builder()
        .replace(kind, Language::En, Part::Text, source)
        .build();
    let templates = templates.unwrap();
    let letter = full(kind, Language::En);
    let theirs = templates.write(&letter).unwrap();
    assert!(
        theirs.text.starts_with("Hello Ana,\nHere: https://"),
        "{}",
        theirs.text
    );
    let ours = written(&letter);
    assert_eq!((theirs.subject, theirs.html), (ours.subject, ours.html));
    let spanish = full(kind, Language::Es);
    assert_eq!(templates.write(&spanish).unwrap(), written(&spanish));
}

/// 000-05
#[test]
fn a_template_may_stand_on_our_page_and_change_its_body_alone() {
    let source =
        "{% extends layout %}{% block body %}{{ event.course }} is off, {{ name }}.{% endblock %}";
    let kind = MailKind::RegistrationCancelled;
    let templates = Templates::builder()
        .replace(kind, Language::En, Part::Html, source)
        .build();
    let html = templates
        .unwrap()
        .write(&full(kind, Language::En))
        .unwrap()
        .html
        .unwrap();
    assert!(
        html.contains("Carpentry for beginners is off, Ana Cruz."),
        "{html}"
    );
    assert!(html.contains("<!DOCTYPE html>") && html.contains("The School of Crafts"));
}

/// 000-05
#[test]
fn a_name_that_nothing_is_known_of_is_refused_with_its_line_and_the_names_there_are() {
    let problems = refused(MailKind::ResetLink, Part::Text, "{{ link }}\n{{ untill }}");
    let (line, why) = &problems[0];
    assert_eq!(*line, 2);
    assert!(
        why.starts_with("nothing is known of `untill`: there are "),
        "{why}"
    );
    assert!(why.contains("until"), "{why}");
}

/// 000-05
#[test]
fn a_name_in_a_branch_that_no_sample_takes_is_looked_at_too() {
    let source = "{{ link }}\n\n{% if language == 'xx' %}{{ order.nmuber }}{% endif %}";
    let problems = refused(MailKind::ResetLink, Part::Text, source);
    assert_eq!(problems[0].0, 3, "{problems:?}");
}

/// 000-01
#[test]
fn a_template_that_drops_what_its_message_is_for_is_refused() {
    for (kind, what) in [
        (MailKind::FirstTimeInstructions, "`access.link`"),
        (MailKind::Invitation, "`link`"),
        (MailKind::TemporaryPassword, "`password`"),
        (MailKind::TransferNotice, "`to.when` or `to.starts`"),
        (MailKind::InvoiceCopy, "`order.number`"),
        (MailKind::CallOffRequest, "`contract`"),
        (MailKind::CallOffRequest, "`stop_at`"),
        (MailKind::HelpRequest, "`number`"),
        (MailKind::ReviewNotice, "`order`"),
    ] {
        for part in [Part::Text, Part::Html] {
            let problems = refused(kind, part, "{{ hello }} nothing else.");
            let named = problems.iter().any(|(_, why)| why.contains(what));
            assert!(named, "{kind:?}: {problems:?}");
        }
        let subject = Templates::builder().replace(kind, Language::En, Part::Subject, "Hello");
        assert!(subject.build().is_ok(), "a subject may say less");
    }
}

/// 000-05
#[test]
fn a_template_that_is_none_or_fails_on_a_sample_is_refused_with_the_line() {
    for (source, line, why) in [
        ("{{ link }}\n{% if %}", 2, "syntax error"),
        ("{{ link }}\n\n{{ link|shout }}", 3, "unknown filter"),
        ("{{ link }}\n{{ frobnicate() }}", 2, "frobnicate"),
        ("{{ link }}\n{{ until.day }}", 2, "until.day"),
        (
            "{{ link }}\n{{ button('javascript:alert(1)', 'x') }}",
            2,
            "https://",
        ),
        (
            "{{ link }}\n{% include 'nowhere' %}",
            2,
            "template not found",
        ),
    ] {
        let problems = refused(MailKind::ResetLink, Part::Text, source);
        let told = problems.iter().any(|(l, w)| *l == line && w.contains(why));
        assert!(told, "{source}: {problems:?}");
    }
}

/// T15
#[test]
fn a_template_that_runs_away_is_stopped() {
    let me = "{{ link }}{% include 'reset-link.en.txt' %}";
    let loops = "{{ link }}{% for a in hello %}{% for b in link %}{% for c in link %}{% for d in link %}{% for e in link %}.{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}";
    let doubled = format!(
        "{{{{ link }}}}{{% set x = link %}}{}{{{{ x }}}}",
        "{% set x = x ~ x %}".repeat(14)
    );
    let long = format!("{{{{ link }}}}{}", "x".repeat(65 * 1024));
    for (source, why) in [
        (me, "recursion"),
        (loops, "fuel"),
        (doubled.as_str(), "could not render"),
        (long.as_str(), "longer than"),
    ] {
        let problems = refused(MailKind::ResetLink, Part::Text, source);
        println!("{problems:?}");
        assert!(!problems.is_empty(), "{why}");
    }
}

/// T15
#[test]
fn a_template_can_neither_dump_what_it_was_given_nor_undo_the_escaping() {
    for source in [
        "{{ link }}{{ debug() }}",
        "{{ link }}{{ name|safe }}",
        "{{ link }}{{ name|indent(100000000) }}",
        "{{ link }}{{ '%1000000000d'|format(1) }}",
        "{{ link }}{{ name|pprint }}{{ name|tojson }}",
        "{{ link }}{{ range(100000) }}",
        "{{ link }}{{ namespace() }}",
        "{{ link }}{% autoescape false %}{{ name }}{% endautoescape %}",
        "{{ link }}{%- autoescape 'none' %}{{ name }}{% endautoescape %}",
        "{{ link }}{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ link }}{% import 'layout.html' as all %}",
    ] {
        let built =
            Templates::builder().replace(MailKind::ResetLink, Language::En, Part::Html, source);
        assert!(built.build().is_err(), "{source}");
    }
}
