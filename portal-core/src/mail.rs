//! The mail port. Transports live in `portal-mail` and in crates of their own.
use std::fmt;

use async_trait::async_trait;
use uuid::Uuid;

use crate::adapter::AdapterError;

/// Hands one finished message to the post.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Mailer: fmt::Debug + Send + Sync + 'static {
    /// Sends it. A message with an id seen before is the same message again.
    async fn send(&self, mail: &Mail) -> Result<(), AdapterError>;
}

/// A finished message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mail {
    /// The id of the effect it came from; the Message-ID derives from it.
    pub id: Uuid,
    /// The recipient's address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// For readers of plain text.
    pub text: String,
    /// For everybody else.
    pub html: Option<String>,
}

impl Mail {
    /// A message of plain text.
    #[must_use]
    pub fn new(id: Uuid, to: String, subject: String, text: String) -> Self {
        Self {
            id,
            to,
            subject,
            text,
            html: None,
        }
    }
}
