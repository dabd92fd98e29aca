//! Ports that count how often each of their methods is called.
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use portal_core::{
    Account, Commit, Contact, Id, Listing, Loaded, Page, StoreError,
    accounts::{
        Access, AccountKey, AccountRequest, AccountStore, Attempt, Digest, Draw, Drawn,
        LoginSession, OpenSession, Pass, People, Person, RequestState, Sweep, Then,
    },
    chrono::{DateTime, Utc},
    details::{EmailAddress, Phone},
};

/// How often each method was called, by its name.
pub(crate) type Calls = BTreeMap<&'static str, u32>;

/// Another port, every call counted. Clones count together.
#[derive(Debug, Clone)]
pub(crate) struct Counted<P> {
    inner: P,
    calls: Arc<Mutex<Calls>>,
}

impl<P> Counted<P> {
    pub(crate) fn over(inner: P) -> Self {
        let calls = Arc::default();
        Self { inner, calls }
    }

    /// What was called since the last time somebody asked.
    pub(crate) fn take(&self) -> Calls {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }

    fn called(&self, method: &'static str) -> &P {
        *self.calls.lock().unwrap().entry(method).or_default() += 1;
        &self.inner
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<P: People> People for Counted<P> {
    async fn person(&self, id: &Id<Contact>) -> Result<Option<Person>, StoreError> {
        self.called("person").person(id).await
    }

    async fn by_phone(&self, phone: &Phone) -> Result<Vec<Person>, StoreError> {
        self.called("by_phone").by_phone(phone).await
    }

    async fn by_email(&self, email: &EmailAddress) -> Result<Vec<Person>, StoreError> {
        self.called("by_email").by_email(email).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<P: AccountStore> AccountStore for Counted<P> {
    async fn account(&self, by: &AccountKey) -> Result<Option<Loaded<Access>>, StoreError> {
        self.called("account").account(by).await
    }

    async fn pass(&self, secret: &Digest) -> Result<Option<Pass>, StoreError> {
        self.called("pass").pass(secret).await
    }

    async fn session(&self, token: &Digest) -> Result<Option<OpenSession>, StoreError> {
        self.called("session").session(token).await
    }

    async fn sessions(&self, of: &Id<Account>) -> Result<Vec<LoginSession>, StoreError> {
        self.called("sessions").sessions(of).await
    }

    async fn request(
        &self,
        id: &Id<AccountRequest>,
    ) -> Result<Option<Loaded<AccountRequest>>, StoreError> {
        self.called("request").request(id).await
    }

    async fn pending_request(
        &self,
        of: &EmailAddress,
    ) -> Result<Option<Loaded<AccountRequest>>, StoreError> {
        self.called("pending_request").pending_request(of).await
    }

    async fn requests(
        &self,
        state: RequestState,
        page: &Page,
    ) -> Result<Listing<AccountRequest>, StoreError> {
        self.called("requests").requests(state, page).await
    }

    async fn attempts(
        &self,
        of: Option<Id<Account>>,
        page: &Page,
    ) -> Result<Listing<Attempt>, StoreError> {
        self.called("attempts").attempts(of, page).await
    }

    async fn draw(&self, draws: &[Draw], now: DateTime<Utc>) -> Result<Drawn, StoreError> {
        self.called("draw").draw(draws, now).await
    }

    async fn seen(&self, token: &Digest, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.called("seen").seen(token, at).await
    }

    async fn conclude(&self, attempt: Attempt, then: Then) -> Result<Commit, StoreError> {
        self.called("conclude").conclude(attempt, then).await
    }

    async fn sweep(&self, before: &Sweep) -> Result<u64, StoreError> {
        self.called("sweep").sweep(before).await
    }
}
