//! The network itself, for hosts that have no HTTP client of their own to hand to adapters.
//!
//! It goes straight there: no redirects are followed, no proxy is taken from the environment, nothing is sent twice. Behind a proxy, or with certificates of its own, a host
//! implements [`HttpClient`] over what it has; an adapter cannot tell. It has to run inside a Tokio runtime.
//!
//! ```
//! use std::{sync::Arc, time::Duration};
//! use portal_core::http::HttpClient;
//! use portal_payments::http::{Client, Limits};
//!
//! # fn main() -> Result<(), portal_payments::AdapterError> {
//! let limits = Limits::default().answered_within(Duration::from_secs(20));
//! let http: Arc<dyn HttpClient> = Arc::new(Client::new(limits)?);
//! # let _ = http;
//! # Ok(())
//! # }
//! ```
use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    http::{HttpClient, Request, Response},
};
use rustls_platform_verifier::BuilderVerifierExt;

const NAME: &str = "http";

/// Asks over the network. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    inner: reqwest::Client,
    largest: usize,
}

/// How long to wait, and for how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    connected: Duration,
    answered: Duration,
    largest: usize,
}

impl Default for Limits {
    /// Connected within 10 seconds, answered within 60, with at most 8 MiB.
    fn default() -> Self {
        Self {
            connected: Duration::from_secs(10),
            answered: Duration::from_mins(1),
            largest: 8 * 1024 * 1024,
        }
    }
}

impl Limits {
    /// The connection stands within this time, its certificate checked: else nothing was sent.
    #[must_use]
    pub fn connected_within(mut self, time: Duration) -> Self {
        self.connected = time;
        self
    }

    /// The whole answer is there within this time. Providers finish what was begun: the longer the wait, the fewer outcomes are unknown.
    #[must_use]
    pub fn answered_within(mut self, time: Duration) -> Self {
        self.answered = time;
        self
    }

    /// An answer of more bytes than this is not read.
    #[must_use]
    pub fn no_larger_than(mut self, bytes: usize) -> Self {
        self.largest = bytes;
        self
    }
}

impl Client {
    /// A client that trusts whom this machine trusts.
    ///
    /// # Errors
    /// [`Misconfigured`](AdapterErrorKind::Misconfigured) where the machine has no certificates to trust: install its package `ca-certificates`.
    pub fn new(limits: Limits) -> Result<Self, AdapterError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(BuilderVerifierExt::with_platform_verifier)
            .map_err(|error| unusable().with_source(error))?
            .with_no_client_auth();
        let inner = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .connect_timeout(limits.connected)
            .timeout(limits.answered)
            // Servers close idle connections. A request that meets such an end has an unknown outcome, so connections are not kept for long.
            .pool_idle_timeout(Duration::from_secs(15))
            .build()
            .map_err(|error| unusable().with_source(error))?;
        let largest = limits.largest;
        Ok(Self { inner, largest })
    }

    async fn whole(&self, mut answer: reqwest::Response) -> Result<Response<Bytes>, AdapterError> {
        let announced = answer.content_length();
        if announced.is_some_and(|bytes| usize::try_from(bytes).is_ok_and(|b| b > self.largest)) {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        while let Some(part) = answer.chunk().await.map_err(failed)? {
            if body.len().saturating_add(part.len()) > self.largest {
                return Err(too_large());
            }
            body.extend_from_slice(&part);
        }
        let mut response = Response::new(body.freeze());
        *response.status_mut() = answer.status();
        *response.version_mut() = answer.version();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AdapterError> {
        let request = reqwest::Request::try_from(request).map_err(failed)?;
        let answer = self.inner.execute(request).await.map_err(failed)?;
        self.whole(answer).await
    }
}

/// Only what went wrong before there was a connection is known to have sent nothing. The source says what it was, without the address.
fn failed(error: reqwest::Error) -> AdapterError {
    use {AdapterErrorKind as Kind, Disposition as D};
    let (kind, disposition, message) = if error.is_builder() {
        (Kind::Misconfigured, D::NeverSent, "this cannot be sent")
    } else if error.is_connect() {
        (Kind::Unavailable, D::NeverSent, "there was no connection")
    } else if error.is_timeout() {
        (Kind::Unavailable, D::Unknown, "no answer in time")
    } else {
        (Kind::Unavailable, D::Unknown, "the connection broke")
    };
    AdapterError::new(kind, disposition, NAME, "send", message).with_source(error.without_url())
}

fn too_large() -> AdapterError {
    let (kind, unknown) = (AdapterErrorKind::Unintelligible, Disposition::Unknown);
    AdapterError::new(kind, unknown, NAME, "send", "the answer is too large")
}

fn unusable() -> AdapterError {
    let (kind, never) = (AdapterErrorKind::Misconfigured, Disposition::NeverSent);
    let message = "there is no trust to start from: install the certificates of this machine";
    AdapterError::new(kind, never, NAME, "configure", message)
}
