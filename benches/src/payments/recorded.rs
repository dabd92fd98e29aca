//! What the portal asks its stores for in one payment, written down over a store in memory.
use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use portal_core::{
    Commit, Contact, CustomerDesk, Decision, Directory, Id, Listing, Loaded, Order, OrderDetails,
    Page, Store, StoreError,
    memory::Memory,
    payment::{AttemptKey, KnownPayer, Merchant, PayerRef, PaymentAttempt, PaymentStore, Received},
};
use portal_testkit::{Between, Meddler, facts::contact};

use super::{desk, form, pay, unpaid};

/// One thing that was asked for.
#[derive(Debug)]
pub(super) enum Asked {
    Order(Id<Order>),
    Attempt(AttemptKey),
    Attempts(Id<Order>),
    Received(Id<Received>),
    Commit(Box<Decision>),
}

/// A portal whose every question is written down.
#[derive(Debug)]
pub(super) struct Rehearsal {
    desk: CustomerDesk,
    recorder: Recorder,
}

#[derive(Debug, Clone)]
struct Recorder {
    memory: Memory,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Rehearsal {
    pub(super) fn new() -> Self {
        let memory = Memory::default();
        memory.put_contact(contact("ana"));
        let recorder = Recorder {
            memory: memory.clone(),
            asked: Arc::default(),
        };
        let store = Between::new(Arc::new(memory), recorder.clone());
        let one = Arc::new(recorder.clone());
        Self {
            desk: desk(Arc::new(store), Arc::clone(&one) as _, one),
            recorder,
        }
    }

    /// This order is paid: all that was asked for on the way, in order.
    pub(super) async fn of(&self, k: usize) -> Vec<Asked> {
        self.recorder.memory.put_order(unpaid(k));
        let form = form(&self.desk, k).await;
        self.recorder.taken();
        pay(&self.desk, &form).await;
        self.recorder.taken()
    }
}

impl Recorder {
    fn taken(&self) -> Vec<Asked> {
        mem::take(&mut self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, one: Asked) {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(one);
    }
}

#[async_trait]
impl Meddler for Recorder {
    async fn commit(&self, below: &dyn Store, decision: Decision) -> Result<Commit, StoreError> {
        self.note(Asked::Commit(Box::new(decision.clone())));
        below.commit(decision).await
    }
}

#[async_trait]
impl PaymentStore for Recorder {
    async fn attempt(&self, by: &AttemptKey) -> Result<Option<Loaded<PaymentAttempt>>, StoreError> {
        self.note(Asked::Attempt(by.clone()));
        self.memory.attempt(by).await
    }

    async fn attempts(&self, of: &Id<Order>) -> Result<Vec<PaymentAttempt>, StoreError> {
        self.note(Asked::Attempts(of.clone()));
        self.memory.attempts(of).await
    }

    async fn received(&self, id: &Id<Received>) -> Result<Option<Loaded<Received>>, StoreError> {
        self.note(Asked::Received(id.clone()));
        self.memory.received(id).await
    }

    async fn unapplied(&self, page: &Page) -> Result<Listing<Received>, StoreError> {
        self.memory.unapplied(page).await
    }

    async fn payer(
        &self,
        contact: &Id<Contact>,
        merchant: &Merchant,
    ) -> Result<Option<PayerRef>, StoreError> {
        self.memory.payer(contact, merchant).await
    }

    async fn payers(
        &self,
        merchant: &Merchant,
        page: &Page,
    ) -> Result<Listing<KnownPayer>, StoreError> {
        self.memory.payers(merchant, page).await
    }
}

#[async_trait]
impl Directory for Recorder {
    async fn contact(&self, id: &Id<Contact>) -> Result<Option<Loaded<Contact>>, StoreError> {
        self.memory.contact(id).await
    }

    async fn order(&self, id: &Id<Order>) -> Result<Option<Loaded<OrderDetails>>, StoreError> {
        self.note(Asked::Order(id.clone()));
        self.memory.order(id).await
    }

    async fn orders(&self, of: &Id<Contact>, page: &Page) -> Result<Listing<Order>, StoreError> {
        self.memory.orders(of, page).await
    }
}
