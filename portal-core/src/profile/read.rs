//! What was typed into a field becomes its value. Pure, and no longer than the form is.
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Choice, Field, FieldKind, FieldName, ProfileRefusal, Value, form::ADDRESS_PARTS};
use crate::details::{AddressForm, EmailAddress, Phone, PostalCode, Region, line, lines};

/// What was posted, by name. Of two with one name the later counts, as with the hidden input before a box to tick.
pub(super) struct Typed<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Typed<'a> {
    pub(super) fn new(posted: &'a [(String, String)]) -> Self {
        let pairs = posted.iter().map(|(name, text)| (&**name, &**text));
        Self(pairs.collect())
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.0.keys().copied()
    }

    /// What was typed into this field, in its one spelling; none when it was not posted.
    pub(super) fn value(
        &self,
        field: &Field,
        home: Option<Region>,
    ) -> Option<Result<Value, Vec<ProfileRefusal>>> {
        if field.kind == FieldKind::Address {
            return self.address(field, home);
        }
        let text = *self.0.get(&*field.key)?;
        Some(read(field, text, home).map_err(|no| vec![no]))
    }

    /// Whether every input of this field is as it was drawn with `value` in it.
    pub(super) fn is_untouched(&self, field: &Field, value: &Value) -> bool {
        let drawn = field.inputs(value);
        drawn.iter().all(|input| {
            let typed = self.0.get(&*input.name).copied().unwrap_or_default();
            let as_long = typed.len() <= 2 * input.text.len();
            typed == input.text || as_long && typed.replace("\r\n", "\n") == input.text
        })
    }

    fn address(
        &self,
        field: &Field,
        home: Option<Region>,
    ) -> Option<Result<Value, Vec<ProfileRefusal>>> {
        let mut posted = false;
        let parts = ADDRESS_PARTS.map(|part| {
            let text = self.0.get(&*format!("{}.{part}", field.key));
            posted |= text.is_some();
            text.copied().unwrap_or_default()
        });
        if !posted {
            return None;
        }
        let [
            line1,
            line2,
            line3,
            line4,
            town,
            district,
            postal_code,
            country,
        ] = parts;
        let form = AddressForm {
            lines: [line1, line2, line3, line4].map(cut).into(),
            town: cut(town),
            district: cut(district),
            postal_code: cut(postal_code),
            country: cut(country),
        };
        // A page that offers a list of countries posts one even where nothing was typed.
        let nothing = AddressForm {
            country: String::new(),
            ..form.clone()
        };
        if nothing.is_empty() {
            return Some(Ok(Value::Empty));
        }
        let refuse = |bad| ProfileRefusal::address(field, bad);
        let read = form.read(home).map(Value::Address);
        Some(read.map_err(|wrong| wrong.into_iter().map(refuse).collect()))
    }
}

/// Too long either way; no more of it is looked at or copied than shows that.
fn cut(text: &str) -> String {
    let end = (0..=2_000.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at));
    text.get(..end.unwrap_or_default())
        .unwrap_or_default()
        .to_owned()
}

fn read(field: &Field, text: &str, home: Option<Region>) -> Result<Value, ProfileRefusal> {
    let at = || FieldName::of(field);
    let short = text.len() <= 1_000;
    if short && text.trim().is_empty() {
        return Ok(match field.kind {
            FieldKind::Flag => Value::Flag(false),
            _ => Value::Empty,
        });
    }
    match &field.kind {
        FieldKind::Line { longest } => line(text, usize::from(*longest))
            .map(Value::Text)
            .map_err(|bad| ProfileRefusal::text(at(), bad)),
        FieldKind::Text { longest } => lines(text, usize::from(*longest))
            .map(Value::Text)
            .map_err(|bad| ProfileRefusal::text(at(), bad)),
        FieldKind::Choice { options } => chosen(options, text)
            .map(|choice| Value::Choice(choice.key.to_string()))
            .ok_or_else(|| ProfileRefusal::NotAChoice(at())),
        FieldKind::Flag => match text {
            "on" | "true" | "1" | "yes" => Ok(Value::Flag(true)),
            "off" | "false" | "0" | "no" => Ok(Value::Flag(false)),
            _ => Err(ProfileRefusal::NotAChoice(at())),
        },
        FieldKind::Date => day(text)
            .map(Value::Date)
            .ok_or_else(|| ProfileRefusal::NotADate(at())),
        FieldKind::Phone => Phone::parse(text, home)
            .map(Value::Phone)
            .map_err(|_| ProfileRefusal::NotAPhone(at())),
        FieldKind::Email => EmailAddress::parse(text)
            .map(Value::Email)
            .map_err(|_| ProfileRefusal::NotAnEmail(at())),
        FieldKind::PostalCode => PostalCode::parse(text, home)
            .map(Value::PostalCode)
            .map_err(|bad| ProfileRefusal::NotAPostalCode {
                at: at(),
                example: bad.example(),
            }),
        FieldKind::Address => Ok(Value::Empty),
    }
}

fn chosen<'a>(options: &'a [Choice], text: &str) -> Option<&'a Choice> {
    options.iter().find(|choice| *choice.key == *text)
}

/// As a page's input of type `date` posts it, and no other way: nobody knows which of 03/04 is the month.
fn day(text: &str) -> Option<NaiveDate> {
    let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let read = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    read.filter(|_| plain)
}
