//! Keeps a few bytes so that only whoever has the portal's key reads them (`XChaCha20-Poly1305`).
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use secrecy::SecretSlice;

use crate::PortalKey;

/// How many random bytes each sealing takes. They stand before what was sealed.
pub(crate) const NONCE: usize = 24;

/// Seals for one purpose, and one owner: it opens for nothing else.
pub(crate) fn seal(
    key: &PortalKey,
    purpose: &str,
    owner: &str,
    nonce: [u8; NONCE],
    plain: &[u8],
) -> Option<Vec<u8>> {
    let payload = Payload {
        msg: plain,
        aad: owner.as_bytes(),
    };
    let sealed = cipher(key, purpose).encrypt(&XNonce::from(nonce), payload);
    Some([nonce.as_slice(), &sealed.ok()?].concat())
}

/// What was sealed. `None` under another key, for another purpose or owner, and where a bit was changed.
pub(crate) fn open(
    key: &PortalKey,
    purpose: &str,
    owner: &str,
    sealed: &[u8],
) -> Option<SecretSlice<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    let payload = Payload {
        msg: sealed,
        aad: owner.as_bytes(),
    };
    let plain = cipher(key, purpose).decrypt(&XNonce::from(*nonce), payload);
    Some(plain.ok()?.into())
}

fn cipher(key: &PortalKey, purpose: &str) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&key.derive(purpose, "")).into())
}
