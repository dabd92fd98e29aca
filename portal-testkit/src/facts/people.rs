use portal_core::{Contact, Id, Viewer};

use super::{minutes, today};

/// The surname of everybody here: what confirms any of their forms.
pub const SURNAME: &str = "Cruz";

/// A person of the customer `acme`, with an address to write to.
#[must_use]
pub fn contact(id: &str) -> Contact {
    Contact::new(Id::new(id), Id::new("acme"), id, SURNAME).with_email(format!("{id}@acme.example"))
}

/// This person, signed in a minute ago through the account `account-of-…`.
#[must_use]
pub fn viewer(contact: &Contact) -> Viewer {
    let account = Id::new(format!("account-of-{}", contact.id));
    Viewer::new(account, contact.clone(), today() - minutes(1))
}
