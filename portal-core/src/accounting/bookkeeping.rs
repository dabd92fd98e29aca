//! The books, as the host's own software uses them.
use super::{Export, ExportKey, ExportState, LedgerConnection, case::ATTEMPTS};
use crate::{Error, Id, Order, Portal};

/// Exports orders, and says how they stand: for the host's own software, such as when an order is approved or its invoice sent.
#[derive(Debug, Clone, Copy)]
pub struct Bookkeeping<'a> {
    portal: &'a Portal,
}

impl Portal {
    /// The books.
    ///
    /// # Errors
    /// When the host has not wired an accounting system in.
    pub fn accounting(&self) -> Result<Bookkeeping<'_>, Error> {
        self.wiring().ledger()?;
        Ok(Bookkeeping { portal: self })
    }
}

impl Bookkeeping<'_> {
    /// Has an order go into the books: from here on it cannot be paid, unless a payment is under way that must end first. Asked again while it is on its way, or there, it answers
    /// how it stands and does nothing.
    ///
    /// # Errors
    /// [`Error::Refused`] with an [`ExportRefusal`](super::ExportRefusal); [`Error::NotFound`] where the host knows no such order.
    pub async fn export(&self, order: &Id<Order>) -> Result<Export, Error> {
        let wiring = self.portal.wiring();
        for _ in 0..ATTEMPTS {
            let (case, now) = (wiring.case(order).await?, wiring.clock.now());
            if let Some(known) = case.export().filter(|export| goes_on(export)) {
                return Ok(known.clone());
            }
            let decision = case.moved("order.export", now);
            let decision = wiring.begin_export(&case, decision, now)?;
            match wiring.store.commit(decision).await {
                Ok(_) | Err(crate::StoreError::Conflict(_)) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(Error::Contended)
    }

    /// How an order stands in the books; none where it was never to go there.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn standing(&self, order: &Id<Order>) -> Result<Option<Export>, Error> {
        let store = self.portal.wiring().accounting_store()?;
        let found = store.export(&ExportKey::Order(order.clone())).await?;
        Ok(found.map(|export| export.value))
    }

    /// How the portal stands with the books; none before the first export.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn connection(&self) -> Result<Option<LedgerConnection>, Error> {
        let found = self.portal.wiring().connection().await?;
        Ok(found.map(|connection| connection.value))
    }

    /// Looks at an order's document now, and answers how it stands then.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none.
    pub async fn look_at(&self, order: &Id<Order>) -> Result<Export, Error> {
        let wiring = self.portal.wiring();
        for _ in 0..ATTEMPTS {
            let case = wiring.case(order).await?;
            let export = case.export().ok_or(Error::NotFound)?;
            let document = export.document.as_ref().ok_or(Error::NotFound)?;
            if !wiring.is_elsewhere(export)? {
                wiring.look_at(document).await?;
                return self.standing(order).await?.ok_or(Error::NotFound);
            }
            if !follows(export) {
                return Ok(export.clone());
            }
            wiring.cut_off_elsewhere(&case, export).await?;
        }
        Err(Error::Contended)
    }
}

/// The portal takes it that what happens in the books happens to the order.
fn follows(export: &Export) -> bool {
    match export.state {
        ExportState::Connected | ExportState::NeedsAttention(_) => true,
        ExportState::Wanted
        | ExportState::Exporting
        | ExportState::Recovering
        | ExportState::Disconnected(_)
        | ExportState::Forgotten => false,
    }
}

fn goes_on(export: &Export) -> bool {
    match export.state {
        ExportState::Wanted
        | ExportState::Exporting
        | ExportState::Recovering
        | ExportState::Connected => true,
        ExportState::NeedsAttention(_) | ExportState::Disconnected(_) | ExportState::Forgotten => {
            false
        }
    }
}
