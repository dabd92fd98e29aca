//! Certificates, invoices, statements and contracts: where the portal gets the copy a customer downloads, or has sent.
mod contract;
mod desk;
mod file;
mod invoice;
#[cfg(feature = "mail")]
mod page;
mod records;
mod refusal;
mod statement;
#[cfg(feature = "mail")]
mod writer;

use std::fmt;

use async_trait::async_trait;

use crate::{
    Id, Order,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
};

pub use contract::{Contract, ContractLine, ContractTotal, Rate};
pub use file::{ContentType, DocumentFile, FileName};
#[cfg(feature = "mock")]
pub use records::MockPaperRecords;
pub use records::{BrokenPaper, PaperRecords};
pub use refusal::PaperRefusal;
pub use statement::{Movement, Statement, StatementFor, may_get_statement};
#[cfg(all(feature = "mail", feature = "mock"))]
pub use writer::MockPaperWriter;
#[cfg(feature = "mail")]
pub use writer::{ContractPaper, InvoicePaper, Paper, PaperWriter, StatementPaper};

/// A paper the host keeps. Only its [`Id`] passes through the rules.
#[derive(Debug)]
#[non_exhaustive]
pub struct Document;

/// Answers the papers themselves. The portal asks only after it has checked whose they are, and hands nothing over that was not asked for just then.
///
/// An error delays whatever the paper was for; `None` says that there is none, so that the portal looks elsewhere.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait DocumentStore: fmt::Debug + Send + Sync + 'static {
    /// The paper, or `None` when it is gone.
    async fn open(&self, document: &Id<Document>) -> Result<Option<DocumentBody>, AdapterError>;

    /// The host's own file of an order's invoice, as it stands now. `None` where the host keeps none: then the accounting system is asked for its copy, and else the portal writes one.
    ///
    /// Everybody's name on the order may stand in it: whoever only takes part does not get it while others do too.
    async fn invoice(&self, order: &Id<Order>) -> Result<Option<DocumentBody>, AdapterError> {
        let _keeps_none = order;
        Ok(None)
    }

    /// The host's own file of a statement: of whose account, for which day, and who reads it. `None` where the host keeps none, and where the account is no business of this reader: then
    /// the portal writes one from the host's [`PaperRecords`].
    async fn statement(&self, asked: &StatementFor) -> Result<Option<DocumentBody>, AdapterError> {
        let _keeps_none = asked;
        Ok(None)
    }

    /// The host's own file of a contract, as it stands now. Its [`PaperRecords`] have said whose it is. `None` where the host keeps none: then the portal writes one.
    async fn contract(&self, id: &Id<Contract>) -> Result<Option<DocumentBody>, AdapterError> {
        let _keeps_none = id;
        Ok(None)
    }
}

/// A paper, ready to be handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentBody {
    /// The file itself.
    File(DocumentFile),
    /// Where the host serves it to this customer, who is signed in there: a path of the portal's own site, or https. It is never mailed.
    Redirect(String),
}

impl DocumentBody {
    /// A file, by whatever name and type the host has it.
    pub fn file(
        file_name: &str,
        content_type: &str,
        bytes: impl Into<std::sync::Arc<[u8]>>,
    ) -> Self {
        Self::File(DocumentFile::new(file_name, content_type, bytes))
    }

    /// The paper, if it can be handed over: nothing is that is empty, boundless, or leads somewhere else.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn checked(self) -> Result<Self, AdapterError> {
        let wrong = match &self {
            Self::File(file) if file.size() == 0 => "the file is empty",
            Self::File(file) if file.size() > DocumentFile::LARGEST => "the file is too large",
            Self::Redirect(to) if !leads_nowhere_strange(to) => {
                "it leads neither to a path nor to https"
            }
            Self::File(_) | Self::Redirect(_) => return Ok(self),
        };
        Err(AdapterError::new(
            AdapterErrorKind::Unintelligible,
            Disposition::Rejected,
            "documents",
            "open",
            wrong,
        ))
    }
}

fn leads_nowhere_strange(to: &str) -> bool {
    let here = to.starts_with('/') && !to.starts_with("//");
    let there = to.strip_prefix("https://");
    let there =
        there.is_some_and(|host| host.starts_with(|c: char| c.is_alphanumeric() || c == '['));
    (here || there) && to.chars().all(|c| c.is_ascii_graphic() && c != '\\')
}
