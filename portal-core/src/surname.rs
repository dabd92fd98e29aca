//! The name typed to confirm a transfer or a cancellation: it prevents accidents, it is not a secret.
use std::{fmt, sync::OnceLock};

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use crate::{
    Contact, Id, Refusal, Refusals,
    refusal::NameRefusal,
    settings::{NameMatch, NameSettings, WhenNoSurname},
};

/// A surname as the host keeps it, with its folded form kept beside it once somebody asked for it.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Surname {
    text: String,
    folded: OnceLock<Folds>,
}

/// Evidence that the person typed the name on record. A rule that takes one cannot be reached without it.
#[derive(Debug)]
pub struct SurnameConfirmed {
    of: Id<Contact>,
}

/// What is compared: equality of `strict`, or of either lenient form.
#[derive(Clone, PartialEq, Eq)]
struct Folds {
    strict: String,
    lenient: String,
    german: String,
}

/// Longer than any name on record: what is longer is a mistake, and folding it would be work for nothing.
const LONGEST: usize = 400;

/// Compares what was typed with the name of `of` on record.
///
/// Case, spacing, dashes and apostrophes of other kinds, and the composition of letters never matter. With
/// [`NameMatch::Lenient`] neither do marks, spaces, dashes and apostrophes at all (`Muller` and `Mueller` confirm `Müller`, `OBrien`
/// confirms `O’Brien`). Letters that merely look alike, prefixes and near misses never match.
///
/// # Errors
/// [`NameRefusal::Mismatch`] for another name, [`NameRefusal::NoneOnRecord`] when the record has no name to compare with.
pub fn confirm(
    of: &Contact,
    typed: &str,
    settings: &NameSettings,
) -> Result<SurnameConfirmed, Refusals> {
    let full_name;
    let on_record = if !of.surname.folds().lenient.is_empty() {
        &of.surname
    } else if settings.when_no_surname == WhenNoSurname::FullName {
        full_name = Surname::from(of.full_name());
        &full_name
    } else {
        return Err(Refusal::from(NameRefusal::NoneOnRecord).into());
    };
    if on_record.folds().lenient.is_empty() {
        return Err(Refusal::from(NameRefusal::NoneOnRecord).into());
    }
    if on_record.is(typed, settings.matching) {
        Ok(SurnameConfirmed { of: of.id.clone() })
    } else {
        Err(Refusal::from(NameRefusal::Mismatch).into())
    }
}

impl SurnameConfirmed {
    /// Whose name was confirmed.
    #[must_use]
    pub fn of(&self) -> &Id<Contact> {
        &self.of
    }

    /// Refuses when it was somebody else's name that was confirmed.
    #[cfg(feature = "courses")]
    pub(crate) fn is_of(&self, contact: &Contact) -> Result<(), Refusals> {
        if self.of == contact.id {
            Ok(())
        } else {
            Err(Refusal::from(NameRefusal::Mismatch).into())
        }
    }
}

impl Surname {
    /// The name as the host keeps it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether `typed` is this name. An empty name is nobody's.
    #[must_use]
    pub fn is(&self, typed: &str, matching: NameMatch) -> bool {
        if typed.len() > LONGEST {
            return false;
        }
        let (ours, theirs) = (self.folds(), Folds::of(typed));
        if ours.lenient.is_empty() || theirs.lenient.is_empty() {
            return false;
        }
        match matching {
            NameMatch::Strict => ours.strict == theirs.strict,
            NameMatch::Lenient => ours.lenient == theirs.lenient || ours.german == theirs.german,
        }
    }

    fn folds(&self) -> &Folds {
        self.folded.get_or_init(|| Folds::of(&self.text))
    }
}

