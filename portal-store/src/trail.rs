//! What the audit trail keeps of the changes a decision made. It keeps it for ever, so what opens doors, and what people said about themselves, stays out.
use portal_core::{Change, StoreError};
use serde_json::Value;

use crate::wire::{json, parse};

/// The changes as the audit trail has them: those of accounts and people with their keys only.
///
/// Told by their names and not by their types, so that it holds whichever features the host switched on.
pub(crate) fn changes(all: &[Change]) -> Result<String, StoreError> {
    let text = json(&all)?;
    if !PERSONAL
        .iter()
        .any(|of| text.contains(&format!("{{\"{of}\":")))
    {
        return Ok(text);
    }
    let mut told: Vec<Value> = parse(&text)?;
    for of in PERSONAL {
        let what = told.iter_mut().filter_map(|change| change.get_mut(of));
        let happened = what.filter_map(Value::as_object_mut);
        happened
            .flat_map(|happened| happened.values_mut())
            .for_each(keys_only);
    }
    json(&told)
}

/// Changes of these are told without what they say.
const PERSONAL: [&str; 2] = ["account", "contact"];

/// What tells which record, and in which state it is now. Everything else is left out, also what later releases add.
const TOLD: &[&str] = &[
    "account",
    "asked_at",
    "but",
    "contact",
    "customer",
    "field",
    "fields",
    "id",
    "kind",
    "language",
    "new_email",
    "of",
    "pass",
    "request",
    "session",
    "state",
    "until",
];

fn keys_only(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|key, _| TOLD.contains(&key.as_str()));
            object.values_mut().for_each(keys_only);
        }
        Value::Array(all) => all.iter_mut().for_each(keys_only),
        _ => {}
    }
}

#[cfg(all(test, feature = "accounts"))]
mod tests {
    use chrono::{DateTime, Utc};
    use portal_core::{
        Id,
        accounts::{
            AccountChange, AccountRequest, Applicant, ContactChange, Digest, FieldValue, Pass,
            PassHolder, PassKind, PasswordHash, RequestKind, SealedSecret,
        },
        details::EmailAddress,
        profile,
    };

    use super::*;

    #[test]
    fn the_trail_tells_which_records_and_nothing_that_opens_a_door_or_names_a_person() {
        let at = DateTime::<Utc>::UNIX_EPOCH;
        let email = EmailAddress::parse("ana@example.com").unwrap();
        let account = Id::new("a1");
        let applicant = Applicant::new(email.clone(), "Ana", "Cruz");
        let request =
            AccountRequest::new(Id::new("q1"), RequestKind::SignUp, at, applicant.clone())
                .with_password(PasswordHash::new("$argon2id$hash"));
        let (sent_to, secret) = (Digest::of("ana@example.com"), Digest::of("secret"));
        let kind = PassKind::NewEmail {
            email: email.clone(),
        };
        let of = PassHolder::Account(account.clone());
        let all = [
            Change::from(AccountChange::Opened {
                account: account.clone(),
                contact: Id::new("k1"),
                customer: Id::new("c1"),
                email: Some(email.clone()),
                phone: None,
            }),
            Change::from(AccountChange::PasswordSet {
                account: account.clone(),
                password: PasswordHash::new("$argon2id$hash"),
                device: Some(Digest::of("a browser")),
            }),
            Change::from(AccountChange::SecondFactorSet {
                account,
                sealed: SealedSecret::new("sealed"),
            }),
            Change::from(AccountChange::PassIssued {
                pass: Pass::new(Id::new("p1"), kind, of, sent_to, secret, at),
            }),
            Change::from(AccountChange::Requested {
                request: Box::new(request),
            }),
            Change::from(ContactChange::Added {
                contact: Id::new("k1"),
                applicant: Box::new(applicant),
            }),
            Change::from(ContactChange::ProfileUpdated {
                contact: Id::new("k1"),
                fields: vec![FieldValue::new(
                    "motto",
                    profile::Value::Text("private".into()),
                )],
            }),
        ];
        let lines = all.map(|change| changes(&[change]).unwrap());
        insta::assert_snapshot!(lines.join("\n"), @r#"
        [{"account":{"opened":{"account":"a1","contact":"k1","customer":"c1"}}}]
        [{"account":{"password_set":{"account":"a1"}}}]
        [{"account":{"second_factor_set":{"account":"a1"}}}]
        [{"account":{"pass_issued":{"pass":{"id":"p1","kind":{"new_email":{}},"of":{"account":"a1"},"state":"open","until":"1970-01-01T00:00:00Z"}}}}]
        [{"account":{"requested":{"request":{"asked_at":"1970-01-01T00:00:00Z","id":"q1","kind":"sign_up","state":"pending"}}}}]
        [{"contact":{"added":{"contact":"k1"}}}]
        [{"contact":{"profile_updated":{"contact":"k1","fields":[{"field":"motto"}]}}}]
        "#);
    }
}
