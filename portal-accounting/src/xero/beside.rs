//! What hangs on one document: its copy, its link, its history, and taking it back.
use async_trait::async_trait;
use portal_core::{
    DocumentBody,
    accounting::{
        DocumentRef, DocumentState, LedgerDocument, LedgerError, LedgerPapers, LedgerRefusal,
        Notes, PostedRef, Voiding,
    },
};
use uuid::Uuid;

use super::{
    Xero,
    answer::{Answer, unintelligible},
    refusal::{About, refusal},
    request,
    response::{Element, List, PaymentBody},
    wire::first,
};

#[async_trait]
impl LedgerPapers for Xero {
    async fn copy(&self, document: &DocumentRef) -> Result<DocumentBody, LedgerError> {
        let call = request::copy(&named(document)?);
        match self.wire.ask(&call).await? {
            Answer::Done(body) if body.starts_with(b"%PDF-") => Ok(DocumentBody::file(
                "invoice.pdf",
                "application/pdf",
                body.to_vec(),
            )),
            Answer::Done(_) => Err(unintelligible(call.operation, "it is not a PDF")),
            Answer::Missing => Err(LedgerRefusal::NotFound.into()),
            Answer::Refused(said) => Err(refusal(&said, &About::default()).into()),
        }
    }

    async fn pay_link(&self, document: &DocumentRef) -> Result<Option<String>, LedgerError> {
        let id = named(document)?;
        let call = request::online(&id);
        // Xero may go on showing what nobody owes any more.
        let found = self.document(call.operation, &id).await?;
        if !found.is_some_and(|found| found.state == DocumentState::Open) {
            return Ok(None);
        }
        let body = match self.wire.ask(&call).await? {
            Answer::Done(body) => body,
            // A draft has none.
            Answer::Missing | Answer::Refused(_) => return Ok(None),
        };
        let url = List::read(call.operation, "OnlineInvoices", &body)?.online()?;
        // Payers are sent nowhere else: it is as if there were none.
        Ok(url.filter(|url| self.wire.config.may_send_payers_to(url)))
    }
}

#[async_trait]
impl Notes for Xero {
    async fn add(&self, document: &DocumentRef, note: &str, key: Uuid) -> Result<(), LedgerError> {
        let call = request::note(&named(document)?, note, key)?;
        let body = match self.wire.ask(&call).await? {
            Answer::Done(body) => body,
            Answer::Missing => return Err(LedgerRefusal::NotFound.into()),
            Answer::Refused(said) => return Err(refusal(&said, &private(note)).into()),
        };
        let list = List::read(call.operation, "HistoryRecords", &body)?;
        match list.written::<serde::de::IgnoredAny>()? {
            Element::Taken(_) => Ok(()),
            Element::Refused(said) => Err(refusal(&said, &private(note)).into()),
        }
    }
}

#[async_trait]
impl Voiding for Xero {
    async fn void(&self, document: &DocumentRef, key: Uuid) -> Result<LedgerDocument, LedgerError> {
        let id = named(document)?;
        let found = self.document("void", &id).await;
        let found = found.map_err(|error| first("void", error))?;
        let found = found.ok_or(LedgerRefusal::NotFound)?;
        let status = match found.state {
            DocumentState::Voided | DocumentState::Deleted => return Ok(found),
            DocumentState::Settled => return Err(LedgerRefusal::HasPayments.into()),
            _ if found.paid.is_positive() || found.credited.is_positive() => {
                return Err(LedgerRefusal::HasPayments.into());
            }
            // What nobody has approved is thrown away; what somebody has is taken back.
            DocumentState::Draft => "DELETED",
            DocumentState::Open | DocumentState::Strange => "VOIDED",
        };
        let call = request::set_invoice(&id, status, key)?;
        self.written_invoice(&call, &About::default()).await
    }

    async fn take_back(&self, payment: &PostedRef, key: Uuid) -> Result<(), LedgerError> {
        let id = Uuid::try_parse(payment.as_str()).map_err(|_| LedgerRefusal::NotFound)?;
        let call = request::payment(&id);
        let found = self.wire.find(&call, "Payments").await;
        let found = found.map_err(|error| first(call.operation, error))?;
        if found
            .ok_or(LedgerRefusal::NotFound)?
            .payment()?
            .is_deleted()
        {
            return Ok(());
        }
        let call = request::delete_payment(&id, key)?;
        let body = match self.wire.ask(&call).await? {
            Answer::Done(body) => body,
            Answer::Missing => return Err(LedgerRefusal::NotFound.into()),
            Answer::Refused(said) => return Err(refusal(&said, &About::default()).into()),
        };
        let list = List::read(call.operation, "Payments", &body)?;
        match list.written::<PaymentBody>()? {
            Element::Taken(_) => Ok(()),
            Element::Refused(said) => Err(refusal(&said, &About::default()).into()),
        }
    }
}

/// A document of ours has a name of Xero's; anything else is not there.
pub(super) fn named(document: &DocumentRef) -> Result<Uuid, LedgerError> {
    Uuid::try_parse(document.as_str()).map_err(|_| LedgerRefusal::NotFound.into())
}

fn private(note: &str) -> About<'_> {
    About {
        private: vec![note],
        ..About::default()
    }
}
