//! How a person is reached: every spelling is read to one, and nothing that anybody may type does harm.
use portal_core::details::{
    AddressForm, AddressPart, BadAddress, BadText, EmailAddress, Phone, PostalAddress, PostalCode,
    Region, line, lines,
};
use proptest::prelude::*;

fn region(letters: &str) -> Region {
    Region::parse(letters).unwrap()
}

fn phone(text: &str, country: &str) -> Option<String> {
    let country = (!country.is_empty()).then(|| region(country));
    let phone = Phone::parse(text, country).ok()?;
    Some(phone.as_str().to_owned())
}

fn email(text: &str) -> Option<String> {
    let address = EmailAddress::parse(text).ok()?;
    Some(address.as_str().to_owned())
}

fn code(text: &str, country: &str) -> Option<String> {
    let country = (!country.is_empty()).then(|| region(country));
    let code = PostalCode::parse(text, country).ok()?;
    Some(code.as_str().to_owned())
}

/// 001-05: the number is the same however it is written.
#[test]
fn forty_spellings_of_a_number_are_one_number() {
    for (number, country, spellings) in [
        (
            "+18135551234",
            "US",
            &[
                "+18135551234",
                "(813) 555-1234",
                "813-555-1234",
                "813.555.1234",
                "813 555 1234",
                "8135551234",
                "1 813 555 1234",
                "1-813-555-1234",
                "1 (813) 555-1234",
                "+1 (813) 555-1234",
                "+1.813.555.1234",
                "(+1) 813 555 1234",
                "011 1 813 555 1234",
                "tel:+1-813-555-1234",
                "  813 555 1234  ",
                "813\u{a0}555\u{a0}1234",
                "813\u{2011}555\u{2011}1234",
                "813–555–1234",
                "８１３－５５５－１２３４",
                "＋１ ８１３ ５５５ １２３４",
                "\u{202a}+1 813-555-1234\u{202c}",
            ][..],
        ),
        (
            "+442079460958",
            "GB",
            &[
                "020 7946 0958",
                "(020) 7946 0958",
                "02079460958",
                "+44 20 7946 0958",
                "+44 (0)20 7946 0958",
                "0044 20 7946 0958",
                "44 20 7946 0958",
            ],
        ),
        (
            "+34912345678",
            "ES",
            &[
                "912 345 678",
                "91 234 56 78",
                "+34 912 345 678",
                "0034912345678",
            ],
        ),
        (
            "+4930123456",
            "DE",
            &[
                "030 123456",
                "030/123456",
                "+49 30 123456",
                "+49 (0) 30 / 12 34 56",
                "0049 30 123456",
            ],
        ),
        ("+390612345678", "IT", &["06 1234 5678", "+39 06 1234 5678"]),
        (
            "+81312345678",
            "JP",
            &[
                "03-1234-5678",
                "０３（１２３４）５６７８",
                "+81 3 1234 5678",
            ],
        ),
        (
            "+201001234567",
            "EG",
            &["٠١٠٠١٢٣٤٥٦٧", "010 0123 4567", "+20 100 123 4567"],
        ),
        ("+525512345678", "MX", &["55 1234 5678", "+52 55 1234 5678"]),
    ] {
        for spelling in spellings {
            assert_eq!(
                phone(spelling, country).as_deref(),
                Some(number),
                "{spelling:?} in {country}"
            );
        }
        // With the country in it, it matters not where it is read.
        for elsewhere in ["", "FR", "BR", "IN"] {
            assert_eq!(phone(number, elsewhere).as_deref(), Some(number));
        }
        for (from, prefix) in [("FR", "00"), ("US", "011"), ("JP", "010")] {
            let dialled = number.replace('+', prefix);
            assert_eq!(
                phone(&dialled, from).as_deref(),
                Some(number),
                "{dialled} from {from}"
            );
        }
    }
}

