//! How to.
