//! How a person is reached, in one spelling: what anybody may type is read once, at the edge.
#[cfg(feature = "accounts")]
mod address;
#[cfg(any(feature = "accounts", feature = "mail"))]
mod email;
#[cfg(feature = "accounts")]
mod formats;
#[cfg(feature = "accounts")]
mod phone;
#[cfg(feature = "accounts")]
mod postal_code;
#[cfg(feature = "accounts")]
mod region;
mod text;

#[cfg(feature = "accounts")]
pub use address::{AddressForm, AddressPart, BadAddress, PostalAddress};
#[cfg(any(feature = "accounts", feature = "mail"))]
pub use email::{BadEmail, EmailAddress};
#[cfg(feature = "accounts")]
pub use phone::{BadPhone, Phone};
#[cfg(feature = "accounts")]
pub use postal_code::{BadPostalCode, PostalCode};
#[cfg(feature = "accounts")]
pub use region::{BadRegion, Region};
pub use text::{BadText, line, lines};
pub(crate) use text::{shown, unseen};
