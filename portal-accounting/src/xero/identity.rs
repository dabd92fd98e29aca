//! Consent: who may use which organisations' books, and the tokens that come of it.
mod app;
mod consent;

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use base64::{
    Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD,
};
use bytes::Bytes;
use chrono::TimeDelta;
use http::{
    HeaderValue, Method, Request, Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use portal_core::{
    Clock,
    accounting::{
        ConnectionTrouble, LedgerError,
        tokens::{TokenEndpoint, TokenSet},
    },
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    http::HttpClient,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use uuid::Uuid;

use app::Kind;
pub use app::XeroApp;
pub use consent::Consent;

use super::{
    NAME,
    answer::{self, Answer, unintelligible, unread},
    config::misconfigured,
    form::{Form, step},
};

/// Asks for consent, and turns it into tokens. It is what a [`TokenKeeper`](portal_core::accounting::tokens::TokenKeeper) renews them at.
#[derive(Clone)]
pub struct XeroIdentity {
    app: Arc<XeroApp>,
    http: Arc<dyn HttpClient>,
    clock: Arc<dyn Clock>,
}

/// An organisation that somebody has let the app into.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct XeroConnection {
    /// Xero's name for the permission, to end it by.
    pub id: String,
    /// The organisation, for [`XeroConfig`](super::XeroConfig).
    pub tenant: String,
    /// As people call it.
    pub name: String,
    /// An organisation's books; false for an accountant's practice and the like.
    pub is_organisation: bool,
}

#[derive(Deserialize)]
struct Granted {
    access_token: SecretString,
    refresh_token: Option<SecretString>,
    expires_in: i64,
}

#[derive(Deserialize)]
struct Denied {
    error: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConnectionBody {
    id: String,
    tenant_id: String,
    tenant_type: Option<String>,
    tenant_name: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    authentication_event_id: Option<String>,
}

impl XeroIdentity {
    /// The app, over this client.
    ///
    /// # Errors
    /// [`Misconfigured`](AdapterErrorKind::Misconfigured), with every problem of the app.
    pub fn new(
        app: XeroApp,
        http: Arc<dyn HttpClient>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, AdapterError> {
        let app = Arc::new(app.checked()?);
        Ok(Self { app, http, clock })
    }

    /// Where to send somebody who may consent; they come back to `redirect`, which the app is registered with. Keep the answer with their session.
    ///
    /// # Errors
    /// When the app needs nobody's consent, or there is no randomness.
    pub fn consent(&self, redirect: &str) -> Result<Consent, AdapterError> {
        Consent::draw(&self.app, redirect)
    }

    /// The tokens for a code that was brought back, to what was consented to. The code is good for five minutes, and once.
    ///
    /// # Errors
    /// [`ConsentNeeded`](ConnectionTrouble::ConsentNeeded) for a code that is not taken: ask for consent again. After any other error, too: a code works once.
    pub async fn exchange(&self, consent: &Consent, code: &str) -> Result<TokenSet, LedgerError> {
        let form = Form::default()
            .set("grant_type", "authorization_code")
            .set("code", code)
            .set("redirect_uri", &consent.redirect);
        let form = match &consent.verifier {
            Some(verifier) => form.set("code_verifier", verifier.expose_secret()),
            None => form,
        };
        self.granted("exchange", form).await
    }

    /// The organisations these tokens open: those of their own consent, where the token says which that was.
    ///
    /// # Errors
    /// When Xero does not answer, or does not take the token.
    pub async fn connections(&self, tokens: &TokenSet) -> Result<Vec<XeroConnection>, LedgerError> {
        let operation = "connections";
        let query = event_of(tokens.access.expose_secret())
            .map(|event| format!("?authEventId={event}"))
            .unwrap_or_default();
        let uri = format!("{}/connections{query}", self.app.api());
        let request = bearing(operation, Method::GET, uri, &tokens.access)?;
        let body = match self.send(operation, request).await? {
            Answer::Done(body) => body,
            Answer::Missing | Answer::Refused(_) => {
                return Err(unintelligible(operation, "the question was refused"));
            }
        };
        let all: Vec<ConnectionBody> =
            serde_json::from_slice(&body).map_err(|e| unread(operation, &e))?;
        let all = all.into_iter().map(|body| XeroConnection {
            id: body.id,
            tenant: body.tenant_id,
            name: body.tenant_name.unwrap_or_default(),
            is_organisation: body.tenant_type.is_none_or(|kind| kind == "ORGANISATION"),
        });
        Ok(all.collect())
    }

    /// Ends the permission for one organisation. One that is not there any more is ended too.
    ///
    /// # Errors
    /// When Xero does not answer, or does not take the token.
    pub async fn disconnect(&self, tokens: &TokenSet, connection: &str) -> Result<(), LedgerError> {
        let operation = "disconnect";
        let uri = format!("{}/connections/{}", self.app.api(), step(connection));
        let request = bearing(operation, Method::DELETE, uri, &tokens.access)?;
        match self.send(operation, request).await? {
            Answer::Done(_) | Answer::Missing => Ok(()),
            Answer::Refused(_) => Err(unintelligible(operation, "it was refused")),
        }
    }

    /// Takes these tokens back, and every permission that came with them.
    ///
    /// # Errors
    /// When Xero does not answer.
    pub async fn revoke(&self, tokens: &TokenSet) -> Result<(), LedgerError> {
        let operation = "revoke";
        let Some(refresh) = &tokens.refresh else {
            return Ok(());
        };
        let form = Form::default().set("token", refresh.expose_secret());
        let uri = format!("{}/connect/revocation", self.app.identity());
        let response = self.post(operation, uri, form).await?;
        if response.status().is_success() {
            return Ok(());
        }
        Err(denied(operation, &response))
    }

    async fn granted(&self, operation: &'static str, form: Form) -> Result<TokenSet, LedgerError> {
        // Counted from before the question: never longer than it is.
        let asked_at = self.clock.now();
        let uri = format!("{}/connect/token", self.app.identity());
        let response = self.post(operation, uri, form).await?;
        if !response.status().is_success() {
            return Err(denied(operation, &response));
        }
        let granted: Granted =
            serde_json::from_slice(response.body()).map_err(|e| unread(operation, &e))?;
        let lifetime = TimeDelta::try_seconds(granted.expires_in)
            .filter(|lifetime| *lifetime > TimeDelta::zero())
            .ok_or_else(|| unintelligible(operation, "how long they last"))?;
        let Granted {
            access_token,
            refresh_token,
            ..
        } = granted;
        Ok(TokenSet::new(
            access_token,
            refresh_token,
            asked_at,
            lifetime,
        ))
    }

    async fn post(
        &self,
        operation: &'static str,
        uri: String,
        form: Form,
    ) -> Result<Response<Bytes>, LedgerError> {
        let unfit = || misconfigured(operation, "the app does not fit in a request");
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(uri)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let form = match &self.app.kind {
            Kind::Pkce => form.set("client_id", &self.app.client_id),
            Kind::Confidential(secret) | Kind::Custom(secret) => {
                let pair = format!("{}:{}", self.app.client_id, secret.expose_secret());
                let basic = format!("Basic {}", STANDARD.encode(pair));
                let mut basic = HeaderValue::from_str(&basic).map_err(|_| unfit())?;
                basic.set_sensitive(true);
                request = request.header(AUTHORIZATION, basic);
                form
            }
        };
        let body = Bytes::copy_from_slice(form.as_str().as_bytes());
        let request = request.body(body).map_err(|_| unfit())?;
        self.sent(operation, request).await
    }

    async fn send(
        &self,
        operation: &'static str,
        request: Request<Bytes>,
    ) -> Result<Answer, LedgerError> {
        let response = self.sent(operation, request).await?;
        answer::read(operation, &response)
    }

    async fn sent(
        &self,
        operation: &'static str,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, LedgerError> {
        let sent = self.http.send(request).await;
        sent.map_err(|error| {
            let (kind, disposition) = (error.kind(), error.disposition());
            AdapterError::new(kind, disposition, NAME, operation, "no answer")
                .with_source(error)
                .into()
        })
    }
}

#[async_trait]
impl TokenEndpoint for XeroIdentity {
    async fn renew(&self, old: Option<TokenSet>) -> Result<TokenSet, LedgerError> {
        let operation = "renew";
        let refresh = old.and_then(|old| old.refresh);
        let form = match (&self.app.kind, refresh) {
            (Kind::Custom(_), _) => Form::default()
                .set("grant_type", "client_credentials")
                .set("scope", &self.app.asked_for()),
            (Kind::Confidential(_) | Kind::Pkce, Some(refresh)) => Form::default()
                .set("grant_type", "refresh_token")
                .set("refresh_token", refresh.expose_secret()),
            (Kind::Confidential(_) | Kind::Pkce, None) => {
                return Err(ConnectionTrouble::ConsentNeeded.into());
            }
        };
        self.granted(operation, form).await
    }
}

/// Why there are no tokens. RFC 6749 gives the words.
fn denied(operation: &'static str, response: &Response<Bytes>) -> LedgerError {
    let status = response.status();
    let said = serde_json::from_slice::<Denied>(response.body());
    let client_fault = status == StatusCode::BAD_REQUEST || status == StatusCode::UNAUTHORIZED;
    match said.as_ref().map(|denied| denied.error.as_str()) {
        Ok("invalid_grant") if client_fault => ConnectionTrouble::ConsentNeeded.into(),
        Ok("invalid_scope") if client_fault => ConnectionTrouble::ScopeMissing.into(),
        Ok("invalid_client" | "unauthorized_client") if client_fault => misconfigured(
            operation,
            "Xero does not know the app, or not by this secret",
        )
        .into(),
        Ok(_) if client_fault => {
            let (kind, rejected) = (AdapterErrorKind::Rejected, Disposition::Rejected);
            let why = format!("{status}");
            AdapterError::new(kind, rejected, NAME, operation, why).into()
        }
        _ => match answer::read(operation, response) {
            Err(LedgerError::Adapter(error)) => error.into(),
            _ => unintelligible(operation, format!("{status}, not Xero's")),
        },
    }
}

fn bearing(
    operation: &'static str,
    method: Method,
    uri: String,
    access: &SecretString,
) -> Result<Request<Bytes>, LedgerError> {
    let unfit = || misconfigured(operation, "the token does not fit in a request");
    let bearer = format!("Bearer {}", access.expose_secret());
    let mut bearer = HeaderValue::from_str(&bearer).map_err(|_| unfit())?;
    bearer.set_sensitive(true);
    let request = Request::builder()
        .method(method)
        .uri(uri)
        .header(ACCEPT, "application/json")
        .header(AUTHORIZATION, bearer);
    request.body(Bytes::new()).map_err(|_| unfit().into())
}

/// Which consent a token is of. It is read to narrow a question, and believed in nothing: so its signature is not looked at.
fn event_of(access: &str) -> Option<Uuid> {
    let claims = access.split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    Uuid::try_parse(&claims.authentication_event_id?).ok()
}

impl fmt::Debug for XeroIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.app.fmt(f)
    }
}

#[cfg(test)]
mod tests;
