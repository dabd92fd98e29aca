//! What reaches the host, once and whole.
use super::*;

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
