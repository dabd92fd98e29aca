use std::ops::Deref;

use serde::Serialize;

use crate::Refusals;

/// One thing the customer might do, and the rules' answer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Offer<A> {
    /// What might be done.
    pub action: A,
    /// Whether it may.
    pub verdict: Verdict,
}

/// The rules' answer to everything that can be done with one thing, in the order of its menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Offers<A>(Vec<Offer<A>>);

/// The rules' answer. Exhaustive on purpose: a page must know how to draw each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "a page must face each answer")]
pub enum Verdict {
    /// Go ahead.
    Allowed,
    /// Go ahead once this is confirmed.
    Confirm(Challenge),
    /// No, for these reasons.
    Refused(Refusals),
}

/// What the customer must do to confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Challenge {
    /// Type their surname.
    Surname,
}

impl<A> Offer<A> {
    pub(crate) fn allowed(action: A, rule: Result<(), Refusals>) -> Self {
        Self::given(action, rule, Verdict::Allowed)
    }

    #[cfg(feature = "courses")]
    pub(crate) fn confirmed(action: A, by: Challenge, rule: Result<(), Refusals>) -> Self {
        Self::given(action, rule, Verdict::Confirm(by))
    }

    fn given(action: A, rule: Result<(), Refusals>, yes: Verdict) -> Self {
        Self {
            action,
            verdict: rule.map_or_else(Verdict::Refused, |()| yes),
        }
    }
}

impl<A> Offers<A> {
    pub(crate) fn new<const N: usize>(offers: [Offer<A>; N]) -> Self {
        Self(offers.into())
    }
}

impl<A: PartialEq> Offers<A> {
    /// The rules' answer to one action; `None` for one that is not on the menu.
    #[must_use]
    pub fn verdict(&self, action: &A) -> Option<&Verdict> {
        let offer = self.0.iter().find(|offer| offer.action == *action);
        offer.map(|offer| &offer.verdict)
    }
}

impl<A> Deref for Offers<A> {
    type Target = [Offer<A>];

    fn deref(&self) -> &[Offer<A>] {
        &self.0
    }
}

impl<A> IntoIterator for Offers<A> {
    type Item = Offer<A>;
    type IntoIter = std::vec::IntoIter<Offer<A>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, A> IntoIterator for &'a Offers<A> {
    type Item = &'a Offer<A>;
    type IntoIter = std::slice::Iter<'a, Offer<A>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl Verdict {
    /// Whether the button is live, with or without a confirmation.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !matches!(self, Self::Refused(_))
    }

    /// Why not, when it is not.
    #[must_use]
    pub fn refusals(&self) -> Option<&Refusals> {
        match self {
            Self::Refused(refusals) => Some(refusals),
            Self::Allowed | Self::Confirm(_) => None,
        }
    }
}
