//! The profile form: exactly the host's fields, written to the host at once, all or nothing.
use std::sync::Arc;

use portal_core::{
    CustomerDesk, Error, Id, Language, Page, Refusal, Settings, Store,
    accounts::Applicant,
    details::{EmailAddress, Phone, PostalAddress, PostalCode, Region},
    memory::Memory,
    profile::{
        Choice, Field, FieldKind, FieldName, FieldValue, FilledField, Label, ProfileForm,
        ProfileRefusal, UpdateProfile, Value,
    },
    words::Words,
};
use portal_testkit::{FlakyStore, facts::*};
use proptest::prelude::*;

use super::support::*;

fn form() -> ProfileForm {
    let sizes = [Choice::new("s", "Small"), Choice::new("l", "Large")];
    ProfileForm::new([
        Field::line(
            "company",
            Label::new("Company").and(Language::Es, "Empresa"),
            20,
        )
        .required(),
        Field::line("member", "Member number", 20).read_only(),
        Field::text("about", "About you", 50),
        Field::choice("size", "Size", sizes),
        Field::new("news", "Newsletter", FieldKind::Flag),
        Field::new("birthday", "Birthday", FieldKind::Date),
        Field::new("mobile", "Mobile", FieldKind::Phone),
        Field::new("second_email", "Second e-mail", FieldKind::Email),
        Field::new("zip", "ZIP", FieldKind::PostalCode),
        Field::new("billing", "Billing address", FieldKind::Address),
    ])
}

fn value(field: &str, value: Value) -> FieldValue {
    FieldValue::new(field, value)
}

fn text(field: &str, text: &str) -> FieldValue {
    value(field, Value::Text(text.into()))
}

/// Ana, whom the host knows more about than its form shows.
fn memory() -> Memory {
    let memory = Memory::default();
    memory.put_contact(contact("ana"));
    memory.put_profile(
        Id::new("ana"),
        vec![
            text("credit_rating", "AAA"),
            text("company", "Acme"),
            text("member", "M-1"),
        ],
    );
    memory
}

fn desk_over(memory: &Memory, store: Arc<dyn Store>, form: ProfileForm) -> CustomerDesk {
    let mut settings = Settings::default();
    settings.country = Region::parse("US").ok();
    let portal = portal_core::Portal::builder(store, Arc::new(memory.clone()))
        .profile(form, Arc::new(memory.clone()))
        .settings(settings)
        .clock(Arc::new(portal_testkit::StoppedClock::at(today())))
        .build()
        .unwrap();
    portal.customer(viewer(&contact("ana")))
}

fn ana(memory: &Memory) -> CustomerDesk {
    desk_over(memory, Arc::new(memory.clone()), form())
}

fn update(n: u128, typed: &[(&str, &str)]) -> UpdateProfile {
    UpdateProfile::new(command(n), typed.iter().copied())
}

async fn filled(memory: &Memory) -> Vec<FilledField> {
    ana(memory).profile().unwrap().form().await.unwrap()
}

async fn stored(memory: &Memory, key: &str) -> Value {
    let fields = filled(memory).await;
    let found = fields.into_iter().find(|f| *f.field.key == *key);
    found.unwrap().value
}

async fn said(memory: &Memory, typed: &[(&str, &str)]) -> Vec<(&'static str, String)> {
    let no = ana(memory).submit(&update(99, typed)).await.unwrap_err();
    let mut said: Vec<_> = no
        .refusals()
        .unwrap()
        .iter()
        .map(|refusal| match refusal {
            Refusal::Profile(no) => (refusal.code(), no.at().field.to_string()),
            other => panic!("{other:?}"),
        })
        .collect();
    said.sort_unstable();
    said
}

