//! What the host answers about people who want in.
use std::fmt;

use async_trait::async_trait;

use super::Standing;
use crate::{
    Contact, Id, StoreError,
    details::{EmailAddress, Phone},
};

/// What the host answers about people who want in. Read at sign-in and on every request: it should cost one query.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait People: fmt::Debug + Send + Sync + 'static {
    /// A person and what their customer record says.
    async fn person(&self, id: &Id<Contact>) -> Result<Option<Person>, StoreError>;

    /// Those whose main number this is. The portal takes nobody's word for it where there are two.
    async fn by_phone(&self, phone: &Phone) -> Result<Vec<Person>, StoreError>;

    /// Those whose address this is.
    async fn by_email(&self, email: &EmailAddress) -> Result<Vec<Person>, StoreError>;
}

/// A person and what their customer record says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Person {
    /// Who.
    pub contact: Contact,
    /// What the record says.
    pub standing: Standing,
}

impl Person {
    /// What others know about them: nothing to make a password of.
    pub(crate) fn about(&self) -> Vec<String> {
        let Self { contact, standing } = self;
        let reached = [
            standing.email.as_ref().map(|e| e.as_str().to_owned()),
            standing.phone.as_ref().map(|p| p.as_str().to_owned()),
            standing.postal_code.as_ref().map(|c| c.as_str().to_owned()),
        ];
        let named = [
            contact.given_name.clone(),
            contact.surname.as_str().to_owned(),
            contact.customer.as_str().to_owned(),
        ];
        reached.into_iter().flatten().chain(named).collect()
    }

    /// A person and what their customer record says.
    #[must_use]
    pub fn new(contact: Contact, standing: Standing) -> Self {
        Self { contact, standing }
    }
}
