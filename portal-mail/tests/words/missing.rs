//! What a message may be without: a template of the host's says at build that it cannot do without it, and not on the day it is missing.
use portal_core::{
    Language,
    effect::MailKind,
    mail::{Letter, MailWriter as _, Says},
};
use portal_mail::{Part, Templates};

use crate::{full, letters, overrides::refused};

/// 000-05: the portal is switched off, nobody signs, or nobody is named.
#[test]
fn a_template_that_needs_what_any_message_may_lack_is_refused() {
    let needed = "{{ to.course }} {{ to.when }}";
    for (source, lacking) in [
        ("{{ button(portal, 'My courses') }}", "no `portal`"),
        ("<a href=\"{{ portal }}\">My courses</a>", "no `portal`"),
        (
            "{% if portal is none %}{{ hello|uper }}{% endif %}",
            "no `portal`",
        ),
        ("{{ organiser }}", "no `organiser`"),
        (
            "{% if portal is not none %}{{ organiser }}{% endif %}",
            "no `organiser`",
        ),
        ("Dear {{ name }}", "no `name`"),
        ("Dear {{ given_name|upper }}", "no `name`"),
        (
            "{% if portal is none and name is none %}{{ hello|uper }}{% endif %}",
            "no `portal`, `organiser` or `name`",
        ),
    ] {
        let source = format!("{needed}\n{source}");
        let problems = refused(MailKind::RegistrationTransferred, Part::Html, &source);
        let [(line, why)] = problems.as_slice() else {
            panic!("{source}: {problems:?}")
        };
        assert_eq!(*line, 2, "{source}");
        assert!(why.contains(lacking), "{source}: {why}");
    }
    let source = "{{ card }} <a href=\"{{ unsubscribe }}\">{{ unsubscribe_label }}</a>";
    let problems = refused(MailKind::CardExpiring, Part::Html, source);
    let [(1, why)] = problems.as_slice() else {
        panic!("{problems:?}")
    };
    assert!(why.contains("no `unsubscribe`"), "{why}");
    let careful = "{% if portal is not none %}{{ button(portal, 'My courses') }}{% endif %}{% if organiser %}{{ organiser }}{% endif %}{{ name or 'you' }}";
    let built = Templates::builder().replace(
        MailKind::RegistrationTransferred,
        Language::En,
        Part::Html,
        format!("{needed}{careful}"),
    );
    built.build().unwrap();
}

/// 000-05: a place that was never named, a person without a telephone, and lists longer than a message shows, are tried as well.
#[test]
fn a_template_is_tried_on_everything_that_may_be_missing_or_too_much() {
    let invoice = "{{ order.number }} {{ order.total }} {{ download or '' }}";
    let called_off = "{{ number }} {{ contract }} {{ stop_at }}";
    let reviewed = "{{ number }} {{ order }}";
    let wanted = "{{ applicant }} {{ email }}";
    let told = "{% if access is not none %}{{ access.link }}{% endif %}";
    let moved = "{{ registrant }} {{ to.course }} {{ to.when }}";
    let cancelled = "{{ registrant }} {{ event.course }}";
    for (kind, needed, source) in [
        (
            MailKind::InvoiceCopy,
            invoice,
            "{% if short and lines %}{{ hello|uper }}{% endif %}",
        ),
        (
            MailKind::InvoiceCopy,
            invoice,
            "{% if left_out is not none and lines %}{{ left_out|uper }}{% endif %}",
        ),
        (
            MailKind::InvoiceCopy,
            invoice,
            "{% if not short %}{% for sold in lines %}{{ sold.registrant }}{% endfor %}{% endif %}",
        ),
        (
            MailKind::CallOffRequest,
            called_off,
            "{% if left_out is not none %}{{ left_out|uper }}{% endif %}",
        ),
        (
            MailKind::CallOffRequest,
            called_off,
            "{% if site_contact is not none %}{{ site_phone }}{% endif %}",
        ),
        (
            MailKind::CallOffRequest,
            called_off,
            "{% if asked_by is not none %}{{ email }}{% endif %}",
        ),
        (MailKind::HelpRequest, "{{ number }}", "{{ words }}"),
        (
            MailKind::HelpRequest,
            "{{ number }}",
            "{% if order is not none %}{{ item }}{% endif %}",
        ),
        (
            MailKind::ReviewNotice,
            reviewed,
            "{% if left_out is not none %}{{ left_out|uper }}{% endif %}",
        ),
        (
            MailKind::ReviewNotice,
            reviewed,
            "{% for change in changes %}{{ change.before }}{% endfor %}",
        ),
        (
            MailKind::ReviewNotice,
            reviewed,
            "{% for change in changes %}{{ change.after }}{% endfor %}",
        ),
        (MailKind::ReviewNotice, reviewed, "{{ rule }}"),
        (
            MailKind::AccountRequestNotice,
            wanted,
            "{% if phone is not none %}{{ phone|uper }}{% endif %}",
        ),
        (
            MailKind::FirstTimeInstructions,
            told,
            "{% if event is not none %}{{ event.venue }}{% endif %}",
        ),
        (
            MailKind::ExistingUserInstructions,
            told,
            "{% if access is not none %}{{ event.course }}{% endif %}",
        ),
        (
            MailKind::TransferNotice,
            moved,
            "{% if from is not none %}{{ from.venue }}{% endif %}",
        ),
        (
            MailKind::CancellationNotice,
            cancelled,
            "{% if order is not none %}{{ paid }}{% endif %}",
        ),
    ] {
        let source = format!("{needed}\n{source}");
        let problems = refused(kind, Part::Text, &source);
        assert!(
            problems.iter().all(|(line, _)| *line == 2),
            "{source}: {problems:?}"
        );
    }
}

