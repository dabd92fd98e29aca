use std::{fmt, sync::Arc};

use super::Event;
use crate::Money;

/// A registration moved to another date.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MovedPlace {
    /// Who takes part.
    pub registrant: String,
    /// From where, where that is known.
    pub from: Option<Event>,
    /// To where.
    pub to: Event,
    /// On which order, by its number.
    pub order: Option<Arc<str>>,
}

/// A registration was cancelled.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CancelledPlace {
    /// Who took part.
    pub registrant: String,
    /// In what.
    pub event: Event,
    /// On which order, by its number.
    pub order: Option<Arc<str>>,
    /// What has been paid of that order, if anything, for those whose business it is. Nothing is paid back without staff.
    pub paid: Option<Money>,
}

impl MovedPlace {
    /// Who moved, and to where.
    pub fn new(registrant: impl Into<String>, to: Event) -> Self {
        Self {
            registrant: registrant.into(),
            from: None,
            to,
            order: None,
        }
    }
}

/// Names stay out of logs.
impl fmt::Debug for MovedPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MovedPlace({:?})", self.to)
    }
}

impl CancelledPlace {
    /// Who took part, and in what.
    pub fn new(registrant: impl Into<String>, event: Event) -> Self {
        Self {
            registrant: registrant.into(),
            event,
            order: None,
            paid: None,
        }
    }
}

/// Names stay out of logs.
impl fmt::Debug for CancelledPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CancelledPlace({:?})", self.event)
    }
}
