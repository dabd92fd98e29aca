//! Invoices and payments in Xero.
//!
//! # How an organisation is connected
//! 1. Register an app with Xero, and tell the portal about it: [`XeroApp::confidential`] for one that keeps a secret, [`XeroApp::pkce`] for one that cannot,
//!    [`XeroApp::custom_connection`] for one organisation of your own. With a client of yours it becomes a [`XeroIdentity`].
//! 2. Send somebody who may consent to [`XeroIdentity::consent`], and keep what it answers with their session.
//! 3. They come back with a code: [`XeroIdentity::exchange`] turns it into tokens, [`XeroIdentity::connections`] says which organisations were chosen, and
//!    [`TokenKeeper::connect`] keeps the tokens, sealed. A custom connection needs neither of these steps; once it was disconnected, [`TokenKeeper::reconnect`].
//! 4. [`Xero::new`] with the tenant id of one organisation is the adapter for its books.
//!
//! ```
//! use std::sync::Arc;
//! use portal_accounting::xero::{Xero, XeroApp, XeroConfig, XeroIdentity};
//! use portal_core::{
//!     PortalKey, SystemClock,
//!     accounting::{AccountingSystem, tokens::{TokenKeeper, TokenStore}},
//!     http::HttpClient,
//! };
//!
//! fn books(
//!     http: Arc<dyn HttpClient>,
//!     store: Arc<dyn TokenStore>,
//!     key: PortalKey,
//! ) -> Result<Arc<dyn AccountingSystem>, portal_accounting::AdapterError> {
//!     let clock = Arc::new(SystemClock);
//!     let app = XeroApp::confidential("client id", "client secret".into());
//!     let identity = XeroIdentity::new(app, Arc::clone(&http), clock.clone())?;
//!     let tokens = TokenKeeper::new(store, Arc::new(identity), key, clock.clone());
//!     let config = XeroConfig::new("a46fcb6f-2773-40c4-a119-8aa08bca1e8e", "our-books".into())
//!         .checking_webhooks_with("the key of the webhook".into());
//!     Ok(Arc::new(Xero::new(config, tokens, http, clock)?))
//! }
//! ```
//!
//! # What to know
//! * Invoices are made approved, under the portal's own number, and never overwritten. Amounts go and come as exact numbers; Xero keeps two decimals.
//! * A contact is found by the portal's key (its contact number), else made. One that is archived or merged is refused, for staff to mend.
//! * Xero tells of no payments by webhook: they are found by asking for changes. Give the webhook's address to Xero for invoices and contacts, answer 200 to what
//!   [`receive`](portal_core::accounting::LedgerWebhooks::receive) takes and 401 to what it does not, within five seconds.
//! * Sixty calls a minute and 5,000 a day (1,000 on the starter tier) are an organisation's. What is too much is answered at once with the time to come back, up to a day later.
//! * Bank accounts that have no code are named by their id.
mod answer;
mod beside;
mod config;
mod date;
mod feed;
mod form;
mod identity;
mod name;
mod number;
mod refusal;
mod request;
mod response;
mod webhook;
mod wire;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use portal_core::{
    Clock,
    accounting::{
        AccountingSystem, ChangeCursor, Changes, CustomerRef, DocumentState, FindDocument,
        InvoiceDraft, LedgerCustomer, LedgerDocument, LedgerError, LedgerPapers, LedgerPayment,
        LedgerRefusal, LedgerTraits, LedgerWebhook, LedgerWebhooks, Notes, Organisation,
        OrganisationRef, PaymentPosting, Voiding, tokens::TokenKeeper,
    },
    adapter::AdapterError,
    http::HttpClient,
    payment::{RawWebhook, Repeats, WebhookError},
};
use uuid::Uuid;

use self::{
    answer::{Answer, unintelligible},
    refusal::{About, refusal, says_key_taken},
    request::Call,
    response::{ContactBody, Element, InvoiceWritten, List, PaymentBody},
    wire::Wire,
};
pub use config::XeroConfig;
pub use identity::{Consent, XeroApp, XeroConnection, XeroIdentity};

const NAME: &str = "xero";
const SHOWN: &str = "Xero";

/// Keeps the books of one organisation in Xero.
#[derive(Debug, Clone)]
pub struct Xero {
    wire: Wire,
    organisation: OrganisationRef,
    traits: LedgerTraits,
}

