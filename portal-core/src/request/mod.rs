//! Requests: what a customer asked that a person must act on. Items are called off rent, help is asked for, a change waits for review.
//!
//! The host, or the part of it that runs the contracts and orders, keeps them; nothing stops, changes or moves on because one was written down. What the portal owes is that whoever
//! answers hears of it, once: see [`Portal::tell_of_request`](crate::Portal::tell_of_request).
mod asked;
mod call_off;
mod facts;
mod records;
mod telling;

pub use asked::{Asked, Edit, Help, OrderItem, Review};
pub use call_off::{CallOff, CalledOff, Collection, PickUp, SiteContact};
pub use facts::{Request, RequestState};
#[cfg(feature = "mock")]
pub use records::MockRequestRecords;
pub use records::RequestRecords;
pub use telling::{Told, ToldOfRequests};
