//! What templates see of a request: what a customer asked that a person must act on.
use minijinja::Value;
use portal_core::{
    mail::{CallOffAsked, EmailAddress, HelpAsked, RequestHead, ReviewAsked},
    request::{CalledOff, Collection, Edit, OrderItem, PickUp},
};

use super::{
    facts::{Facts, line, lines, maybe, none},
    formats::Formats,
};

/// More items, or more changes, are left out, and the message says how many.
const MOST_ROWS: usize = 50;

/// More lines of an address are left out.
const MOST_OF_ADDRESS: usize = 8;

pub(super) fn call_off(asked: &CallOffAsked, formats: &Formats) -> Facts {
    let call_off = &asked.call_off;
    let pick_up = match &call_off.collection {
        Collection::PickUp(pick_up) => picked_up(asked, pick_up, formats),
        _ => none(),
    };
    let contact = call_off.site_contact.as_ref();
    let mut facts = head(&asked.head, formats);
    facts.extend([
        ("contract", line(&call_off.contract).into()),
        ("items", rows(&call_off.items, item)),
        ("left_out", left_out(&call_off.items, formats)),
        (
            "stop_at",
            formats.moment(asked.clocks(call_off.stop_at)).into(),
        ),
        ("pick_up", pick_up),
        ("site_contact", said(contact.map(|c| c.name.as_str()))),
        ("site_phone", said(contact.and_then(|c| c.phone.as_deref()))),
        ("reference", said(call_off.reference.as_deref())),
        ("notes", told(call_off.notes.as_deref())),
    ]);
    facts
}

pub(super) fn help(asked: &HelpAsked, formats: &Formats) -> Facts {
    let mut facts = head(&asked.head, formats);
    facts.extend(about(asked.help.about.as_ref()));
    facts.insert("words", told(Some(&asked.help.words)));
    facts
}

pub(super) fn review(asked: &ReviewAsked, formats: &Formats) -> Facts {
    let review = &asked.review;
    let mut facts = head(&asked.head, formats);
    facts.extend(about(Some(&review.about)));
    facts.extend([
        ("order", line(&review.about.number).into()),
        ("changes", rows(&review.edits, edit)),
        ("left_out", left_out(&review.edits, formats)),
        ("note", told(review.note.as_deref())),
        ("previous_status", said(Some(&review.previous_status))),
        ("rule", said(Some(&review.rule))),
    ]);
    facts
}

fn head(head: &RequestHead, formats: &Formats) -> Facts {
    let by = head.asked_by.as_ref();
    let email = by.and_then(|by| by.email.as_ref());
    Facts::from([
        ("number", line(&head.number).into()),
        ("asked_at", formats.moment(head.asked_at).into()),
        ("asked_by", said(by.map(|by| by.name.as_str()))),
        ("email", said(email.map(EmailAddress::as_str))),
    ])
}

fn about(order: Option<&OrderItem>) -> Facts {
    let item = order.and_then(|order| order.item.as_deref());
    Facts::from([
        ("order", said(order.map(|order| &*order.number))),
        ("item", said(item)),
    ])
}

fn picked_up(asked: &CallOffAsked, pick_up: &PickUp, formats: &Formats) -> Value {
    let from = asked.clocks(pick_up.from);
    let until = pick_up.until.filter(|until| *until > pick_up.from);
    let when = match until {
        Some(until) => formats.between(from, asked.clocks(until)),
        None => formats.moment(from),
    };
    Value::from(Facts::from([
        ("when", when.into()),
        (
            "address",
            said(pick_up.address.as_deref().map(joined).as_deref()),
        ),
    ]))
}

fn item(item: &CalledOff) -> Value {
    Value::from(Facts::from([
        ("description", line(&item.description).into()),
        ("quantity", item.quantity.to_string().into()),
    ]))
}

fn edit(edit: &Edit) -> Value {
    Value::from(Facts::from([
        ("what", line(&edit.what).into()),
        ("before", said(edit.before.as_deref())),
        ("after", said(edit.after.as_deref())),
    ]))
}

fn rows<T>(all: &[T], row: fn(&T) -> Value) -> Value {
    all.iter()
        .take(MOST_ROWS)
        .map(row)
        .collect::<Vec<_>>()
        .into()
}

/// How many rows are left out, if any are.
fn left_out<T>(all: &[T], formats: &Formats) -> Value {
    let left_out = all.len().saturating_sub(MOST_ROWS);
    maybe((left_out > 0).then(|| formats.count(left_out)))
}

/// One line of what was typed; none where nothing of it can be seen.
fn said(text: Option<&str>) -> Value {
    maybe(text.map(line).filter(|text| !text.is_empty()))
}

/// The lines that were typed; none where nothing of them can be seen.
fn told(text: Option<&str>) -> Value {
    maybe(text.map(lines).filter(|text| !text.is_empty()))
}

/// An address in one line, so that none of its own can be taken for another row.
fn joined(address: &str) -> String {
    let parts = address.lines().map(line);
    let parts = parts.filter(|part| !part.is_empty()).take(MOST_OF_ADDRESS);
    parts.collect::<Vec<_>>().join(", ")
}
