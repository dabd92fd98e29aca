use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use portal_core::{
    Clock,
    accounts::{PasswordHash, PasswordHasher, Verified},
    adapter::AdapterError,
};
use secrecy::SecretString;

use super::{Tally, tally::Look};
use crate::{PlainHasher, StoppedClock, fakes::locked};

/// Notes every look at a password that somebody has. Clones share their notes.
#[derive(Debug, Clone)]
pub(super) struct Watched {
    plain: PlainHasher,
    clock: StoppedClock,
    looks: Arc<Mutex<Vec<Look>>>,
}

impl Watched {
    pub(super) fn with(clock: StoppedClock) -> Self {
        Self {
            plain: PlainHasher::default(),
            clock,
            looks: Arc::default(),
        }
    }

    pub(super) fn tally(&self, tries: u32) -> Tally {
        Tally::of(tries, &locked(&self.looks))
    }
}

#[async_trait]
impl PasswordHasher for Watched {
    async fn hash(&self, password: &SecretString) -> Result<PasswordHash, AdapterError> {
        self.plain.hash(password).await
    }

    async fn verify(
        &self,
        password: &SecretString,
        kept: &PasswordHash,
    ) -> Result<Verified, AdapterError> {
        let verified = self.plain.verify(password, kept).await?;
        if *kept != self.plain.decoy() {
            let right = verified != Verified::Wrong;
            locked(&self.looks).push((self.clock.now(), right));
        }
        Ok(verified)
    }

    fn decoy(&self) -> PasswordHash {
        self.plain.decoy()
    }
}
