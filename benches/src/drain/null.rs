//! Whoever takes everything and does nothing, and records that are there at once.
use async_trait::async_trait;
use portal_core::{
    Contact, Directory, Effect, Id, Listing, Loaded, Order, OrderDetails, Page, RecordRef,
    StoreError, Version,
    adapter::AdapterError,
    mail::{Mail, Mailer},
    outbox::HostLink,
};
use portal_testkit::facts::{OrderFacts as _, contact, order};

#[derive(Debug)]
pub(super) struct Sink;

#[async_trait]
impl HostLink for Sink {
    async fn deliver(&self, _: &Effect) -> Result<(), AdapterError> {
        Ok(())
    }
}

#[derive(Debug)]
pub(super) struct NullPost;

#[async_trait]
impl Mailer for NullPost {
    async fn send(&self, _: &Mail) -> Result<(), AdapterError> {
        Ok(())
    }
}

/// Everybody there is, and every order.
#[derive(Debug, Default)]
pub(super) struct Readers;

#[async_trait]
impl Directory for Readers {
    async fn contact(&self, id: &Id<Contact>) -> Result<Option<Loaded<Contact>>, StoreError> {
        let record = RecordRef::Contact(id.clone());
        Ok(Some(Loaded::one(contact(id.as_str()), record, version())))
    }

    async fn order(&self, id: &Id<Order>) -> Result<Option<Loaded<OrderDetails>>, StoreError> {
        let record = RecordRef::Order(id.clone());
        let details = order(id.as_str()).details();
        Ok(Some(Loaded::one(details, record, version())))
    }

    async fn orders(&self, _: &Id<Contact>, _: &Page) -> Result<Listing<Order>, StoreError> {
        Ok(Listing::new(vec![], None))
    }
}

fn version() -> Version {
    Version::new("1")
}
