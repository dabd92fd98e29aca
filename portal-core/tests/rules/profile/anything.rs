//! Whatever is posted, and by whomever.
use super::*;

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
