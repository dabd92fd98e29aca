//! The profile form: fields the host defines, kept by the host.
mod value;

pub use value::Value;
