use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Memory, pages};
use crate::{
    Id, StoreError,
    request::{Request, RequestRecords},
    store::{Listing, Page},
};

impl Memory {
    /// The host writes a request down, or what became of it.
    pub fn put_request(&self, request: Request) {
        self.state().requests.insert(request.id.clone(), request);
    }

    /// The host deletes a request.
    pub fn remove_request(&self, id: &Id<Request>) {
        self.state().requests.remove(id);
    }
}

#[async_trait]
impl RequestRecords for Memory {
    async fn request(&self, id: &Id<Request>) -> Result<Option<Request>, StoreError> {
        Ok(self.state().requests.get(id).cloned())
    }

    async fn asked_since(
        &self,
        since: DateTime<Utc>,
        page: &Page,
    ) -> Result<Listing<Request>, StoreError> {
        let state = self.state();
        let all = state.requests.values();
        let rows = all
            .filter(|request| request.asked_at >= since)
            .map(|r| (pages::earliest_first(r.asked_at, r.id.as_str()), r))
            .collect();
        pages::page("requests", rows, page)
    }
}
