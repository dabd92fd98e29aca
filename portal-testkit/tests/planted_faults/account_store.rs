use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use portal_core::{
    Account, Commit, Id, Listing, Loaded, Page, Store, StoreError,
    accounts::{
        Access, AccountKey, AccountRequest, AccountStore, Allowance, Attempt, Digest, Draw, Drawn,
        LoginSession, OpenSession, Pass, PassState, People, Person, RequestState, Sweep, Then,
    },
    details::{EmailAddress, Phone},
    memory::Memory,
};
use portal_testkit::facts::{days, today};

use super::store::by_offset;

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccountFault {
    TakesAnyKeyForAnId,
    HidesUsedLinks,
    ForgetsOldSessions,
    LetsSeenGoBack,
    ListsSessionsByName,
    ListsRequestsNewestFirst,
    FindsAnsweredRequests,
    FindsTheNewestRequest,
    PagesTheLogByOffset,
    ShowsEverybodysLog,
    CutsTheAgent,
    DrawsOneByOne,
    LooksThenDraws,
    TellsTheFirstInstant,
    ForgetsTheRow,
    WritesTheRowFirst,
    LogsReplays,
    LetsInAnyhow,
    KeepsTheOldSession,
    ForgetsRefunds,
    ForgetsRehashed,
    ForgetsBrowsers,
    CountsAnEntryAsAChange,
    SweepsTheLogWithTheRequests,
    SweepsNothing,
    SweepsTheVeryInstant,
    FindsOnePersonByNumber,
    FindsPeopleByTheFirstLetter,
}

use AccountFault as F;

/// What faults remember, beside the memory.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    seen: Mutex<BTreeMap<Digest, DateTime<Utc>>>,
    allowances: Mutex<BTreeMap<Digest, Allowance>>,
}

/// A memory that keeps accounts right but for one thing.
#[derive(Debug)]
pub(crate) struct FaultyAccounts {
    memory: Memory,
    notes: Arc<Notes>,
    fault: AccountFault,
}

impl FaultyAccounts {
    pub(crate) fn new(memory: Memory, notes: Arc<Notes>, fault: AccountFault) -> Self {
        Self {
            memory,
            notes,
            fault,
        }
    }

    fn is(&self, fault: AccountFault) -> bool {
        self.fault == fault
    }

    /// What is left of each allowance, for faults that keep them on their own.
    fn left(&self, draw: &Draw) -> Allowance {
        let kept = self.notes.allowances.lock().unwrap();
        kept.get(&draw.key).copied().unwrap_or_default()
    }

    fn keep(&self, draw: &Draw, left: Allowance) {
        self.notes.allowances.lock().unwrap().insert(draw.key, left);
    }

    /// What the fault makes of an entry.
    async fn bent(&self, then: Then) -> Then {
        let Then::Enter(mut entry) = then else {
            return then;
        };
        match self.fault {
            F::LetsInAnyhow => {
                let by = AccountKey::Id(entry.session.account.clone());
                entry.access = self.memory.account(&by).await.unwrap().unwrap();
            }
            F::KeepsTheOldSession => entry.instead_of = None,
            F::ForgetsRefunds => entry.refunds.clear(),
            F::ForgetsRehashed => entry.rehashed = None,
            F::ForgetsBrowsers => entry.device = None,
            _ => {}
        }
        Then::Enter(entry)
    }

    async fn note(&self, attempt: &Attempt) -> Result<Commit, StoreError> {
        self.memory.conclude(attempt.clone(), Then::Nothing).await
    }
}

fn all() -> Page {
    Page::first(100)
}

#[async_trait]
impl AccountStore for FaultyAccounts {
    async fn account(&self, by: &AccountKey) -> Result<Option<Loaded<Access>>, StoreError> {
        let found = self.memory.account(by).await?;
        match by {
            AccountKey::Id(id) if found.is_none() && self.is(F::TakesAnyKeyForAnId) => {
                let contact = AccountKey::Contact(Id::new(id.as_str()));
                self.memory.account(&contact).await
            }
            _ => Ok(found),
        }
    }

    async fn pass(&self, secret: &Digest) -> Result<Option<Pass>, StoreError> {
        let found = self.memory.pass(secret).await?;
        Ok(found.filter(|pass| !self.is(F::HidesUsedLinks) || pass.state == PassState::Open))
    }

    async fn session(&self, token: &Digest) -> Result<Option<OpenSession>, StoreError> {
        let mut found = self.memory.session(token).await?;
        if self.is(F::ForgetsOldSessions) {
            found = found.filter(|found| found.session.seen_at > today() - days(30));
        }
        let seen = self.notes.seen.lock().unwrap().get(token).copied();
        if let (Some(found), Some(seen)) = (&mut found, seen) {
            found.session.seen_at = seen;
        }
        Ok(found)
    }

    async fn sessions(&self, of: &Id<Account>) -> Result<Vec<LoginSession>, StoreError> {
        let mut found = self.memory.sessions(of).await?;
        if self.is(F::ListsSessionsByName) {
            found.sort_by(|one, other| one.id.cmp(&other.id));
        }
        Ok(found)
    }

    async fn request(
        &self,
        id: &Id<AccountRequest>,
    ) -> Result<Option<Loaded<AccountRequest>>, StoreError> {
        self.memory.request(id).await
    }

