//! My elearning. Pure.
use serde::Serialize;

use super::{Module, Shelf};
use crate::{Offer, Offers, verdict::Verdict};

/// What can be done with a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ModuleAction {
    /// Access course.
    Access,
}

/// The rules' answer to everything that can be done with a module of one's own: it can be opened, under either tab.
#[must_use]
pub fn module_actions() -> Offers<ModuleAction> {
    Offers::new([Offer {
        action: ModuleAction::Access,
        verdict: Verdict::Allowed,
    }])
}

impl Module {
    /// Under which tab it stands.
    #[must_use]
    pub fn shelf(&self) -> Shelf {
        if self.completed_at.is_some() {
            Shelf::Completed
        } else {
            Shelf::Current
        }
    }
}
