use std::{fmt, sync::Arc};

use super::TaxIn;
use crate::{
    OrderDetails,
    order::OrderLine,
    payment::{Merchant, Received},
};

/// Says where things go in the host's books: no code is ever guessed.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait CodeMap: fmt::Debug + Send + Sync + 'static {
    /// Where this line of an order goes.
    ///
    /// # Errors
    /// What is missing, for staff to add.
    fn line(&self, order: &OrderDetails, line: &OrderLine) -> Result<LineCodes, Unmapped>;

    /// The account of the books that money of this provider's account arrives on.
    ///
    /// # Errors
    /// What is missing, for staff to add.
    fn bank(&self, merchant: &Merchant, received: &Received) -> Result<Arc<str>, Unmapped>;

    /// Where the tax of this order is.
    fn tax(&self, order: &OrderDetails) -> TaxIn;
}

/// Where a line goes in the books, in the codes of the accounting system.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LineCodes {
    /// The account, such as `200`.
    pub account: Arc<str>,
    /// The tax rate, such as `OUTPUT2`; the account's own without.
    pub tax: Option<Arc<str>>,
    /// The item, where the host keeps any.
    pub item: Option<Arc<str>>,
}

/// Something the host has given no code for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no code of the books is known for {what}: add one")]
#[non_exhaustive]
pub struct Unmapped {
    /// What it is, as staff know it.
    pub what: String,
}

impl LineCodes {
    /// On this account, with its own tax rate.
    pub fn account(account: impl Into<Arc<str>>) -> Self {
        Self {
            account: account.into(),
            tax: None,
            item: None,
        }
    }

    /// At this tax rate.
    #[must_use]
    pub fn taxed(mut self, tax: impl Into<Arc<str>>) -> Self {
        self.tax = Some(tax.into());
        self
    }

    /// As this item.
    #[must_use]
    pub fn item(mut self, item: impl Into<Arc<str>>) -> Self {
        self.item = Some(item.into());
        self
    }
}

impl Unmapped {
    /// No code is known for this.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into() }
    }
}
