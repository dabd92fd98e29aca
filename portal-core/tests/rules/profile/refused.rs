//! What is refused, and how it is told.
use super::*;

/// 000-53, T33
#[tokio::test]
async fn a_field_that_is_not_on_the_form_or_not_for_editing_is_refused_by_its_name() {
    let memory = memory();
    for name in [
        "member",
        "credit_rating",
        "email",
        "phone",
        "role",
        "customer",
        "on_account",
        "portal_option",
        "company.town",
        "billing",
        "billing.line5",
        "billing.",
        "Company",
        "",
        "company[]",
        "__proto__",
    ] {
        let refused = said(&memory, &[("company", "Other"), (name, "x")]).await;
        assert_eq!(refused, [("profile.field-not-editable", name.to_owned())]);
    }
    assert_eq!(stored(&memory, "company").await, Value::Text("Acme".into()));
}

/// 000-54
#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once_each_with_its_field() {
    let typed = [
        ("company", ""),
        ("about", "\u{202e}evil"),
        ("size", "xxl"),
        ("news", "perhaps"),
        ("birthday", "28/02/1990"),
        ("mobile", "call me"),
        ("second_email", "-ana@home.example"),
        ("zip", "1234"),
        ("billing.line2", "\u{0}"),
        ("billing.town", ""),
        ("billing.postal_code", "ABC"),
        ("billing.country", "XX"),
        ("role", "admin"),
    ];
    assert_eq!(
        said(&memory(), &typed).await,
        [
            ("profile.bad-characters", "about".into()),
            ("profile.bad-characters", "billing.line2".into()),
            ("profile.field-not-editable", "role".into()),
            ("profile.incomplete-address", "billing.town".into()),
            ("profile.not-a-choice", "news".into()),
            ("profile.not-a-choice", "size".into()),
            ("profile.not-a-country", "billing.country".into()),
            ("profile.not-a-date", "birthday".into()),
            ("profile.not-a-phone", "mobile".into()),
            ("profile.not-a-postal-code", "zip".into()),
            ("profile.not-an-email", "second_email".into()),
            ("profile.required", "company".into()),
        ]
    );
}

/// 000-54
#[tokio::test]
async fn each_field_refuses_what_does_not_belong_in_it() {
    let long = "x".repeat(21);
    for (name, typed, code) in [
        ("company", long.as_str(), "profile.too-long"),
        ("company", "Ac\nme", "profile.bad-characters"),
        ("company", "  ", "profile.required"),
        ("birthday", "1990-02-30", "profile.not-a-date"),
        ("birthday", "1990-2-3", "profile.not-a-date"),
        ("birthday", "+199-02-03", "profile.not-a-date"),
        ("size", "S", "profile.not-a-choice"),
        ("mobile", "813 555 1234 x1", "profile.not-a-phone"),
        ("zip", "K1A 0B1", "profile.not-a-postal-code"),
        ("second_email", "ana", "profile.not-an-email"),
    ] {
        assert_eq!(
            said(&memory(), &[(name, typed)]).await,
            [(code, name.into())],
            "{typed:?}"
        );
    }
}

/// 002-21
#[tokio::test]
async fn an_address_is_complete_or_empty() {
    let memory = memory();
    let no = said(
        &memory,
        &[("billing.postal_code", "33601"), ("billing.country", "US")],
    )
    .await;
    assert_eq!(
        no,
        [
            ("profile.incomplete-address", "billing.line1".into()),
            ("profile.incomplete-address", "billing.town".into()),
        ]
    );
}

/// What a host had before there were rules for it is in nobody's way.
#[tokio::test]
async fn what_stands_there_already_may_stay_though_it_would_not_be_taken_today() {
    let memory = memory();
    let old = "A firm whose name is longer than the form allows";
    memory.put_profile(Id::new("ana"), vec![text("company", old)]);
    let typed = [("company", old), ("about", "Me")];
    ana(&memory).submit(&update(1, &typed)).await.unwrap();
    assert_eq!(stored(&memory, "company").await, Value::Text(old.into()));
    assert_eq!(stored(&memory, "about").await, Value::Text("Me".into()));
}

/// T33
#[tokio::test]
async fn ten_megabytes_in_every_field_are_refused_and_few_of_a_million_names_are_told() {
    let memory = memory();
    let huge = "é".repeat(5_000_000);
    let fields = form().fields.into_iter().filter(|field| !field.read_only);
    let typed: Vec<_> = fields
        .flat_map(|field| field.inputs(&Value::Empty))
        .map(|input| (input.name, huge.clone()))
        .collect();
    let no = ana(&memory)
        .submit(&UpdateProfile::new(command(1), typed))
        .await
        .unwrap_err();
    assert_eq!(no.refusals().unwrap().iter().count(), 8 + 8);
    assert!(no.to_string().len() < 5_000);
    let names = (0..200_000).map(|n| (format!("field{n}"), ""));
    let no = ana(&memory)
        .submit(&UpdateProfile::new(command(2), names))
        .await
        .unwrap_err();
    assert_eq!(no.refusals().unwrap().iter().count(), 20);
    let name = [("\u{202e}x".repeat(1_000_000), "")];
    let no = ana(&memory)
        .submit(&UpdateProfile::new(command(3), name))
        .await
        .unwrap_err();
    assert_eq!(
        no.to_string(),
        format!("refused: {} is not for customers to edit", "x".repeat(64))
    );
}

#[test]
fn nothing_that_was_typed_is_written_to_logs() {
    let typed = update(1, &[("company", "Acme")]);
    assert!(!format!("{typed:?}").contains("Acme"));
    let filled = text("company", "Acme");
    assert!(!format!("{filled:?} {:?}", filled.value).contains("Acme"));
}

/// A label is the host's own text; the sentence around it is ours.
#[test]
fn refusals_call_a_field_what_the_host_calls_it_in_the_customers_language() {
    let field = &form().fields[0];
    let at = FieldName::new("company").called(field.label.clone());
    let no = Refusal::from(ProfileRefusal::Required(at));
    assert_eq!(
        Words::new(Language::En).refusal(&no),
        "“Company” must be filled in."
    );
    assert_eq!(
        Words::new(Language::Es).refusal(&no),
        "Hay que rellenar «Empresa»."
    );
    assert_eq!(
        serde_json::to_value(&no).unwrap(),
        serde_json::json!({"code": "profile.required", "data": {"field": "company"}})
    );
}
