//! Temporary passwords: random, good once, and only for choosing a lasting one.
use secrecy::{ExposeSecret, SecretString};

use super::PortalKey;
use crate::CommandId;

/// 20 characters of 32: 100 bits. Letters and digits that are hard to mistake for one another (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHARACTERS: usize = 20;

/// The temporary password that this command sends. Whoever writes the mail works it out again: it is kept nowhere.
pub(crate) fn of(command: CommandId, key: &PortalKey) -> SecretString {
    let digest = key.digest("temporary-password", &command.to_string());
    let letters = digest.as_bytes().iter().take(CHARACTERS);
    let letters = letters.filter_map(|byte| ALPHABET.get(usize::from(byte % 32)));
    let text: String = letters.map(|letter| char::from(*letter)).collect();
    text.into()
}

/// Whether this could be one: then, and only then, it is checked as one.
pub(crate) fn looks_like(typed: &SecretString) -> bool {
    let typed = typed.expose_secret();
    typed.len() == CHARACTERS && typed.bytes().all(|b| ALPHABET.contains(&b))
}
