use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    Account, Commit, Id, Listing, Loaded, Page, StoreError,
    accounts::{
        Access, AccountKey, AccountRequest, AccountStore, Allowance, Attempt, Digest, Draw, Drawn,
        LoginSession, OpenSession, Pass, RequestState, Sweep, Then,
    },
    details::EmailAddress,
};

use super::Guard;

/// Long enough for everybody else to come between looking and taking.
const MEANWHILE: Duration = Duration::from_millis(50);

/// How often an entry looks whether the account has changed.
const MOST_LOOKS: u32 = 60;

/// An account store that lacks one guard, over one that has it: for negative controls.
#[derive(Debug)]
pub(super) struct WithoutAccountGuard {
    inner: Arc<dyn AccountStore>,
    missing: Guard,
    allowances: Mutex<BTreeMap<Digest, Allowance>>,
}

impl WithoutAccountGuard {
    pub(super) fn new(inner: Arc<dyn AccountStore>, missing: Guard) -> Self {
        Self {
            inner,
            missing,
            allowances: Mutex::default(),
        }
    }

    fn left(&self, draw: &Draw) -> Allowance {
        let kept = self.allowances.lock();
        let kept = kept.unwrap_or_else(PoisonError::into_inner);
        kept.get(&draw.key).copied().unwrap_or_default()
    }

    fn keep(&self, draw: &Draw, left: Allowance) {
        let kept = self.allowances.lock();
        let mut kept = kept.unwrap_or_else(PoisonError::into_inner);
        kept.insert(draw.key, left);
    }

    /// Takes the account as it is once somebody has changed it, or as it is after a while.
    async fn wait_for_another(&self, access: &mut Loaded<Access>) -> Result<(), StoreError> {
        let by = AccountKey::Id(access.value.account.clone());
        for _ in 0..MOST_LOOKS {
            tokio::time::sleep(MEANWHILE).await;
            let now = self.inner.account(&by).await?;
            if let Some(now) = now.filter(|now| now.seen != access.seen) {
                *access = now;
                break;
            }
        }
        Ok(())
    }

    /// Looks, and takes later: what was seen is long gone by then.
    async fn look_then_draw(&self, draws: &[Draw], now: DateTime<Utc>) -> Drawn {
        let mut poorer = vec![];
        for draw in draws {
            match self.left(draw).draw(draw, now) {
                Ok(less) => poorer.push((draw, less)),
                Err(again_at) => return Drawn::Refused { again_at },
            }
        }
        tokio::time::sleep(MEANWHILE).await;
        for (draw, less) in poorer {
            self.keep(draw, less);
        }
        Drawn::Granted
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl AccountStore for WithoutAccountGuard {
    async fn account(&self, by: &AccountKey) -> Result<Option<Loaded<Access>>, StoreError> {
        self.inner.account(by).await
    }

    async fn pass(&self, secret: &Digest) -> Result<Option<Pass>, StoreError> {
        self.inner.pass(secret).await
    }

    async fn session(&self, token: &Digest) -> Result<Option<OpenSession>, StoreError> {
        self.inner.session(token).await
    }

    async fn sessions(&self, of: &Id<Account>) -> Result<Vec<LoginSession>, StoreError> {
        self.inner.sessions(of).await
    }

    async fn request(
        &self,
        id: &Id<AccountRequest>,
    ) -> Result<Option<Loaded<AccountRequest>>, StoreError> {
        self.inner.request(id).await
    }

    async fn pending_request(
        &self,
        of: &EmailAddress,
    ) -> Result<Option<Loaded<AccountRequest>>, StoreError> {
        self.inner.pending_request(of).await
    }

    async fn requests(
        &self,
        state: RequestState,
        page: &Page,
    ) -> Result<Listing<AccountRequest>, StoreError> {
        self.inner.requests(state, page).await
    }

    async fn attempts(
        &self,
        of: Option<Id<Account>>,
        page: &Page,
    ) -> Result<Listing<Attempt>, StoreError> {
        self.inner.attempts(of, page).await
    }

    async fn draw(&self, draws: &[Draw], now: DateTime<Utc>) -> Result<Drawn, StoreError> {
        if self.missing == Guard::Draws {
            return Ok(self.look_then_draw(draws, now).await);
        }
        self.inner.draw(draws, now).await
    }

    async fn seen(&self, token: &Digest, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.inner.seen(token, at).await
    }

    async fn conclude(&self, attempt: Attempt, mut then: Then) -> Result<Commit, StoreError> {
        if let (Guard::Entries, Then::Enter(entry)) = (self.missing, &mut then) {
            self.wait_for_another(&mut entry.access).await?;
        }
        self.inner.conclude(attempt, then).await
    }

    async fn sweep(&self, before: &Sweep) -> Result<u64, StoreError> {
        self.inner.sweep(before).await
    }
}
