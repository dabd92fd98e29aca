//! The books' own copy of an invoice: of an order that is there, it is the one that counts.
use chrono::{DateTime, Duration, Utc};

use super::{ExportKey, ExportState, trouble::Trouble};
use crate::{
    DocumentBody, Error, Id, Order, Refusal, TryKey, Viewer,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::Worked,
    portal::Wiring,
    refusal::PortalRefusal,
};

/// How many copies the books are asked for within so long because one person downloads them. Each is a request of those that the books answer in a day, and exports need them too.
const MOST: u32 = 20;
const WITHIN: Duration = Duration::hours(1);

impl Wiring {
    /// The document of an order that is exported and connected, as a file; none of any other order, and where the system has no files.
    ///
    /// `by`: who downloads it. What is sent is counted where it is asked for.
    ///
    /// An error is temporary unless the books know nothing of the document, or will not have it copied.
    pub(crate) async fn copy_in_books(
        &self,
        order: &Id<Order>,
        by: Option<&Viewer>,
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
        if let Some(viewer) = by {
            self.count_download(viewer, now).await?;
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

    /// The one that is refused counts too, as with messages.
    async fn count_download(&self, viewer: &Viewer, now: DateTime<Utc>) -> Result<(), Error> {
        let of = TryKey::new("copy-in-books", &viewer.account);
        let times = self.store.note_try(&of, now, now - WITHIN).await?;
        if times <= MOST {
            return Ok(());
        }
        let again_at = now + WITHIN;
        Err(Refusal::from(PortalRefusal::TooManyDownloads { again_at }).into())
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
