//! A statement or a contract, to download: the host's own file, else a page of ours.
use chrono::NaiveDate;

use super::{Contract, DocumentBody, StatementFor, may_get_statement};
#[cfg(feature = "mail")]
use super::{ContractPaper, Paper, StatementPaper};
use crate::{CustomerDesk, Error, Id};

impl CustomerDesk {
    /// How the account of their customer stood at the end of a day on the portal's clocks, to download. Today is a day like others: what has happened so far.
    ///
    /// It is the host's own file; else a page to print from what its [`PaperRecords`](crate::documents::PaperRecords) say.
    ///
    /// # Errors
    /// Refused for a day that has not begun; [`Error::NotFound`] where the host has no statement for them; [`StoreError::Corrupt`](crate::StoreError::Corrupt) with the
    /// [reason](crate::documents::BrokenPaper) where its records do not add up.
    pub async fn statement(&self, day: NaiveDate) -> Result<DocumentBody, Error> {
        self.open()?;
        let wiring = self.wiring();
        let zone = wiring.settings.zone;
        let today = wiring.clock.now().with_timezone(&zone).date_naive();
        may_get_statement(day, today)?;
        let asked = StatementFor::new(&self.viewer().contact, day, zone);
        if let Some(documents) = &wiring.documents
            && let Some(own) = documents.statement(&asked).await?
        {
            return Ok(own.checked()?);
        }
        #[cfg(feature = "mail")]
        if let Some(page) = self.statement_page(&asked).await? {
            return Ok(page);
        }
        Err(Error::NotFound)
    }

    /// A contract of their customer's, to download: the host's own file, else a page to print from what its [`PaperRecords`](crate::documents::PaperRecords) say.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for somebody else's, and where there is no paper at all; [`StoreError::Corrupt`](crate::StoreError::Corrupt) with the
    /// [reason](crate::documents::BrokenPaper) where its records cannot be so.
    pub async fn contract(&self, id: &Id<Contract>) -> Result<DocumentBody, Error> {
        self.open()?;
        let wiring = self.wiring();
        let records = wiring.paper_records.as_ref().ok_or(Error::NotFound)?;
        let found = records.contract(id, self.me()).await?;
        let mine = |contract: &Contract| {
            contract.customer == self.viewer().contact.customer && contract.id == *id
        };
        let contract = found.filter(mine).ok_or(Error::NotFound)?;
        if let Some(documents) = &wiring.documents
            && let Some(own) = documents.contract(&contract.id).await?
        {
            return Ok(own.checked()?);
        }
        #[cfg(feature = "mail")]
        if let Some(page) = self.contract_page(contract).await? {
            return Ok(page);
        }
        Err(Error::NotFound)
    }

    #[cfg(feature = "mail")]
    async fn statement_page(&self, asked: &StatementFor) -> Result<Option<DocumentBody>, Error> {
        use super::BrokenPaper;
        let wiring = self.wiring();
        let Some(records) = &wiring.paper_records else {
            return Ok(None);
        };
        let found = records.statement(asked).await?;
        let Some(statement) = found.filter(|found| found.customer == asked.customer) else {
            return Ok(None);
        };
        if statement.until != asked.day {
            let date = statement.until;
            return Err(broken(BrokenPaper::AnotherDay { date }));
        }
        statement.check().map_err(broken)?;
        let language = wiring.language_of(&self.viewer().contact).await?;
        let mut paper = StatementPaper::new(statement, language);
        paper.organiser.clone_from(&wiring.settings.mail.organiser);
        wiring.page(&Paper::Statement(paper)).await
    }

    #[cfg(feature = "mail")]
    async fn contract_page(&self, contract: Contract) -> Result<Option<DocumentBody>, Error> {
        contract.check().map_err(broken)?;
        let wiring = self.wiring();
        let language = wiring.language_of(&self.viewer().contact).await?;
        let mut paper = ContractPaper::new(contract, language);
        paper.organiser.clone_from(&wiring.settings.mail.organiser);
        wiring.page(&Paper::Contract(paper)).await
    }
}

#[cfg(feature = "mail")]
fn broken(why: super::BrokenPaper) -> Error {
    crate::StoreError::from(why).into()
}
