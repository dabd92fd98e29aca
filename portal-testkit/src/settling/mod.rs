//! People who pay in several tabs, a provider with every bad habit there is, and processes that end at any moment: do the books still say what happened?
//!
//! [`Ground::play`] plays one seed in virtual time: payers open pages, have kept cards charged, pay, walk away, press again, come back never or often; webhooks come twice, late, in any order or never; requests
//! and answers get lost; staff pay back, and so does somebody at the provider's own desk; banks call money back; the host edits orders; and any of it may stop between any two
//! steps, for good. Then time runs on and the outbox is worked off, and the books must say what the provider knows to be true.
//!
//! Where there are [books](Ground::with_books), orders are exported in the midst of it, cut off, forgotten and linked anew, and somebody over there edits, takes back and pays: then each
//! order that is connected has one document, and each payment of it is there once.
//!
//! With a [`Rule`] taken away the same play must fail, or it proves nothing.
mod audit;
mod bookkeeping;
mod cards;
mod chance;
mod clerks;
mod crowd;
mod ledger;
mod loose;
mod people;
mod play;
mod port;
mod stage;
mod till;
mod wire;

use std::{fmt, sync::Arc};

use tokio::runtime::Runtime;

use crate::World;

pub use crowd::Rush;
pub use play::Tally;

/// Where it is played: one world, and what its calls run on.
///
/// Nothing in it has to be empty, but no two seeds that are alike may be played on one ground: they use the same names.
#[derive(Clone)]
pub struct Ground {
    world: Arc<dyn World>,
    runtime: Arc<Runtime>,
    books: Option<clerks::Opener>,
}

/// A rule of settlement, which can be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a suite runs them all")]
pub enum Rule {
    /// Money is written down once, by whoever hears of it first, as the books stood then.
    MoneyOnce,
    /// There is one live attempt for an order.
    OneLive,
    /// An attempt is written down before anybody is asked for money.
    Journal,
    /// A repeat of a call has the same key.
    Keys,
    /// Nothing is repeated once the provider may have forgotten its key.
    Window,
    /// An attempt never goes back to an earlier state.
    Forward,
    /// Every attempt is seen through to its end, whatever webhooks were lost.
    Watched,
    /// So is every refund.
    RefundsWatched,
    /// A document is looked for by its number before it is made.
    LookFirst,
    /// A document has the same number and the same key whenever it is sent.
    Numbers,
    /// What is on its way into the books, or there, is not paid here.
    Lock,
    /// A payment is looked for by its reference before it is put there.
    LookForPayments,
}

impl Rule {
    /// Every one that there is without books.
    pub const ALL: [Self; 8] = [
        Self::MoneyOnce,
        Self::OneLive,
        Self::Journal,
        Self::Keys,
        Self::Window,
        Self::Forward,
        Self::Watched,
        Self::RefundsWatched,
    ];

    /// Every one that books have of their own, and whose absence is noticed in all of them.
    pub const OF_BOOKS: [Self; 4] = [
        Self::LookFirst,
        Self::Numbers,
        Self::Lock,
        Self::LookForPayments,
    ];
}

impl Ground {
    /// Plays on this world. The runtime is what the store was opened on.
    #[must_use]
    pub fn new(world: Arc<dyn World>, runtime: Arc<Runtime>) -> Self {
        Self {
            world,
            runtime,
            books: None,
        }
    }
}

impl fmt::Debug for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ground")
            .field("world", &self.world)
            .finish_non_exhaustive()
    }
}
