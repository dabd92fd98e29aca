//! Tokens in memory: what the kit proves of any store of them.
use portal_core::memory::Memory;

async fn an_empty_world() -> Memory {
    Memory::default()
}

mod promises {
    portal_testkit::token_store_conformance!(super::an_empty_world);
}
