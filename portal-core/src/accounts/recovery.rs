//! Codes for whoever has lost the phone that the app was on: each lets its owner past the second step once.
use secrecy::{ExposeSecret, SecretString};

use super::{Digest, PortalKey, SealedSecret};
use crate::{Account, Id};

/// What lets somebody past the second step without their app, for when the phone is lost: eight codes, each good once, shown once.
///
/// Whoever has them prints them or keeps them beside their passwords; what is stored tells nobody what they are.
#[derive(Debug)]
#[non_exhaustive]
pub struct RecoveryCodes {
    /// Ten letters and digits each, with a dash between.
    pub codes: Vec<SecretString>,
}

/// Letters and digits that are hard to mistake for one another (Crockford's base 32): 50 bits a code.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODES: usize = 8;
const HALF: usize = 5;
/// Between the app's secret and the codes, and between any two of these.
const DOT: char = '.';

impl RecoveryCodes {
    /// Draws eight.
    pub(super) fn draw() -> Result<Self, getrandom::Error> {
        let mut drawn = [0; CODES * 2 * HALF];
        getrandom::fill(&mut drawn)?;
        let codes = drawn.chunks(2 * HALF).map(|bytes| {
            let letters = bytes.iter();
            let letters = letters.filter_map(|byte| ALPHABET.get(usize::from(byte % 32)));
            let mut code: String = letters.map(|letter| char::from(*letter)).collect();
            code.insert(HALF, '-');
            code.into()
        });
        Ok(Self {
            codes: codes.collect(),
        })
    }
}

impl SealedSecret {
    /// The same secret, and what is kept of these codes; codes that were kept before are worth nothing any more.
    pub(super) fn with_codes(
        &self,
        codes: &RecoveryCodes,
        key: &PortalKey,
        account: &Id<Account>,
    ) -> Self {
        let (sealed, _) = parts(self.as_str());
        let mut text = sealed.to_owned();
        for code in &codes.codes {
            if let Some(code) = as_drawn(code.expose_secret()) {
                text.push(DOT);
                text.push_str(&kept(&code, key, account).to_string());
            }
        }
        Self::new(text)
    }

    /// The same secret without this code, if it is one of those that are left.
    pub(super) fn without_code(
        &self,
        typed: &str,
        key: &PortalKey,
        account: &Id<Account>,
    ) -> Option<Self> {
        let used = kept(&as_drawn(typed)?, key, account).to_string();
        let (sealed, codes) = parts(self.as_str());
        let left: Vec<_> = codes.filter(|code| *code != used).collect();
        let rest = [&[sealed][..], &left].concat().join(".");
        (rest.len() < self.as_str().len()).then(|| Self::new(rest))
    }
}

/// The app's sealed secret, and what is kept of the codes that are left.
pub(super) fn parts(sealed: &str) -> (&str, impl Iterator<Item = &str>) {
    let mut parts = sealed.split(DOT);
    (parts.next().unwrap_or_default(), parts)
}

/// Only under the portal's key: 50 bits alone could be guessed by whoever stole the store.
fn kept(code: &SecretString, key: &PortalKey, account: &Id<Account>) -> Digest {
    let of = format!("{account}:{}", code.expose_secret());
    key.digest("recovery-code", &of)
}

/// The code as it was drawn, however it was typed off paper. None for what can be none.
fn as_drawn(typed: &str) -> Option<SecretString> {
    if typed.len() > 40 {
        return None;
    }
    let letters = typed.chars().filter(|c| !matches!(c, ' ' | '-'));
    let letters = letters.map(|c| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    });
    let code: String = letters.collect();
    let plausible = code.len() == 2 * HALF && code.bytes().all(|b| ALPHABET.contains(&b));
    plausible.then(|| code.into())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn key() -> PortalKey {
        PortalKey::new("a key for tests, of more than 32 characters".into()).unwrap()
    }

    #[test]
    fn eight_codes_that_differ_are_drawn() {
        let codes = RecoveryCodes::draw().unwrap().codes;
        let codes: BTreeSet<_> = codes.iter().map(ExposeSecret::expose_secret).collect();
        assert_eq!(codes.len(), 8);
        assert!(codes.iter().all(|code| code.len() == 11), "{codes:?}");
    }

    #[test]
    fn a_code_is_taken_however_it_is_typed_and_once() {
        let (key, ana) = (key(), Id::new("ana"));
        let codes = RecoveryCodes {
            codes: vec!["0AB1C-DEFGH".into(), "22222-33333".into()],
        };
        let sealed = SealedSecret::new("00ff").with_codes(&codes, &key, &ana);
        for typed in ["0AB1C-DEFGH", "oabic defgh", "OABLCDEFGH"] {
            let left = sealed.without_code(typed, &key, &ana).unwrap();
            assert!(left.without_code(typed, &key, &ana).is_none());
            let none = left.without_code("22222-33333", &key, &ana).unwrap();
            assert_eq!(none, SealedSecret::new("00ff"));
        }
    }

    #[test]
    fn a_code_opens_for_no_other_account_and_under_no_other_key() {
        let (key, ana) = (key(), Id::new("ana"));
        let codes = RecoveryCodes::draw().unwrap();
        let code = codes.codes.first().unwrap().expose_secret().to_owned();
        let sealed = SealedSecret::new("00ff").with_codes(&codes, &key, &ana);
        let other = PortalKey::new("another key for tests, just as long as it".into()).unwrap();
        assert!(sealed.without_code(&code, &key, &Id::new("ben")).is_none());
        assert!(sealed.without_code(&code, &other, &ana).is_none());
        assert!(sealed.without_code("", &key, &ana).is_none());
        assert!(!sealed.as_str().contains(&code));
        let kept = sealed.as_str().split('.').nth(1).unwrap();
        assert!(sealed.without_code(kept, &key, &ana).is_none());
    }
}
