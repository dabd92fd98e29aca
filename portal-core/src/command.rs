//! The one way to change anything.
use std::fmt;

use async_trait::async_trait;
use chrono::Duration;
use serde::Serialize;

use crate::{
    Actor, Ask, CommandId, Commit, CustomerDesk, Decision, Error, Expectation, Receipt, Refusal,
    Refusals, TryKey, Viewer, refusal::NameRefusal, store::StoreError,
};

/// One thing a customer can ask for: a form, and how to decide it. Sealed: the forms are the library's own.
#[async_trait]
pub trait Command: fmt::Debug + Sync + sealed::Sealed {
    /// The form's own id. The same id sent again is the same command.
    fn id(&self) -> CommandId;

    /// What the form says, written out; what is typed only to confirm does not belong to it.
    #[doc(hidden)]
    fn form(&self) -> String;

    #[doc(hidden)]
    async fn decide(&self, desk: &CustomerDesk, ask: &Ask<'_, Viewer>) -> Result<Decision, Error>;
}

pub(crate) mod sealed {
    #[expect(unnameable_types, reason = "that is what seals it")]
    pub trait Sealed {}
}

/// A form that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Done {
    /// What was recorded.
    pub receipt: Receipt,
    /// It had been taken before; nothing happened now.
    pub replayed: bool,
}

/// A lost race loads and decides anew this often. Losing five in a row takes a crowd around one record.
const ATTEMPTS: u8 = 5;

impl CustomerDesk {
    /// Asks for something. The one way to change anything.
    ///
    /// A form already taken is answered with its receipt, even where the rules would refuse it by now. A lost race loads and decides anew, so
    /// nobody acts on stale facts.
    ///
    /// # Errors
    /// [`Error::Refused`] with every reason; [`Error::NotFound`] for what is not there or not theirs; [`Error::Contended`] when others were faster: in each
    /// nothing was done. After a store error it may have been; the same form sent again tells, and is not done twice.
    pub async fn submit(&self, form: &(impl Command + ?Sized)) -> Result<Done, Error> {
        self.open()?;
        let wiring = self.wiring();
        let fingerprint = form.id().derive(&form.form());
        for _ in 0..ATTEMPTS {
            let ask = Ask::new(self.viewer(), wiring.clock.now(), form.id());
            let mut decision = match form.decide(self, &ask).await {
                Ok(decision) => decision,
                // Decided only now, because the happy path should not pay for a look at the receipts.
                Err(no @ (Error::Refused(_) | Error::NotFound)) => {
                    return match wiring.store.receipt(form.id()).await? {
                        Some(receipt) => self.replayed(receipt, fingerprint),
                        None => Err(self.count_wrong_name(no, &ask).await?),
                    };
                }
                Err(broken) => return Err(broken),
            };
            decision.form = fingerprint;
            let receipt = decision.receipt();
            match wiring.store.commit(decision).await {
                Ok(Commit::Applied) => {
                    return Ok(Done {
                        receipt,
                        replayed: false,
                    });
                }
                Ok(Commit::Replayed(receipt)) => return self.replayed(receipt, fingerprint),
                Err(StoreError::Conflict(lost)) => {
                    if let Expectation::TriesLeft { .. } = *lost {
                        return Err(self.too_many_tries(&ask).into());
                    }
                }
                // The answer may have been lost after the commit: the receipt knows.
                Err(e) => {
                    return match wiring.store.receipt(form.id()).await {
                        Ok(Some(receipt)) => self.replayed(receipt, fingerprint),
                        Ok(None) | Err(_) => Err(e.into()),
                    };
                }
            }
        }
        Err(Error::Contended)
    }

    /// Only the same person sending the same form is answered with its receipt.
    fn replayed(&self, receipt: Receipt, fingerprint: uuid::Uuid) -> Result<Done, Error> {
        let Actor::Account(by) = &receipt.audit.by else {
            return Err(Error::FormReused);
        };
        if *by != self.viewer().account || receipt.form != fingerprint {
            return Err(Error::FormReused);
        }
        Ok(Done {
            receipt,
            replayed: true,
        })
    }

    async fn count_wrong_name(&self, no: Error, ask: &Ask<'_, Viewer>) -> Result<Error, Error> {
        let mismatch = Refusal::from(NameRefusal::Mismatch);
        let wrong_name = |refusals: &Refusals| refusals.iter().any(|r| *r == mismatch);
        if !no.refusals().is_some_and(wrong_name) {
            return Ok(no);
        }
        let wiring = self.wiring();
        let since = ask.now - self.tries_window();
        let of = self.surname_tries();
        let tries = wiring.store.note_try(&of, ask.now, since).await?;
        if tries <= wiring.settings.names.tries.get() {
            return Ok(no);
        }
        let instead = self.too_many_tries(ask);
        Ok(match no {
            Error::Refused(refusals) => refusals.with(&mismatch, instead).into(),
            other => other,
        })
    }

    fn too_many_tries(&self, ask: &Ask<'_, Viewer>) -> Refusal {
        let again_at = ask.now + self.tries_window();
        NameRefusal::TooManyTries { again_at }.into()
    }

    pub(crate) fn tries_window(&self) -> Duration {
        Duration::minutes(self.wiring().settings.names.tries_minutes.get().into())
    }

    pub(crate) fn surname_tries(&self) -> TryKey {
        TryKey::new("surname", &self.viewer().account)
    }
}

/// Joins the parts of a form so that no two forms read alike.
pub(crate) fn written(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str(&part.len().to_string());
        text.push(':');
        text.push_str(part);
    }
    text
}
