//! Orders on their way into the books: who wins against a payment, what happens when answers are lost, what staff see and do.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::inconsistent_digit_grouping,
    reason = "a test stops at the first surprise, and writes cents as 120_00"
)]
mod alike;
mod attention;
mod by_hand;
mod changed;
mod copies;
mod elsewhere;
mod exporting;
mod feed;
mod hearing;
mod late;
mod lock;
mod lost;
mod records;
mod rules;
mod scene;
mod staff;
mod till;
mod tokens;
