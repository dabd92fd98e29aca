//! How a person is reached, in one spelling: what anybody may type is read once, at the edge.
mod address;
mod email;
mod formats;
mod phone;
mod postal_code;
mod region;
mod text;

pub use address::{AddressForm, AddressPart, BadAddress, PostalAddress};
pub use email::{BadEmail, EmailAddress};
pub use phone::{BadPhone, Phone};
pub use postal_code::{BadPostalCode, PostalCode};
pub use region::{BadRegion, Region};
pub(crate) use text::unseen;
pub use text::{BadText, line, lines};
