//! Accounts, sessions, one-time links, requests, allowances and the sign-in log. The rules for writing them run in the database, in `schema/3`.
mod change;
mod door;
mod lists;
mod read;
mod rows;

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

#[cfg(feature = "mirror")]
pub(super) use change::in_full;
pub(super) use change::{asked, is_kept_here, record, taken, used};

use super::{PostgresStore, retry::retried, written::Written};

#[async_trait]
impl AccountStore for PostgresStore {
    async fn account(&self, by: &AccountKey) -> Result<Option<Loaded<Access>>, StoreError> {
        read::account(self.pool(), self.tenant(), by).await
    }

    async fn pass(&self, secret: &Digest) -> Result<Option<Pass>, StoreError> {
        read::pass(self.pool(), self.tenant(), secret).await
    }

    async fn session(&self, token: &Digest) -> Result<Option<OpenSession>, StoreError> {
        read::session(self.pool(), self.tenant(), token).await
    }

    async fn sessions(&self, of: &Id<Account>) -> Result<Vec<LoginSession>, StoreError> {
        read::sessions(self.pool(), self.tenant(), of).await
    }

    async fn request(
        &self,
        id: &Id<AccountRequest>,
    ) -> Result<Option<Loaded<AccountRequest>>, StoreError> {
        read::request(self.pool(), self.tenant(), id).await
    }

    async fn pending_request(
        &self,
        of: &EmailAddress,
    ) -> Result<Option<Loaded<AccountRequest>>, StoreError> {
        read::pending_request(self.pool(), self.tenant(), of).await
    }

    async fn requests(
        &self,
        state: RequestState,
        page: &Page,
    ) -> Result<Listing<AccountRequest>, StoreError> {
        lists::requests(self.pool(), self.tenant(), state, page).await
    }

    async fn attempts(
        &self,
        of: Option<Id<Account>>,
        page: &Page,
    ) -> Result<Listing<Attempt>, StoreError> {
        lists::attempts(self.pool(), self.tenant(), of, page).await
    }

    async fn draw(&self, draws: &[Draw], now: DateTime<Utc>) -> Result<Drawn, StoreError> {
        retried(|| door::draw(self.pool(), self.tenant(), draws, now)).await
    }

    async fn seen(&self, token: &Digest, at: DateTime<Utc>) -> Result<(), StoreError> {
        retried(|| door::seen(self.pool(), self.tenant(), token, at)).await
    }

    async fn conclude(&self, attempt: Attempt, then: Then) -> Result<Commit, StoreError> {
        let noted = door::attempt(&attempt)?;
        match then {
            Then::Nothing => retried(|| door::note(self.pool(), self.tenant(), &noted)).await,
            Then::Enter(entry) => {
                retried(|| door::enter(self.pool(), self.tenant(), &entry, &noted)).await
            }
            Then::Commit(decision) => {
                let written = Written::of(&decision)?.after(noted);
                retried(|| self.attempt(&decision, &written)).await
            }
        }
    }

    async fn sweep(&self, before: &Sweep) -> Result<u64, StoreError> {
        retried(|| door::sweep(self.pool(), self.tenant(), before)).await
    }
}
