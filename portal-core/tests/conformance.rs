//! The in-memory store keeps every promise a store can keep without a disk.
use portal_core::memory::Memory;

async fn an_empty_memory() -> Memory {
    Memory::default()
}

portal_testkit::store_conformance!(an_empty_memory);

mod accounts {
    portal_testkit::account_conformance!(super::an_empty_memory);
}

mod payments {
    portal_testkit::payment_store_conformance!(super::an_empty_memory);
}

mod accounting {
    portal_testkit::accounting_store_conformance!(super::an_empty_memory);
}