/// 000-52
#[tokio::test]
async fn customers_see_exactly_the_fields_on_the_form_with_what_is_in_them() {
    let memory = memory();
    let seen: Vec<_> = filled(&memory)
        .await
        .into_iter()
        .map(|f| (f.field.key.to_string(), f.value.says_nothing()))
        .collect();
    let keys = form().fields.into_iter();
    let expected: Vec<_> = keys
        .map(|field| {
            (
                field.key.to_string(),
                !matches!(&*field.key, "company" | "member"),
            )
        })
        .collect();
    assert_eq!(seen, expected);
}

/// 000-52
#[tokio::test]
async fn a_portal_without_a_form_offers_no_profiles() {
    let desk = desk(&memory(), &contact("ana"));
    let no = desk.profile().unwrap_err();
    assert_eq!(no.to_string(), "this portal does not offer profiles");
    let no = desk.submit(&update(1, &[("company", "Other")])).await;
    assert!(matches!(no, Err(Error::NotWired("profiles"))));
}

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
async fn what_was_changed_and_only_that_reaches_the_host_at_once() {
    let memory = memory();
    let desk = ana(&memory);
    let typed = [
        ("company", "Acme"),
        ("about", "  Two\r\nlines "),
        ("size", "l"),
        ("news", ""),
        ("news", "on"),
        ("birthday", "1990-02-28"),
        ("mobile", "(813) 555-1234"),
        ("second_email", "Ana@Home.example"),
        ("zip", "33601-1234"),
        ("billing.line1", "1 Main St"),
        ("billing.line2", ""),
        ("billing.town", "Tampa"),
        ("billing.postal_code", "33601"),
    ];
    desk.submit(&update(1, &typed)).await.unwrap();
    let us = Region::parse("US").unwrap();
    let zip = || PostalCode::parse("33601", Some(us)).unwrap();
    let billing = PostalAddress::new(["1 Main St"], "Tampa", us).unwrap();
    for (key, value) in [
        ("company", Value::Text("Acme".into())),
        ("member", Value::Text("M-1".into())),
        ("about", Value::Text("Two\nlines".into())),
        ("size", Value::Choice("l".into())),
        ("news", Value::Flag(true)),
        ("birthday", Value::Date("1990-02-28".parse().unwrap())),
        (
            "mobile",
            Value::Phone(Phone::parse("+18135551234", None).unwrap()),
        ),
        (
            "second_email",
            Value::Email(EmailAddress::parse("ana@home.example").unwrap()),
        ),
        ("zip", Value::PostalCode(zip())),
        ("billing", Value::Address(billing.with_postal_code(zip()))),
    ] {
        assert_eq!(stored(&memory, key).await, value, "{key}");
    }
}

/// 000-54
#[tokio::test]
async fn the_host_hears_of_the_fields_that_changed_and_of_no_other() {
    let memory = memory();
    let record = |memory: Memory| async move {
        use portal_core::profile::ProfileRecords;
        let loaded = memory.profile(&Id::new("ana")).await.unwrap().unwrap();
        (loaded.seen, loaded.value.len())
    };
    let before = record(memory.clone()).await;
    // Everything as it was drawn.
    let drawn: Vec<_> = filled(&memory)
        .await
        .iter()
        .flat_map(FilledField::inputs)
        .collect();
    let untouched = drawn.into_iter().filter(|input| input.name != "member");
    let untouched: Vec<_> = untouched.map(|input| (input.name, input.text)).collect();
    let form = UpdateProfile::new(command(1), untouched);
    ana(&memory).submit(&form).await.unwrap();
    assert_eq!(record(memory.clone()).await, before);
    ana(&memory)
        .submit(&update(2, &[("about", "Me")]))
        .await
        .unwrap();
    let after = record(memory).await;
    assert_ne!(after.0, before.0);
    assert_eq!(after.1, before.1 + 1);
}