/// 000-05
#[test]
fn what_is_not_known_is_never_shown_as_a_word() {
    for shown in [
        "{{ event.venue }}",
        "{{ event.venue|upper }}",
        "{{ event.venue|lower }}",
        "{{ event.venue|trim }}",
        "{{ event.venue|e }}",
        "{{ 'at ' ~ event.venue }}",
    ] {
        for part in [Part::Text, Part::Html, Part::Subject] {
            let source = format!("{{{{ event.course }}}}\nWhere: {shown}");
            let problems = refused(MailKind::RegistrationCancelled, part, &source);
            let line = if shown.contains('~') { 0 } else { 2 };
            let [(at, why)] = problems.as_slice() else {
                panic!("{source}: {problems:?}")
            };
            assert_eq!(*at, line, "{source}: {why}");
            assert!(why.contains("`is not none`"), "{source}: {why}");
        }
    }
}

/// A name with a typo is found through whatever changes it.
#[test]
fn what_there_is_not_is_no_empty_text() {
    for shown in ["", "|upper", "|lower", "|trim", "|e"] {
        let source = format!(
            "{{{{ portal }}}}\n{{% for sold in lines %}}{{{{ sold.descripton{shown} }}}}{{% endfor %}}"
        );
        let problems = refused(MailKind::InvoiceCopy, Part::Text, &source);
        assert!(
            problems.iter().any(|(line, _)| *line == 2),
            "{source}: {problems:?}"
        );
    }
}

/// 000-05: no sample is like every letter.
#[test]
fn a_letter_that_lacks_what_its_template_shows_is_not_written() {
    let kind = MailKind::RegistrationCancelled;
    let source = "{{ event.course }}{% if name == 'Zoe Ng' %} in {{ event.venue }}{% endif %}";
    let built = Templates::builder().replace(kind, Language::En, Part::Text, source);
    let templates = built.build().unwrap();
    let named = |mut letter: Letter| {
        letter.to = letter.to.called("Zoe Ng", "Zoe");
        letter
    };
    let known = templates.write(&named(full(kind, Language::En))).unwrap();
    assert_eq!(
        known.text,
        "Carpentry for beginners in Calle Mayor 5, Madrid\n"
    );
    let nowhere = letters(kind, Language::En).into_iter();
    let mut nowhere = nowhere.filter(|letter| match &letter.says {
        Says::Cancelled(cancelled) => cancelled.event.venue.is_empty(),
        _ => false,
    });
    let refused = templates.write(&named(nowhere.next().unwrap()));
    assert_eq!(refused.unwrap_err().line, 1);
}
