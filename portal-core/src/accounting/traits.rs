use std::time::Duration;

use crate::payment::Repeats;

/// What an accounting system is like, as data. The portal reads it; nobody asks the system.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LedgerTraits {
    /// How long it answers a repeated key with the first answer.
    pub repeats: Repeats,
    /// How long after a document was made [`find`](super::AccountingSystem::find) may still not know it. An empty answer is believed only after that.
    pub finds_after: Duration,
    /// The longest number a document may have, in characters.
    pub number_len: usize,
    /// The longest reference a payment may have, in characters. One that is cut there would never be found again.
    pub reference_len: usize,
    /// How often asking for changes is reasonable. As often [`keep_up`](super::AccountingSystem::keep_up) is called.
    pub poll_every: Duration,
}

impl LedgerTraits {
    /// A system that finds at once what it made, has room for every reference, and says nothing about repeats.
    #[must_use]
    pub fn new(number_len: usize) -> Self {
        Self {
            repeats: Repeats::Unsaid,
            finds_after: Duration::ZERO,
            number_len,
            reference_len: usize::MAX,
            poll_every: Duration::from_mins(15),
        }
    }

    /// How long it answers a repeated key with the first answer.
    #[must_use]
    pub fn repeats(mut self, repeats: Repeats) -> Self {
        self.repeats = repeats;
        self
    }

    /// How long a new document may stay unfound.
    #[must_use]
    pub fn finds_after(mut self, lag: Duration) -> Self {
        self.finds_after = lag;
        self
    }

    /// The longest reference a payment may have.
    #[must_use]
    pub fn reference_len(mut self, longest: usize) -> Self {
        self.reference_len = longest;
        self
    }

    /// How often asking for changes is reasonable.
    #[must_use]
    pub fn poll_every(mut self, every: Duration) -> Self {
        self.poll_every = every;
        self
    }
}
