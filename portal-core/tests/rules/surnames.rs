//! T13: the name typed prevents accidents, never stops the right person for typography, never accepts another name.
use portal_core::{
    Contact, Settings, Surname,
    settings::{NameMatch, NameSettings, WhenNoSurname},
    surname::{confirm, fold_lenient, fold_strict},
};
use portal_testkit::facts::*;
use proptest::prelude::*;

fn named(surname: &str) -> Contact {
    let mut contact = contact("ana");
    contact.surname = Surname::from(surname);
    contact
}

fn names() -> NameSettings {
    Settings::default().names
}

fn strict() -> NameSettings {
    let mut names = names();
    names.matching = NameMatch::Strict;
    names
}

/// On record, typed: the same name to anybody who reads it.
const SAME: &[(&str, &str)] = &[
    ("Cruz", "cruz"),
    ("Cruz", " CRUZ "),
    ("Cruz", "Cruz\u{200b}"),
    ("Cruz", "\u{202a}Cruz\u{202c}"),
    ("Cruz", "Cr\u{ad}uz"),
    ("de la Cruz", "De La  Cruz"),
    ("de la Cruz", "de\u{a0}la\u{a0}Cruz"),
    ("de la Cruz", "de\tla\nCruz"),
    ("Straße", "STRASSE"),
    ("Strasse", "Straße"),
    ("Müller", "MÜLLER"),
    ("Müller", "Mu\u{308}ller"),
    ("Mu\u{308}ller", "Müller"),
    ("O’Brien", "O'Brien"),
    ("O'Brien", "Oʼbrien"),
    ("O'Brien", "O`Brien"),
    ("O'Brien", "O´Brien"),
    ("Smith-Jones", "Smith‐Jones"),
    ("Smith-Jones", "Smith\u{2011}Jones"),
    ("Smith-Jones", "Smith–Jones"),
    ("Smith-Jones", "Smith—Jones"),
    ("Smith-Jones", "Smith−Jones"),
    ("Ｃｒｕｚ", "Cruz"),
    ("ﬁsher", "fisher"),
    ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
    ("Иванов", "ИВАНОВ"),
    ("Ёлкин", "ёлкин"),
    ("Ёлкин", "е\u{308}лкин"),
    ("山田", "山田"),
    ("김", "\u{1100}\u{1175}\u{11b7}"),
    ("ハシモト", "ﾊｼﾓﾄ"),
    ("محمد", "محمد"),
    ("Ḥasan", "ḤASAN"),
    ("Ǆ", "ǆ"),
    ("Nguyễn", "NGUYỄN"),
];

/// On record, typed: what people type who lack a key.
const ALIKE: &[(&str, &str)] = &[
    ("Müller", "Muller"),
    ("Muller", "Müller"),
    ("Müller", "Mueller"),
    ("Mueller", "Müller"),
    ("Größe", "Groesse"),
    ("Jäger", "JAEGER"),
    ("O’Brien", "OBrien"),
    ("O'Brien", "o brien"),
    ("Smith-Jones", "Smith Jones"),
    ("Smith-Jones", "smithjones"),
    ("Van der Berg", "vanderberg"),
    ("García", "Garcia"),
    ("Garcia", "García"),
    ("Núñez", "Nunez"),
    ("Łukasz", "Lukasz"),
    ("Sørensen", "Sorensen"),
    ("Đorđević", "Dordevic"),
    ("Æbelø", "Aebelo"),
    ("Cœur", "Coeur"),
    ("Þór", "Thor"),
    ("Yıldız", "Yildiz"),
    ("İnan", "inan"),
    ("Çelik", "celik"),
    ("Nguyễn", "Nguyen"),
    ("Ёлкин", "Елкин"),
    ("Παπαδόπουλος", "Παπαδοπουλος"),
    ("D’Angelo", "Dangelo"),
    ("N'Guessan", "nguessan"),
];

/// On record, typed: another name, however close.
const OTHER: &[(&str, &str)] = &[
    ("Cruz", "Cruise"),
    ("Cruz", "Cru"),
    ("Cruz", "Cruzz"),
    ("Cruz", "Ana Cruz"),
    ("de la Cruz", "Cruz"),
    ("Smith-Jones", "Smith"),
    ("Smith", "Ѕmith"),
    ("Smith", "Ｓmіth"),
    ("Ivanov", "Иванов"),
    ("Cruz", "Сruz"),
    ("O'Brien", "0'Brien"),
    ("Ilya", "llya"),
    ("Muller", "Mueller"),
    ("Mueller", "Muller"),
    ("Jones", "James"),
    ("कुमार", "कमर"),
    ("राम", "रोमा"),
    ("தேவி", "தவ"),
    ("かとう", "がとう"),
    ("ซิน", "ซุน"),
    ("山田", "田山"),
    ("山田", "山"),
    ("Lee", "Li"),
    ("Cruz", "Cruz<script>"),
    ("Cruz", "Cruz%"),
    ("Cruz", "C*"),
    ("Cruz", "' or 1=1 --"),
];

