//! What staff see and do about the books: how the connection is, which orders wait for them and why, and everything that mends one.
use super::{
    Export, ExportKey, LedgerConnection, LedgerError, LedgerRefusal, Organisation,
    refusal::ExportRefusal, trouble::Trouble,
};
use crate::{
    Error, Id, Listing, Order, Page, Refusal,
    staff::{StaffAction, StaffDesk},
};

impl StaffDesk {
    /// How the portal stands with the books; none before the first export.
    ///
    /// # Errors
    /// `account.not-your-role`.
    pub async fn books(&self) -> Result<Option<LedgerConnection>, Error> {
        self.must(StaffAction::SeeExports)?;
        let found = self.portal().wiring().connection().await?;
        Ok(found.map(|connection| connection.value))
    }

    /// Asks the books whether they can be used, and answers what their organisation is like today: after connecting anew, work goes on from here.
    ///
    /// # Errors
    /// `account.not-your-role`; `export.books-unreached` where they cannot.
    pub async fn check_books(&self) -> Result<Organisation, Error> {
        self.must(StaffAction::SeeExports)?;
        let wiring = self.portal().wiring();
        match wiring.ledger()?.system.check().await {
            Ok(organisation) => {
                wiring.healthy().await?;
                Ok(organisation)
            }
            Err(error) => {
                let now = wiring.clock.now();
                wiring.reading(error, now).await?;
                Err(unreached())
            }
        }
    }

    /// The orders that wait for staff, each with why and what to do; the one that has waited longest first.
    ///
    /// # Errors
    /// `account.not-your-role`; [`Error::BadPage`].
    pub async fn exports_needing_attention(&self, page: &Page) -> Result<Listing<Export>, Error> {
        self.must(StaffAction::SeeExports)?;
        let store = self.portal().wiring().accounting_store()?;
        Ok(store.exports_needing_attention(page).await?)
    }

    /// How an order stands in the books.
    ///
    /// # Errors
    /// `account.not-your-role`; [`Error::NotFound`] for one that was never to go there.
    pub async fn export_of(&self, order: &Id<Order>) -> Result<Export, Error> {
        self.must(StaffAction::SeeExports)?;
        let store = self.portal().wiring().accounting_store()?;
        let found = store.export(&ExportKey::Order(order.clone())).await?;
        found.map(|export| export.value).ok_or(Error::NotFound)
    }

    /// Looks at an order's document now, and answers how it stands then.
    ///
    /// # Errors
    /// `account.not-your-role`; [`Error::NotFound`] where there is none.
    pub async fn look_into_books(&self, order: &Id<Order>) -> Result<Export, Error> {
        self.must(StaffAction::SeeExports)?;
        self.portal().accounting()?.look_at(order).await
    }
}

/// What staff are told of books that did not answer as hoped.
pub(super) async fn told(desk: &StaffDesk, error: LedgerError) -> Result<Error, Error> {
    let wiring = desk.portal().wiring();
    if let LedgerError::Refused(LedgerRefusal::NotFound) = error {
        return Ok(Error::NotFound);
    }
    match wiring.reading(error, wiring.clock.now()).await? {
        Trouble::Wait(..) | Trouble::Staff(_) | Trouble::Unknown(_) => Ok(unreached()),
    }
}

/// What is said of books that cannot be asked now.
fn unreached() -> Error {
    Refusal::from(ExportRefusal::BooksUnreached).into()
}
