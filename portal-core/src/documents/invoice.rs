//! Where the copy of an invoice comes from: the host's own file, else the books', else a page of ours.
use super::DocumentBody;
use crate::{
    Contact, CustomerDesk, Error, Id, Order, Viewer, order::may_get_invoice, portal::Wiring,
};
#[cfg(feature = "mail")]
use crate::{Language, OrderDetails};

impl CustomerDesk {
    /// The invoice of an order, to download, for whoever can [have it sent](crate::order::OrderAction::EmailInvoice). Asked anew each time: nobody keeps a link that opens it.
    ///
    /// It is the host's own file; else the accounting system's, while the order is exported and connected; else a page to print from the
    /// [`PaperWriter`](crate::documents::PaperWriter). While one of these cannot be asked there is none: another would say something else.
    ///
    /// # Errors
    /// Refused as [`EmailInvoice`](crate::order::EmailInvoice) is; `portal.too-many-downloads`, of copies from the books alone; [`Error::NotFound`], also for somebody else's order, and
    /// where there is no paper at all; an [`AdapterError`](crate::adapter::AdapterError) that says whether to try again.
    pub async fn invoice(&self, id: &Id<Order>) -> Result<DocumentBody, Error> {
        let details = self.visible_order(id).await?.value;
        may_get_invoice(&details.order, self.viewer(), self.order_rules())?;
        let viewer = self.viewer();
        let wiring = self.wiring();
        #[cfg(feature = "mail")]
        let found = {
            let language = wiring.language_of(&viewer.contact).await?;
            let me = &viewer.contact.id;
            match wiring
                .invoice_file(&details.order, me, Some(viewer))
                .await?
            {
                Some(file) => Some(file),
                None => wiring.invoice_page(&details, me, language).await?,
            }
        };
        #[cfg(not(feature = "mail"))]
        let found = wiring
            .invoice_file(&details.order, &viewer.contact.id, Some(viewer))
            .await?;
        found.ok_or(Error::NotFound)
    }
}

impl Wiring {
    /// The invoice as it goes with a message to this reader, or none where nobody has one. Whether they may have it is asked before.
    #[cfg(feature = "mail")]
    pub(crate) async fn invoice_paper(
        &self,
        details: &OrderDetails,
        reader: &Id<Contact>,
        language: Language,
    ) -> Result<Option<DocumentBody>, Error> {
        match self.invoice_file(&details.order, reader, None).await? {
            Some(file) => Ok(Some(file)),
            None => self.invoice_page(details, reader, language).await,
        }
    }

    /// The host's own, or the books'. `by`: who downloads it.
    #[cfg_attr(
        not(feature = "accounting"),
        expect(unused_variables, reason = "only the books' copies are counted")
    )]
    async fn invoice_file(
        &self,
        order: &Order,
        reader: &Id<Contact>,
        by: Option<&Viewer>,
    ) -> Result<Option<DocumentBody>, Error> {
        if !names_nobody_else(order, reader) {
            return Ok(None);
        }
        if let Some(documents) = &self.documents
            && let Some(own) = documents.invoice(&order.id).await?
        {
            return Ok(Some(own.checked()?));
        }
        #[cfg(feature = "accounting")]
        if let Some(copy) = self.copy_in_books(&order.id, by).await? {
            return Ok(Some(copy.checked()?));
        }
        Ok(None)
    }

    #[cfg(feature = "mail")]
    async fn invoice_page(
        &self,
        details: &OrderDetails,
        reader: &Id<Contact>,
        language: Language,
    ) -> Result<Option<DocumentBody>, Error> {
        use super::{InvoicePaper, Paper};
        use crate::order::Invoice;
        let order = &details.order;
        let copy = self.invoice_copy(details, reader);
        let mut paper = InvoicePaper::new(copy, language);
        paper.organiser.clone_from(&self.settings.mail.organiser);
        if let Invoice::Sent { at } = order.invoice {
            paper.invoiced_at = Some(self.clocks(at));
        }
        let who = self.directory.contact(order.payer()).await?;
        let name = who.map(|who| who.value.full_name());
        paper.billed_to = name.filter(|name| !name.is_empty());
        self.page(&Paper::Invoice(paper)).await
    }
}

/// A file of others' shows whoever is on the order: that is the business of whoever ordered or pays, and of somebody who takes part alone.
fn names_nobody_else(order: &Order, reader: &Id<Contact>) -> bool {
    let pays = order.payer() == reader || order.order_contact == *reader;
    pays || order.registrants.iter().all(|contact| contact == reader)
}