/// The name with everything removed that strict matching does not look at. Folding twice changes nothing.
///
/// NFKC, full case folding, NFKC again; invisible format characters gone; every dash a hyphen, every apostrophe a straight one; single spaces.
#[must_use]
pub fn fold_strict(name: &str) -> String {
    if name.is_ascii() {
        return fold_ascii(name);
    }
    let mut folded = fold_once(name);
    // One pass is a fixed point for every name we know of; scripts grow, so the law does not rest on that.
    for _ in 0..3 {
        let again = fold_once(&folded);
        if again == folded {
            break;
        }
        folded = again;
    }
    folded
}

/// The name with everything removed that lenient matching does not look at. Folding twice changes nothing.
///
/// As [`fold_strict`], then without marks, spaces, hyphens and apostrophes; letters that carry a stroke or are joined stand for their plain forms.
#[must_use]
pub fn fold_lenient(name: &str) -> String {
    let strict = fold_strict(name);
    if strict.is_ascii() {
        return strict.replace([' ', '-', '\''], "");
    }
    let bare = strict
        .nfd()
        .filter(|c| !is_accent(*c) && !matches!(c, ' ' | '-' | '\''))
        .fold(String::new(), |mut out, c| {
            match plain(c) {
                Some(letters) => out.push_str(letters),
                None => out.push(c),
            }
            out
        });
    bare.nfc().collect()
}

impl Folds {
    fn of(name: &str) -> Self {
        let strict = fold_strict(name);
        let lenient = fold_lenient(&strict);
        let german = if strict.contains(['ä', 'ö', 'ü']) {
            fold_lenient(
                &strict
                    .replace('ä', "ae")
                    .replace('ö', "oe")
                    .replace('ü', "ue"),
            )
        } else {
            lenient.clone()
        };
        Self {
            strict,
            lenient,
            german,
        }
    }
}

fn fold_once(name: &str) -> String {
    let seen = name
        .chars()
        // Before NFKC too, which takes an acute accent apart into a space and a mark.
        .map(typographic)
        .nfkc()
        .filter(|c| c.general_category() != GeneralCategory::Format)
        .collect::<String>();
    let folded = caseless::default_case_fold_str(&seen);
    let mut out = String::with_capacity(folded.len());
    for c in folded.nfkc().map(typographic) {
        if c.general_category() == GeneralCategory::Format {
            continue;
        }
        if c.is_whitespace() || c.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The same for names that are plain to begin with, which most are.
fn fold_ascii(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().map(typographic) {
        if c.is_ascii_whitespace() || c.is_ascii_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(c.to_ascii_lowercase());
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Keyboards and word processors disagree about these; people do not.
fn typographic(c: char) -> char {
    match c {
        '\u{2018}'
        | '\u{2019}'
        | '\u{201b}'
        | '\u{2b9}'..='\u{2bd}'
        | '\u{2c8}'
        | '\u{2ca}'
        | '\u{2cb}'
        | '\u{2032}'
        | '\u{2035}'
        | '\u{60}'
        | '\u{b4}'
        | '\u{a78c}' => '\'',
        '\u{2212}' | '\u{2043}' => '-',
        c if c.general_category() == GeneralCategory::DashPunctuation => '-',
        c => c,
    }
}

/// Marks that people leave out and still write the same name: accents over and under letters, strokes through them, the points of Hebrew and Arabic. The vowel
/// signs of Indic scripts and of Thai, and the voicing of kana, are spelling: `कुमार` is not `कमर`. Classes as in Unicode, section 4.3.
fn is_accent(c: char) -> bool {
    matches!(canonical_combining_class(c), 1 | 10..=35 | 202..=240)
}

/// Letters that no decomposition takes apart, and what people type who do not have them on the keyboard.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ł' => "l",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => return None,
    })
}

impl From<String> for Surname {
    fn from(text: String) -> Self {
        Self {
            text,
            folded: OnceLock::new(),
        }
    }
}

impl From<&str> for Surname {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Surname> for String {
    fn from(surname: Surname) -> Self {
        surname.text
    }
}

impl PartialEq for Surname {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Surname {}

/// Names stay out of logs.
impl fmt::Debug for Surname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Surname(..)")
    }
}
