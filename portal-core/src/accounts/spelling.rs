//! One password, however a keyboard composes it.
use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::AccountSettings;

/// The password as it is judged and hashed: composed (NFC), every space a plain one, nothing else changed (RFC 8265, `OpaqueString`).
///
/// The same letter comes as one character from one keyboard and as two from another. `None` for more than [`AccountSettings::LONGEST_PASSWORD`] characters,
/// found out without looking at them all.
pub(super) fn as_judged(password: &SecretString) -> Option<SecretString> {
    let typed = password.expose_secret();
    // Four characters at the most compose to one.
    if is_longer(typed, 4 * AccountSettings::LONGEST_PASSWORD) {
        return None;
    }
    // Composing makes text longer at times, but never more than threefold; growing would leave copies behind.
    let mut composed = String::with_capacity(3 * typed.len());
    composed.extend(typed.chars().map(plain_space).nfc());
    let fits = !is_longer(&composed, AccountSettings::LONGEST_PASSWORD);
    let composed = SecretString::from(composed);
    fits.then_some(composed)
}

fn is_longer(text: &str, most: usize) -> bool {
    text.chars().nth(most).is_some()
}

fn plain_space(c: char) -> char {
    match c.general_category() {
        GeneralCategory::SpaceSeparator => ' ',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> Option<String> {
        as_judged(&text.into()).map(|judged| judged.expose_secret().to_owned())
    }

    #[test]
    fn one_letter_is_the_same_from_every_keyboard_and_case_counts() {
        assert_eq!(judged("cafe\u{301} Öl"), judged("caf\u{e9}\u{a0}O\u{308}l"));
        assert_ne!(judged("straße"), judged("Straße"));
        assert_ne!(judged("straße"), judged("strasse"));
        assert_ne!(judged("ﬁn"), judged("fin"));
    }

    #[test]
    fn what_was_judged_is_judged_the_same_again() {
        let judged_once = judged("o\u{323}\u{302}\u{958}\u{3000}\u{1100}\u{1161}").unwrap();
        assert_eq!(judged(&judged_once), Some(judged_once));
    }

    #[test]
    fn characters_count_once_they_are_composed() {
        let longest = AccountSettings::LONGEST_PASSWORD;
        assert!(judged(&"e\u{301}".repeat(longest)).is_some());
        assert!(judged(&"e\u{301}".repeat(longest + 1)).is_none());
        assert!(judged(&"\u{3b1}\u{313}\u{300}\u{345}".repeat(longest)).is_some());
        assert!(judged(&"x".repeat(100_000)).is_none());
    }
}
