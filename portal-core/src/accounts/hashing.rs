//! Passwords are never kept, only what shows that they are right.
use std::fmt;

use async_trait::async_trait;
use secrecy::SecretString;

use super::PasswordHash;
use crate::adapter::AdapterError;

/// Turns passwords into what may be kept. [`Argon2id`](super::Argon2id) is the one to use; tests wire a cheaper one.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PasswordHasher: fmt::Debug + Send + Sync + 'static {
    /// What may be kept of this password.
    async fn hash(&self, password: &SecretString) -> Result<PasswordHash, AdapterError>;

    /// Whether this is the password. It takes as long for a wrong one as for the right one.
    async fn verify(
        &self,
        password: &SecretString,
        kept: &PasswordHash,
    ) -> Result<Verified, AdapterError>;

    /// A hash that no password fits, as costly to check as any: what is checked where there is no account.
    fn decoy(&self) -> PasswordHash;
}

/// Whether a password is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller must face all three")]
pub enum Verified {
    /// It is.
    Right,
    /// It is, and it was hashed with other parameters than new ones are: hash it anew.
    Outdated,
    /// It is not.
    Wrong,
}
