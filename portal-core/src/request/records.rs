use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::Request;
use crate::{
    Id,
    store::{Listing, Page, StoreError},
};

/// What a host answers about requests. It writes them down in its own tables; the portal reads them, and never changes one.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait RequestRecords: fmt::Debug + Send + Sync + 'static {
    /// One request, as it stands now.
    async fn request(&self, id: &Id<Request>) -> Result<Option<Request>, StoreError>;

    /// The requests that were asked at that instant or later, of anyone, in whatever state: the earliest first, and stable while requests are added.
    async fn asked_since(
        &self,
        since: DateTime<Utc>,
        page: &Page,
    ) -> Result<Listing<Request>, StoreError>;
}
