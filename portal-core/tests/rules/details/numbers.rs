//! Telephone numbers.
use super::*;

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
