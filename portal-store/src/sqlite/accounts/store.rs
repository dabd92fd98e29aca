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

use super::{access, allowance, attempt, enter::Concluded, pass, request, session, sweep};
use crate::sqlite::SqliteStore;

#[async_trait]
impl AccountStore for SqliteStore {
    async fn account(&self, by: &AccountKey) -> Result<Option<Loaded<Access>>, StoreError> {
        let by = by.clone();
        self.read(move |db, tenant| access::account(db, tenant, &by))
            .await
    }

    async fn pass(&self, secret: &Digest) -> Result<Option<Pass>, StoreError> {
        let secret = *secret;
        self.read(move |db, tenant| pass::pass(db, tenant, &secret))
            .await
    }

    async fn session(&self, token: &Digest) -> Result<Option<OpenSession>, StoreError> {
        let token = *token;
        self.read(move |db, tenant| session::session(db, tenant, &token))
            .await
    }

    async fn sessions(&self, of: &Id<Account>) -> Result<Vec<LoginSession>, StoreError> {
        let of = of.clone();
        self.read(move |db, tenant| session::sessions(db, tenant, &of))
            .await
    }

    async fn request(
        &self,
        id: &Id<AccountRequest>,
    ) -> Result<Option<Loaded<AccountRequest>>, StoreError> {
        let id = id.clone();
        self.read(move |db, tenant| request::request(db, tenant, &id))
            .await
    }

    async fn pending_request(
        &self,
        of: &EmailAddress,
    ) -> Result<Option<Loaded<AccountRequest>>, StoreError> {
        let of = of.clone();
        self.read(move |db, tenant| request::pending(db, tenant, &of))
            .await
    }

    async fn requests(
        &self,
        state: RequestState,
        page: &Page,
    ) -> Result<Listing<AccountRequest>, StoreError> {
        let page = page.clone();
        self.read(move |db, tenant| request::list(db, tenant, state, &page))
            .await
    }

    async fn attempts(
        &self,
        of: Option<Id<Account>>,
        page: &Page,
    ) -> Result<Listing<Attempt>, StoreError> {
        let page = page.clone();
        self.read(move |db, tenant| attempt::list(db, tenant, of.as_ref(), &page))
            .await
    }

    async fn draw(&self, draws: &[Draw], now: DateTime<Utc>) -> Result<Drawn, StoreError> {
        let draws = draws.to_vec();
        self.write(move |db, tenant| allowance::draw(db, tenant, &draws, now))
            .await
    }

    async fn seen(&self, token: &Digest, at: DateTime<Utc>) -> Result<(), StoreError> {
        let token = *token;
        self.write(move |db, tenant| session::seen(db, tenant, &token, at))
            .await
    }

    async fn conclude(&self, attempt: Attempt, then: Then) -> Result<Commit, StoreError> {
        let concluded = Concluded::of(attempt, then)?;
        let tables = self.tables();
        self.write(move |db, tenant| concluded.write(db, tenant, &*tables))
            .await
    }

    async fn sweep(&self, before: &Sweep) -> Result<u64, StoreError> {
        let before = *before;
        self.write(move |db, tenant| sweep::sweep(db, tenant, &before))
            .await
    }
}