    async fn pending_request(
        &self,
        of: &EmailAddress,
    ) -> Result<Option<Loaded<AccountRequest>>, StoreError> {
        if self.is(F::FindsAnsweredRequests) {
            for state in [RequestState::Declined, RequestState::Approved] {
                let answered = self.memory.requests(state, &all()).await?.items;
                if let Some(one) = answered.into_iter().find(|r| r.applicant.email == *of) {
                    return self.memory.request(&one.id).await;
                }
            }
        }
        if self.is(F::FindsTheNewestRequest) {
            let pending = self.memory.requests(RequestState::Pending, &all()).await?;
            let mut mine = pending.items.into_iter();
            if let Some(newest) = mine.rfind(|r| r.applicant.email == *of) {
                return self.memory.request(&newest.id).await;
            }
        }
        self.memory.pending_request(of).await
    }

    async fn requests(
        &self,
        state: RequestState,
        page: &Page,
    ) -> Result<Listing<AccountRequest>, StoreError> {
        if self.is(F::ListsRequestsNewestFirst) {
            let mut found = self.memory.requests(state, &all()).await?.items;
            found.reverse();
            return by_offset(found, page);
        }
        self.memory.requests(state, page).await
    }

    async fn attempts(
        &self,
        of: Option<Id<Account>>,
        page: &Page,
    ) -> Result<Listing<Attempt>, StoreError> {
        match self.fault {
            F::PagesTheLogByOffset => {
                let found = self.memory.attempts(of, &all()).await?.items;
                by_offset(found, page)
            }
            F::ShowsEverybodysLog => self.memory.attempts(None, page).await,
            _ => self.memory.attempts(of, page).await,
        }
    }

    async fn draw(&self, draws: &[Draw], now: DateTime<Utc>) -> Result<Drawn, StoreError> {
        match self.fault {
            F::DrawsOneByOne => {
                for draw in draws {
                    let one = std::slice::from_ref(draw);
                    let answer = self.memory.draw(one, now).await?;
                    if answer != Drawn::Granted {
                        return Ok(answer);
                    }
                }
                Ok(Drawn::Granted)
            }
            F::LooksThenDraws | F::TellsTheFirstInstant => {
                let mut poorer = vec![];
                for draw in draws {
                    match self.left(draw).draw(draw, now) {
                        Ok(less) => poorer.push((draw, less)),
                        Err(again_at) => return Ok(Drawn::Refused { again_at }),
                    }
                }
                if self.is(F::LooksThenDraws) {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                for (draw, less) in poorer {
                    self.keep(draw, less);
                }
                Ok(Drawn::Granted)
            }
            F::ForgetsTheRow => {
                let mut draws = draws.to_vec();
                for draw in &mut draws {
                    draw.in_a_row = None;
                }
                self.memory.draw(&draws, now).await
            }
            _ => self.memory.draw(draws, now).await,
        }
    }

    async fn seen(&self, token: &Digest, at: DateTime<Utc>) -> Result<(), StoreError> {
        if self.is(F::LetsSeenGoBack) {
            self.notes.seen.lock().unwrap().insert(*token, at);
        }
        self.memory.seen(token, at).await
    }

    async fn conclude(&self, mut attempt: Attempt, then: Then) -> Result<Commit, StoreError> {
        let then = self.bent(then).await;
        if self.is(F::CutsTheAgent) {
            attempt.agent = attempt.agent.map(|agent| agent.chars().take(200).collect());
        }
        if let (F::WritesTheRowFirst, Then::Enter(_) | Then::Commit(_)) = (self.fault, &then) {
            self.note(&attempt).await?;
        }
        let entered = match &then {
            Then::Enter(entry) => Some(entry.session.account.clone()),
            _ => None,
        };
        let ended = self.memory.conclude(attempt.clone(), then).await?;
        if let (F::LogsReplays, Commit::Replayed(_)) = (self.fault, &ended) {
            self.note(&attempt).await?;
        }
        if let (F::CountsAnEntryAsAChange, Some(account)) = (self.fault, entered) {
            let decision = super::account_changes::touching(&account);
            self.memory.commit(decision).await?;
        }
        Ok(ended)
    }

    async fn sweep(&self, before: &Sweep) -> Result<u64, StoreError> {
        let mut before = *before;
        match self.fault {
            F::SweepsTheLogWithTheRequests => before.log = before.stale,
            F::SweepsNothing => return Ok(0),
            F::SweepsTheVeryInstant => before.stale += chrono::Duration::microseconds(1),
            _ => {}
        }
        self.memory.sweep(&before).await
    }
}

#[async_trait]
impl People for FaultyAccounts {
    async fn person(&self, id: &Id<portal_core::Contact>) -> Result<Option<Person>, StoreError> {
        self.memory.person(id).await
    }

    async fn by_phone(&self, phone: &Phone) -> Result<Vec<Person>, StoreError> {
        let mut found = self.memory.by_phone(phone).await?;
        if self.is(F::FindsOnePersonByNumber) {
            found.truncate(1);
        }
        Ok(found)
    }

    async fn by_email(&self, email: &EmailAddress) -> Result<Vec<Person>, StoreError> {
        let found = self.memory.by_email(email).await?;
        if self.is(F::FindsPeopleByTheFirstLetter) && found.is_empty() {
            let office = EmailAddress::parse("office@acme.example").unwrap();
            if email.as_str().starts_with('o') {
                return self.memory.by_email(&office).await;
            }
        }
        Ok(found)
    }
}
