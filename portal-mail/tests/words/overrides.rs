use portal_core::{Language, effect::MailKind, mail::MailWriter as _};
use portal_mail::{Part, Templates};

use crate::{full, written};

/// Everything that is wrong with one template of the host's, as `line: why`.
pub(crate) fn refused(kind: MailKind, part: Part, source: &str) -> Vec<(usize, String)> {
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
    let source = "{% extends layout %}{% block body %}{{ event.course }} is off, {{ name or 'you' }}.{% endblock %}";
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
            "{{ link }}\n{% extends 'nowhere' %}",
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
    // Nothing is written, so that nothing else stops it.
    let loops = "{{ link }}{% for a in link %}{% for b in link %}{% for c in link %}{% endfor %}{% endfor %}{% endfor %}";
    // Deeper than ours may be, and not as deep as the engine lets anybody's.
    let opened: Vec<_> = (0..20).map(|n| format!("{{% block b{n} %}}")).collect();
    let deep = format!(
        "{{{{ link }}}}{}{}",
        opened.concat(),
        "{% endblock %}".repeat(20)
    );
    let me = "{{ link }}{% block me %}{{ self.me() }}{% endblock %}";
    let doubled = format!(
        "{{{{ link }}}}{{% set x = link %}}{}{{{{ x }}}}",
        "{% set x = x ~ x %}".repeat(14)
    );
    let long = format!("{{{{ link }}}}{}", "x".repeat(65 * 1024));
    for (source, why) in [
        (loops, "engine ran out of fuel"),
        (deep.as_str(), "recursion limit exceeded"),
        (me, "recursion limit exceeded"),
        (doubled.as_str(), "failed to write output"),
        (long.as_str(), "longer than 65536 bytes"),
    ] {
        let problems = refused(MailKind::ResetLink, Part::Text, source);
        let told = problems.iter().any(|(_, told)| told.contains(why));
        assert!(told, "{why}: {problems:?}");
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
        "{{ link }}{% from 'layout.html' import all %}",
        "{{ link }}{% include 'reset-link.en.txt' %}",
        "{{ link }}{%+ include ['nowhere', 'reset-link.en.txt'] ignore missing %}",
    ] {
        let built =
            Templates::builder().replace(MailKind::ResetLink, Language::En, Part::Html, source);
        assert!(built.build().is_err(), "{source}");
    }
}

/// T15: a page that takes another template in would show what a stranger typed as that one does, which is no page.
#[test]
fn a_template_takes_no_other_in() {
    for tag in ["autoescape", "include", "import", "from"] {
        let source = format!("{{{{ link }}}}\n{{%-\n{tag} 'reset-link.en.txt' %}}");
        let why = format!("what customers typed is always escaped: take the {tag} tag out");
        let problems = refused(MailKind::ResetLink, Part::Html, &source);
        assert!(problems.contains(&(2, why)), "{problems:?}");
    }
}

/// 000-05: wherever the host's files were written.
#[test]
fn paragraphs_stay_paragraphs_where_lines_end_in_two_characters() {
    let source = "{% extends layout %}\n{% block body %}\n{{ hello }}\n\nHere:\n{{ link }}\n{% endblock %}\n";
    let kind = MailKind::ResetLink;
    let written = |source: &str| {
        let templates = Templates::builder()
            .replace(kind, Language::En, Part::Html, source)
            .replace(kind, Language::En, Part::Text, source);
        let templates = templates.build().unwrap();
        templates.write(&full(kind, Language::En)).unwrap()
    };
    let theirs = written(&source.replace('\n', "\r\n"));
    assert_eq!(theirs, written(source));
    let html = theirs.html.unwrap();
    assert_eq!(html.matches("<p class=\"ink\"").count(), 2, "{html}");
}
