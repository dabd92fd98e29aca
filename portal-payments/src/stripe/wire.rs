use std::{fmt, sync::Arc};

use portal_core::{
    Clock,
    adapter::{AdapterError, Disposition},
    http::HttpClient,
};
use serde::de::DeserializeOwned;

use super::{
    NAME,
    answer::{self, Answer},
    config::StripeConfig,
    observe::Reading,
    request::Call,
};

/// The way to one account: what every part of the adapter holds.
#[derive(Clone)]
pub(super) struct Wire {
    pub(super) config: Arc<StripeConfig>,
    pub(super) clock: Arc<dyn Clock>,
    http: Arc<dyn HttpClient>,
}

impl Wire {
    pub(super) fn new(
        config: StripeConfig,
        http: Arc<dyn HttpClient>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            config: Arc::new(config),
            clock,
            http,
        }
    }

    /// One request, one answer.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        call: &Call,
    ) -> Result<Answer<T>, AdapterError> {
        let request = call.request(&self.config)?;
        let sent = self.http.send(request).await;
        let response = sent.map_err(|error| {
            let (kind, disposition) = (error.kind(), error.disposition());
            AdapterError::new(kind, disposition, NAME, call.operation, "no answer")
                .with_source(error)
        })?;
        answer::read(call.operation, &response)
    }

    /// One request, and what was asked for.
    pub(super) async fn have<T: DeserializeOwned>(&self, call: &Call) -> Result<T, AdapterError> {
        self.ask(call).await?.or_error(call.operation)
    }

    /// A question before anything is changed: whatever comes of it, the change was not sent.
    pub(super) async fn have_first<T: DeserializeOwned>(
        &self,
        call: &Call,
    ) -> Result<T, AdapterError> {
        let had = self.have(call).await;
        had.map_err(|error| {
            let never = Disposition::NeverSent;
            AdapterError::new(
                error.kind(),
                never,
                NAME,
                call.operation,
                "asked first, in vain",
            )
            .with_source(error)
        })
    }

    pub(super) fn reading(&self, operation: &'static str) -> Reading<'_> {
        Reading {
            operation,
            merchant: &self.config.merchant,
            now: self.clock.now(),
        }
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.config.fmt(f)
    }
}
