//! The accounting port, and what exporting to it asks of an order. Adapters live in `portal-accounting` and in crates of their own.
//!
//! An adapter gets values and returns values: it keeps no state and writes no row. Looking up before creating, the numbers of documents, repeats, and what happens after an answer
//! was lost belong to the portal, so that every system gets them alike. What a system cannot do is absent from its type.
mod attention;
mod codes;
mod connection;
mod customer;
mod document;
mod draft;
mod error;
mod export;
mod feed;
mod fingerprint;
mod organisation;
mod papers;
mod posting;
mod pushed;
mod store;
mod system;
#[cfg(feature = "tokens")]
pub mod tokens;
mod traits;
mod work;

pub use attention::{Attention, LedgerRemedy};
#[cfg(feature = "mock")]
pub use codes::MockCodeMap;
pub use codes::{CodeMap, LineCodes, Unmapped};
pub use connection::{Health, LedgerConnection};
pub use customer::{CustomerRef, LedgerCustomer};
pub use document::{DocumentRef, DocumentState, LedgerDocument, LedgerLine, LedgerPayment};
pub use draft::{DraftLine, InvoiceDraft, TaxIn};
pub use error::{ConnectionTrouble, LedgerError, LedgerRefusal};
pub use export::{Export, ExportState, Mirror, Sent};
#[cfg(feature = "mock")]
pub use feed::MockLedgerWebhooks;
pub use feed::{ChangeCursor, Changes, LedgerWebhook, LedgerWebhooks};
pub use fingerprint::{DocumentClass, Fingerprint};
pub use organisation::{Organisation, OrganisationRef};
pub use papers::{LedgerPapers, Notes, Voiding};
#[cfg(feature = "mock")]
pub use papers::{MockLedgerPapers, MockNotes, MockVoiding};
pub use posting::{PaymentPosting, PostedRef};
pub use pushed::{PushState, PushedPayment};
#[cfg(feature = "mock")]
pub use store::MockAccountingStore;
pub use store::{AccountingStore, BooksChange, ExportKey};
#[cfg(feature = "mock")]
pub use system::MockAccountingSystem;
pub use system::{AccountingSystem, FindDocument};
pub use traits::LedgerTraits;
pub use work::AccountingWork;
