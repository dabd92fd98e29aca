use crate::{
    StoreError,
    accounting::LedgerError,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
};

pub(super) const NAME: &str = "tokens";

pub(super) fn of_store(operation: &'static str, error: StoreError) -> LedgerError {
    AdapterError::of_store(NAME, operation, error).into()
}

pub(super) fn temporary(operation: &'static str, message: &str) -> LedgerError {
    never_sent(AdapterErrorKind::Unavailable, operation, message)
}

pub(super) fn never_sent(
    kind: AdapterErrorKind,
    operation: &'static str,
    message: &str,
) -> LedgerError {
    AdapterError::new(kind, Disposition::NeverSent, NAME, operation, message).into()
}

/// Whatever became of a renewal, what the token was wanted for was not sent.
pub(super) fn before_the_call(error: LedgerError) -> LedgerError {
    match error {
        LedgerError::Adapter(error) if error.disposition() != Disposition::NeverSent => {
            let (kind, never) = (error.kind(), Disposition::NeverSent);
            AdapterError::new(
                kind,
                never,
                NAME,
                "access",
                "there is no token to call with",
            )
            .with_source(error)
            .into()
        }
        other => other,
    }
}

pub(super) fn drawn<const N: usize>() -> Result<[u8; N], LedgerError> {
    let mut bits = [0; N];
    getrandom::fill(&mut bits).map_err(|error| {
        let (kind, never) = (AdapterErrorKind::Unavailable, Disposition::NeverSent);
        AdapterError::new(kind, never, NAME, "draw", "no randomness").with_source(error)
    })?;
    Ok(bits)
}
