//! Tokens as the bytes that are kept.
use chrono::DateTime;
use secrecy::{ExposeSecret, SecretString};

use super::{Connection, SealedTokens, TokenSet};
use crate::{
    Id, PortalKey,
    sealing::{self, NONCE},
};

const PURPOSE: &str = "oauth-tokens";
/// How they are written, so that another way can come.
const FORM: u8 = 1;

/// Seals them for this connection: they open for no other, and under no other key.
pub(super) fn seal(
    tokens: &TokenSet,
    key: &PortalKey,
    connection: &Id<Connection>,
    nonce: [u8; NONCE],
) -> Option<SealedTokens> {
    let mut plain = vec![FORM];
    for at in [tokens.expires_at, tokens.obtained_at] {
        plain.extend(at.timestamp_millis().to_be_bytes());
    }
    let texts = [Some(&tokens.access), tokens.refresh.as_ref()];
    for text in texts.into_iter().flatten() {
        let text = text.expose_secret().as_bytes();
        plain.extend(u32::try_from(text.len()).ok()?.to_be_bytes());
        plain.extend(text);
    }
    let plain = secrecy::SecretSlice::from(plain);
    let sealed = sealing::seal(
        key,
        PURPOSE,
        connection.as_str(),
        nonce,
        plain.expose_secret(),
    );
    sealed.map(SealedTokens::new)
}

/// What was sealed. `None` where it was not sealed here.
pub(super) fn open(
    sealed: &SealedTokens,
    key: &PortalKey,
    connection: &Id<Connection>,
) -> Option<TokenSet> {
    let plain = sealing::open(key, PURPOSE, connection.as_str(), sealed.as_bytes())?;
    let mut rest = plain.expose_secret();
    let [FORM] = *bytes::<1>(&mut rest)? else {
        return None;
    };
    let mut instant =
        || DateTime::from_timestamp_millis(i64::from_be_bytes(*bytes::<8>(&mut rest)?));
    let (expires_at, obtained_at) = (instant()?, instant()?);
    let access = text(&mut rest)?;
    let refresh = if rest.is_empty() {
        None
    } else {
        Some(text(&mut rest)?)
    };
    Some(TokenSet {
        access,
        refresh,
        expires_at,
        obtained_at,
    })
}

fn bytes<'a, const N: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (first, others) = rest.split_first_chunk()?;
    *rest = others;
    Some(first)
}

fn text(rest: &mut &[u8]) -> Option<SecretString> {
    let length = usize::try_from(u32::from_be_bytes(*bytes(rest)?)).ok()?;
    let (first, others) = rest.split_at_checked(length)?;
    *rest = others;
    Some(str::from_utf8(first).ok()?.into())
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, Utc};

    use super::*;

    fn key(letter: &str) -> PortalKey {
        let text = format!("{letter}: a key for tests, of more than 32 characters");
        PortalKey::new(text.into()).unwrap()
    }

    fn tokens(refresh: Option<&str>) -> TokenSet {
        let at = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
        let refresh = refresh.map(SecretString::from);
        TokenSet::new(
            "an access token".into(),
            refresh,
            at,
            TimeDelta::minutes(30),
        )
    }

    #[test]
    fn tokens_open_as_they_were_for_their_connection_under_their_key_and_for_nothing_else() {
        let acme = Id::new("acme");
        for refresh in [Some("a refresh token"), None] {
            let sealed = seal(&tokens(refresh), &key("k"), &acme, [7; NONCE]).unwrap();
            let opened = open(&sealed, &key("k"), &acme).unwrap();
            assert_eq!(opened.access.expose_secret(), "an access token");
            assert_eq!(
                opened.refresh.as_ref().map(ExposeSecret::expose_secret),
                refresh
            );
            assert_eq!(opened.expires_at, tokens(refresh).expires_at);
            assert_eq!(opened.obtained_at, tokens(refresh).obtained_at);
            assert!(open(&sealed, &key("k"), &Id::new("other")).is_none());
            assert!(open(&sealed, &key("l"), &acme).is_none());
            for at in 0..sealed.as_bytes().len() {
                let mut bent = sealed.as_bytes().to_vec();
                bent[at] ^= 1;
                assert!(open(&SealedTokens::new(bent), &key("k"), &acme).is_none());
            }
        }
    }

    /// T20
    #[test]
    fn what_is_kept_and_what_is_printed_shows_no_token() {
        let sealed = seal(&tokens(Some("fresh")), &key("k"), &Id::new("a"), [7; NONCE]).unwrap();
        let kept = String::from_utf8_lossy(sealed.as_bytes()).into_owned();
        let shown = format!("{kept} {sealed:?} {:?}", tokens(Some("fresh")));
        assert!(
            !shown.contains("an access token") && !shown.contains("fresh"),
            "{shown}"
        );
    }
}
