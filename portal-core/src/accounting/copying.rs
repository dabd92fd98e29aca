//! The books' own copy of an invoice: of an order that is there, it is the one that counts.
use chrono::Duration;

use super::{ExportKey, ExportState, trouble::Trouble};
use crate::{
    DocumentBody, Error, Id, Order,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::Worked,
    portal::Wiring,
};

impl Wiring {
    /// The document of an order that is exported and connected, as a file; none of any other order, and where the system has no files.
    ///
    /// An error is temporary unless the books know nothing of the document, or will not have it copied.
    pub(crate) async fn copy_in_books(
        &self,
        order: &Id<Order>,
    ) -> Result<Option<DocumentBody>, Error> {
        let (Some(ledger), Some(store)) = (&self.ledger, &self.accounting_store) else {
            return Ok(None);
        };
        let Some(papers) = ledger.system.papers() else {
            return Ok(None);
        };
        let export = store.export(&ExportKey::Order(order.clone())).await?;
        let connected = export.map(|export| export.value).filter(|export| {
            let ours = export.books == *ledger.system.organisation();
            ours && export.state == ExportState::Connected
        });
        let Some(document) = connected.and_then(|export| export.document) else {
            return Ok(None);
        };
        let now = self.clock.now();
        if let Some(Worked::Again(at, why)) = self.books_free().await? {
            return Err(not_now(at - now, why).into());
        }
        let error = match papers.copy(&document).await {
            Ok(copy) => return Ok(Some(copy)),
            Err(error) => error,
        };
        Err(match self.reading(error, now).await? {
            Trouble::Wait(at, why) => not_now(at - now, why),
            Trouble::Unknown(why) => not_now(Duration::zero(), why),
            Trouble::Staff(why) => AdapterError::new(
                AdapterErrorKind::Rejected,
                Disposition::Rejected,
                "books",
                "copy",
                why.to_string(),
            ),
        }
        .into())
    }
}

/// Come back then.
fn not_now(wait: Duration, why: String) -> AdapterError {
    let retry_after = wait.to_std().ok().filter(|wait| !wait.is_zero());
    let kind = match retry_after {
        Some(_) => AdapterErrorKind::RateLimited { retry_after },
        None => AdapterErrorKind::Unavailable,
    };
    AdapterError::new(kind, Disposition::NeverSent, "books", "copy", why)
}
