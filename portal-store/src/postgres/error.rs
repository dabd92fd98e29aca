use portal_core::StoreError;
#[cfg(any(feature = "accounts", feature = "mirror", feature = "payments"))]
use portal_core::{Decision, Expectation};
use sqlx::Error;

/// What a failure of the host's own SQL means to the portal: stored data that cannot be read, or a database that is unavailable.
#[must_use]
pub fn store_error(e: Error) -> StoreError {
    let malformed = matches!(
        e,
        Error::ColumnDecode { .. }
            | Error::ColumnIndexOutOfBounds { .. }
            | Error::ColumnNotFound(_)
            | Error::Decode(_)
            | Error::RowNotFound
    ) || matches!(code(&e).as_deref(), Some(DATA_DAMAGED | INDEX_DAMAGED));
    if malformed {
        StoreError::Corrupt(Box::new(e))
    } else {
        StoreError::Unavailable(Box::new(e))
    }
}

const DATA_DAMAGED: &str = "XX001";
const INDEX_DAMAGED: &str = "XX002";
const CANNOT_SERIALIZE: &str = "40001";
const DEADLOCK: &str = "40P01";

/// Whether the server undid it because of somebody else, so that the same again may do.
pub(super) fn is_passing(e: &StoreError) -> bool {
    let StoreError::Unavailable(source) = e else {
        return false;
    };
    let of_database = source.downcast_ref::<Error>().and_then(code);
    matches!(of_database.as_deref(), Some(CANNOT_SERIALIZE | DEADLOCK))
}

/// The five letters by which the server says what went wrong.
pub(super) fn code(e: &Error) -> Option<String> {
    let of_database = e.as_database_error()?;
    of_database.code().map(String::from)
}

/// What a failure to record a decision means: a key of ours that is taken is a conflict, whoever took it.
#[cfg(any(feature = "accounts", feature = "mirror", feature = "payments"))]
pub(super) fn record_error(e: Error, decision: &Decision) -> StoreError {
    let lost = match code(&e).as_deref() {
        Some(UNKNOWN_CHANGE) => return StoreError::Unsupported("this change"),
        #[cfg(feature = "accounts")]
        Some(LINK_CLOSED) => super::accounts::used(decision),
        Some(TAKEN) => taken(&e, decision),
        _ => None,
    };
    lost.map_or_else(|| store_error(e), StoreError::conflict)
}

/// What the database says about a change it does not know.
#[cfg(any(feature = "accounts", feature = "mirror", feature = "payments"))]
const UNKNOWN_CHANGE: &str = "PO002";
/// What the database says about a link that is not open.
#[cfg(feature = "accounts")]
const LINK_CLOSED: &str = "PO003";
#[cfg(any(feature = "accounts", feature = "mirror", feature = "payments"))]
const TAKEN: &str = "23505";

/// What was to be new, or another's, and is there.
#[cfg(any(feature = "accounts", feature = "payments"))]
fn taken(e: &Error, decision: &Decision) -> Option<Expectation> {
    let table = e.as_database_error()?.table()?;
    let lost = None;
    #[cfg(feature = "accounts")]
    let lost = lost.or_else(|| super::accounts::taken(table, decision));
    #[cfg(feature = "payments")]
    let lost = lost.or_else(|| super::payments::taken(table, decision));
    #[cfg(feature = "accounting")]
    let lost = lost.or_else(|| super::accounting::taken(table, decision));
    lost
}

#[cfg(all(
    feature = "mirror",
    not(any(feature = "accounts", feature = "payments"))
))]
fn taken(_: &Error, _: &Decision) -> Option<Expectation> {
    None
}
