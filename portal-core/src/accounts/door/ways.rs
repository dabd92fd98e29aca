use serde::Serialize;

use super::FrontDoor;
use crate::accounts::RequiredInfo;

/// What the page before signing in offers beside it: each is there only if it can be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WaysIn {
    /// Register by what is on record: a first-time customer types the phone number as both.
    pub claim: bool,
    /// Create an account; with what that takes, and nothing more is ever asked for.
    pub create: Option<Vec<RequiredInfo>>,
    /// Request an account, for the owner of the portal to approve.
    pub request: bool,
}

impl FrontDoor<'_> {
    /// What the page offers to somebody nobody knows yet. Signing in it offers always.
    #[must_use]
    pub fn ways_in(&self) -> WaysIn {
        let settings = self.settings();
        WaysIn {
            claim: settings.claims,
            create: self.creation_takes(),
            request: settings.requests,
        }
    }
}
