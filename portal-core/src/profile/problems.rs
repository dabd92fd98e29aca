//! What can be wrong with a form, found before the first customer does.
use std::collections::BTreeSet;

use super::{Choice, Field, FieldKind, Label, ProfileForm};
use crate::settings::Problem;

/// What no form may hand out: what people sign in with and are recognised by, what they may do, how they pay, and what a form itself carries. `_` and `-` do not count.
const RESERVED: &[&str] = &[
    "account",
    "accountid",
    "admin",
    "cashonly",
    "command",
    "contact",
    "contactid",
    "creditaccount",
    "creditlimit",
    "csrf",
    "csrftoken",
    "customer",
    "customercode",
    "customerid",
    "customernumber",
    "email",
    "emailaddress",
    "id",
    "locked",
    "login",
    "mainemail",
    "mainphone",
    "onaccount",
    "password",
    "permissions",
    "phone",
    "phonenumber",
    "portal",
    "portalaccess",
    "portalemail",
    "portaloption",
    "portalphone",
    "primaryphone",
    "role",
    "roles",
    "staff",
    "state",
    "status",
    "username",
    "version",
];

const MOST_FIELDS: usize = 100;
const MOST_OPTIONS: usize = 500;
const LONGEST_LINE: u16 = 1_000;
const LONGEST_TEXT: u16 = 20_000;

impl ProfileForm {
    /// Everything that is wrong with this form. `Portal::builder(..).build()` refuses any.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = vec![];
        match self.fields.len() {
            0 => found.push(Problem::new(
                "profile.fields",
                "there is none: add one, or leave the profile out",
            )),
            1..=MOST_FIELDS => {}
            many => found.push(Problem::new(
                "profile.fields",
                format!("{many} fields are no form: at most {MOST_FIELDS}"),
            )),
        }
        let mut keys = BTreeSet::new();
        for (n, field) in self.fields.iter().enumerate() {
            let at = format!("profile.fields[{n}]");
            if !keys.insert(&field.key) {
                let what = format!(
                    "`{}` is the key of another field: give each its own",
                    field.key
                );
                found.push(Problem::new(format!("{at}.key"), what));
            }
            field.find_problems(&at, &mut found);
        }
        found
    }
}

impl Field {
    fn find_problems(&self, at: &str, found: &mut Vec<Problem>) {
        check_key(&self.key, at, found);
        let plain = self.key.replace(['_', '-'], "");
        if RESERVED.contains(&plain.as_str()) {
            let what = format!(
                "`{}` is never for a form: people sign in with it, are recognised by it, or it says what they may do",
                self.key
            );
            found.push(Problem::new(format!("{at}.key"), what));
        }
        check_label(&self.label, at, found);
        if self.required && self.read_only {
            let what = "nobody can fill in what is read only: take one of the two away";
            found.push(Problem::new(format!("{at}.required"), what));
        }
        match &self.kind {
            FieldKind::Line { longest } => {
                check_longest(*longest, LONGEST_LINE, &format!("{at}.kind.line"), found);
            }
            FieldKind::Text { longest } => {
                check_longest(*longest, LONGEST_TEXT, &format!("{at}.kind.text"), found);
            }
            FieldKind::Choice { options } => {
                check_options(options, &format!("{at}.kind.choice.options"), found);
            }
            FieldKind::Flag
            | FieldKind::Date
            | FieldKind::Phone
            | FieldKind::Email
            | FieldKind::PostalCode
            | FieldKind::Address => {}
        }
    }
}

fn check_key(key: &str, at: &str, found: &mut Vec<Problem>) {
    let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    if key.is_empty() || key.len() > 64 || !key.chars().all(small) {
        let what = format!("`{key}` is no key: write up to 64 small letters, digits, `_` and `-`");
        found.push(Problem::new(format!("{at}.key"), what));
    }
}

fn check_label(label: &Label, at: &str, found: &mut Vec<Problem>) {
    if label.is_blank() {
        let what = "says nothing: write what customers are to read";
        found.push(Problem::new(format!("{at}.label"), what));
    }
}

fn check_longest(longest: u16, most: u16, at: &str, found: &mut Vec<Problem>) {
    if longest == 0 || longest > most {
        let what = format!("{longest} characters: set 1 to {most}");
        found.push(Problem::new(format!("{at}.longest"), what));
    }
}

fn check_options(options: &[Choice], at: &str, found: &mut Vec<Problem>) {
    match options.len() {
        0 => found.push(Problem::new(
            at,
            "there is nothing to choose from: add an option",
        )),
        1..=MOST_OPTIONS => {}
        many => found.push(Problem::new(
            at,
            format!("{many} options are no choice: at most {MOST_OPTIONS}"),
        )),
    }
    let mut keys = BTreeSet::new();
    for (n, option) in options.iter().enumerate() {
        let at = format!("{at}[{n}]");
        check_key(&option.key, &at, found);
        check_label(&option.label, &at, found);
        if !keys.insert(&option.key) {
            let what = format!(
                "`{}` is the key of another option: give each its own",
                option.key
            );
            found.push(Problem::new(format!("{at}.key"), what));
        }
    }
}
