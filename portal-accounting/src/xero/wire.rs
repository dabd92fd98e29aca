use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::Response;
use portal_core::{
    Clock,
    accounting::{
        ConnectionTrouble, LedgerError,
        tokens::{AccessToken, TokenKeeper},
    },
    adapter::{AdapterError, Disposition},
    http::HttpClient,
};

use super::{
    NAME,
    answer::{self, Answer},
    config::XeroConfig,
    request::Call,
    response::List,
};

/// The way to one organisation: what every part of the adapter holds.
#[derive(Clone)]
pub(super) struct Wire {
    pub(super) config: Arc<XeroConfig>,
    pub(super) clock: Arc<dyn Clock>,
    tokens: TokenKeeper,
    http: Arc<dyn HttpClient>,
}

impl Wire {
    pub(super) fn new(
        config: XeroConfig,
        tokens: TokenKeeper,
        http: Arc<dyn HttpClient>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            config: Arc::new(config),
            clock,
            tokens,
            http,
        }
    }

    /// Consent ends that nobody uses, and an old token is taken for half an hour.
    pub(super) async fn keep_up(&self) -> Result<(), LedgerError> {
        self.tokens.keep_up(&self.config.connection).await
    }

    /// One request, one answer. A token that is not taken though its time is not over is renewed once: what was said with it was not listened to.
    pub(super) async fn ask(&self, call: &Call) -> Result<Answer, LedgerError> {
        let connection = &self.config.connection;
        let access = self.tokens.access(connection).await;
        let access = access.map_err(|error| first(call.operation, error))?;
        let mut response = self.send(call, &access).await?;
        if answer::wants_another_token(&response) {
            let another = self.tokens.instead_of(&access, connection).await;
            let another = another.map_err(|error| match error {
                // Neither token is taken, before its time: somebody has ended this over there.
                LedgerError::Connection(ConnectionTrouble::ConsentNeeded) => {
                    ConnectionTrouble::Revoked.into()
                }
                other => first(call.operation, other),
            })?;
            response = self.send(call, &another).await?;
        }
        answer::read(call.operation, &response)
    }

    /// One request, and what is there; none where there is no such thing.
    pub(super) async fn find(&self, call: &Call, name: &str) -> Result<Option<List>, LedgerError> {
        match self.ask(call).await? {
            Answer::Done(body) => List::read(call.operation, name, &body).map(Some),
            Answer::Missing => Ok(None),
            Answer::Refused(_) => Err(answer::unintelligible(
                call.operation,
                "a question was refused",
            )),
        }
    }

    /// One request, and what must be there.
    pub(super) async fn have(&self, call: &Call, name: &str) -> Result<List, LedgerError> {
        let found = self.find(call, name).await?;
        found.ok_or_else(|| answer::unintelligible(call.operation, "there is no such place"))
    }

    async fn send(
        &self,
        call: &Call,
        access: &AccessToken,
    ) -> Result<Response<Bytes>, LedgerError> {
        let request = call.request(&self.config, access)?;
        let sent = self.http.send(request).await;
        sent.map_err(|error| {
            let (kind, disposition) = (error.kind(), error.disposition());
            AdapterError::new(kind, disposition, NAME, call.operation, "no answer")
                .with_source(error)
                .into()
        })
    }
}

/// Something before the call went wrong: the call itself was not sent.
pub(super) fn first(operation: &'static str, error: LedgerError) -> LedgerError {
    match error {
        LedgerError::Adapter(error) => {
            let (kind, never) = (error.kind(), Disposition::NeverSent);
            let message = "asked for something first, in vain";
            AdapterError::new(kind, never, NAME, operation, message)
                .with_source(error)
                .into()
        }
        other => other,
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.config.fmt(f)
    }
}
