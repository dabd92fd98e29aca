use std::fmt;

use async_trait::async_trait;
use chrono::DateTime;
use chrono_tz::Tz;

use super::{Contract, DocumentFile, Statement};
use crate::{
    Language,
    mail::{InvoiceCopy, NotWritten},
};

/// Writes a paper where nobody keeps one. `portal-mail` has one that writes pages to print; one that writes PDF would be another.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PaperWriter: fmt::Debug + Send + Sync + 'static {
    /// Writes it, in the reader's language. The same paper is always written the same way.
    ///
    /// # Errors
    /// When it cannot be written: trying the same again is of no use.
    async fn write_paper(&self, paper: &Paper) -> Result<DocumentFile, NotWritten>;
}

/// What a paper says, as things stand now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Paper {
    /// The invoice of an order.
    Invoice(InvoicePaper),
    /// How a customer's account stood.
    Statement(StatementPaper),
    /// A contract.
    Contract(ContractPaper),
}

/// What an invoice says.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvoicePaper {
    /// What was ordered, what it costs and what is paid; nobody's name in it that is no business of the reader.
    pub copy: InvoiceCopy,
    /// When the customer was first sent it, on the portal's clocks.
    pub invoiced_at: Option<DateTime<Tz>>,
    /// Who pays.
    pub billed_to: Option<String>,
    /// Who sells, as people know the host; where the settings say.
    pub organiser: Option<String>,
    /// What the reader reads.
    pub language: Language,
}

impl InvoicePaper {
    /// The invoice of an order, in this language.
    #[must_use]
    pub fn new(copy: InvoiceCopy, language: Language) -> Self {
        Self {
            copy,
            invoiced_at: None,
            billed_to: None,
            organiser: None,
            language,
        }
    }
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatementPaper {
    /// What it says, which adds up.
    pub statement: Statement,
    /// Whom the customer owes, as people know the host; where the settings say.
    pub organiser: Option<String>,
    /// What the reader reads.
    pub language: Language,
}

/// What a contract says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContractPaper {
    /// What it says, of which the host's own words are not translated.
    pub contract: Contract,
    /// Who made it with the customer, as people know the host; where the settings say.
    pub organiser: Option<String>,
    /// What the reader reads.
    pub language: Language,
}

impl StatementPaper {
    /// A statement, in this language.
    #[must_use]
    pub fn new(statement: Statement, language: Language) -> Self {
        Self {
            statement,
            organiser: None,
            language,
        }
    }
}

impl ContractPaper {
    /// A contract, in this language.
    #[must_use]
    pub fn new(contract: Contract, language: Language) -> Self {
        Self {
            contract,
            organiser: None,
            language,
        }
    }
}

/// Names stay out of logs.
impl fmt::Debug for InvoicePaper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InvoicePaper({})", self.copy.order.number)
    }
}
