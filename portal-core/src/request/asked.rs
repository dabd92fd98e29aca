use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::CallOff;
use crate::{Id, Order, effect::MailKind};

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Asked {
    /// Take these items off rent.
    CallOff(CallOff),
    /// Help me.
    Help(Help),
    /// Look at what I changed before it goes on.
    Review(Review),
}

/// A customer wants help.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Help {
    /// With what, where it is about an order.
    pub about: Option<OrderItem>,
    /// In their own words.
    pub words: String,
}

/// A customer changed something, and a rule of the host's wants a person to see it first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Review {
    /// What is pending review.
    pub about: OrderItem,
    /// What they changed.
    pub edits: Vec<Edit>,
    /// What they wrote beside it.
    pub note: Option<String>,
    /// As the host calls the status it returns to when a person releases it.
    pub previous_status: String,
    /// As the host calls the rule that sent it to review.
    pub rule: String,
}

/// One thing that a customer changed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Edit {
    /// What, as the host calls it.
    pub what: String,
    /// What it was, if it was anything.
    pub before: Option<String>,
    /// What they want it to be, if anything.
    pub after: Option<String>,
}

/// An order that a request is about, or one item of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OrderItem {
    /// The order.
    pub order: Id<Order>,
    /// What people call the order.
    pub number: Arc<str>,
    /// The item, as the host describes it; all of the order without.
    pub item: Option<String>,
}

impl Asked {
    /// The message that tells whoever answers.
    #[must_use]
    pub fn mail(&self) -> MailKind {
        match self {
            Self::CallOff(_) => MailKind::CallOffRequest,
            Self::Help(_) => MailKind::HelpRequest,
            Self::Review(_) => MailKind::ReviewNotice,
        }
    }
}

impl Help {
    /// Help with nothing in particular.
    pub fn new(words: impl Into<String>) -> Self {
        Self {
            about: None,
            words: words.into(),
        }
    }

    /// With this.
    #[must_use]
    pub fn with(mut self, about: OrderItem) -> Self {
        self.about = Some(about);
        self
    }
}

impl Review {
    /// This waits, had this status before, and was sent here by this rule.
    pub fn new(
        about: OrderItem,
        previous_status: impl Into<String>,
        rule: impl Into<String>,
    ) -> Self {
        Self {
            about,
            edits: vec![],
            note: None,
            previous_status: previous_status.into(),
            rule: rule.into(),
        }
    }

    /// They changed this too.
    #[must_use]
    pub fn editing(mut self, edit: Edit) -> Self {
        self.edits.push(edit);
        self
    }

    /// They wrote this beside it.
    #[must_use]
    pub fn noting(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}

impl Edit {
    /// What was changed, from what and to what.
    pub fn new(what: impl Into<String>, before: Option<String>, after: Option<String>) -> Self {
        Self {
            what: what.into(),
            before,
            after,
        }
    }
}

impl OrderItem {
    /// All of an order.
    pub fn order(order: Id<Order>, number: impl Into<Arc<str>>) -> Self {
        Self {
            order,
            number: number.into(),
            item: None,
        }
    }

    /// One item of it.
    #[must_use]
    pub fn item(mut self, item: impl Into<String>) -> Self {
        self.item = Some(item.into());
        self
    }
}

impl From<CallOff> for Asked {
    fn from(call_off: CallOff) -> Self {
        Self::CallOff(call_off)
    }
}

impl From<Help> for Asked {
    fn from(help: Help) -> Self {
        Self::Help(help)
    }
}

impl From<Review> for Asked {
    fn from(review: Review) -> Self {
        Self::Review(review)
    }
}

/// What they typed stays out of logs.
impl fmt::Debug for Help {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Help(..)")
    }
}

/// What they typed stays out of logs.
impl fmt::Debug for Review {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Review(..)")
    }
}

/// What they typed stays out of logs.
impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Edit(..)")
    }
}
