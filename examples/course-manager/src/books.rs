//! Who keeps the books in this demonstration: nobody, or Xero's adapter in front of a Xero that runs in this process. The real one is wired in the same way.
use std::sync::Arc;

use portal_accounting::xero::{Xero, XeroApp, XeroConfig, XeroIdentity};
use portal_core::{
    Clock, OrderDetails, PortalKey,
    accounting::{
        AccountingSystem, CodeMap, LineCodes, TaxIn, Unmapped,
        tokens::{TokenKeeper, TokenStore},
    },
    http::HttpClient,
    order::OrderLine,
    payment::{Merchant, Received},
    store::BoxError,
};
use portal_testkit::{StoppedClock, xero::FakeXero};

/// Who keeps the books.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Accounting {
    /// Nobody: orders are exported nowhere.
    #[default]
    None,
    /// Xero's adapter, in front of a Xero in this process.
    FakeXero,
}

/// The books, and whoever sits at them.
#[derive(Debug, Clone)]
pub(crate) struct Books {
    pub(crate) fake: FakeXero,
    xero: Arc<Xero>,
}

/// Where things go in the course manager's books.
#[derive(Debug)]
pub(crate) struct Codes;

impl Books {
    /// Connects as an app of one's own for one organisation does, which nobody has to consent to.
    pub(crate) fn open(
        tokens: Arc<dyn TokenStore>,
        key: PortalKey,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, BoxError> {
        let fake = FakeXero::new(&StoppedClock::at(clock.now()));
        let app = XeroApp::custom_connection(
            FakeXero::CLIENT_ID,
            FakeXero::CLIENT_SECRET.to_owned().into(),
        );
        let http: Arc<dyn HttpClient> = Arc::new(fake.clone());
        let identity = XeroIdentity::new(app, Arc::clone(&http), Arc::clone(clock))?;
        let tokens = TokenKeeper::new(tokens, Arc::new(identity), key, Arc::clone(clock));
        let config = XeroConfig::new(FakeXero::TENANT, "books".into());
        let xero = Xero::new(config, tokens, http, Arc::clone(clock))?;
        Ok(Self {
            fake,
            xero: Arc::new(xero),
        })
    }

    /// As the portal is given it.
    pub(crate) fn system(&self) -> Arc<dyn AccountingSystem> {
        Arc::clone(&self.xero) as _
    }
}

impl CodeMap for Codes {
    fn line(&self, _: &OrderDetails, _: &OrderLine) -> Result<LineCodes, Unmapped> {
        Ok(LineCodes::account("200"))
    }

    fn bank(&self, _: &Merchant, _: &Received) -> Result<Arc<str>, Unmapped> {
        Ok("090".into())
    }

    fn tax(&self, _: &OrderDetails) -> TaxIn {
        TaxIn::Amounts
    }
}
