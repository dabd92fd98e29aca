//! Every reason for one "no", and how a rule gathers them.
use std::fmt;

use serde::Serialize;

#[cfg(feature = "accounts")]
use crate::accounts::AccountRefusal;
use crate::refusal::Refusal;

/// Every reason for a "no", the most lasting first. Never empty.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusals {
    first: Refusal,
    more: Vec<Refusal>,
}

impl Refusals {
    /// The reason a page shows: the most lasting one.
    #[must_use]
    pub fn first(&self) -> &Refusal {
        &self.first
    }

    /// All of them, the most lasting first.
    pub fn iter(&self) -> impl Iterator<Item = &Refusal> {
        std::iter::once(&self.first).chain(&self.more)
    }

    /// Their codes, the most lasting first.
    #[must_use]
    pub fn codes(&self) -> Vec<&'static str> {
        self.iter().map(Refusal::code).collect()
    }

    /// These reasons beside whatever else those checks refuse for.
    #[cfg(feature = "courses")]
    pub(crate) fn after<const N: usize>(self, checks: [Result<(), Self>; N]) -> Self {
        let mut reasons = Reasons::default();
        reasons.gather(checks);
        reasons.gather([Err(self.clone())]);
        reasons.0.unwrap_or(self)
    }

    /// The same reasons with another one in the place of `old`.
    pub(crate) fn with(self, old: &Refusal, new: Refusal) -> Self {
        let kept = std::iter::once(self.first).chain(self.more);
        let mut reasons = Reasons::default();
        kept.filter(|refusal| refusal != old)
            .for_each(|refusal| reasons.refuse(refusal));
        reasons.refuse(new.clone());
        reasons.0.unwrap_or_else(|| new.into())
    }

    /// Adds one more reason where it belongs; of two that last alike the earlier stays first.
    pub fn push(&mut self, refusal: Refusal) {
        let rank = refusal.lasting();
        if rank < self.first.lasting() {
            let old = std::mem::replace(&mut self.first, refusal);
            self.more.insert(0, old);
        } else {
            let at = self.more.partition_point(|r| r.lasting() <= rank);
            self.more.insert(at, refusal);
        }
    }
}

impl<R: Into<Refusal>> From<R> for Refusals {
    fn from(refusal: R) -> Self {
        Self {
            first: refusal.into(),
            more: vec![],
        }
    }
}

impl fmt::Debug for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first)?;
        self.more.iter().try_for_each(|r| write!(f, "; {r}"))
    }
}

impl std::error::Error for Refusals {}

impl Serialize for Refusals {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// All of these, the most lasting first. Nothing to refuse for is a bug of the caller's, answered as a page to load again.
#[cfg(feature = "accounts")]
pub(crate) fn every(reasons: impl IntoIterator<Item = Refusal>) -> Refusals {
    let mut found = Reasons::default();
    reasons.into_iter().for_each(|r| found.refuse(r));
    found
        .0
        .unwrap_or_else(|| AccountRefusal::NotRecognised.into())
}

/// Gathers reasons while a rule looks at its conditions. Holds nothing, and allocates nothing, while all is well.
#[derive(Debug, Default)]
pub(crate) struct Reasons(Option<Refusals>);

impl Reasons {
    pub(crate) fn refuse(&mut self, refusal: impl Into<Refusal>) {
        let refusal = refusal.into();
        match &mut self.0 {
            Some(refusals) => refusals.push(refusal),
            None => self.0 = Some(refusal.into()),
        }
    }

    #[cfg(feature = "courses")]
    fn gather<const N: usize>(&mut self, checks: [Result<(), Refusals>; N]) {
        for refusals in checks.into_iter().filter_map(Result::err) {
            self.refuse(refusals.first);
            refusals.more.into_iter().for_each(|r| self.refuse(r));
        }
    }

    pub(crate) fn verdict(self) -> Result<(), Refusals> {
        self.0.map_or(Ok(()), Err)
    }
}

/// Yes only if every check says yes; otherwise everything that any of them refuses for.
#[cfg(feature = "courses")]
pub(crate) fn all<const N: usize>(checks: [Result<(), Refusals>; N]) -> Result<(), Refusals> {
    let mut reasons = Reasons::default();
    reasons.gather(checks);
    reasons.verdict()
}