impl Xero {
    /// Xero, for this organisation, with these tokens, over this client.
    ///
    /// # Errors
    /// [`Misconfigured`](portal_core::adapter::AdapterErrorKind::Misconfigured), with every problem of the configuration.
    pub fn new(
        config: XeroConfig,
        tokens: TokenKeeper,
        http: Arc<dyn HttpClient>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, AdapterError> {
        let config = config.checked()?;
        let organisation = OrganisationRef::new(NAME, Arc::clone(&config.tenant));
        // An answer is kept under its key for six minutes. A call whose answer was lost may still be at work for a moment.
        let traits = LedgerTraits::new(255)
            .repeats(Repeats::For(Duration::from_mins(6)))
            .reference_len(255)
            .finds_after(Duration::from_secs(30));
        let wire = Wire::new(config, tokens, http, clock);
        Ok(Self {
            wire,
            organisation,
            traits,
        })
    }

    async fn document(
        &self,
        operation: &'static str,
        id: &Uuid,
    ) -> Result<Option<LedgerDocument>, LedgerError> {
        let call = request::invoice(operation, id);
        let Some(list) = self.wire.find(&call, "Invoices").await? else {
            return Ok(None);
        };
        let Some(document) = list.document()? else {
            return Ok(None);
        };
        if document.document.as_str() != id.to_string() {
            return Err(unintelligible(operation, "another document was answered"));
        }
        Ok(Some(document))
    }

    async fn written_invoice(
        &self,
        call: &Call,
        about: &About<'_>,
    ) -> Result<LedgerDocument, LedgerError> {
        let said = match self.wire.ask(call).await? {
            Answer::Done(body) => {
                let list = List::read(call.operation, "Invoices", &body)?;
                match list.written::<InvoiceWritten>()?.document(call.operation)? {
                    Ok(document) => return Ok(document),
                    Err(said) => said,
                }
            }
            Answer::Missing => return Err(LedgerRefusal::NotFound.into()),
            Answer::Refused(said) => said,
        };
        Err(refusal(&said, about).into())
    }

    async fn contact(
        &self,
        call: &Call,
        key: Option<&str>,
    ) -> Result<Option<ContactBody>, LedgerError> {
        let list = self.wire.find(call, "Contacts").await?;
        list.map_or(Ok(None), |list| list.contact(key))
    }

    /// What Xero makes of the tax is known once the invoice is there. One that comes to something else is not left standing.
    async fn taken_back(
        &self,
        made: &LedgerDocument,
        draft: &InvoiceDraft,
    ) -> Result<LedgerDocument, LedgerError> {
        let id = beside::named(&made.document)?;
        // Its own name makes a key for this that is nobody else's.
        let call = request::set_invoice(&id, "VOIDED", id)?;
        match self.written_invoice(&call, &About::default()).await {
            Ok(_) => Err(request::another_total(made.total, draft.total)),
            Err(_) => Err(unintelligible("create", "it comes to another total")),
        }
    }

    /// Merged contacts are archived too, and Xero's refusal speaks of that alone.
    async fn why_archived(&self, customer: &CustomerRef) -> LedgerRefusal {
        if let Ok(id) = Uuid::try_parse(customer.as_str())
            && let Ok(Some(contact)) = self.contact(&request::contact("create", &id), None).await
            && let Err(LedgerError::Refused(refusal)) = contact.usable("create")
        {
            return refusal;
        }
        LedgerRefusal::CustomerArchived
    }
}

#[async_trait]
impl AccountingSystem for Xero {
    fn name(&self) -> &str {
        NAME
    }

    fn shown_name(&self) -> &str {
        SHOWN
    }

    fn organisation(&self) -> &OrganisationRef {
        &self.organisation
    }

    fn traits(&self) -> &LedgerTraits {
        &self.traits
    }

    async fn check(&self) -> Result<Organisation, LedgerError> {
        let call = request::organisation();
        let organisation = self
            .wire
            .have(&call, "Organisations")
            .await?
            .organisation()?;
        let currencies = self.wire.have(&request::currencies(), "Currencies").await?;
        Ok(organisation.taking(currencies.currencies()?))
    }

