//! Certificates, invoices and other papers: where the portal gets the copy a customer downloads.
use std::fmt;

use async_trait::async_trait;

use crate::{Id, adapter::AdapterError};

/// A paper the host keeps. Only its [`Id`] passes through the rules.
#[derive(Debug)]
#[non_exhaustive]
pub struct Document;

/// Answers the papers themselves. The portal asks only after it has checked whose they are.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait DocumentStore: fmt::Debug + Send + Sync + 'static {
    /// The paper, or `None` when it is gone.
    async fn open(&self, document: &Id<Document>) -> Result<Option<DocumentBody>, AdapterError>;
}

/// A paper, ready to be handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentBody {
    /// The file itself.
    File {
        /// What it is, such as `application/pdf`.
        content_type: String,
        /// What to call it on the customer's device.
        filename: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// Where the host serves it to this customer.
    Redirect(String),
}
