//! A template of the host's is tried on samples of its message before it is ever used.
use std::collections::BTreeSet;

use minijinja::{Environment, Value, value::ValueKind};
use portal_core::{effect::MailKind, mail::NotWritten};

use super::{
    Part, Templates,
    builder::{Replaced, at},
    facts,
    facts::Facts,
};
use crate::samples;

/// The most a template may be, in bytes.
const LONGEST: usize = 64 * 1024;

/// What is wrong with it before it is read as a template.
pub(super) fn before(name: &str, source: &str) -> Option<NotWritten> {
    let wrong = |line, why: String| Some(NotWritten::new(name, line, why));
    if source.len() > LONGEST {
        return wrong(0, format!("longer than {LONGEST} bytes"));
    }
    let tags = source.match_indices("{%").map(|(at, _)| at);
    let switches = |at: &usize| {
        let rest = source.get(at + 2..).unwrap_or_default();
        rest.trim_start_matches(['-', '+'])
            .trim_start()
            .starts_with("autoescape")
    };
    let at = tags.into_iter().find(switches)?;
    let line = source.get(..at).unwrap_or_default().lines().count().max(1);
    wrong(
        line,
        "what customers typed is always escaped: take the autoescape tag out".to_owned(),
    )
}

/// What is wrong with it on the samples of its message.
pub(super) fn tried(templates: &Templates, replaced: &Replaced) -> Vec<NotWritten> {
    let name = replaced.name();
    let all = samples(replaced.language);
    let letters: Vec<_> = all
        .into_iter()
        .filter(|letter| letter.kind == replaced.kind)
        .collect();
    let formats = templates.formats(replaced.language);
    let known: Vec<_> = letters
        .iter()
        .map(|letter| facts::of(letter, formats))
        .collect();
    let mut problems = unknown(&templates.engine, &name, &replaced.source, &known);
    for (letter, facts) in letters.iter().zip(&known) {
        match templates.part(letter, replaced.part, facts) {
            Err((_, e)) => problems.push(at(&name, &e)),
            Ok(_) if replaced.part == Part::Subject => {}
            Ok(text) => problems.extend(missing(&name, needed(replaced.kind), facts, &text)),
        }
    }
    once_each(problems)
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
