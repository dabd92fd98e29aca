//! Codes from an authenticator app (RFC 6238): six digits, a new one every thirty seconds.
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use totp_rs::{Builder, Secret, Totp};

use super::{PortalKey, SealedSecret, recovery};
use crate::{
    Account, Id,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    sealing::{self, NONCE},
};

const STEP: u64 = 30;
const SECRET: usize = 20;
const PURPOSE: &str = "totp";

impl SealedSecret {
    /// Draws a secret for this account, and seals it. It opens for no other account, and under no other key.
    pub(crate) fn draw(key: &PortalKey, account: &Id<Account>) -> Result<Self, AdapterError> {
        let failed = || {
            let kind = AdapterErrorKind::Unavailable;
            AdapterError::new(
                kind,
                Disposition::NeverSent,
                "totp",
                "draw",
                "no randomness",
            )
        };
        let mut drawn = [0; NONCE + SECRET];
        getrandom::fill(&mut drawn).map_err(|e| failed().with_source(e))?;
        let (nonce, secret) = drawn.split_first_chunk().ok_or_else(failed)?;
        Self::seal(secret, *nonce, key, account).ok_or_else(failed)
    }

    /// What the app reads, as a QR code or by hand, under these names. `None` if it was sealed under another key.
    pub(crate) fn provisioning_uri(
        &self,
        key: &PortalKey,
        account: &Id<Account>,
        site: &str,
        name: &str,
    ) -> Option<SecretString> {
        let secret = Secret::from(self.open(key, account)?.expose_secret()).to_base32();
        let (site, name) = (in_uri(site), in_uri(name));
        let uri = format!(
            "otpauth://totp/{site}:{name}?secret={secret}&issuer={site}&algorithm=SHA1&digits=6&period={STEP}"
        );
        Some(uri.into())
    }

    /// The step of this code: the one of now, the one before or the one after, if it comes after `last_step`. Keep the answer as the next `last_step`, as no
    /// code counts twice. `None` for any other code, and if the secret was sealed under another key.
    pub(crate) fn accepts(
        &self,
        key: &PortalKey,
        account: &Id<Account>,
        code: &str,
        now: DateTime<Utc>,
        last_step: u64,
    ) -> Option<u64> {
        let code = as_shown(code)?;
        let totp = totp(self.open(key, account)?.expose_secret())?;
        let step = u64::try_from(now.timestamp()).ok()? / STEP;
        let mut near = step.saturating_sub(1)..=step + 1;
        near.find(|step| *step > last_step && totp.check(&code, step * STEP).is_some())
    }

    fn seal(
        secret: &[u8],
        nonce: [u8; NONCE],
        key: &PortalKey,
        account: &Id<Account>,
    ) -> Option<Self> {
        let sealed = sealing::seal(key, PURPOSE, account.as_str(), nonce, secret)?;
        let digits = |byte: &u8| [byte >> 4, byte & 15].map(|n| char::from_digit(n.into(), 16));
        let text: Option<String> = sealed.iter().flat_map(digits).collect();
        text.map(Self::new)
    }

    fn open(&self, key: &PortalKey, account: &Id<Account>) -> Option<SecretSlice<u8>> {
        let (sealed, _) = recovery::parts(self.as_str());
        let pairs = sealed.as_bytes().chunks(2);
        let bytes = pairs.map(|two| u8::from_str_radix(str::from_utf8(two).ok()?, 16).ok());
        let bytes: Vec<u8> = bytes.collect::<Option<_>>()?;
        sealing::open(key, PURPOSE, account.as_str(), &bytes)
    }
}

/// One code at a time: which steps count is decided above.
fn totp(secret: &[u8]) -> Option<Totp> {
    let totp = Builder::new()
        .with_secret(secret)
        .with_step_duration(STEP)
        .with_skew(0);
    totp.build().ok()
}

/// Six digits, and the spaces that apps show between them.
fn as_shown(code: &str) -> Option<String> {
    if code.len() > 16 {
        return None;
    }
    let code: String = code.chars().filter(|c| *c != ' ').collect();
    (code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())).then_some(code)
}

/// Colons part the names in it, so there are none within.
fn in_uri(name: &str) -> String {
    let byte = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(b).to_string()
        }
        b':' => "%20".to_owned(),
        b => format!("%{b:02X}"),
    };
    name.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests;
