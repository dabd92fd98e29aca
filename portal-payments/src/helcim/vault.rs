use std::sync::Arc;

use async_trait::async_trait;
use http::Method;
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind},
    payment::{
        BeginSetup, Begun, MethodCharges, MethodKind, MethodRef, MethodSetup, NextStep,
        PayerProfile, PayerRef, PaymentVault, SessionRef, StoredMethod,
    },
};

use super::{
    Desk,
    charges::Charges,
    refusal::{before_sending, not_sent, refused, unintelligible},
    request::{self, escaped},
    response::{self, BankAccount, Card, Customer},
};

/// Cards and bank accounts that Helcim keeps. A customer may remove cards alone: of bank accounts the help article says "will not be able to remove".
#[derive(Debug)]
pub(super) struct Vault(pub(super) Arc<Desk>);

/// Cards are stored in the frame; for a bank account Helcim writes to the customer, at the address it has for them.
#[derive(Debug)]
struct Setup(Arc<Desk>);

#[async_trait]
impl PaymentVault for Vault {
    fn keeps(&self) -> Vec<MethodKind> {
        vec![MethodKind::Card, self.0.config.country.bank()]
    }

    fn removes(&self) -> Vec<MethodKind> {
        vec![MethodKind::Card]
    }

    async fn payer(&self, profile: &PayerProfile) -> Result<PayerRef, AdapterError> {
        // Customers have no key for repeats. Their code is unique instead, and the same one is derived each time.
        let code = profile.key().to_string();
        let payer = PayerRef::new(code.as_str());
        if self.0.customer("payer", &payer).await?.is_some() {
            return Ok(payer);
        }
        let request = request::create_customer(&self.0.config, &code, &profile.name)?;
        let response = self.0.ask("payer", request).await?;
        if response.status().is_success() {
            let made: Customer = response::read("payer", &response)?;
            return Ok(PayerRef::new(made.customer_code));
        }
        let no = refused("payer", &response);
        match self.0.customer("payer", &payer).await {
            Ok(Some(_)) => Ok(payer),
            Ok(None) | Err(_) => Err(no),
        }
    }

    async fn methods(&self, payer: &PayerRef) -> Result<Vec<StoredMethod>, AdapterError> {
        let id = self.0.customer_id("methods", payer).await?;
        let today = self.0.clock.now().date_naive();
        let cards = self.0.cards("methods", id).await?;
        let accounts = self.0.bank_accounts("methods", id).await?;
        let kind = self.0.config.country.bank();
        let cards = cards.iter().map(|card| card.stored(today));
        let accounts = accounts.iter().map(|account| account.stored(kind));
        let unnamed = || unintelligible("methods", "the id of a card or bank account");
        cards
            .chain(accounts)
            .map(|one| one.ok_or_else(unnamed))
            .collect()
    }

    async fn remove(&self, payer: &PayerRef, method: &MethodRef) -> Result<(), AdapterError> {
        let path = match self.0.own("remove", payer, method).await? {
            Own::Card { customer, id, .. } => format!("/customers/{customer}/cards/{id}"),
            Own::BankAccount { .. } => {
                let why = "bank accounts cannot be removed";
                return Err(not_sent(AdapterErrorKind::Rejected, "remove", why));
            }
        };
        let request = request::bare(&self.0.config, "remove", Method::DELETE, &path)?;
        self.0.get("remove", request).await.map(drop)
    }

    async fn make_default(&self, payer: &PayerRef, method: &MethodRef) -> Result<(), AdapterError> {
        let path = match self.0.own("make default", payer, method).await? {
            Own::Card { customer, id, .. } => format!("/customers/{customer}/cards/{id}/default"),
            Own::BankAccount { customer, id } => {
                format!("/customers/{customer}/bank-accounts/{id}/default")
            }
        };
        let request = request::bare(&self.0.config, "make default", Method::PATCH, &path)?;
        self.0.get("make default", request).await.map(drop)
    }

    fn charges(&self) -> Option<Arc<dyn MethodCharges>> {
        Some(Arc::new(Charges(Arc::clone(&self.0))))
    }

