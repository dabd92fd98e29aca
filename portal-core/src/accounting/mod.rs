//! The accounting port, and what exporting to it asks of an order. Adapters live in `portal-accounting` and in crates of their own.
//!
//! An adapter gets values and returns values: it keeps no state and writes no row. Looking up before creating, the numbers of documents, repeats, and what happens after an answer
//! was lost belong to the portal, so that every system gets them alike. What a system cannot do is absent from its type.
mod attention;
mod begin;
mod bookkeeping;
#[cfg(feature = "accounts")]
mod by_hand;
mod case;
mod codes;
mod connection;
mod copying;
mod customer;
mod document;
mod draft;
mod drafting;
mod elsewhere;
mod error;
mod export;
mod exporting;
mod feed;
mod fingerprint;
#[cfg(feature = "accounts")]
mod forms;
mod hearing;
mod looking;
#[cfg(feature = "accounts")]
mod mending;
mod number;
mod organisation;
mod papers;
mod posting;
mod pushed;
mod pushing;
mod reading;
mod refusal;
mod rules;
mod settings;
#[cfg(feature = "accounts")]
mod staff;
mod store;
mod system;
#[cfg(feature = "tokens")]
pub mod tokens;
mod traits;
mod trouble;
mod work;

pub use attention::{Attention, LedgerRemedy};
pub use bookkeeping::Bookkeeping;
#[cfg(feature = "accounts")]
pub use by_hand::EnteredByHand;
pub(crate) use case::Ledger;
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
#[cfg(feature = "accounts")]
pub use forms::{DisconnectOrder, ExportOrder, ForgetExport, RelinkOrder, RetryExport};
pub use number::document_number;
pub use organisation::{Organisation, OrganisationRef};
pub use papers::{LedgerPapers, Notes, Voiding};
#[cfg(feature = "mock")]
pub use papers::{MockLedgerPapers, MockNotes, MockVoiding};
pub use posting::{PaymentPosting, PostedRef};
pub use pushed::{PushState, PushedPayment};
pub use refusal::ExportRefusal;
pub use rules::{
    ANSWERED_WITHIN, FoundThere, as_made, fits, found_there, heard, held_up_by, may_export,
};
pub use settings::{AccountingSettings, OnOpenPayment};
#[cfg(feature = "mock")]
pub use store::MockAccountingStore;
pub use store::{AccountingStore, BooksChange, ExportKey};
#[cfg(feature = "mock")]
pub use system::MockAccountingSystem;
pub use system::{AccountingSystem, FindDocument};
pub use traits::LedgerTraits;
pub use work::AccountingWork;
