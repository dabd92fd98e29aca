//! What lets the portal into somebody's books, and how it stays valid: OAuth tokens, sealed where they are kept, renewed by one process at a time.
//!
//! Systems such as Xero give a new refresh token with every renewal and take the old one for a little while only. Two that renew at once, or one that forgets what it was given,
//! lock the portal out until somebody consents again. So [`TokenKeeper`] lets one task of one process renew at a time, asks again with the old token where an answer was lost,
//! and writes down what it was given before anybody uses it. Where no answer came at all, the row says since when: [`TokenKeeper::keep_up`] settles that while the old token is still
//! taken, and renews what nobody has used for weeks.
//!
//! A host gives it a [`TokenStore`] (`portal-store` has one), the portal's key, and the [`TokenEndpoint`] of an adapter.
mod endpoint;
mod error;
mod keeper;
mod renewal;
mod seal;
mod set;
mod store;
mod turn;

#[cfg(feature = "mock")]
pub use endpoint::MockTokenEndpoint;
pub use endpoint::TokenEndpoint;
pub use keeper::TokenKeeper;
pub use set::{AccessToken, TokenSet};
#[cfg(feature = "mock")]
pub use store::MockTokenStore;
pub use store::{Connection, KeptTokens, SealedTokens, TokenLease, TokenStore};
