use std::fmt;

use async_trait::async_trait;
use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{Contract, Statement, StatementFor};
use crate::{Contact, Id, Money, MoneyError, StoreError};

/// What the host's records say of statements and contracts: the facts a page is written from where there is no file, and whose a contract is.
///
/// The portal hands over nothing of a customer whom the reader does not act for, whatever is answered. Who of those that act for a customer may see its papers is for the host to say:
/// to anybody else it answers `None`.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PaperRecords: fmt::Debug + Send + Sync + 'static {
    /// How the account stood at the end of that day, by everything that happened before [`StatementFor::ends_at`]. `None` where there is no account, or it is no business of this reader.
    async fn statement(&self, asked: &StatementFor) -> Result<Option<Statement>, StoreError>;

    /// A contract as it stands. `None` where there is none, or it is no business of this reader.
    async fn contract(
        &self,
        id: &Id<Contract>,
        reader: &Id<Contact>,
    ) -> Result<Option<Contract>, StoreError>;
}

/// Why what the host's records say makes no paper: a wrong one is never written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BrokenPaper {
    /// Its amounts are in several currencies, or beyond any.
    #[error("its amounts do not go together: {0}")]
    Money(#[from] MoneyError),
    /// The balance at the end is not what it began with and what happened since.
    #[error("the statement closes with {says}, and comes to {comes_to}")]
    DoesNotAddUp {
        /// What the host's books say.
        says: Money,
        /// What it adds up to.
        comes_to: Money,
    },
    /// It tells of another day than it is about.
    #[error("it tells of {date}, which it is not about")]
    AnotherDay {
        /// Of which.
        date: NaiveDate,
    },
    /// Its last day is before its first.
    #[error("it ends before it begins")]
    EndsBeforeItBegins,
    /// Fewer than none are out, or more than there are.
    #[error("{out} are out, of {quantity}")]
    MoreOutThanTaken {
        /// How many are said to be out.
        out: Decimal,
        /// Of how many.
        quantity: Decimal,
    },
}

/// The host's record is at fault, not the store.
impl From<BrokenPaper> for StoreError {
    fn from(broken: BrokenPaper) -> Self {
        Self::Corrupt(broken.into())
    }
}
