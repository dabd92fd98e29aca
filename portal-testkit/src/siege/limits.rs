use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    Account, Commit, Id, Listing, Loaded, Page, StoreError,
    accounts::{
        Access, AccountKey, AccountRequest, AccountStore, Attempt, Digest, Draw, Drawn,
        LoginSession, OpenSession, Pass, RequestState, Sweep, Then,
    },
    details::EmailAddress,
};

/// Another store that grants every try: for the negative control.
#[derive(Debug)]
pub(super) struct WithoutLimits(Arc<dyn AccountStore>);

impl WithoutLimits {
    pub(super) fn over(inner: Arc<dyn AccountStore>) -> Self {
        Self(inner)
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl AccountStore for WithoutLimits {
    async fn account(&self, by: &AccountKey) -> Result<Option<Loaded<Access>>, StoreError> {
        self.0.account(by).await
    }

    async fn pass(&self, secret: &Digest) -> Result<Option<Pass>, StoreError> {
        self.0.pass(secret).await
    }

    async fn session(&self, token: &Digest) -> Result<Option<OpenSession>, StoreError> {
        self.0.session(token).await
    }

    async fn sessions(&self, of: &Id<Account>) -> Result<Vec<LoginSession>, StoreError> {
        self.0.sessions(of).await
    }

    async fn request(
        &self,
        id: &Id<AccountRequest>,
    ) -> Result<Option<Loaded<AccountRequest>>, StoreError> {
        self.0.request(id).await
    }

    async fn pending_request(
        &self,
        of: &EmailAddress,
    ) -> Result<Option<Loaded<AccountRequest>>, StoreError> {
        self.0.pending_request(of).await
    }

    async fn requests(
        &self,
        state: RequestState,
        page: &Page,
    ) -> Result<Listing<AccountRequest>, StoreError> {
        self.0.requests(state, page).await
    }

    async fn attempts(
        &self,
        of: Option<Id<Account>>,
        page: &Page,
    ) -> Result<Listing<Attempt>, StoreError> {
        self.0.attempts(of, page).await
    }

    async fn draw(&self, _: &[Draw], _: DateTime<Utc>) -> Result<Drawn, StoreError> {
        Ok(Drawn::Granted)
    }

    async fn seen(&self, token: &Digest, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.0.seen(token, at).await
    }

    async fn conclude(&self, attempt: Attempt, then: Then) -> Result<Commit, StoreError> {
        self.0.conclude(attempt, then).await
    }

    async fn sweep(&self, before: &Sweep) -> Result<u64, StoreError> {
        self.0.sweep(before).await
    }
}