/// 001-05
#[test]
fn what_is_no_number_there_is_refused() {
    for (text, country) in [
        ("", "US"),
        ("+", "US"),
        ("813 555 1234", ""),
        ("555-1234", "US"),
        ("123", "US"),
        ("000 000 0000", "US"),
        ("+1 813 555 12345", ""),
        ("+999 123 456 789", ""),
        ("+0 813 555 1234", ""),
        ("1-800-FLOWERS", "US"),
        ("813 555 1234 x12", "US"),
        ("813 555 1234 ext. 12", "US"),
        ("813 555 1234;ext=12", "US"),
        ("813 555 1234 #12", "US"),
        ("813 555 1234, 813 555 1235", "US"),
        ("+1 813 555 1234 +1 813 555 1235", ""),
        ("*67 813 555 1234", "US"),
        ("813\n555 1234", "US"),
        ("813\x00555 1234", "US"),
        ("call me", "US"),
        ("ana@acme.example", "US"),
    ] {
        assert_eq!(phone(text, country), None, "{text:?} in {country:?}");
    }
    let error = Phone::parse("813 555 1234 x12", Some(region("US"))).unwrap_err();
    assert!(error.to_string().contains("without an extension"));
}

/// T16
#[test]
fn a_mailbox_has_one_spelling() {
    for (text, mailbox) in [
        ("ana@acme.example", "ana@acme.example"),
        (" Ana@ACME.example ", "ana@acme.example"),
        ("o'brien+portal@acme.example", "o'brien+portal@acme.example"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@BÜCHER.example", "ana@xn--bcher-kva.example"),
        ("ana@xn--bcher-kva.example", "ana@xn--bcher-kva.example"),
        ("ana@例え.テスト", "ana@xn--r8jz45g.xn--zckzah"),
        ("a@b.co", "a@b.co"),
    ] {
        assert_eq!(email(text).as_deref(), Some(mailbox), "{text:?}");
    }
}

/// T16
#[test]
fn what_a_mail_program_could_take_for_something_else_is_no_address() {
    for text in [
        "",
        "@",
        "ana",
        "ana@",
        "@acme.example",
        "ana@acme",
        "root@localhost",
        "ana@127.0.0.1",
        "ana@[127.0.0.1]",
        "ana@[IPv6:::1]",
        "ana@2130706433",
        "-oQ/tmp@acme.example",
        "-ana@acme.example",
        ".ana@acme.example",
        "ana.@acme.example",
        "an..a@acme.example",
        "ana@-acme.example",
        "ana@acme-.example",
        "ana@acme..example",
        "ana@acme.example.",
        "ana@.acme.example",
        "ana@acme.example, bob@acme.example",
        "ana@acme.example;bob@acme.example",
        "ana@bob@acme.example",
        "Ana <ana@acme.example>",
        "<ana@acme.example>",
        "\"ana\"@acme.example",
        "\"an a\"@acme.example",
        "ana(comment)@acme.example",
        "an a@acme.example",
        "ana@ac me.example",
        "ana@acme.example\r\nBcc: bob@acme.example",
        "ana\r\n@acme.example",
        "ana@acme.example\0",
        "\tana@acme.example",
        "ana@acme.example\n",
        "ana@ac\u{200b}me.example",
        "ana@ac\u{ad}me.example",
        "ana\u{200d}@acme.example",
        "ana@\u{202e}elpmaxe.emca",
        "an\u{e1}@acme.example",
        "ana@acme.example%00",
        "mailto:ana@acme.example",
        "ana\\@acme.example",
    ] {
        assert_eq!(email(text), None, "{text:?}");
    }
    let long = format!("{}@acme.example", "a".repeat(65));
    assert_eq!(email(&long), None);
    let labels = vec!["a".repeat(60); 4].join(".");
    assert_eq!(email(&format!("ana@{labels}.example")), None);
}

/// 001-07
#[test]
fn a_postal_code_has_one_spelling() {
    for (text, country, expected) in [
        ("33601", "US", "33601"),
        ("33601-1234", "US", "33601"),
        ("33601 1234", "US", "33601"),
        ("336011234", "US", "33601"),
        (" 33601 ", "US", "33601"),
        ("３３６０１", "US", "33601"),
        ("33601-1234", "", "33601"),
        ("00601", "PR", "00601"),
        ("k1a 0b1", "CA", "K1A0B1"),
        ("K1A-0B1", "CA", "K1A0B1"),
        ("sw1a1aa", "GB", "SW1A1AA"),
        ("SW1A 1AA", "GB", "SW1A1AA"),
        ("m1 1ae", "GB", "M11AE"),
        ("1010", "LV", "LV1010"),
        ("LV-1010", "LV", "LV1010"),
        ("DE-10115", "DE", "10115"),
        ("10115", "DE", "10115"),
        ("〒100-0001", "JP", "1000001"),
        ("00-950", "PL", "00950"),
        ("1234 ab", "NL", "1234AB"),
        ("D02 X285", "IE", "D02X285"),
        ("123 45", "SE", "12345"),
        // No format is known of Ghana's.
        ("GA-183-8164", "GH", "GA1838164"),
        ("sw1a 1aa", "", "SW1A1AA"),
    ] {
        assert_eq!(
            code(text, country).as_deref(),
            Some(expected),
            "{text:?} in {country:?}"
        );
    }
    let canadian = PostalCode::parse("k1a0b1", Some(region("CA"))).unwrap();
    assert_eq!(canadian.shown(region("CA")), "K1A 0B1");
    assert_eq!(canadian.shown(region("GH")), "K1A0B1");
}

/// 001-07
#[test]
fn what_is_no_code_there_is_refused_and_the_format_is_named() {
    for (text, country, named) in [
        ("1234", "US", "12345"),
        ("1234A", "US", "12345"),
        ("123456", "US", "12345"),
        ("33601", "CA", "A1B 2C3"),
        ("SW1A", "GB", "AB1 2CD"),
        ("33601", "NL", "1234 AB"),
        ("1234567", "PL", "12-345"),
        ("33601", "GI", "GX11 1AA"),
    ] {
        let bad = PostalCode::parse(text, Some(region(country))).unwrap_err();
        assert_eq!(bad.example().as_deref(), Some(named), "{text} in {country}");
        assert!(bad.to_string().ends_with(named), "{bad}");
    }
    for text in [
        "",
        " ",
        "-",
        "1",
        "12345678901",
        "33601; drop",
        "336\u{200b}01",
        "336_01",
        "336\n01",
        "336\x00601",
    ] {
        assert_eq!(code(text, ""), None, "{text:?}");
    }
}

#[test]
fn every_country_that_has_postal_codes_has_a_format() {
    for country in keshvar_countries() {
        let bad = PostalCode::parse("?", Some(region(&country))).unwrap_err();
        let example = bad
            .example()
            .unwrap_or_else(|| panic!("{country} has no format"));
        let read = PostalCode::parse(&example, Some(region(&country))).unwrap();
        assert_eq!(read.shown(region(&country)), example);
        assert_eq!(
            PostalCode::parse(read.as_str(), Some(region(&country))).unwrap(),
            read
        );
    }
}

fn keshvar_countries() -> Vec<String> {
    let all = keshvar::CountryIterator::new();
    let coded = all.filter(|country| country.postal_code_format().is_some());
    coded.map(|country| country.alpha2().to_string()).collect()
}

#[test]
fn only_real_countries_are_countries() {
    for (text, country) in [
        ("US", "US"),
        ("es", "ES"),
        (" gb ", "GB"),
        ("XK", "XK"),
        ("AQ", "AQ"),
    ] {
        assert_eq!(Region::parse(text).unwrap().as_str(), country);
    }
    for text in [
        "", "U", "USA", "XX", "ZZ", "UK", "EU", "AA", "U1", "é", "\0\0", "ＵＳ",
    ] {
        assert!(Region::parse(text).is_err(), "{text:?}");
    }
}

/// T16
#[test]
fn a_line_keeps_what_people_write_and_nothing_that_cannot_be_seen() {
    for (text, kept) in [
        ("  Ana Cruz ", "Ana Cruz"),
        ("Ana\tCruz", "Ana Cruz"),
        ("Ana\u{a0}Cruz", "Ana Cruz"),
        ("Jose\u{301}", "José"),
        ("O’Brien-Łukasz", "O’Brien-Łukasz"),
        ("علی\u{200c}رضا", "علی\u{200c}رضا"),
        ("👩\u{200d}🔧", "👩\u{200d}🔧"),
        ("=cmd()|'", "=cmd()|'"),
        ("", ""),
    ] {
        assert_eq!(line(text, 40).unwrap(), kept);
    }
    for text in [
        "Ana\nCruz",
        "Ana\r\nBcc: x",
        "Ana\0",
        "Ana\u{1b}[2J",
        "Ana\u{7f}",
        "Ana\u{85}Cruz",
        "Ana\u{2028}Cruz",
        "Ana\u{202e}zurC",
        "Ana\u{2066}Cruz",
        "Ana\u{200b}Cruz",
        "An\u{200d}a",
        "\u{200d}",
        "\u{feff}Ana",
        "A\u{ad}na",
        "\u{3164}",
        "\u{e0041}Ana",
        "\u{e000}",
        "\u{ffff}",
    ] {
        assert_eq!(line(text, 40), Err(BadText::Unseen), "{text:?}");
    }
    assert_eq!(line(&"é".repeat(40), 40).unwrap().chars().count(), 40);
    assert_eq!(
        line(&"é".repeat(41), 40),
        Err(BadText::TooLong { longest: 40 })
    );
    assert_eq!(
        lines("one\r\ntwo\rthree\nfour", 40).unwrap(),
        "one\ntwo\nthree\nfour"
    );
    assert_eq!(lines("one\u{202e}\ntwo", 40), Err(BadText::Unseen));
}

/// 002-21
#[test]
fn an_address_says_everything_that_is_wrong_with_it_at_once() {
    let mut form = AddressForm::default();
    form.lines = vec!["1 Main St".into(), "x".repeat(101)];
    form.district = "FL\u{202e}".into();
    form.postal_code = "1234".into();
    form.country = "US".into();
    let wrong = form.read(None).unwrap_err();
    let us = Some(region("US"));
    assert_eq!(
        wrong,
        [
            BadAddress::Text(AddressPart::Line(2), BadText::TooLong { longest: 100 }),
            BadAddress::Missing(AddressPart::Town),
            BadAddress::Text(AddressPart::District, BadText::Unseen),
            BadAddress::PostalCode(PostalCode::parse("1234", us).unwrap_err()),
        ]
    );
    let nothing = AddressForm::default().read(None).unwrap_err();
    assert_eq!(
        nothing,
        [
            AddressPart::Line(1),
            AddressPart::Town,
            AddressPart::Country
        ]
        .map(BadAddress::Missing)
    );
}

/// 002-21
#[test]
fn an_address_is_read_in_the_country_it_names_or_at_home() {
    let mut form = AddressForm::default();
    form.lines = ["", " 1 Main St ", "", "Suite 4"].map(String::from).into();
    form.town = "Tampa".into();
    form.postal_code = "33601-1234".into();
    let home = form.read(Some(region("US"))).unwrap();
    assert_eq!(home.lines(), ["1 Main St", "Suite 4"]);
    assert_eq!(home.postal_code().unwrap().as_str(), "33601");
    assert_eq!(home.country(), region("US"));
    form.country = "gb".into();
    form.postal_code = "sw1a1aa".into();
    let there = form.read(Some(region("US"))).unwrap();
    assert_eq!(AddressForm::from(&there).postal_code, "SW1A 1AA");
    form.lines = vec!["line".into(); 5];
    assert_eq!(
        form.read(Some(region("US"))),
        Err(vec![BadAddress::TooManyLines])
    );
}

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
