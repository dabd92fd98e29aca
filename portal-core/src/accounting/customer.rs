use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Who pays an invoice, as the books know them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LedgerCustomer {
    /// Our key for them, at most 50 characters. It finds them again whatever they are called by then.
    pub key: Arc<str>,
    /// A person's or an organisation's name. Adapters fit it to what their system takes.
    pub name: String,
    /// Where they read mail.
    pub email: Option<String>,
    /// What the system called them when last we knew, which is asked first.
    pub known_as: Option<CustomerRef>,
}

/// The system's own name for a customer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CustomerRef(Arc<str>);

impl LedgerCustomer {
    /// Whoever has this key and this name.
    pub fn new(key: impl Into<Arc<str>>, name: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            name: name.into(),
            email: None,
            known_as: None,
        }
    }

    /// Who reads mail there.
    #[must_use]
    pub fn with_email(mut self, email: Option<String>) -> Self {
        self.email = email;
        self
    }

    /// Whom the system called that before.
    #[must_use]
    pub fn known_as(mut self, known: Option<CustomerRef>) -> Self {
        self.known_as = known;
        self
    }
}

impl CustomerRef {
    /// As the system says it.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// As the system said it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
