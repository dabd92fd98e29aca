use std::sync::Arc;

use async_trait::async_trait;
use portal_core::{
    Directory, Refusals, Store,
    accounting::AccountingStore,
    accounts::{AccountStore, People},
    courses::CourseRecords,
    memory::Memory,
    payment::PaymentStore,
    profile::ProfileRecords,
};

use crate::{Facts, World};

#[async_trait]
impl World for Memory {
    fn store(&self) -> Arc<dyn Store> {
        Arc::new(self.clone())
    }

    fn directory(&self) -> Arc<dyn Directory> {
        Arc::new(self.clone())
    }

    fn courses(&self) -> Arc<dyn CourseRecords> {
        Arc::new(self.clone())
    }

    fn accounts(&self) -> Arc<dyn AccountStore> {
        Arc::new(self.clone())
    }

    fn people(&self) -> Arc<dyn People> {
        Arc::new(self.clone())
    }

    fn profiles(&self) -> Arc<dyn ProfileRecords> {
        Arc::new(self.clone())
    }

    fn payments(&self) -> Arc<dyn PaymentStore> {
        Arc::new(self.clone())
    }

    fn books(&self) -> Arc<dyn AccountingStore> {
        Arc::new(self.clone())
    }

    fn messages(&self) -> Arc<dyn portal_core::store::MessageLog> {
        Arc::new(self.clone())
    }

    async fn put(&self, facts: Facts) {
        facts.contacts.into_iter().for_each(|c| self.put_contact(c));
        facts.people.into_iter().for_each(|p| self.put_person(p));
        for (contact, fields) in facts.profiles {
            self.put_profile(contact, fields);
        }
        facts.orders.into_iter().for_each(|o| self.put_order(o));
        facts.sessions.into_iter().for_each(|s| self.put_session(s));
        for registration in facts.registrations {
            self.put_registration(registration);
        }
        for place in facts.waiting_places {
            self.put_waiting_place(place);
        }
        facts.modules.into_iter().for_each(|m| self.put_module(m));
    }

    async fn reject_contact_changes(&self, because: Option<Refusals>) {
        Self::reject_contact_changes(self, because);
    }

    async fn reopen(&self) -> Option<Box<dyn World>> {
        None
    }
}
