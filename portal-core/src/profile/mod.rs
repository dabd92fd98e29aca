//! The profile form: fields the host defines, kept by the host.
//!
//! Wiring a form with [`PortalBuilder::profile`](crate::PortalBuilder::profile) is what turns profiles on. Customers see exactly its fields, edit those that are not read only, and
//! [`UpdateProfile`] writes what they changed to the host's record in one commit.
mod applicant;
mod command;
mod desk;
mod form;
mod label;
mod problems;
mod read;
mod records;
mod refusal;
mod update;
mod value;

pub use command::UpdateProfile;
pub(crate) use desk::Profiles;
pub use desk::{FilledField, ProfileDesk};
pub use form::{Choice, Field, FieldKind, Input, ProfileForm};
pub use label::Label;
#[cfg(feature = "mock")]
pub use records::MockProfileRecords;
pub use records::ProfileRecords;
pub use refusal::{FieldName, ProfileRefusal};
pub use value::{FieldValue, Value};
