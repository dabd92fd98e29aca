//! The suites themselves, tried on the in-memory store.
use portal_core::memory::Memory;

async fn an_empty_world() -> Memory {
    Memory::default()
}

mod promises {
    portal_testkit::store_conformance!(super::an_empty_world);
}