/// 000-26: the surname matches however it is typed.
#[test]
fn the_same_name_confirms_whatever_its_typography() {
    for (on_record, typed) in SAME {
        for names in [names(), strict()] {
            let how = names.matching;
            let confirmed = confirm(&named(on_record), typed, &names);
            assert!(confirmed.is_ok(), "{on_record} / {typed} {how:?}");
        }
    }
}

/// 000-26
#[test]
fn lenient_matching_forgives_a_missing_key_and_strict_does_not() {
    for (on_record, typed) in ALIKE {
        let record = named(on_record);
        assert!(
            confirm(&record, typed, &names()).is_ok(),
            "{on_record} / {typed}"
        );
        assert!(
            confirm(&record, typed, &strict()).is_err(),
            "{on_record} / {typed}"
        );
    }
}

/// 000-27, 000-33: another name never confirms, nor does one that merely looks alike.
#[test]
fn another_name_never_confirms() {
    for (on_record, typed) in OTHER {
        for names in [names(), strict()] {
            let no = confirm(&named(on_record), typed, &names).unwrap_err();
            assert_eq!(no.codes(), ["name.mismatch"], "{on_record} / {typed}");
        }
    }
}

/// 000-27: nothing typed is no name.
#[test]
fn nothing_typed_never_confirms() {
    for typed in ["", " ", "\t\n", "-", "'", "\u{200b}", "\u{301}", "- '"] {
        let no = confirm(&named("Cruz"), typed, &names()).unwrap_err();
        assert_eq!(no.codes(), ["name.mismatch"], "{typed:?}");
    }
}

/// Two empty names are equal; that must not let anybody through.
#[test]
fn a_record_without_a_surname_confirms_nothing_and_points_to_staff() {
    for on_record in ["", "  ", "-", "'", "\u{200b}", "\u{a0}", "—’"] {
        for typed in ["", on_record, "Cruz"] {
            let no = confirm(&named(on_record), typed, &names()).unwrap_err();
            assert_eq!(no.codes(), ["name.none-on-record"], "{on_record:?}");
            assert_eq!(
                no.first().remedy(),
                portal_core::refusal::Remedy::AskOrganiser
            );
        }
    }
}

#[test]
fn one_name_only_can_be_confirmed_in_full_where_the_host_says_so() {
    let mut mononym = named("");
    mononym.given_name = "Suharto".into();
    let mut by_full_name = names();
    by_full_name.when_no_surname = WhenNoSurname::FullName;
    assert!(confirm(&mononym, "suharto", &by_full_name).is_ok());
    let no = confirm(&mononym, "", &by_full_name).unwrap_err();
    assert_eq!(no.codes(), ["name.mismatch"]);
    mononym.given_name = " - ".into();
    let no = confirm(&mononym, "-", &by_full_name).unwrap_err();
    assert_eq!(no.codes(), ["name.none-on-record"]);
}

#[test]
fn a_megabyte_typed_is_a_mismatch_and_not_work() {
    let long = "ﷺ".repeat(1_000_000);
    assert!(!Surname::from("Cruz").is(&long, NameMatch::Lenient));
}

/// Names as people have them, and as people mistype them.
fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,12}",
        "[A-Za-zÀ-ÿĀ-ſ' ’–-]{0,16}",
        "[\u{300}-\u{36f}\u{1100}-\u{11ff}\u{200b}-\u{200f}Σσςßıİ’'-]{0,12}",
        any::<String>().prop_map(|s| s.chars().take(12).collect()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn folding_twice_changes_nothing(name in any_name()) {
        let strict = fold_strict(&name);
        prop_assert_eq!(fold_strict(&strict), strict.clone());
        let lenient = fold_lenient(&name);
        prop_assert_eq!(fold_lenient(&lenient), lenient);
    }

    #[test]
    fn matching_is_symmetric_and_a_name_matches_itself(one in any_name(), other in any_name()) {
        let (a, b) = (Surname::from(one.clone()), Surname::from(other.clone()));
        for how in [NameMatch::Strict, NameMatch::Lenient] {
            prop_assert_eq!(a.is(&other, how), b.is(&one, how));
            prop_assert_eq!(a.is(&one, how), !fold_lenient(&one).is_empty());
        }
    }

    /// Plain names take a shorter way; a letter that folds to the same as a plain one forces the long way.
    #[test]
    fn plain_names_fold_as_all_others_do(name in "[ -~\t\n]{0,16}") {
        let long_way = format!("{name}\u{200b}");
        prop_assert_eq!(fold_strict(&name), fold_strict(&long_way));
        prop_assert_eq!(fold_lenient(&name), fold_lenient(&long_way));
    }

    #[test]
    fn whatever_matches_strictly_matches_leniently(one in any_name(), other in any_name()) {
        let name = Surname::from(one);
        prop_assert!(!name.is(&other, NameMatch::Strict) || name.is(&other, NameMatch::Lenient));
    }
}
