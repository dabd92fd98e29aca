//! Races around one record, on the in-memory store.
use portal_core::memory::Memory;

async fn an_empty_memory() -> Memory {
    Memory::default()
}

/// `PORTAL_ROUNDS` runs the races around the books longer.
#[expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "how long a test runs is no setting of a portal"
)]
fn rounds(usual: u32) -> u32 {
    let asked = std::env::var("PORTAL_ROUNDS");
    asked.map_or(usual, |rounds| rounds.parse().unwrap())
}

portal_testkit::race_conformance!(an_empty_memory, rounds = 20);

mod accounts {
    portal_testkit::account_races!(super::an_empty_memory, rounds = 20);
}

mod payments {
    portal_testkit::payment_races!(super::an_empty_memory, rounds = 20);
}

/// 000-48
mod accounting {
    portal_testkit::accounting_races!(super::an_empty_memory, rounds = super::rounds(20));
}
