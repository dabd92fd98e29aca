use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use portal_core::{
    Clock,
    accounting::{
        ConnectionTrouble, LedgerError,
        tokens::{TokenEndpoint, TokenSet},
    },
    adapter::{AdapterError, AdapterErrorKind, Disposition},
};
use secrecy::ExposeSecret;

use crate::{StoppedClock, fakes::locked};

/// Gives tokens as Xero does: access for 30 minutes, a new refresh token each time, and the old one is taken for another 30 minutes. Clones are the same endpoint.
///
/// It is stricter in one thing: what was given in a lost answer is good for nothing once the old token was used again.
#[derive(Debug, Clone)]
pub struct RotatingTokens {
    clock: StoppedClock,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    given: u64,
    /// The refresh token that is taken, and the one before, while it still is.
    current: u64,
    before: Option<(u64, DateTime<Utc>)>,
    access: Option<(u64, DateTime<Utc>)>,
    chance: u64,
    lost_in_a_hundred: u64,
    hang: bool,
    asking: u32,
    at_once: u32,
    renewals: u32,
    lost: u32,
    locked_out: u32,
}

const LIFETIME: TimeDelta = TimeDelta::minutes(30);

impl RotatingTokens {
    /// An endpoint by this clock.
    #[must_use]
    pub fn new(clock: StoppedClock) -> Self {
        let state = Arc::default();
        Self { clock, state }
    }

    /// Somebody consents.
    #[must_use]
    pub fn consent(&self) -> TokenSet {
        let mut state = locked(&self.state);
        state.before = None;
        state.give(self.clock.now())
    }

    /// Loses so many answers of a hundred from now on: the tokens are given, and nobody hears of it.
    pub fn lose(&self, of_a_hundred: u64) {
        locked(&self.state).lost_in_a_hundred = of_a_hundred;
    }

    /// Gives tokens and never answers from now on, or answers again.
    pub fn hang(&self, never_answers: bool) {
        locked(&self.state).hang = never_answers;
    }

    /// Takes the access token back before its time.
    pub fn spoil(&self) {
        locked(&self.state).access = None;
    }

    /// Ends the consent.
    pub fn end(&self) {
        let mut state = locked(&self.state);
        (state.current, state.before, state.access) = (0, None, None);
    }

    /// Whether this access token lets anybody in now.
    #[must_use]
    pub fn takes(&self, access: &str) -> bool {
        let state = locked(&self.state);
        let good = state.access.filter(|(_, until)| self.clock.now() < *until);
        good.is_some_and(|(n, _)| access == format!("access-{n}"))
    }

    /// How many renewals there were, how many answers were lost, and how many were asked for at once at most.
    #[must_use]
    pub fn tally(&self) -> (u32, u32, u32) {
        let state = locked(&self.state);
        (state.renewals, state.lost, state.at_once)
    }

    /// How often somebody came with a token that is not taken any more.
    #[must_use]
    pub fn locked_out(&self) -> u32 {
        locked(&self.state).locked_out
    }

    fn answer(&self, old: &TokenSet) -> Result<Option<TokenSet>, LedgerError> {
        let now = self.clock.now();
        let mut state = locked(&self.state);
        let old = old.refresh.as_ref().map(ExposeSecret::expose_secret);
        let named = |n: u64| old == Some(format!("refresh-{n}").as_str());
        let current = state.current;
        if named(current) {
            state.before = Some((current, now + LIFETIME));
        } else if !state
            .before
            .is_some_and(|(n, until)| named(n) && now < until)
        {
            state.locked_out += 1;
            return Err(ConnectionTrouble::ConsentNeeded.into());
        }
        state.renewals += 1;
        let given = state.give(now);
        if state.hang {
            return Ok(None);
        }
        if state.draw() % 100 < state.lost_in_a_hundred {
            state.lost += 1;
            let (kind, unknown) = (AdapterErrorKind::Unavailable, Disposition::Unknown);
            return Err(AdapterError::new(kind, unknown, "rotating", "renew", "no answer").into());
        }
        Ok(Some(given))
    }
}

impl State {
    fn give(&mut self, now: DateTime<Utc>) -> TokenSet {
        self.given += 1;
        let n = self.given;
        self.current = n;
        self.access = Some((n, now + LIFETIME));
        let (access, refresh) = (format!("access-{n}"), format!("refresh-{n}"));
        TokenSet::new(access.into(), Some(refresh.into()), now, LIFETIME)
    }

    /// Chance that comes out the same each time (splitmix64).
    fn draw(&mut self) -> u64 {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.chance;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[async_trait]
impl TokenEndpoint for RotatingTokens {
    async fn renew(&self, old: Option<TokenSet>) -> Result<TokenSet, LedgerError> {
        let old = old.ok_or(ConnectionTrouble::ConsentNeeded)?;
        {
            let mut state = locked(&self.state);
            state.asking += 1;
            state.at_once = state.at_once.max(state.asking);
        }
        let answer = self.answer(&old);
        // Long enough for another to come, if it may.
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        locked(&self.state).asking -= 1;
        match answer? {
            Some(tokens) => Ok(tokens),
            None => std::future::pending().await,
        }
    }
}
