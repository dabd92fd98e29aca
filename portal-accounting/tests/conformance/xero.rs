//! Xero, played in this process, with people in it who change its books.
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
use std::sync::Arc;

use async_trait::async_trait;
use portal_accounting::xero::{Xero, XeroApp, XeroConfig, XeroIdentity};
use portal_core::{
    Id, Money, PortalKey,
    accounting::{
        AccountingSystem, CustomerRef, DocumentRef,
        tokens::{Connection, TokenKeeper, TokenSet},
    },
    chrono::TimeDelta,
    http::HttpClient,
    memory::Memory,
    payment::RawWebhook,
    rust_decimal::Decimal,
    uuid::Uuid,
};
use portal_testkit::{
    StoppedClock,
    accounting::{Act, Booked, Books, Candidate, Codes, Signer},
    xero::{FakeXero, Limit, Line},
};

/// An organisation that has let the portal in.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) xero: FakeXero,
    pub(crate) clock: StoppedClock,
    pub(crate) tokens: Arc<Memory>,
}

pub(crate) async fn played() -> Played {
    let clock = StoppedClock::default();
    let xero = FakeXero::new(&clock);
    let played = Played {
        xero,
        clock,
        tokens: Arc::default(),
    };
    played.let_in(FakeXero::SCOPES).await;
    played
}

fn connection() -> Id<Connection> {
    Id::new("our-books")
}

fn name(of: &str) -> Uuid {
    of.parse().unwrap()
}

impl Played {
    /// The portal with its own memory, over this client.
    pub(crate) fn over(&self, http: Arc<dyn HttpClient>) -> Xero {
        let clock = Arc::new(self.clock.clone());
        let config = XeroConfig::new(FakeXero::TENANT, connection())
            .checking_webhooks_with(FakeXero::WEBHOOK_KEY.into());
        let keeper = self.keeper(Arc::clone(&http));
        Xero::new(config, keeper, http, clock).unwrap()
    }

    fn keeper(&self, http: Arc<dyn HttpClient>) -> TokenKeeper {
        let clock = Arc::new(self.clock.clone());
        let app = XeroApp::confidential(FakeXero::CLIENT_ID, FakeXero::CLIENT_SECRET.into());
        let identity = XeroIdentity::new(app, http, Arc::<StoppedClock>::clone(&clock)).unwrap();
        let key = "a key for tests, of more than 32 characters";
        let key = PortalKey::new(key.into()).unwrap();
        let store = Arc::<Memory>::clone(&self.tokens);
        TokenKeeper::new(store, Arc::new(identity), key, clock)
    }

    /// Somebody consents to these scopes.
    pub(crate) async fn let_in(&self, scopes: &str) {
        let grant = self.xero.grant_of(scopes);
        let refresh = grant.refresh_token.map(Into::into);
        let now = portal_core::Clock::now(&self.clock);
        let set = TokenSet::new(
            grant.access_token.into(),
            refresh,
            now,
            TimeDelta::minutes(30),
        );
        let keeper = self.keeper(Arc::new(self.xero.clone()));
        keeper.connect(&connection(), &set).await.unwrap();
    }

    fn money(amount: Decimal, currency: &str) -> Money {
        Money::new(amount, currency.parse().unwrap()).unwrap()
    }
}

#[async_trait]
impl Candidate for Played {
    fn system(&self, http: Arc<dyn HttpClient>) -> Arc<dyn AccountingSystem> {
        Arc::new(self.over(http))
    }

    fn clock(&self) -> StoppedClock {
        self.clock.clone()
    }

    fn codes(&self) -> Codes {
        let currency = |code: &str| code.parse().unwrap();
        Codes::new("200", "090", currency("EUR")).keeping(
            vec![currency("JPY"), currency("USD")],
            Some(currency("NOK")),
        )
    }

    async fn play(&self, act: Act<'_>) -> bool {
        let document = |document: &DocumentRef| name(document.as_str());
        let customer = |customer: &CustomerRef| name(customer.as_str());
        match act {
            Act::Pay(of, amount) => self.xero.pay(document(of), amount.amount()),
            Act::Unpay(payment) => self.xero.remove_payment(name(payment.as_str())),
            Act::Edit(of) => self.xero.edit(document(of), |invoice| {
                invoice.lines.push(Line::of("Added there", 1.into()));
            }),
            Act::Void(of) => self.xero.void(document(of)),
            Act::Delete(of) => self.xero.delete(document(of)),
            Act::TakeNumber(number) => {
                let theirs = self.xero.put_contact("Somebody there");
                let _ = self.xero.put_invoice(number, theirs, 7.into());
            }
            Act::TakeName(name) => {
                let _ = self.xero.put_contact(name);
            }
            Act::Archive(of) => self.xero.archive_contact(customer(of)),
            Act::Merge(of, into) => self.xero.merge_contact(customer(of), customer(into)),
            Act::Close(until) => self.xero.close_period(Some(until)),
            Act::Revoke => self.xero.revoke(),
            Act::Disconnect => self.xero.disconnect(),
            Act::Narrow => self.let_in("offline_access accounting.settings.read").await,
            Act::Limit(wait) => self.xero.limit_next(Limit::Day, Some(wait.as_secs())),
            _ => return false,
        }
        true
    }

    async fn books(&self) -> Books {
        let invoices = self.xero.invoices();
        let documents = invoices.iter().map(|i| {
            let stands = !["VOIDED", "DELETED"].contains(&i.status.as_str());
            Booked::new(
                i.number.as_str(),
                Self::money(i.total(), &i.currency),
                stands,
            )
        });
        let payments = self.xero.payments();
        let payments = payments.iter().filter(|p| !p.deleted).map(|p| {
            let of = invoices.iter().find(|i| i.id == p.invoice).unwrap();
            (p.reference.clone(), Self::money(p.amount, &of.currency))
        });
        let contacts = self.xero.contacts();
        let keys = contacts.into_iter().filter_map(|c| c.number);
        Books::new(documents.collect(), payments.collect(), keys.collect())
    }

    fn http(&self) -> Option<Arc<dyn HttpClient>> {
        Some(Arc::new(self.xero.clone()))
    }

    fn more_than_a_page(&self) -> usize {
        101
    }

    async fn posts(&self) -> Vec<RawWebhook> {
        self.xero.posts()
    }

    fn handshakes(&self) -> Vec<(RawWebhook, bool)> {
        self.xero.intent_to_receive()
    }

    fn signed(&self, body: &[u8], by: Signer) -> Option<RawWebhook> {
        let key = match by {
            Signer::Provider => FakeXero::WEBHOOK_KEY,
            Signer::Stranger => "somebody else's key",
            _ => return None,
        };
        Some(self.xero.signed_by(str::from_utf8(body).ok()?, key))
    }

    fn secrets(&self) -> Vec<String> {
        let kept = [FakeXero::CLIENT_SECRET, FakeXero::WEBHOOK_KEY].map(str::to_owned);
        // Every token there is looks like this.
        kept.into_iter()
            .chain(["fake-refresh-".to_owned(), "eyJ".to_owned()])
            .collect()
    }
}

portal_testkit::accounting_conformance!(played);
