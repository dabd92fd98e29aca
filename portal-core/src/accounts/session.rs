//! Being signed in: for how long, and from where.
use std::net::IpAddr;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::{Access, Digest, SessionSettings};
use crate::{Account, Id, Loaded};

/// One browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LoginSession {
    /// What the owner sees and revokes it by; opens nothing.
    pub id: Id<LoginSession>,
    /// What is kept of the cookie.
    pub token: Digest,
    /// Whose.
    pub account: Id<Account>,
    /// When they signed in.
    pub opened_at: DateTime<Utc>,
    /// When they last asked for a page, to the minute.
    pub seen_at: DateTime<Utc>,
    /// When they last proved who they are.
    pub proved_at: DateTime<Utc>,
    /// From where.
    pub ip: Option<IpAddr>,
    /// What the browser calls itself, cut to 200 characters.
    pub agent: Option<String>,
}

/// A session with the account it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenSession {
    /// The session.
    pub session: LoginSession,
    /// The account, as it is now.
    pub access: Loaded<Access>,
}

impl LoginSession {
    /// A session that begins now.
    #[must_use]
    pub fn new(id: Id<Self>, token: Digest, account: Id<Account>, now: DateTime<Utc>) -> Self {
        Self {
            id,
            token,
            account,
            opened_at: now,
            seen_at: now,
            proved_at: now,
            ip: None,
            agent: None,
        }
    }

    /// Whether it still counts: not idle too long, and not older than any session may be. A clock that was set back ends it too.
    #[must_use]
    pub fn is_alive(&self, now: DateTime<Utc>, settings: &SessionSettings) -> bool {
        let idle = Duration::minutes(settings.idle_minutes.get().into());
        let longest = Duration::hours(settings.longest_hours.get().into());
        // Clocks of two machines differ by a little; more is a clock that was set back.
        let begun = self.opened_at.max(self.seen_at) - Duration::minutes(5);
        now - self.seen_at <= idle && now - self.opened_at <= longest && now >= begun
    }

    /// Whether they proved who they are lately enough for what matters most.
    #[must_use]
    pub fn is_fresh(&self, now: DateTime<Utc>, settings: &SessionSettings) -> bool {
        let fresh = Duration::minutes(settings.fresh_minutes.get().into());
        now - self.proved_at <= fresh && now >= self.proved_at
    }

    /// Whether the store should hear that it was seen: once a minute is enough.
    #[must_use]
    pub(crate) fn is_due(&self, now: DateTime<Utc>) -> bool {
        now - self.seen_at >= Duration::minutes(1)
    }
}

impl OpenSession {
    /// A session with the account it is for.
    #[must_use]
    pub fn new(session: LoginSession, access: Loaded<Access>) -> Self {
        Self { session, access }
    }
}
