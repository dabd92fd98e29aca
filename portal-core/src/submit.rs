//! Taking a form, whoever sends it: decide, commit, and on a lost race decide anew.
use async_trait::async_trait;
use uuid::Uuid;

use crate::{
    Actor, CommandId, Commit, Decision, Done, Error, Expectation, Receipt, portal::Wiring,
    store::StoreError,
};

/// A form in somebody's hand.
#[async_trait]
pub(crate) trait Form: Sync {
    fn id(&self) -> CommandId;

    /// What it says, as a fingerprint.
    fn fingerprint(&self) -> Uuid;

    fn by(&self) -> Actor;

    async fn decide(&self) -> Result<Decision, Error>;

    /// The answer to a refusal that stands, once it is sure that the form was not taken before.
    async fn refused(&self, no: Error) -> Result<Error, Error> {
        Ok(no)
    }

    /// What losing to this expectation means, where it is more than a reason to decide anew.
    fn lost(&self, _to: &Expectation) -> Option<Error> {
        None
    }
}

/// A lost race loads and decides anew this often. Losing five in a row takes a crowd around one record.
const ATTEMPTS: u8 = 5;

impl Wiring {
    /// Takes a form, once.
    pub(crate) async fn take(&self, form: &dyn Form) -> Result<Done, Error> {
        for _ in 0..ATTEMPTS {
            let mut decision = match form.decide().await {
                Ok(decision) => decision,
                // Decided only now, because the happy path should not pay for a look at the receipts.
                Err(no @ (Error::Refused(_) | Error::NotFound)) => {
                    return match self.store.receipt(form.id()).await? {
                        Some(receipt) => replayed(form, receipt),
                        None => Err(form.refused(no).await?),
                    };
                }
                Err(broken) => return Err(broken),
            };
            decision.form = form.fingerprint();
            let receipt = decision.receipt();
            match self.store.commit(decision).await {
                Ok(Commit::Applied) => {
                    return Ok(Done {
                        receipt,
                        replayed: false,
                    });
                }
                Ok(Commit::Replayed(receipt)) => return replayed(form, receipt),
                Err(StoreError::Conflict(lost)) => {
                    if let Some(error) = form.lost(&lost) {
                        return Err(error);
                    }
                }
                // The answer may have been lost after the commit: the receipt knows.
                Err(e) => {
                    return match self.store.receipt(form.id()).await {
                        Ok(Some(receipt)) => replayed(form, receipt),
                        Ok(None) | Err(_) => Err(e.into()),
                    };
                }
            }
        }
        Err(Error::Contended)
    }
}

/// Only the same person sending the same form is answered with its receipt.
fn replayed(form: &dyn Form, receipt: Receipt) -> Result<Done, Error> {
    if receipt.audit.by != form.by() || receipt.form != form.fingerprint() {
        return Err(Error::FormReused);
    }
    Ok(Done {
        receipt,
        replayed: true,
    })
}
