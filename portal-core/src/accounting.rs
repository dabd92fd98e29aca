//! The accounting port. Adapters live in `portal-accounting` and in crates of their own.
use std::fmt;

use async_trait::async_trait;
use uuid::Uuid;

use crate::{Id, Money, Order, adapter::AdapterError};

/// Keeps the books: takes invoices and payments under keys that make a repeat harmless.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AccountingSystem: fmt::Debug + Send + Sync + 'static {
    /// What rows and logs call it, such as `xero`. Never changes.
    fn name(&self) -> &str;

    /// Puts an invoice in the books once, and answers its reference there. The same key answers the same reference.
    async fn export_invoice(
        &self,
        invoice: &InvoiceExport,
        key: Uuid,
    ) -> Result<String, AdapterError>;

    /// Puts a payment against that invoice once, and answers its reference there.
    async fn record_payment(
        &self,
        reference: &str,
        amount: Money,
        key: Uuid,
    ) -> Result<String, AdapterError>;
}

/// What the books need to know of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvoiceExport {
    /// Which order.
    pub order: Id<Order>,
    /// Its number on paper.
    pub number: String,
    /// What it comes to.
    pub total: Money,
}

impl InvoiceExport {
    /// An invoice of this total.
    #[must_use]
    pub fn new(order: Id<Order>, number: String, total: Money) -> Self {
        Self {
            order,
            number,
            total,
        }
    }
}
