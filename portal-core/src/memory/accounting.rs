//! Which orders are in the books, and how the portal stands with them.
use std::collections::BTreeMap;

use async_trait::async_trait;

use super::{Memory, State, pages};
use crate::{
    Expectation, Id, Listing, Loaded, Order, Page, StoreError, Version,
    accounting::{
        AccountingStore, BooksChange, Export, ExportKey, LedgerConnection, OrganisationRef,
    },
    payment::{Applied, Received},
};

/// What decisions change about the books.
#[derive(Clone, Default)]
pub(super) struct Books {
    exports: BTreeMap<Id<Order>, Export>,
    connections: BTreeMap<OrganisationRef, LedgerConnection>,
}

#[async_trait]
impl AccountingStore for Memory {
    async fn export(&self, by: &ExportKey) -> Result<Option<Loaded<Export>>, StoreError> {
        let state = self.state();
        let found = match by {
            ExportKey::Order(order) => state.books.exports.get(order),
            ExportKey::Document(books, document) => {
                let is_it =
                    |e: &&Export| e.books == *books && e.document.as_ref() == Some(document);
                state.books.exports.values().find(is_it)
            }
        };
        Ok(found.map(|export| state.loaded(export.clone(), export.record())))
    }

    async fn exports_needing_attention(&self, page: &Page) -> Result<Listing<Export>, StoreError> {
        let state = self.state();
        let all = state.books.exports.values();
        let waiting = all.filter(|export| export.needs_attention());
        let rows = waiting.map(|export| {
            let key = pages::earliest_first(export.stands_since, export.order.as_str());
            (key, export)
        });
        pages::page("attention", rows.collect(), page)
    }

    async fn connection(
        &self,
        books: &OrganisationRef,
    ) -> Result<Option<Loaded<LedgerConnection>>, StoreError> {
        let state = self.state();
        let found = state.books.connections.get(books);
        Ok(found.map(|connection| state.loaded(connection.clone(), connection.record())))
    }

    async fn received_for(&self, order: &Id<Order>) -> Result<Vec<Received>, StoreError> {
        let state = self.state();
        let all = state.purse.received.values();
        let pays = |r: &&Received| matches!(&r.applied, Applied::To(paid) if paid == order);
        let mut all: Vec<_> = all.filter(pays).cloned().collect();
        all.sort_by_key(|received| (received.first_seen, received.id()));
        all.truncate(Page::LARGEST.into());
        Ok(all)
    }
}

impl State {
    pub(super) fn apply_books(&mut self, change: &BooksChange) -> Result<(), StoreError> {
        match change {
            BooksChange::Export(export) => {
                let has_it = |other: &&Export| {
                    other.order != export.order
                        && other.books == export.books
                        && other.document == export.document
                };
                let other = self.books.exports.values().find(has_it);
                if let Some(other) = other.filter(|_| export.document.is_some()) {
                    let none = Version::number(0);
                    let taken = Expectation::Unchanged(other.record(), none);
                    return Err(StoreError::conflict(taken));
                }
                self.edited(export.record());
                let order = export.order.clone();
                self.books.exports.insert(order, Export::clone(export));
            }
            BooksChange::Connection(connection) => {
                self.edited(connection.record());
                let books = connection.books.clone();
                let connection = LedgerConnection::clone(connection);
                self.books.connections.insert(books, connection);
            }
        }
        Ok(())
    }
}
