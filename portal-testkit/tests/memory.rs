//! The suites themselves, tried on the in-memory store.
use portal_core::memory::Memory;

async fn an_empty_world() -> Memory {
    Memory::default()
}

mod promises {
    portal_testkit::store_conformance!(super::an_empty_world);
}

mod races {
    portal_testkit::race_conformance!(super::an_empty_world, rounds = 10);
}
