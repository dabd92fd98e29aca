use std::num::NonZeroU16;

use proptest::prelude::*;

use super::*;

const ABOUT: &[&str] = &[
    "+18135551234",
    "ana.lopez@garcia-rentals.example",
    "33602-1234",
    "KD-104512",
    "Ana María",
    "López",
    "Bayside Rentals",
];

fn checked(password: &str) -> Result<ChosenPassword, Refusals> {
    check_password(&password.into(), ABOUT, &PasswordSettings::default())
}

fn codes(password: &str) -> Vec<&'static str> {
    checked(password).map_or_else(|refusals| refusals.codes(), |_| vec![])
}

#[test]
fn a_few_words_that_nobody_else_puts_together_will_do() {
    let good = [
        "larch tern gravel",
        "correct horse battery staple",
        "x7#kQ2pvZe",
        "Zahnradbahn im Nebel",
        "длинный пароль из слов",
        "鼠标键盘显示器打印机",
        "tab\tand\u{7}bell and more",
        // Their own name in it does no harm where the rest stands by itself.
        "larch lopez tern gravel",
    ];
    for password in good {
        assert_eq!(codes(password), Vec::<&str>::new(), "{password}");
    }
}

#[test]
fn what_was_chosen_is_what_is_hashed() {
    let chosen = checked("Scho\u{308}ner\u{a0}Regenschirm").unwrap();
    assert_eq!(chosen.secret().expose_secret(), "Sch\u{f6}ner Regenschirm");
    assert_eq!(format!("{chosen:?}"), "ChosenPassword(..)");
}

#[test]
fn length_counts_characters_as_they_are_read() {
    let settings = PasswordSettings {
        shortest: NonZeroU16::new(12).unwrap(),
    };
    let check = |password: &str| check_password(&password.into(), &[], &settings);
    assert_eq!(
        check("x7#kQ2pvZe!").unwrap_err().codes(),
        ["account.password-too-short"]
    );
    assert!(check("x7#kQ2pvZe!e\u{301}").is_ok());
    assert_eq!(
        check("x7#kQ2pvZee\u{301}").map(|_| ()).unwrap_err().codes(),
        ["account.password-too-short"]
    );
    assert!(check("鼠标键盘显示器打印机风扇").is_ok());
}

#[test]
fn the_longest_may_be_used_and_one_more_may_not() {
    let long: String = "larch tern gravel ".chars().cycle().take(257).collect();
    assert_eq!(codes(&long), ["account.password-too-long"]);
    assert_eq!(codes(&long[..256]), Vec::<&str>::new());
    assert_eq!(codes(&"p".repeat(100_000)), ["account.password-too-long"]);
}

#[test]
fn what_anybody_would_try_is_too_common() {
    let common = [
        "password12",
        "Password1!",
        "passw0rd123",
        "1234567890",
        "0987654321",
        "qwertyuiop",
        "QWERTYuiop",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "iloveyou12",
        "letmein2024",
        "P@$$w0rd2026",
        "12/24/1987!",
        "sunshine123",
        "princess2020",
        "abcdefghijkl",
        "football123",
        "superman99",
        "drowssap12",
        "          ",
        "welcome2025",
    ];
    for password in common {
        assert!(
            codes(password).contains(&"account.password-too-common"),
            "{password}: {:?}",
            codes(password)
        );
    }
}

#[test]
fn every_reason_is_given_at_once() {
    assert_eq!(
        codes("lopez1"),
        [
            "account.password-too-short",
            "account.password-too-common",
            "account.password-about-you"
        ]
    );
}

/// 001-19
#[test]
fn their_phone_number_is_no_password_in_any_spelling() {
    let spellings = [
        "8135551234",
        "18135551234",
        "+18135551234",
        "+1 813 555 1234",
        "(813) 555-1234",
        "813-555-1234",
        "813.555.1234",
        "1-813-555-1234",
        "0018135551234",
        "011 1 813 555 1234",
        "tel:+1-813-555-1234",
        "８１３５５５１２３４",
        "8 1 3 5 5 5 1 2 3 4",
        "813/555/1234",
        "555-1234555-1234",
        "4321555318",
        "8135551234!",
        "81355512348135551234",
    ];
    for as_on_record in [
        "+18135551234",
        "(813) 555-1234",
        "813.555.1234",
        "1 813 555 1234",
    ] {
        for spelling in spellings {
            let refused = check_password(
                &spelling.into(),
                &[as_on_record],
                &PasswordSettings::default(),
            );
            let codes = refused.map_or_else(|r| r.codes(), |_| vec![]);
            assert!(
                codes.contains(&"account.password-about-you"),
                "{spelling} of {as_on_record}: {codes:?}"
            );
        }
    }
}

