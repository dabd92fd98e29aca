//! The form itself, as the host writes it.
use super::*;

#[test]
fn a_form_is_written_out_and_read_back() {
    let json = serde_json::to_string(&form()).unwrap();
    assert_eq!(read(&json).unwrap(), form());
}

fn read(json: &str) -> Result<ProfileForm, portal_core::settings::Problem> {
    ProfileForm::read(&mut serde_json::Deserializer::from_str(json))
}

#[test]
fn a_key_that_no_form_has_is_named_with_its_path() {
    for (json, key, what) in [
        (r#"{"field": []}"#, "profile.field", "unknown field"),
        (
            r#"{"fields": [{"key": "a", "label": "A", "kind": "date", "requird": true}]}"#,
            "profile.fields[0].requird",
            "unknown field",
        ),
        (
            r#"{"fields": [{"key": "a", "label": "A", "kind": {"line": {"longest": 1, "max": 2}}}]}"#,
            "profile.fields[0].kind.line.max",
            "unknown field",
        ),
        (
            r#"{"fields": [{"key": "a", "label": "A", "kind": "colour"}]}"#,
            "profile.fields[0].kind",
            "unknown variant",
        ),
        (
            r#"{"fields": [{"key": "a", "label": {"fr": "A"}, "kind": "date"}]}"#,
            "profile.fields[0].label",
            "no language `fr`",
        ),
    ] {
        let problem = read(json).unwrap_err();
        assert!(problem.key.starts_with(key), "{problem}");
        assert!(problem.what.contains(what), "{problem}");
    }
}

#[test]
fn every_problem_of_a_form_is_reported_at_once_with_its_path() {
    let twice = [
        Choice::new("s", "Small"),
        Choice::new("s", "Short"),
        Choice::new("", ""),
    ];
    let form = ProfileForm::new([
        Field::line("company", "Company", 0),
        Field::line("company", " ", 20),
        Field::text("About Me", "About", 60_000),
        Field::choice("size", "Size", []),
        Field::choice("fit", "Fit", twice),
        Field::new("member", "Member", FieldKind::Date)
            .required()
            .read_only(),
    ]);
    let memory = Memory::default();
    let error = builder(&memory)
        .profile(form, Arc::new(memory.clone()))
        .build()
        .unwrap_err();
    let keys: Vec<_> = error.problems.iter().map(|p| p.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "profile.fields[0].kind.line.longest",
            "profile.fields[1].key",
            "profile.fields[1].label",
            "profile.fields[2].key",
            "profile.fields[2].kind.text.longest",
            "profile.fields[3].kind.choice.options",
            "profile.fields[4].kind.choice.options[1].key",
            "profile.fields[4].kind.choice.options[2].key",
            "profile.fields[4].kind.choice.options[2].label",
            "profile.fields[5].required",
        ]
    );
    assert_eq!(ProfileForm::default().problems()[0].key, "profile.fields");
}

/// T33, A12, B2
#[test]
fn what_people_sign_in_with_and_what_they_may_do_is_never_a_field() {
    for key in [
        "email",
        "e-mail",
        "e_mail",
        "email_address",
        "phone",
        "main_phone",
        "portal_phone",
        "username",
        "password",
        "role",
        "customer",
        "customer_code",
        "on_account",
        "credit_limit",
        "portal_option",
        "account",
        "contact_id",
        "state",
        "csrf_token",
        "command",
    ] {
        let form = ProfileForm::new([Field::line(key, "Label", 20)]);
        let problems = form.problems();
        assert_eq!(problems.len(), 1, "{key}");
        assert!(
            problems[0].what.contains("never for a form"),
            "{}",
            problems[0]
        );
    }
}
