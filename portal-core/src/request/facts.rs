use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Asked;
use crate::{Contact, Id};

/// Something a customer asked that a person must act on. Whatever they typed is in it as they typed it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The host's key.
    pub id: Id<Request>,
    /// What people call it, such as a call-off number.
    pub number: Arc<str>,
    /// Who asked.
    pub asked_by: Id<Contact>,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// The address of the desk that answers it: a branch, a store, support. The settings' staff address without.
    pub desk: Option<String>,
    /// Whether somebody still has to act.
    pub state: RequestState,
    /// What is asked.
    pub asked: Asked,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RequestState {
    /// A person must act.
    Open,
    /// It was agreed to.
    Approved,
    /// It was not.
    Declined,
    /// What it asked for is done.
    Done,
    /// Whoever asked took it back.
    Withdrawn,
}

impl Request {
    /// A request that waits for the staff address.
    pub fn new(
        id: Id<Self>,
        number: impl Into<Arc<str>>,
        asked_by: Id<Contact>,
        asked_at: DateTime<Utc>,
        asked: impl Into<Asked>,
    ) -> Self {
        Self {
            id,
            number: number.into(),
            asked_by,
            asked_at,
            desk: None,
            state: RequestState::Open,
            asked: asked.into(),
        }
    }

    /// Answered at this address.
    #[must_use]
    pub fn at_desk(mut self, address: impl Into<String>) -> Self {
        self.desk = Some(address.into());
        self
    }

    /// It has come to this.
    #[must_use]
    pub fn now(mut self, state: RequestState) -> Self {
        self.state = state;
        self
    }

    /// Whether a person must still act.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == RequestState::Open
    }
}

/// What they typed stays out of logs.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Request({}, {:?}, {:?})",
            self.id, self.asked, self.state
        )
    }
}