#[test]
fn what_is_made_of_their_own_details_is_no_password() {
    let derived = [
        // As it is, in another case, backwards, twice.
        "ana.lopez@garcia-rentals.example",
        "analopezgarcia",
        "ANALOPEZGARCIA",
        "AnA.LoPeZ",
        "zepolana",
        "ZEPOL.ANA",
        "lopezlopez",
        "LópezLópez",
        "lopezzepol",
        "analopezanalopez",
        // With digits and signs.
        "lopez12345",
        "lopez8273645",
        "1987lopez!",
        "lopez2026!!",
        "!!!lopez!!!",
        "lopez_33602",
        "_-lopez-_-ana-_",
        "l-o-p-e-z-1-2",
        // As some write letters.
        "l0p3z12345",
        "1op3z!2024",
        "|0P3Z#2024",
        "4n4l0p3z",
        "@n@l0p3z99",
        "Maria+L0pe2",
        "m4r14l0p3z",
        // Of several together.
        "AnaLopez33602",
        "33602lopez",
        "Lopez8135551234",
        "maria.lopez.33602",
        "104512-lopez",
        "KD104512!!",
        "kd-104512-33602",
        "336021234!",
        "lopez@garcia",
        "garciarentals1",
        "BaysideRentals1",
        "bayside-ana",
        "rentals4lopez",
        "b4ys1d3r3nt4ls",
        "slatneR-edisyaB",
        // With marks and without.
        "LOPÉZ-MARÍA",
        "Mari\u{301}a-Lo\u{301}pez",
        "ｌｏｐｅｚ２０２６",
    ];
    assert!(derived.len() >= 30);
    for password in derived {
        let codes = codes(password);
        assert!(
            codes.contains(&"account.password-about-you"),
            "{password}: {codes:?}"
        );
    }
}

#[test]
fn nothing_known_about_somebody_forbids_nothing() {
    for about in [&[][..], &["", "  ", "-", "Li", "+", "@"]] {
        let checked = check_password(
            &"larch tern gravel Li".into(),
            about,
            &PasswordSettings::default(),
        );
        assert!(checked.is_ok(), "{about:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever is typed is answered, and what is let through keeps to the settings.
    #[test]
    fn any_text_is_answered(password in any_password(), about in prop::collection::vec("\\PC{0,200}", 0..4)) {
        let about: Vec<&str> = about.iter().map(String::as_str).collect();
        let settings = PasswordSettings::default();
        if let Ok(chosen) = check_password(&password.as_str().into(), &about, &settings) {
            let length = chosen.secret().expose_secret().chars().count();
            prop_assert!((usize::from(settings.shortest.get())..=AccountSettings::LONGEST_PASSWORD).contains(&length));
            let again = check_password(chosen.secret(), &about, &settings).unwrap();
            prop_assert_eq!(again.secret().expose_secret(), chosen.secret().expose_secret());
        }
    }
}

/// Texts of every script, of characters that grow when lower-cased, and of few characters over and over: what trips up pattern finders.
fn any_password() -> impl Strategy<Value = String> {
    let of = |characters: &'static [char]| {
        prop::collection::vec(prop::sample::select(characters), 0..300)
    };
    prop_oneof![
        prop::collection::vec(any::<char>(), 0..300).prop_map(String::from_iter),
        "\\PC{0,300}",
        of(&[
            '4', '@', '8', '(', '{', '[', '<', '3', '6', '9', '1', '!', '|', '7', '0', '$', '5',
            '+', '%', '2'
        ])
        .prop_map(String::from_iter),
        of(&['a', 'b']).prop_map(String::from_iter),
        of(&['İ', 'ß', 'ǰ', 'ﬁ', '\u{fdfa}', 'Σ', 'a', '1']).prop_map(String::from_iter),
        of(&['\n', '\r', '\u{2028}', '\0', '1', '9', '/']).prop_map(String::from_iter),
        of(&['1', '2', '9', '0', '-', '.', '\u{661}', '\u{ff11}']).prop_map(String::from_iter),
    ]
}
