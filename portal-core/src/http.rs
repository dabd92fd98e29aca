//! How adapters reach the network: they own no client, so that hosts can proxy and tests replay.
use std::fmt;

use async_trait::async_trait;
pub use bytes::Bytes;
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};

use crate::adapter::AdapterError;

/// Sends one HTTP request and answers with the whole response, whatever its status.
///
/// An error says by its disposition whether the request can have arrived: a connection that was refused never sent it; a timeout after sending is unknown.
/// It follows no redirects and retries nothing: adapters know what may be repeated.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait HttpClient: fmt::Debug + Send + Sync + 'static {
    /// Sends it.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AdapterError>;
}
