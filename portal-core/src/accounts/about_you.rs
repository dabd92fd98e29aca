//! What others know about a customer, found in a password however it is spelt there.
use std::collections::BTreeSet;

use secrecy::SecretString;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// What others know about somebody, in pieces, each with its letters as [`class`] takes them.
pub(super) struct AboutYou {
    pieces: BTreeSet<Vec<char>>,
}

/// Shorter pieces are in too many words.
const SHORTEST_PIECE: usize = 3;
/// What two numbers have in common without their prefixes: the subscriber's own part of it.
const SHORTEST_NUMBER: usize = 7;
const MOST_FACTS: usize = 32;
const MOST_CHARACTERS: usize = 128;
/// One compatibility character stands for eighteen at the worst; what is beyond this cannot be typed.
const MOST_OF_PASSWORD: usize = 1024;

impl AboutYou {
    /// Takes e-mail addresses, numbers, codes and names as they are on record. What is absurdly long is cut.
    pub(super) fn new(about: &[&str]) -> Self {
        let mut pieces = BTreeSet::new();
        for fact in about.iter().take(MOST_FACTS) {
            let fact: Vec<char> = bare(fact).take(MOST_CHARACTERS).collect();
            // The address as a whole, who is before the @, and each word of both.
            let name = fact.split(|c| *c == '@').next().unwrap_or_default();
            let words = fact.split(|c| !c.is_alphanumeric());
            for text in words.chain([name, &fact]) {
                pieces.extend(piece(text, SHORTEST_PIECE));
            }
            // Numbers are written with the country and without.
            let is_number = !fact.iter().any(|c| c.is_alphabetic());
            for start in 1..if is_number { fact.len() } else { 1 } {
                pieces.extend(piece(
                    fact.get(start..).unwrap_or_default(),
                    SHORTEST_NUMBER,
                ));
            }
        }
        Self { pieces }
    }

    /// The letters and digits of the password without what is known. `None` if nothing in it is. Signs go too: they are how a number is written.
    pub(super) fn rest_of(&self, password: &str) -> Option<SecretString> {
        let characters: Vec<char> = bare(password).take(MOST_OF_PASSWORD).collect();
        let mut known: BTreeSet<usize> = BTreeSet::new();
        // A sign stands for a letter, or for nothing.
        for counts in [char::is_alphanumeric, |c: char| class(c).is_alphanumeric()] {
            let spelt = characters.iter().enumerate();
            let spelt = spelt.filter(|(_, c)| counts(**c));
            let (places, classes): (Vec<usize>, Vec<char>) =
                spelt.map(|(place, c)| (place, class(*c))).unzip();
            for piece in &self.pieces {
                let backwards: Vec<char> = piece.iter().rev().copied().collect();
                for (at, window) in classes.windows(piece.len()).enumerate() {
                    if window == piece.as_slice() || window == backwards.as_slice() {
                        known.extend(places.iter().skip(at).take(piece.len()));
                    }
                }
            }
        }
        let rest = characters.iter().enumerate();
        let rest = rest.filter(|(place, c)| !known.contains(place) && c.is_alphanumeric());
        let rest: String = rest.map(|(_, c)| *c).collect();
        (!known.is_empty()).then(|| rest.into())
    }
}

/// Letters without their marks, full-width digits as digits.
fn bare(text: &str) -> impl Iterator<Item = char> {
    text.nfkd().filter(|c| !is_combining_mark(*c))
}

fn piece(text: &[char], shortest: usize) -> Option<Vec<char>> {
    let classes = text
        .iter()
        .filter(|c| c.is_alphanumeric())
        .map(|c| class(*c));
    let piece: Vec<char> = classes.collect();
    (piece.len() >= shortest).then_some(piece)
}

/// One for all characters that people write in each other's place.
fn class(c: char) -> char {
    match c.to_lowercase().next().unwrap_or(c) {
        '4' | '@' => 'a',
        '8' => 'b',
        '3' | '€' => 'e',
        '6' | '9' => 'g',
        '1' | '!' | '|' | 'l' => 'i',
        '0' => 'o',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '2' => 'z',
        c => c,
    }
}