/// 000-54
#[tokio::test]
async fn a_field_is_emptied_by_posting_nothing_in_it() {
    let memory = memory();
    let full = [
        ("about", "Me"),
        ("news", "on"),
        ("billing.line1", "1 Main St"),
        ("billing.town", "Tampa"),
    ];
    ana(&memory).submit(&update(1, &full)).await.unwrap();
    // A list of countries always has one chosen.
    let empty = [
        ("about", " "),
        ("news", "off"),
        ("billing.line1", ""),
        ("billing.country", "US"),
    ];
    ana(&memory).submit(&update(2, &empty)).await.unwrap();
    for key in ["about", "news", "billing"] {
        assert!(stored(&memory, key).await.says_nothing(), "{key}");
    }
}

/// 000-55
#[tokio::test]
async fn nothing_is_stored_before_update_profile_is_pressed() {
    let memory = memory();
    let desk = ana(&memory);
    let before = filled(&memory).await;
    let typed = update(1, &[("company", "Other")]);
    let again = filled(&memory).await;
    assert_eq!(before, again);
    desk.submit(&typed).await.unwrap();
    assert_ne!(filled(&memory).await, before);
}

/// 000-56
#[tokio::test]
async fn when_the_host_says_no_the_customer_reads_why_and_nothing_is_half_saved() {
    let memory = memory();
    let company = FieldName::new("company").called(Label::new("Company"));
    let why = "we know no such firm".into();
    let no = ProfileRefusal::NotAccepted { at: company, why };
    memory.reject_contact_changes(Some(Refusal::from(no).into()));
    let before = filled(&memory).await;
    let both = update(1, &[("company", "Other"), ("about", "Me")]);
    let refused = ana(&memory).submit(&both).await.unwrap_err();
    assert_eq!(
        Words::new(Language::En).error(&refused),
        "“Company” was not accepted: we know no such firm"
    );
    assert_eq!(filled(&memory).await, before);
    assert!(
        memory
            .audit(&Page::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
    memory.reject_contact_changes(None);
    assert!(!ana(&memory).submit(&both).await.unwrap().replayed);
    assert_ne!(filled(&memory).await, before);
}

/// 000-56
#[tokio::test]
async fn when_one_field_is_wrong_none_is_saved() {
    let memory = memory();
    let typed = [("about", "Me"), ("mobile", "call me"), ("size", "l")];
    assert_eq!(
        said(&memory, &typed).await,
        [("profile.not-a-phone", "mobile".into())]
    );
    assert!(stored(&memory, "about").await.says_nothing());
    assert!(stored(&memory, "size").await.says_nothing());
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

/// 000-54
#[tokio::test]
async fn the_same_form_twice_is_one_update() {
    let memory = memory();
    let desk = ana(&memory);
    let first = desk.submit(&update(1, &[("about", "Me")])).await.unwrap();
    desk.submit(&update(2, &[("about", "Me too")]))
        .await
        .unwrap();
    let again = desk.submit(&update(1, &[("about", "Me")])).await.unwrap();
    assert!(again.replayed && again.receipt == first.receipt);
    assert_eq!(stored(&memory, "about").await, Value::Text("Me too".into()));
    let other = desk.submit(&update(1, &[("about", "Other")])).await;
    assert!(matches!(other, Err(Error::FormReused)));
}

/// 000-54
#[tokio::test]
async fn a_lost_race_is_decided_anew_on_what_the_host_has_by_then() {
    let memory = memory();
    let flaky = FlakyStore::over(Arc::new(memory.clone()));
    let desk = desk_over(&memory, Arc::new(flaky.clone()), form());
    let host = memory.clone();
    flaky.before_the_next_commit(move || {
        host.put_profile(
            Id::new("ana"),
            vec![text("company", "Acme Inc."), text("about", "By the host")],
        );
    });
    desk.submit(&update(1, &[("about", "Me")])).await.unwrap();
    assert_eq!(flaky.calls().commit, 2);
    assert_eq!(
        stored(&memory, "company").await,
        Value::Text("Acme Inc.".into())
    );
    assert_eq!(stored(&memory, "about").await, Value::Text("Me".into()));
}

/// 002-04
#[tokio::test]
async fn a_portal_that_is_off_shows_no_profile_and_takes_none() {
    let memory = memory();
    let mut settings = Settings::default();
    settings.enabled = false;
    let portal = builder(&memory)
        .profile(form(), Arc::new(memory.clone()))
        .settings(settings)
        .build()
        .unwrap();
    let desk = portal.customer(viewer(&contact("ana")));
    assert_eq!(refused(&desk.profile().unwrap_err()), ["portal.disabled"]);
    let no = desk.submit(&update(1, &[("about", "Me")])).await;
    assert_eq!(refused(&no.unwrap_err()), ["portal.disabled"]);
}

#[tokio::test]
async fn somebody_the_host_does_not_know_has_no_profile() {
    let memory = memory();
    let portal = builder(&memory)
        .profile(form(), Arc::new(memory.clone()))
        .build()
        .unwrap();
    let bob = portal.customer(viewer(&contact("bob")));
    assert!(matches!(
        bob.profile().unwrap().form().await,
        Err(Error::NotFound)
    ));
    let no = bob.submit(&update(1, &[("company", "x")])).await;
    assert!(matches!(no, Err(Error::NotFound)));
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

/// 000-54
#[test]
fn what_applicants_say_about_themselves_is_read_like_a_profile() {
    let email = || EmailAddress::parse("ana@acme.example").unwrap();
    let mut applicant = Applicant::new(email(), " Ana ", "Cruz\u{a0}Paz");
    applicant.organisation = Some("  ".into());
    applicant.message = Some("Two\r\nlines".into());
    let checked = applicant.checked().unwrap();
    assert_eq!(checked.given_name, "Ana");
    assert_eq!(checked.surname, "Cruz Paz");
    assert_eq!(checked.organisation, None);
    assert_eq!(checked.message.as_deref(), Some("Two\nlines"));

    let mut applicant = Applicant::new(email(), "Ana\r\nBcc: bob@acme.example", " ");
    applicant.organisation = Some("x".repeat(10_000_000));
    applicant.message = Some("\u{1b}[2J".into());
    let no = applicant.checked().unwrap_err();
    let mut codes = no.codes();
    codes.sort_unstable();
    assert_eq!(
        codes,
        [
            "profile.bad-characters",
            "profile.bad-characters",
            "profile.required",
            "profile.too-long"
        ]
    );
    let words = Words::new(Language::Es);
    assert!(
        no.iter()
            .any(|r| words.refusal(r) == "Hay que rellenar «Apellido».")
    );
}

fn posted() -> impl Strategy<Value = Vec<(String, String)>> {
    let names: Vec<String> = form()
        .fields
        .iter()
        .flat_map(|field| field.inputs(&Value::Empty))
        .map(|input| input.name)
        .chain(["role".into(), "billing".into()])
        .collect();
    let texts = prop_oneof![
        any::<String>(),
        Just(String::new()),
        prop::sample::select(vec![
            "on",
            "s",
            "1990-02-28",
            "+18135551234",
            "ana@acme.example",
            "33601",
            "US",
            "Tampa",
        ])
        .prop_map(String::from),
    ];
    prop::collection::vec((prop::sample::select(names), texts), 0..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// 000-53, 000-54: whatever is posted is refused, or stands there afterwards as it will be drawn, and posting that again changes nothing.
    #[test]
    fn what_was_taken_is_drawn_again_and_taken_again(typed in posted()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let memory = memory();
            let desk = ana(&memory);
            let before = filled(&memory).await;
            match desk.submit(&UpdateProfile::new(command(1), typed)).await {
                Err(Error::Refused(_)) => assert_eq!(filled(&memory).await, before),
                Err(other) => panic!("{other}"),
                Ok(_) => {
                    let after = filled(&memory).await;
                    let drawn = after.iter().filter(|f| !f.field.read_only).flat_map(FilledField::inputs);
                    let again = drawn.map(|input| (input.name, input.text));
                    desk.submit(&UpdateProfile::new(command(2), again)).await.unwrap();
                    assert_eq!(filled(&memory).await, after);
                }
            }
        });
    }
}
