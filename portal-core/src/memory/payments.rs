//! The journal of payments, what was received, and what the orders hear of it.
use std::collections::BTreeMap;

use async_trait::async_trait;

use super::{Memory, State, pages};
use crate::{
    Change, Contact, Expectation, Id, Listing, Loaded, Order, OrderDetails, Page, RecordRef,
    StoreError, Version,
    order::OrderChange,
    payment::{
        Applied, Attempt, AttemptKey, KnownPayer, Merchant, MoneyChange, PayerRef, PaymentAttempt,
        PaymentStore, Received,
    },
};

/// What decisions change about money.
#[derive(Clone, Default)]
pub(super) struct Purse {
    attempts: BTreeMap<Attempt, PaymentAttempt>,
    pub(super) received: BTreeMap<Id<Received>, Received>,
    payers: BTreeMap<(Id<Contact>, Merchant), PayerRef>,
}

/// What a change can touch, as it was.
pub(super) struct Before {
    versions: BTreeMap<RecordRef, i64>,
    orders: BTreeMap<Id<Order>, OrderDetails>,
    purse: Purse,
    #[cfg(feature = "accounting")]
    books: super::accounting::Books,
}

#[async_trait]
impl PaymentStore for Memory {
    async fn attempt(&self, by: &AttemptKey) -> Result<Option<Loaded<PaymentAttempt>>, StoreError> {
        let state = self.state();
        let mut all = state.purse.attempts.values();
        let found = match by {
            AttemptKey::Attempt(attempt) => state.purse.attempts.get(attempt),
            AttemptKey::LiveOf(order) => all.find(|a| a.order == *order && a.is_live()),
            AttemptKey::Session(merchant, session) => all.find(|a| {
                let page = a.page.as_ref();
                a.merchant == *merchant && page.is_some_and(|page| page.session == *session)
            }),
            AttemptKey::Payment(merchant, payment) => {
                all.find(|a| a.merchant == *merchant && a.payment.as_ref() == Some(payment))
            }
        };
        Ok(found.map(|attempt| state.loaded(attempt.clone(), attempt.record())))
    }

    async fn attempts(&self, of: &Id<Order>) -> Result<Vec<PaymentAttempt>, StoreError> {
        let state = self.state();
        let all = state.purse.attempts.values();
        let mut all: Vec<_> = all.filter(|a| a.order == *of).cloned().collect();
        all.sort_by_key(|a| (std::cmp::Reverse(a.begun_at), a.attempt));
        all.truncate(Page::LARGEST.into());
        Ok(all)
    }

    async fn received(&self, id: &Id<Received>) -> Result<Option<Loaded<Received>>, StoreError> {
        let state = self.state();
        let found = state.purse.received.get(id).cloned();
        Ok(found.map(|received| state.loaded(received, RecordRef::Received(id.clone()))))
    }

    async fn unapplied(&self, page: &Page) -> Result<Listing<Received>, StoreError> {
        let state = self.state();
        let all = state.purse.received.iter();
        let rows = all.filter(|(_, received)| matches!(received.applied, Applied::Not(_)));
        let rows = rows.map(|(id, received)| {
            (
                pages::latest_first(received.first_seen, id.as_str()),
                received,
            )
        });
        pages::page("unapplied", rows.collect(), page)
    }

    async fn payer(
        &self,
        contact: &Id<Contact>,
        merchant: &Merchant,
    ) -> Result<Option<PayerRef>, StoreError> {
        let key = (contact.clone(), merchant.clone());
        Ok(self.state().purse.payers.get(&key).cloned())
    }

    async fn payers(
        &self,
        merchant: &Merchant,
        page: &Page,
    ) -> Result<Listing<KnownPayer>, StoreError> {
        let state = self.state();
        let all = state.purse.payers.iter();
        let theirs = all.filter(|((_, at), _)| at == merchant);
        let rows: Vec<_> = theirs
            .map(|((contact, _), payer)| KnownPayer::new(contact.clone(), payer.clone()))
            .collect();
        let rows = rows
            .iter()
            .map(|known| (pages::by_text(known.contact.as_str(), ""), known));
        pages::page("payers", rows.collect(), page)
    }
}

impl State {
    /// Only where a decision touches any of it: copying takes a while.
    pub(super) fn before_money(&self, changes: &[Change]) -> Option<Before> {
        let touches = |change: &Change| {
            let money = matches!(change, Change::Money(_) | Change::Order(_));
            #[cfg(feature = "accounting")]
            let money = money || matches!(change, Change::Books(_));
            money
        };
        changes.iter().any(touches).then(|| Before {
            versions: self.versions.clone(),
            orders: self.orders.clone(),
            purse: self.purse.clone(),
            #[cfg(feature = "accounting")]
            books: self.books.clone(),
        })
    }

    pub(super) fn restore_money(&mut self, before: Before) {
        self.versions = before.versions;
        self.orders = before.orders;
        self.purse = before.purse;
        #[cfg(feature = "accounting")]
        {
            self.books = before.books;
        }
    }

    pub(super) fn apply_money(&mut self, change: &MoneyChange) -> Result<(), StoreError> {
        match change {
            MoneyChange::Attempt(attempt) => {
                let second = |a: &&PaymentAttempt| {
                    a.order == attempt.order && a.attempt != attempt.attempt && a.is_live()
                };
                let other = self.purse.attempts.values().find(second);
                if let Some(other) = other.filter(|_| attempt.is_live()) {
                    let none = Version::number(0);
                    return Err(StoreError::conflict(Expectation::Unchanged(
                        other.record(),
                        none,
                    )));
                }
                self.edited(attempt.record());
                self.purse
                    .attempts
                    .insert(attempt.attempt, PaymentAttempt::clone(attempt));
            }
            MoneyChange::Received(received) => {
                let id = received.id();
                self.edited(RecordRef::Received(id.clone()));
                self.purse.received.insert(id, Received::clone(received));
            }
            MoneyChange::Payer {
                contact,
                merchant,
                payer,
            } => {
                let key = (contact.clone(), merchant.clone());
                let known = self.purse.payers.entry(key).or_insert(payer.clone());
                if known != payer {
                    let record = RecordRef::Contact(contact.clone());
                    let none = Version::number(0);
                    return Err(StoreError::conflict(Expectation::Unchanged(record, none)));
                }
            }
        }
        Ok(())
    }

    pub(super) fn apply_to_order(&mut self, change: &OrderChange) -> Result<(), StoreError> {
        match change {
            OrderChange::InvoiceCopyRequested { .. } => Ok(()),
            OrderChange::PaymentStands { order, payment } => {
                self.edit_order(order)?.payment.clone_from(payment);
                Ok(())
            }
            OrderChange::LedgerStands { order, ledger } => {
                self.edit_order(order)?.ledger.clone_from(ledger);
                Ok(())
            }
            OrderChange::PaymentCounted { order, was, is, .. } => {
                let order = self.edit_order(order)?;
                let counted = order.balance.counting(*was, *is);
                order.balance = counted.map_err(|e| StoreError::Corrupt(e.into()))?;
                Ok(())
            }
        }
    }

    fn edit_order(&mut self, id: &Id<Order>) -> Result<&mut Order, StoreError> {
        self.edited(RecordRef::Order(id.clone()));
        let details = self.orders.get_mut(id);
        Ok(&mut details.ok_or_else(gone)?.order)
    }
}

fn gone() -> StoreError {
    StoreError::Unavailable("the order is gone".into())
}
