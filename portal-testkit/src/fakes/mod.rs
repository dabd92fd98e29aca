//! Fakes of ports. They have switches, not expectations: a test turns one, and looks at what became of it.
mod between;
mod choices;
mod flaky;
mod hasher;
mod host;
mod ledger;
mod ledger_posts;
mod papers;
mod post;
mod provider;
mod vault;

pub use between::{Asked, Between, Meddler};
pub use choices::RecordingChoices;
pub use flaky::{Calls, FlakyStore, Switches};
pub use hasher::PlainHasher;
pub use host::RecordingHost;
pub use ledger::{AnyCodes, AnyLedger, LedgerCalls};
pub use papers::{PaperShelf, PlainPapers};
pub use post::{PlainWriter, PostAnswer, RecordingPost};
pub use provider::AnyProvider;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Takes one from a switch that is set for so many times.
pub(crate) fn take(switch: &mut u32) -> bool {
    let on = *switch > 0;
    *switch = switch.saturating_sub(1);
    on
}

/// What is behind a lock; a test that stopped while holding it stopped for another reason.
pub(crate) fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
