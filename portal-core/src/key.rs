//! The one secret the portal is given, and what derives from it.
use std::{collections::BTreeSet, fmt, sync::Arc};

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// The portal's own key: one-time links derive from it, what strangers typed is kept only under it, and other systems' secrets are sealed with it.
///
/// At least 32 characters of text from a random source (64 of hex, or 44 of base64, are 256 bits), the same in every process, another one for each tenant, and in no database. Another key makes the links that are under way useless,
/// and codes from authenticator apps and connections to accounting systems: those must be set up anew.
#[derive(Clone)]
pub struct PortalKey(Arc<SecretString>);

/// The key cannot keep a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnfitKey {
    /// It is too short.
    #[error(
        "the portal's key is too short: give at least 32 random bytes, as hex or base64 text, such as `openssl rand -hex 32` writes"
    )]
    TooShort,
    /// It repeats itself: nobody drew it from a random source.
    #[error(
        "the portal's key has only {distinct} different characters: give at least 32 random bytes, as hex or base64 text, such as `openssl rand -hex 32` writes"
    )]
    TooPlain {
        /// How many different characters it has.
        distinct: usize,
    },
}

impl PortalKey {
    /// Takes the key from wherever the host keeps its secrets.
    ///
    /// # Errors
    /// Fewer than 32 characters, or fewer than 10 different ones.
    pub fn new(key: SecretString) -> Result<Self, UnfitKey> {
        let text = key.expose_secret();
        if text.len() < 32 {
            return Err(UnfitKey::TooShort);
        }
        // Of 64 random digits of hex, one in a million million is as plain.
        let distinct = text.chars().collect::<BTreeSet<_>>().len();
        if distinct < 10 {
            return Err(UnfitKey::TooPlain { distinct });
        }
        Ok(Self(Arc::new(key)))
    }

    /// 256 bits that stand for one thing and one purpose, and that nobody without the key can work out.
    pub(crate) fn derive(&self, purpose: &str, of: &str) -> [u8; 32] {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.expose_secret().as_bytes()) else {
            return Sha256::digest(purpose).into();
        };
        for part in [purpose, of] {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for PortalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PortalKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_too_short_or_that_nobody_drew_is_refused_saying_what_to_do() {
        let new = |key: &str| PortalKey::new(key.into()).map(drop);
        assert_eq!(new(&"0123456789abcdef"[..15]), Err(UnfitKey::TooShort));
        assert_eq!(
            new(&"abcdefghi".repeat(9)),
            Err(UnfitKey::TooPlain { distinct: 9 })
        );
        let plain = new(&"changeme".repeat(8)).unwrap_err().to_string();
        assert!(
            plain.contains("7 different") && plain.contains("openssl"),
            "{plain}"
        );
        new("0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0").unwrap();
    }
}
