//! A template of the host's is tried on samples of its message before it is ever used.
use std::collections::BTreeSet;

use minijinja::{Environment, Value, value::ValueKind};
use portal_core::{
    effect::MailKind,
    mail::{Letter, NotWritten},
};

use super::{
    Part, Templates,
    builder::{Replaced, at},
    facts,
    facts::Facts,
};
use crate::samples;

/// The most a template may be, in bytes.
const LONGEST: usize = 64 * 1024;

/// Tags that would have what customers typed shown as it is: another template is escaped by its own name, not by that of whoever takes it in.
const UNESCAPED: [&str; 4] = ["autoescape", "include", "import", "from"];

/// What a letter is without, and how it comes to be without it.
type Lacking = (&'static str, fn(&mut Letter));

/// What any message may be without, whatever it says.
const LACKING: [Lacking; 5] = [
    ("`portal`", |letter| letter.portal = None),
    ("`organiser`", |letter| letter.organiser = None),
    ("`name` and no `given_name`", unnamed),
    ("`unsubscribe`", |letter| letter.unsubscribe = None),
    ("`portal`, `organiser` or `name`", |letter| {
        (letter.portal, letter.organiser) = (None, None);
        unnamed(letter);
    }),
];

fn unnamed(letter: &mut Letter) {
    (letter.to.name, letter.to.given_name) = (None, None);
}

/// What is wrong with it before it is read as a template.
pub(super) fn before(name: &str, source: &str) -> Option<NotWritten> {
    let wrong = |line, why: String| Some(NotWritten::new(name, line, why));
    if source.len() > LONGEST {
        return wrong(0, format!("longer than {LONGEST} bytes"));
    }
    let mut tags = source.match_indices("{%").filter_map(|(at, _)| {
        let (before, rest) = source.split_at_checked(at)?;
        let tag = rest.trim_start_matches(['{', '%', '-', '+']).trim_start();
        Some((before, tag.split(|c: char| !c.is_alphanumeric()).next()?))
    });
    let (before, tag) = tags.find(|(_, tag)| UNESCAPED.contains(tag))?;
    wrong(
        before.matches('\n').count() + 1,
        format!("what customers typed is always escaped: take the {tag} tag out"),
    )
}

/// What is wrong with it on the samples of its message.
pub(super) fn tried(templates: &Templates, replaced: &Replaced) -> Vec<NotWritten> {
    let name = replaced.name();
    let mut letters = samples(replaced.language);
    letters.retain(|letter| letter.kind == replaced.kind);
    let formats = templates.formats(replaced.language);
    let known = letters.iter().map(|letter| facts::of(letter, formats));
    let known: Vec<_> = known.collect();
    let mut problems = unknown(&templates.engine, &name, &replaced.source, &known);
    let wrong_with = |letter: &Letter| wrong_with(templates, replaced, letter);
    problems.extend(letters.iter().flat_map(wrong_with));
    let mut problems = once_each(problems);
    let mut told = problems.clone();
    for (lacking, take) in LACKING {
        for letter in &letters {
            let mut letter = letter.clone();
            take(&mut letter);
            for problem in wrong_with(&letter) {
                if !told.contains(&problem) {
                    let why = format!("{} (where there is no {lacking})", problem.why);
                    problems.push(NotWritten::new(&*name, problem.line, why));
                    told.push(problem);
                }
            }
        }
    }
    problems
}

/// What is wrong with it on one letter.
fn wrong_with(templates: &Templates, replaced: &Replaced, letter: &Letter) -> Vec<NotWritten> {
    let (name, source) = (replaced.name(), &replaced.source);
    let facts = facts::of(letter, templates.formats(replaced.language));
    match templates.part(letter, replaced.part, &facts) {
        Err((_, e)) => vec![at(&name, &e)],
        Ok(text) => {
            let mut problems = says_none(&name, source, &text);
            if replaced.part != Part::Subject {
                problems.extend(missing(&name, needed(replaced.kind), &facts, &text));
            }
            problems
        }
    }
}

/// The engine's word for nothing, where it is not the template's own: it was put together with what is missing.
pub(super) fn says_none(name: &str, source: &str, text: &str) -> Vec<NotWritten> {
    const NOTHING: &str = "None";
    if source.contains(NOTHING) || !text.contains(NOTHING) {
        return vec![];
    }
    let why = "something that is not known is shown as `None`: ask `is not none` first";
    vec![NotWritten::new(name, 0, why)]
}

/// What several samples show is told once.
pub(super) fn once_each(mut problems: Vec<NotWritten>) -> Vec<NotWritten> {
    let mut told = BTreeSet::new();
    problems.retain(|p| told.insert((p.line, p.why.clone())));
    problems
}

/// Names that no sample has anything for, wherever they stand: a branch that no sample takes is looked at too.
pub(super) fn unknown(
    engine: &Environment<'_>,
    name: &str,
    source: &str,
    known: &[Facts],
) -> Vec<NotWritten> {
    let Ok(template) = engine.get_template(name) else {
        return vec![];
    };
    let mut paths = BTreeSet::from(["layout".to_owned(), "self".to_owned()]);
    for facts in known {
        for (key, value) in facts {
            walk(key, value, &mut paths);
        }
    }
    let globals = engine.globals().map(|(name, _)| name.to_owned());
    paths.extend(globals);
    let mut named: Vec<_> = template.undeclared_variables(true).into_iter().collect();
    named.sort();
    let strange = named.into_iter().filter(|path| !paths.contains(path));
    strange
        .map(|path| {
            let lines = source.lines().position(|line| line.contains(&path));
            let offers = paths
                .iter()
                .filter(|p| !["layout", "self"].contains(&p.as_str()));
            let offers: Vec<_> = offers.map(String::as_str).collect();
            let why = format!(
                "nothing is known of `{path}`: there are {}",
                offers.join(", ")
            );
            NotWritten::new(name, lines.map_or(0, |n| n + 1), why)
        })
        .collect()
}

fn walk(path: &str, value: &Value, paths: &mut BTreeSet<String>) {
    paths.insert(path.to_owned());
    if value.kind() != ValueKind::Map {
        return;
    }
    for key in value.try_iter().into_iter().flatten() {
        if let Ok(inner) = value.get_item(&key) {
            walk(&format!("{path}.{key}"), &inner, paths);
        }
    }
}

/// What the message is for, and this part of it does not show.
pub(super) fn missing(
    name: &str,
    needed: &[&[&str]],
    facts: &Facts,
    text: &str,
) -> Vec<NotWritten> {
    let shown = unescaped(text);
    let lacks = |any: &&&[&str]| {
        let values = any.iter().filter_map(|path| looked_up(facts, path));
        let values: Vec<_> = values.collect();
        !values.is_empty() && !values.iter().any(|value| shown.contains(value.as_str()))
    };
    let lacking = needed.iter().filter(lacks);
    lacking
        .map(|any| {
            let why = format!(
                "the message is of no use without `{}`: put it in",
                any.join("` or `")
            );
            NotWritten::new(name, 0, why)
        })
        .collect()
}

/// What a message is of no use without: of each row, one.
fn needed(kind: MailKind) -> &'static [&'static [&'static str]] {
    match kind {
        MailKind::InvoiceCopy => &[
            &["order.number"],
            &["order.total", "order.due"],
            &["download"],
        ],
        MailKind::RegistrationTransferred => &[&["to.course"], &["to.when", "to.starts"]],
        MailKind::TransferNotice => &[&["registrant"], &["to.course"], &["to.when", "to.starts"]],
        MailKind::RegistrationCancelled => &[&["event.course"]],
        MailKind::CancellationNotice | MailKind::CancellationStaffNotice => {
            &[&["registrant"], &["event.course"]]
        }
        MailKind::PaymentReceipt | MailKind::RefundNotice => &[&["amount"]],
        MailKind::CardExpiring | MailKind::CardExpired => &[&["card"]],
        MailKind::FirstTimeInstructions | MailKind::ExistingUserInstructions => &[&["access.link"]],
        MailKind::Invitation
        | MailKind::Activation
        | MailKind::ClaimLink
        | MailKind::SignUpLink
        | MailKind::ResetLink
        | MailKind::NewEmailLink
        | MailKind::RequestApproved => &[&["link"]],
        MailKind::TemporaryPassword => &[&["password"], &["login"]],
        MailKind::AccountRequestNotice => &[&["applicant"], &["email"]],
        MailKind::CallOffRequest => &[&["number"], &["contract"], &["stop_at"]],
        MailKind::HelpRequest => &[&["number"]],
        MailKind::ReviewNotice => &[&["number"], &["order"]],
        _ => &[],
    }
}

fn looked_up(facts: &Facts, path: &str) -> Option<String> {
    let mut steps = path.split('.');
    let mut value = facts.get(steps.next()?)?.clone();
    for step in steps {
        value = value.get_attr(step).ok()?;
    }
    value.as_str().map(str::to_owned)
}

fn unescaped(html: &str) -> String {
    let marks = [
        ("&#x2f;", "/"),
        ("&#x27;", "'"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    marks.iter().fold(html.to_owned(), |text, (mark, plain)| {
        text.replace(mark, plain)
    })
}
