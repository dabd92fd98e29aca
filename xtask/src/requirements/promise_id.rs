//! The number of a promise: `000-26`.

use std::fmt;

/// This names one promise of the catalogue: the system it comes from, and its number there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PromiseId {
    pub(super) system: u16,
    pub(super) number: u16,
}

impl PromiseId {
    /// This reads `000-26`, and nothing else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (system, number) = text.split_once('-')?;
        Some(Self {
            system: digits(system, 3)?,
            number: digits(number, 2)?,
        })
    }

    /// This finds the ids a doc comment names, ranges such as `000-30 … 000-33` written out.
    pub(super) fn all_in(text: &str) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        let mut between = String::new();
        for word in words(text) {
            let Some(id) = Self::parse(word) else {
                between.push_str(word);
                continue;
            };
            let first = match found.last() {
                Some(last) if is_range(&between) && last.system == id.system => last.number + 1,
                _ => id.number,
            };
            found.extend((first..=id.number).map(|number| Self { number, ..id }));
            between.clear();
        }
        found
    }
}

impl fmt::Display for PromiseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}-{:02}", self.system, self.number)
    }
}

fn digits(text: &str, count: usize) -> Option<u16> {
    if text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

fn is_range(between: &str) -> bool {
    matches!(between.trim(), "…" | ".." | "..." | "..=" | "–" | "to")
}

/// Runs of letters, digits and hyphens, and what stands between them: an id inside a longer run, such as a telephone
/// number, is not an id.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let in_word = belongs_to_word(rest.chars().next()?);
        let end = rest
            .find(|letter| belongs_to_word(letter) != in_word)
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

fn belongs_to_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '-'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let ids: Vec<String> = PromiseId::all_in(text)
            .iter()
            .map(ToString::to_string)
            .collect();
        ids.join(" ")
    }

    #[test]
    fn an_id_is_three_digits_and_two() {
        assert_eq!(PromiseId::parse("000-26").unwrap().to_string(), "000-26");
        for wrong in ["00-26", "000-6", "000-260", "000 26", "abc-26", "000-26a"] {
            assert_eq!(PromiseId::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn several_ids_are_found_in_one_line() {
        assert_eq!(shown("000-26, 000-28 and 002-01."), "000-26 000-28 002-01");
        assert_eq!(
            shown("(000-26) moves: see 000-28;001-01"),
            "000-26 000-28 001-01"
        );
    }

    #[test]
    fn a_range_names_everything_in_it() {
        for range in [
            "000-30 … 000-33",
            "000-30..000-33",
            "000-30–000-33",
            "000-30 to 000-33",
        ] {
            assert_eq!(shown(range), "000-30 000-31 000-32 000-33", "{range}");
        }
    }

    #[test]
    fn a_range_stays_within_one_system() {
        assert_eq!(shown("000-56 … 001-01"), "000-56 001-01");
    }

    #[test]
    fn a_telephone_number_is_not_an_id() {
        assert_eq!(shown("call 813-555-1234 or 555-1234, order 2000-26"), "");
    }
}
