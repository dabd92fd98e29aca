//! What every store must keep about the books, and what becomes of an order that goes there: one function per promise, run as a test each by
//! [`accounting_store_conformance!`](crate::accounting_store_conformance).
mod macros;
mod scene;

pub mod attention;
pub mod connections;
pub mod exports;
pub mod money;
pub mod orders;
pub mod restart;
pub mod values;
