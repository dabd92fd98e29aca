//! What holds for all of them, whatever anybody types.
use super::*;

#[test]
fn what_was_read_is_written_out_and_read_back() {
    let us = Some(region("US"));
    let address = PostalAddress::new(["1 Main St"], "Tampa", region("US"))
        .and_then(|a| a.with_district("FL"))
        .unwrap()
        .with_postal_code(PostalCode::parse("33601", us).unwrap());
    let json = serde_json::to_string(&address).unwrap();
    assert_eq!(
        serde_json::from_str::<PostalAddress>(&json).unwrap(),
        address
    );
    let bad = json.replace("Tampa", "");
    assert!(serde_json::from_str::<PostalAddress>(&bad).is_err());
    let phone = Phone::parse("(813) 555-1234", us).unwrap();
    let json = serde_json::to_string(&phone).unwrap();
    assert_eq!(serde_json::from_str::<Phone>(&json).unwrap(), phone);
    assert!(serde_json::from_str::<Phone>("\"813 555 1234\"").is_err());
    // A number of a plan that has since been withdrawn.
    assert!(serde_json::from_str::<Phone>("\"+19995551234\"").is_ok());
    assert!(serde_json::from_str::<EmailAddress>("\"-ana@acme.example\"").is_err());
    assert!(serde_json::from_str::<Region>("\"XX\"").is_err());
}

#[test]
fn nothing_personal_is_written_to_logs() {
    let us = Some(region("US"));
    let address = PostalAddress::new(["1 Main St"], "Tampa", region("US")).unwrap();
    let said = format!(
        "{:?} {:?} {:?} {:?} {:?}",
        Phone::parse("8135551234", us).unwrap(),
        EmailAddress::parse("ana@acme.example").unwrap(),
        PostalCode::parse("33601", us).unwrap(),
        AddressForm::from(&address),
        address,
    );
    assert_eq!(
        said,
        "Phone(..) EmailAddress(..) PostalCode(..) AddressForm(..) PostalAddress(..)"
    );
}

/// What anybody may send is looked at no longer than it takes to see that it is too long.
#[test]
fn what_is_far_too_long_is_refused_unread() {
    let us = Some(region("US"));
    for text in [
        "1".repeat(100_000),
        " ".repeat(100_000),
        "é@".repeat(100_000),
        "\u{301}".repeat(10_000_000),
    ] {
        assert!(Phone::parse(&text, us).is_err());
        assert!(EmailAddress::parse(&text).is_err());
        assert!(PostalCode::parse(&text, us).is_err());
        assert!(Region::parse(&text).is_err());
        assert!(line(&text, 100).is_err());
        assert!(lines(&text, 4000).is_err());
        let mut form = AddressForm::default();
        form.lines = vec![text.clone(); 2];
        form.town = text;
        assert!(form.read(us).is_err());
    }
    let mut form = AddressForm::default();
    form.lines = vec!["line".into(); 100_000];
    assert!(
        form.read(us)
            .unwrap_err()
            .contains(&BadAddress::TooManyLines)
    );
}

fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[-+0-9 ().x]{0,30}",
        "[+]?[0-9]{1,16}",
        "[-a-z.@é\u{200b}]{0,40}",
        "[a-z0-9.]{1,20}@[a-zü-]{1,20}\\.[a-z]{2,5}",
        "[A-Z0-9 -]{0,12}",
    ]
}

fn anywhere() -> impl Strategy<Value = Option<Region>> {
    let all: Vec<_> = keshvar::CountryIterator::new()
        .map(|c| region(&c.alpha2().to_string()))
        .collect();
    proptest::option::of(proptest::sample::select(all))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn reading_never_panics_and_what_was_read_reads_as_itself(text in typed(), country in anywhere()) {
        if let Ok(phone) = Phone::parse(&text, country) {
            prop_assert_eq!(Phone::parse(phone.as_str(), country).unwrap(), phone.clone());
            prop_assert_eq!(Phone::parse(phone.as_str(), None).unwrap(), phone);
        }
        if let Ok(email) = EmailAddress::parse(&text) {
            prop_assert_eq!(EmailAddress::parse(email.as_str()).unwrap(), email.clone());
            let shouted = email.as_str().to_uppercase();
            prop_assert_eq!(EmailAddress::parse(&shouted).unwrap(), email.clone());
            prop_assert!(email.as_str().bytes().all(|b| b.is_ascii_graphic()) && email.as_str().len() <= 254);
        }
        if let Ok(code) = PostalCode::parse(&text, country) {
            prop_assert_eq!(PostalCode::parse(code.as_str(), country).unwrap(), code.clone());
            prop_assert_eq!(PostalCode::try_from(String::from(code.clone())).unwrap(), code.clone());
            if let Some(country) = country {
                prop_assert_eq!(PostalCode::parse(&code.shown(country), Some(country)).unwrap(), code);
            }
        }
        if let Ok(region) = Region::parse(&text) {
            prop_assert_eq!(Region::parse(region.as_str()).unwrap(), region);
        }
        for read in [line(&text, 20), lines(&text, 20)].into_iter().flatten() {
            prop_assert!(read.chars().count() <= 20);
            prop_assert_eq!(lines(&read, 20).unwrap(), read);
        }
    }

    #[test]
    fn an_address_that_was_read_reads_as_itself(
        street in typed(), town in typed(), district in typed(), code in typed(), country in anywhere(), home in anywhere()
    ) {
        let mut form = AddressForm::default();
        form.lines = vec![street];
        form.town = town;
        form.district = district;
        form.postal_code = code;
        form.country = country.map(|c| c.to_string()).unwrap_or_default();
        match form.read(home) {
            Ok(address) => {
                prop_assert_eq!(AddressForm::from(&address).read(home).unwrap(), address.clone());
                let json = serde_json::to_string(&address).unwrap();
                prop_assert_eq!(serde_json::from_str::<PostalAddress>(&json).unwrap(), address);
            }
            Err(wrong) => prop_assert!(!wrong.is_empty()),
        }
    }
}
