use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use async_trait::async_trait;
use portal_core::{
    accounts::{Digest, PasswordHash, PasswordHasher, Verified},
    adapter::AdapterError,
};
use secrecy::{ExposeSecret, SecretString};

/// Hashes passwords in no time, and counts how often: for tests only, as it takes no time to guess them either. Clones are the same hasher.
#[derive(Debug, Clone, Default)]
pub struct PlainHasher(Arc<State>);

#[derive(Debug, Default)]
struct State {
    runs: AtomicU32,
    outdated: AtomicBool,
}

impl PlainHasher {
    /// What it keeps of a password; not a run.
    #[must_use]
    pub fn kept(password: &str) -> PasswordHash {
        let digest = Digest::of(&format!("plain:{password}"));
        PasswordHash::new(format!("$plain${digest}"))
    }

    /// How often it hashed or verified: as often for somebody unknown as for anybody, or a clock tells them apart.
    #[must_use]
    pub fn runs(&self) -> u32 {
        self.0.runs.load(Ordering::SeqCst)
    }

    /// From now on whatever is right is outdated as well, or no longer.
    pub fn call_outdated(&self, outdated: bool) {
        self.0.outdated.store(outdated, Ordering::SeqCst);
    }

    fn ran(&self) {
        self.0.runs.fetch_add(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl PasswordHasher for PlainHasher {
    async fn hash(&self, password: &SecretString) -> Result<PasswordHash, AdapterError> {
        self.ran();
        Ok(Self::kept(password.expose_secret()))
    }

    async fn verify(
        &self,
        password: &SecretString,
        kept: &PasswordHash,
    ) -> Result<Verified, AdapterError> {
        self.ran();
        if Self::kept(password.expose_secret()) != *kept {
            return Ok(Verified::Wrong);
        }
        if self.0.outdated.load(Ordering::SeqCst) {
            return Ok(Verified::Outdated);
        }
        Ok(Verified::Right)
    }

    fn decoy(&self) -> PasswordHash {
        PasswordHash::new("$plain$what no password gives")
    }
}
