//! Lines of text, and the addresses made of them.
use super::*;

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
