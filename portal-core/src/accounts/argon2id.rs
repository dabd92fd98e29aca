//! Passwords hashed with Argon2id.
use std::{fmt, num::NonZeroU16};

use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::{self, phc},
};
use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};

use super::{
    PasswordHash, PasswordHasher, Verified,
    spelling::as_judged,
    turns::{Turns, WAITING, half_of_the_processors},
};
use crate::adapter::{AdapterError, AdapterErrorKind, Disposition};

/// Hashes passwords with Argon2id, on threads of their own and only so many at a time.
///
/// It wants a tokio runtime. [`new`](Self::new) takes the parameters that OWASP names; each check takes 19 MiB while it runs, and some hundredths of a second.
pub struct Argon2id {
    argon2: Argon2<'static>,
    at_once: NonZeroU16,
    waiting: u16,
    turns: Turns,
}

/// Parameters that are too cheap to hold off whoever stole the hashes, or that no server could afford.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "argon2id with {memory_kib} KiB and {passes} passes: give 7168 KiB to 1 GiB, at most 64 passes, and memory times passes of at least 35840"
)]
#[non_exhaustive]
pub struct UnfitCost {
    /// What was asked for.
    pub memory_kib: u32,
    /// What was asked for.
    pub passes: u32,
}

const ADAPTER: &str = "argon2id";
const MOST_MEMORY_KIB: u32 = 1024 * 1024;
const MOST_PASSES: u32 = 64;
const OUTPUT: usize = 32;

impl Argon2id {
    /// With 19 MiB and two passes (OWASP's first choice), on half of the processors, with 64 callers waiting at most.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Params::DEFAULT)
    }

    /// With this much memory for each password, and this many passes over it. Hashes with other parameters stay good, and are made anew at the next sign-in.
    ///
    /// # Errors
    /// Less work than the cheapest that OWASP names (7 MiB, five passes), or more than a server could afford.
    pub fn with_cost(memory_kib: u32, passes: u32) -> Result<Self, UnfitCost> {
        let unfit = UnfitCost { memory_kib, passes };
        let work = u64::from(memory_kib) * u64::from(passes);
        if memory_kib < 7 * 1024 || work < 5 * 7 * 1024 || !is_affordable(memory_kib, passes) {
            return Err(unfit);
        }
        let params = Params::new(memory_kib, passes, 1, Some(OUTPUT)).map_err(|_| unfit)?;
        Ok(Self::with(params))
    }

    /// Hashes so many at a time. Each takes a processor and its memory.
    #[must_use]
    pub fn at_once(mut self, n: NonZeroU16) -> Self {
        self.at_once = n;
        self.turns = Turns::new(self.at_once, self.waiting);
        self
    }

    /// Lets so many wait for that. Who comes when they are all there is told at once to try again later.
    #[must_use]
    pub fn waiting(mut self, n: u16) -> Self {
        self.waiting = n;
        self.turns = Turns::new(self.at_once, self.waiting);
        self
    }

    fn with(params: Params) -> Self {
        let at_once = half_of_the_processors();
        Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            at_once,
            waiting: WAITING,
            turns: Turns::new(at_once, WAITING),
        }
    }

    /// Whether new hashes are made like this one.
    fn makes(&self, kept: &phc::PasswordHash, params: &Params) -> bool {
        let cost = |p: &Params| (p.m_cost(), p.t_cost(), p.p_cost());
        kept.algorithm == ARGON2ID_IDENT
            && kept.version == Some(Version::V0x13.into())
            && cost(params) == cost(self.argon2.params())
            && kept.hash.is_some_and(|hash| hash.len() == OUTPUT)
    }
}

#[async_trait]
impl PasswordHasher for Argon2id {
    async fn hash(&self, password: &SecretString) -> Result<PasswordHash, AdapterError> {
        let failed = |why: String| {
            let kind = AdapterErrorKind::Unavailable;
            AdapterError::new(kind, Disposition::NeverSent, ADAPTER, "hash", why)
        };
        let password = as_judged(password).ok_or_else(|| {
            let kind = AdapterErrorKind::Rejected;
            let why = "the password is too long";
            AdapterError::new(kind, Disposition::Rejected, ADAPTER, "hash", why)
        })?;
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|e| failed("no randomness".into()).with_source(e))?;
        let argon2 = self.argon2.clone();
        let hash =
            move || argon2.hash_password_with_salt(password.expose_secret().as_bytes(), &salt);
        let hashed = self.turns.take(hash).await;
        let hashed = hashed.map_err(|no_turn| failed(no_turn.to_string()))?;
        let hash: phc::PasswordHash = hashed.map_err(|e| failed(e.to_string()))?;
        Ok(PasswordHash::new(hash.to_string()))
    }

    async fn verify(
        &self,
        password: &SecretString,
        kept: &PasswordHash,
    ) -> Result<Verified, AdapterError> {
        let failed = |kind, why: String| {
            AdapterError::new(kind, Disposition::NeverSent, ADAPTER, "verify", why)
        };
        // What was kept stays out of the error, and so does what the parser says of it.
        let unreadable = || {
            let why =
                "a password hash on record cannot be read: have its owner choose a new password";
            failed(AdapterErrorKind::Unintelligible, why.into())
        };
        let kept = phc::PasswordHash::new(kept.expose()).map_err(|_| unreadable())?;
        let params = Params::try_from(&kept).map_err(|_| unreadable())?;
        if !is_affordable(params.m_cost(), params.t_cost()) || kept.hash.is_none() {
            return Err(unreadable());
        }
        let right = if self.makes(&kept, &params) {
            Verified::Right
        } else {
            Verified::Outdated
        };
        // Nobody has one that long, account or not.
        let Some(password) = as_judged(password) else {
            return Ok(Verified::Wrong);
        };
        let argon2 = self.argon2.clone();
        let check = move || argon2.verify_password(password.expose_secret().as_bytes(), &kept);
        match self.turns.take(check).await {
            Ok(Ok(())) => Ok(right),
            Ok(Err(password_hash::Error::PasswordInvalid)) => Ok(Verified::Wrong),
            Ok(Err(_)) => Err(unreadable()),
            Err(no_turn) => Err(failed(AdapterErrorKind::Unavailable, no_turn.to_string())),
        }
    }

    /// Thirty-two zeros: to find what hashes to them is to break Argon2id, and a check costs what any costs.
    fn decoy(&self) -> PasswordHash {
        let params = self.argon2.params();
        let (salt, zeros) = ("A".repeat(22), "A".repeat(43));
        PasswordHash::new(format!(
            "$argon2id$v=19$m={},t={},p={}${salt}${zeros}",
            params.m_cost(),
            params.t_cost(),
            params.p_cost()
        ))
    }
}

impl Default for Argon2id {
    fn default() -> Self {
        Self::new()
    }
}

/// The parameters are in every hash; nothing else is for logs.
impl fmt::Debug for Argon2id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let params = self.argon2.params();
        write!(
            f,
            "Argon2id({} KiB, {} passes)",
            params.m_cost(),
            params.t_cost()
        )
    }
}

/// What a store hands back must not take all the memory there is.
fn is_affordable(memory_kib: u32, passes: u32) -> bool {
    memory_kib <= MOST_MEMORY_KIB && passes <= MOST_PASSES
}

#[cfg(test)]
mod tests;
