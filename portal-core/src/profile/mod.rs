//! The profile form: fields the host defines, kept by the host.
mod records;
mod value;

#[cfg(feature = "mock")]
pub use records::MockProfileRecords;
pub use records::ProfileRecords;
pub use value::{FieldValue, Value};
