use portal_core::StoreError;
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
