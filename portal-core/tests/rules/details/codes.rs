//! Postal codes, and the countries that have them.
use super::*;

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