    fn setup(&self) -> Option<Arc<dyn MethodSetup>> {
        Some(Arc::new(Setup(Arc::clone(&self.0))))
    }
}

#[async_trait]
impl MethodSetup for Setup {
    fn stores(&self) -> Vec<MethodKind> {
        vec![MethodKind::Card, self.0.config.country.bank()]
    }

    async fn begin(&self, setup: &BeginSetup) -> Result<Begun, AdapterError> {
        let operation = "begin setup";
        let session = SessionRef::new(format!("setup:{}", setup.attempt));
        if setup.kind == MethodKind::Card {
            let request = request::initialize_verify(&self.0.config, setup)?;
            return self.0.open_frame(operation, request, session).await;
        }
        if setup.kind != self.0.config.country.bank() {
            let why = "cards, and bank accounts of the account's own country";
            return Err(not_sent(AdapterErrorKind::Rejected, operation, why));
        }
        let customer = self.0.customer_id(operation, &setup.payer).await;
        let customer = customer.map_err(before_sending)?;
        // A GET, and yet it sends an e-mail each time.
        let path = format!("/customers/{customer}/bank-accounts/request-new");
        let request = request::bare(&self.0.config, operation, Method::GET, &path)?;
        self.0.get(operation, request).await?;
        Ok(Begun::new(session, NextStep::PayerContacted))
    }
}

/// A method that was found among its owner's: the only way to one.
pub(super) enum Own {
    Card { customer: u64, id: u64, card: Card },
    BankAccount { customer: u64, id: u64 },
}

impl Desk {
    async fn customer(
        &self,
        operation: &'static str,
        payer: &PayerRef,
    ) -> Result<Option<Customer>, AdapterError> {
        let path = format!("/customers?customerCode={}", escaped(payer.as_str()));
        let request = request::bare(&self.config, operation, Method::GET, &path)?;
        let response = self.get(operation, request).await?;
        let all: Vec<Customer> = response::read(operation, &response)?;
        Ok(all
            .into_iter()
            .find(|customer| customer.customer_code == payer.as_str()))
    }

    async fn customer_id(
        &self,
        operation: &'static str,
        payer: &PayerRef,
    ) -> Result<u64, AdapterError> {
        let found = self.customer(operation, payer).await?;
        found
            .ok_or_else(|| not_theirs(operation))
            .and_then(|customer| customer.id(operation))
    }

    async fn cards(&self, operation: &'static str, id: u64) -> Result<Vec<Card>, AdapterError> {
        let path = format!("/customers/{id}/cards");
        let request = request::bare(&self.config, operation, Method::GET, &path)?;
        response::read(operation, &self.get(operation, request).await?)
    }

    async fn bank_accounts(
        &self,
        operation: &'static str,
        id: u64,
    ) -> Result<Vec<BankAccount>, AdapterError> {
        let path = format!("/customers/{id}/bank-accounts");
        let request = request::bare(&self.config, operation, Method::GET, &path)?;
        response::read(operation, &self.get(operation, request).await?)
    }

    pub(super) async fn own(
        &self,
        operation: &'static str,
        payer: &PayerRef,
        method: &MethodRef,
    ) -> Result<Own, AdapterError> {
        let customer = self.customer_id(operation, payer).await?;
        let named = |prefix| method.as_str().strip_prefix(prefix)?.parse::<u64>().ok();
        if let Some(id) = named("card:") {
            let cards = self.cards(operation, customer).await?;
            let card = cards.into_iter().find(|card| card.id() == Some(id));
            let card = card.ok_or_else(|| not_theirs(operation))?;
            return Ok(Own::Card { customer, id, card });
        }
        let id = named("bank:").ok_or_else(|| not_theirs(operation))?;
        let accounts = self.bank_accounts(operation, customer).await?;
        if accounts.iter().any(|account| account.id() == Some(id)) {
            Ok(Own::BankAccount { customer, id })
        } else {
            Err(not_theirs(operation))
        }
    }
}

fn not_theirs(operation: &'static str) -> AdapterError {
    not_sent(
        AdapterErrorKind::NotFound,
        operation,
        "there is none, or it is not theirs",
    )
}
