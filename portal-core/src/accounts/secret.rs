//! What opens doors, and the hashes that are kept in its place.
use std::{fmt, sync::Arc};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::PortalKey;

/// 256 bits that open something, for whoever holds them: a session, a one-time link, a known device.
///
/// Shown once, to its owner; everywhere else only its [`Digest`] is kept.
pub struct Token(SecretString);

/// What is kept of a token, or of an identifier: SHA-256, or HMAC-SHA-256 under the portal's key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

/// A password as it is kept: an Argon2id hash with its parameters and salt (a PHC string).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(Arc<str>);

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const CHARACTERS: usize = 43;

impl Token {
    /// Draws one from the operating system.
    pub(crate) fn draw() -> Result<Self, getrandom::Error> {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits)?;
        Ok(Self::of(&bits))
    }

    /// Reads a cookie or a link. `None` for what can be no token: it opens nothing.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let plausible = text.len() == CHARACTERS && text.bytes().all(|b| ALPHABET.contains(&b));
        plausible.then(|| Self(text.into()))
    }

    /// As a cookie or a link carries it: 43 characters that need no escaping.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is kept of it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest(Sha256::digest(self.expose()).into())
    }

    fn of(bits: &[u8; 32]) -> Self {
        let mut text = String::with_capacity(CHARACTERS);
        for three in bits.chunks(3) {
            let mut word = [0; 4];
            for (to, from) in word.iter_mut().skip(1).zip(three) {
                *to = *from;
            }
            let word = u32::from_be_bytes(word);
            for n in 0..=three.len() {
                let six = usize::try_from((word >> (18 - 6 * n)) & 63).unwrap_or_default();
                text.extend(ALPHABET.get(six).map(|b| char::from(*b)));
            }
        }
        Self(text.into())
    }
}

impl Digest {
    /// A digest as a store kept it.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The digest of something that is no secret but nobody's business, such as an address.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PortalKey {
    /// The secret of one thing for one purpose. The same thing has the same secret each time, and nobody without the key can work it out.
    pub(crate) fn token(&self, purpose: &str, of: &str) -> Token {
        Token::of(&self.derive(purpose, of))
    }

    /// What may be kept of something a stranger typed.
    pub(crate) fn digest(&self, purpose: &str, text: &str) -> Digest {
        Digest(self.derive(purpose, text))
    }
}

impl PasswordHash {
    /// A hash as it was made.
    pub fn new(phc: impl Into<Arc<str>>) -> Self {
        Self(phc.into())
    }

    /// The PHC string.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let wrong = "a digest is 64 hexadecimal digits";
        if text.len() != 64 || !text.is_ascii() {
            return Err(wrong);
        }
        let mut bytes = [0; 32];
        for (byte, two) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let two = str::from_utf8(two).map_err(|_| wrong)?;
            *byte = u8::from_str_radix(two, 16).map_err(|_| wrong)?;
        }
        Ok(Self(bytes))
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(..)")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_its_bits_in_base64_for_urls() {
        let token = Token::of(&[0xfb; 32]);
        assert_eq!(
            token.expose(),
            "-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s"
        );
        assert!(Token::read(token.expose()).is_some_and(|t| t.digest() == token.digest()));
    }

    #[test]
    fn the_same_thing_has_another_secret_for_another_purpose() {
        let key = PortalKey::new("a key for tests, of more than 32 characters".into()).unwrap();
        let [one, two] = ["reset", "invitation"].map(|purpose| key.token(purpose, "7").digest());
        assert!(one != two && one == key.token("reset", "7").digest());
    }

    #[test]
    fn a_digest_reads_as_it_was_written() {
        let digest = Digest::of("ana");
        assert_eq!(Digest::try_from(String::from(digest)), Ok(digest));
    }
}