    async fn customer(
        &self,
        customer: &LedgerCustomer,
        key: Uuid,
    ) -> Result<CustomerRef, LedgerError> {
        let operation = "customer";
        let before = |error| wire::first(operation, error);
        if let Some(known) = &customer.known_as
            && let Ok(id) = Uuid::try_parse(known.as_str())
            && let Some(contact) = self
                .contact(&request::contact(operation, &id), None)
                .await
                .map_err(before)?
        {
            return contact.usable(operation);
        }
        let by_key = request::contact_of_key(&customer.key)?;
        let found = self.contact(&by_key, Some(&customer.key)).await;
        if let Some(contact) = found.map_err(before)? {
            return contact.usable(operation);
        }
        let name = name::fitted(&customer.name).ok_or(LedgerRefusal::CustomerName)?;
        let call = request::make_contact(customer, &name, key)?;
        let said = match self.wire.ask(&call).await? {
            Answer::Done(body) => {
                let list = List::read(operation, "Contacts", &body)?;
                match list.written::<ContactBody>()? {
                    Element::Taken(contact) => return contact.usable(operation),
                    Element::Refused(said) => said,
                }
            }
            Answer::Missing => return Err(unintelligible(operation, "there is no such place")),
            Answer::Refused(said) => said,
        };
        if says_key_taken(&said)
            && let Some(contact) = self.contact(&by_key, Some(&customer.key)).await?
        {
            // Somebody made the same one meanwhile.
            return contact.usable(operation);
        }
        let private = [customer.name.as_str(), name.as_str()];
        let private = private.into_iter().chain(customer.email.as_deref());
        let about = About {
            private: private.collect(),
            ..About::default()
        };
        Err(refusal(&said, &about).into())
    }

    async fn find(&self, what: &FindDocument) -> Result<Option<LedgerDocument>, LedgerError> {
        match what {
            FindDocument::Document(document) => match Uuid::try_parse(document.as_str()) {
                Ok(id) => self.document("find", &id).await,
                Err(_) => Ok(None),
            },
            FindDocument::Number(number) => {
                let call = request::invoices_of(number)?;
                let list = self.wire.have(&call, "Invoices").await?;
                let all = list.documents_of(number)?.into_iter();
                // The one that stands; of those that were taken back the last.
                Ok(all.max_by_key(|document| (document.state.stands(), document.updated_at)))
            }
            _ => Err(answer::not_sent("find", "Xero cannot be asked that")),
        }
    }

    async fn create(&self, draft: &InvoiceDraft, key: Uuid) -> Result<LedgerDocument, LedgerError> {
        let call = request::make_invoice(draft, key)?;
        let about = About {
            currency: Some(draft.currency),
            private: draft
                .lines
                .iter()
                .map(|line| line.description.as_str())
                .collect(),
        };
        let made = match self.written_invoice(&call, &about).await {
            Err(LedgerError::Refused(LedgerRefusal::CustomerArchived)) => {
                return Err(self.why_archived(&draft.customer).await.into());
            }
            made => made?,
        };
        if made.number != draft.number {
            return Err(unintelligible(
                call.operation,
                "another number was answered",
            ));
        }
        if made.total != draft.total {
            return self.taken_back(&made, draft).await;
        }
        Ok(made)
    }

    async fn record_payment(
        &self,
        payment: &PaymentPosting,
        key: Uuid,
    ) -> Result<LedgerPayment, LedgerError> {
        let id = beside::named(&payment.document)?;
        let call = request::make_payment(payment, key)?;
        let said = match self.wire.ask(&call).await? {
            Answer::Done(body) => {
                let list = List::read(call.operation, "Payments", &body)?;
                match list.written::<PaymentBody>()? {
                    Element::Taken(body) => {
                        return body.understood(call.operation, payment.amount.currency());
                    }
                    Element::Refused(said) => said,
                }
            }
            Answer::Missing => return Err(LedgerRefusal::NotFound.into()),
            Answer::Refused(said) => said,
        };
        match refusal(&said, &About::default()) {
            LedgerRefusal::NotOpen { .. } => {
                // Xero does not say how it stands instead.
                let found = self.document(call.operation, &id).await.ok().flatten();
                let state = found.map_or(DocumentState::Strange, |found| found.state);
                Err(LedgerRefusal::NotOpen { state }.into())
            }
            other => Err(other.into()),
        }
    }

    async fn changes(&self, since: &ChangeCursor) -> Result<Changes, LedgerError> {
        feed::changes(&self.wire, since).await
    }

    async fn keep_up(&self) -> Result<(), LedgerError> {
        self.wire.keep_up().await
    }

    fn papers(&self) -> Option<Arc<dyn LedgerPapers>> {
        Some(Arc::new(self.clone()))
    }

    fn notes(&self) -> Option<Arc<dyn Notes>> {
        Some(Arc::new(self.clone()))
    }

    fn voiding(&self) -> Option<Arc<dyn Voiding>> {
        Some(Arc::new(self.clone()))
    }

    fn webhooks(&self) -> Option<Arc<dyn LedgerWebhooks>> {
        Some(Arc::new(self.clone()))
    }
}

#[async_trait]
impl LedgerWebhooks for Xero {
    async fn receive(&self, raw: &RawWebhook) -> Result<LedgerWebhook, WebhookError> {
        webhook::receive(raw, &self.wire.config)
    }
}
