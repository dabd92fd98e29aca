use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;

/// What a consent came to: a token that lets us in for a while, and mostly one that fetches the next.
#[derive(Clone)]
#[non_exhaustive]
pub struct TokenSet {
    /// Lets us in.
    pub access: SecretString,
    /// Fetches the next ones; none where the system gives new ones without.
    pub refresh: Option<SecretString>,
    /// Until when the access token lets us in.
    pub expires_at: DateTime<Utc>,
    /// When they were asked for.
    pub obtained_at: DateTime<Utc>,
}

/// A token that lets us in now. It says which renewal it is of, so that one that was not taken is renewed once, whoever notices.
#[derive(Clone)]
#[non_exhaustive]
pub struct AccessToken {
    /// The token.
    pub secret: SecretString,
    /// Of which renewal.
    pub version: i64,
}

/// Renewing takes a moment, and clocks differ.
const EARLY: TimeDelta = TimeDelta::seconds(60);

/// Consents end that nobody used for long: at Xero, after sixty days.
const UNUSED: TimeDelta = TimeDelta::weeks(2);

impl TokenSet {
    /// Tokens that were asked for at this instant, and let us in for so long.
    #[must_use]
    pub fn new(
        access: SecretString,
        refresh: Option<SecretString>,
        obtained_at: DateTime<Utc>,
        lifetime: TimeDelta,
    ) -> Self {
        let expires_at = obtained_at
            .checked_add_signed(lifetime)
            .unwrap_or(DateTime::<Utc>::MAX_UTC);
        Self {
            access,
            refresh,
            expires_at,
            obtained_at,
        }
    }

    /// Time to renew them.
    pub(super) fn are_due(&self, now: DateTime<Utc>) -> bool {
        self.expires_at - EARLY <= now
    }

    /// They have been lying so long that what fetches the next ones is renewed before anybody needs them.
    pub(super) fn lie_unused(&self, now: DateTime<Utc>) -> bool {
        self.obtained_at + UNUSED <= now
    }

    /// They may be due, and still let us in.
    pub(super) fn let_us_in(&self, now: DateTime<Utc>) -> bool {
        now < self.expires_at
    }
}

impl fmt::Debug for TokenSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSet")
            .field("expires_at", &self.expires_at)
            .field("obtained_at", &self.obtained_at)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
