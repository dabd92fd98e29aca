use serde::Serialize;

use crate::refusal::{Lasting, Remedy};

/// Why there is no such paper.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", content = "data")]
#[non_exhaustive]
pub enum PaperRefusal {
    /// Nobody knows how an account will stand.
    #[error("the day has not begun")]
    #[serde(rename = "paper.day-to-come")]
    DayToCome,
}

impl PaperRefusal {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::DayToCome => "paper.day-to-come",
        }
    }

    pub(crate) fn lasting(&self) -> Lasting {
        match self {
            Self::DayToCome => Lasting::UntilRetried,
        }
    }

    pub(crate) fn remedy(&self) -> Remedy {
        match self {
            Self::DayToCome => Remedy::PickAnotherDate,
        }
    }

    pub(crate) fn samples() -> [Self; 1] {
        [Self::DayToCome]
    }
}
