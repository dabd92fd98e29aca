//! The host's records, in which somebody has torn an order.
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use portal_core::{
    Contact, Directory, Id, Listing, Loaded, Order, OrderDetails, Page, StoreError, memory::Memory,
};

#[derive(Debug, Clone)]
pub(crate) struct Records {
    memory: Memory,
    torn: Arc<Mutex<Option<Which>>>,
}

type Which = (Id<Order>, Torn);

/// What is said of an order that cannot be read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Torn {
    ForGood,
    ForNow,
}

impl Records {
    pub(crate) fn new(memory: Memory) -> Self {
        let torn = Arc::default();
        Self { memory, torn }
    }

    /// From now on this order cannot be read; with none, all can be.
    pub(crate) fn tear(&self, order: Option<(&str, Torn)>) {
        *self.torn.lock().unwrap() = order.map(|(order, torn)| (Id::new(order), torn));
    }

    fn reads(&self, order: &Id<Order>) -> Result<(), StoreError> {
        match &*self.torn.lock().unwrap() {
            Some((torn, how)) if torn == order => Err(match how {
                Torn::ForGood => StoreError::Corrupt("torn".into()),
                Torn::ForNow => StoreError::Unavailable("locked".into()),
            }),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl Directory for Records {
    async fn contact(&self, id: &Id<Contact>) -> Result<Option<Loaded<Contact>>, StoreError> {
        self.memory.contact(id).await
    }

    async fn order(&self, id: &Id<Order>) -> Result<Option<Loaded<OrderDetails>>, StoreError> {
        self.reads(id)?;
        self.memory.order(id).await
    }

    async fn orders(&self, of: &Id<Contact>, page: &Page) -> Result<Listing<Order>, StoreError> {
        self.memory.orders(of, page).await
    }
}
