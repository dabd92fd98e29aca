use std::{fmt, sync::Arc};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::Currency;

/// Whose books: one organisation of one accounting system, by that system's own name for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OrganisationRef {
    /// The system, as [`AccountingSystem::name`](super::AccountingSystem::name) says it.
    pub system: Arc<str>,
    /// The organisation, such as a tenant id.
    pub id: Arc<str>,
}

/// An organisation as it is today.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Organisation {
    /// As people call it.
    pub name: String,
    /// The currency its books are kept in.
    pub base: Currency,
    /// Others it takes; empty where the system does not say.
    pub currencies: Vec<Currency>,
    /// Documents dated up to this day are not taken.
    pub locked_until: Option<NaiveDate>,
}

impl OrganisationRef {
    /// The books of this organisation in this system.
    pub fn new(system: impl Into<Arc<str>>, id: impl Into<Arc<str>>) -> Self {
        Self {
            system: system.into(),
            id: id.into(),
        }
    }
}

impl fmt::Display for OrganisationRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.system, self.id)
    }
}

impl Organisation {
    /// An organisation whose books are in this currency, with nothing locked.
    pub fn new(name: impl Into<String>, base: Currency) -> Self {
        Self {
            name: name.into(),
            base,
            currencies: vec![],
            locked_until: None,
        }
    }

    /// It takes these currencies too.
    #[must_use]
    pub fn taking(mut self, currencies: Vec<Currency>) -> Self {
        self.currencies = currencies;
        self
    }

    /// Up to this day its books are closed.
    #[must_use]
    pub fn locked_until(mut self, day: Option<NaiveDate>) -> Self {
        self.locked_until = day;
        self
    }
}
