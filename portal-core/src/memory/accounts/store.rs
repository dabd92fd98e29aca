use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Door, State, apply::remember};
use crate::{
    Account, Commit, Expectation, Id, Loaded, RecordRef, StoreError,
    accounts::{
        Access, AccountKey, AccountRequest, AccountStore, Attempt, Digest, Draw, Drawn, Entry,
        LoginSession, OpenSession, Pass, Refund, RequestKind, RequestState, Sweep, Then,
    },
    details::EmailAddress,
    memory::{Memory, pages},
    store::{Listing, Page},
};

#[async_trait]
impl AccountStore for Memory {
    async fn account(&self, by: &AccountKey) -> Result<Option<Loaded<Access>>, StoreError> {
        Ok(self.state().access(by))
    }

    async fn pass(&self, secret: &Digest) -> Result<Option<Pass>, StoreError> {
        let state = self.state();
        let mut passes = state.ways_in.passes.values();
        Ok(passes.find(|pass| pass.secret == *secret).cloned())
    }

    async fn session(&self, token: &Digest) -> Result<Option<OpenSession>, StoreError> {
        let state = self.state();
        let found = state.ways_in.sessions.get(token);
        Ok(found.and_then(|session| {
            let access = state.access(&AccountKey::Id(session.account.clone()))?;
            Some(OpenSession::new(session.clone(), access))
        }))
    }

    async fn sessions(&self, of: &Id<Account>) -> Result<Vec<LoginSession>, StoreError> {
        let state = self.state();
        let all = state.ways_in.sessions.values();
        let mut mine: Vec<_> = all.filter(|s| s.account == *of).cloned().collect();
        mine.sort_by(|one, other| {
            let last_seen = other.seen_at.cmp(&one.seen_at);
            last_seen.then_with(|| one.id.cmp(&other.id))
        });
        Ok(mine)
    }

    async fn request(
        &self,
        id: &Id<AccountRequest>,
    ) -> Result<Option<Loaded<AccountRequest>>, StoreError> {
        let state = self.state();
        let found = state.ways_in.requests.get(id);
        Ok(found.map(|request| state.loaded_request(request)))
    }

    async fn pending_request(
        &self,
        of: &EmailAddress,
    ) -> Result<Option<Loaded<AccountRequest>>, StoreError> {
        let state = self.state();
        let pending = state.for_approval(RequestState::Pending);
        let mine = pending.filter(|request| request.applicant.email == *of);
        let first = mine.min_by_key(|request| (request.asked_at, &request.id));
        Ok(first.map(|request| state.loaded_request(request)))
    }

    async fn requests(
        &self,
        wanted: RequestState,
        page: &Page,
    ) -> Result<Listing<AccountRequest>, StoreError> {
        let state = self.state();
        let key = |r: &AccountRequest| pages::earliest_first(r.asked_at, r.id.as_str());
        let rows = state.for_approval(wanted).map(|r| (key(r), r)).collect();
        pages::page("requests", rows, page)
    }

    async fn attempts(
        &self,
        of: Option<Id<Account>>,
        page: &Page,
    ) -> Result<Listing<Attempt>, StoreError> {
        let state = self.state();
        let wanted = |row: &Attempt| of.is_none() || row.account == of;
        let log = state.door.log.iter().filter(|(_, row)| wanted(row));
        let rows = log.map(|(n, row)| (pages::nth_last(*n), row)).collect();
        pages::page("attempts", rows, page)
    }

    async fn draw(&self, draws: &[Draw], now: DateTime<Utc>) -> Result<Drawn, StoreError> {
        Ok(self.state().door.draw(draws, now))
    }

    async fn seen(&self, token: &Digest, at: DateTime<Utc>) -> Result<(), StoreError> {
        if let Some(session) = self.state().ways_in.sessions.get_mut(token) {
            session.seen_at = session.seen_at.max(at);
        }
        Ok(())
    }

    async fn conclude(&self, attempt: Attempt, then: Then) -> Result<Commit, StoreError> {
        let mut state = self.state();
        let ended = match then {
            Then::Nothing => Commit::Applied,
            Then::Enter(entry) => state.enter(*entry)?,
            Then::Commit(decision) => state.commit(*decision)?,
        };
        if ended == Commit::Applied {
            state.door.note(attempt);
        }
        Ok(ended)
    }

    async fn sweep(&self, before: &Sweep) -> Result<u64, StoreError> {
        let mut state = self.state();
        let rows = state.rows();
        state.forget(before);
        Ok(rows - state.rows())
    }
}

impl State {
    fn loaded_request(&self, request: &AccountRequest) -> Loaded<AccountRequest> {
        let record = RecordRef::AccountRequest(request.id.clone());
        self.loaded(request.clone(), record)
    }

    fn for_approval(&self, state: RequestState) -> impl Iterator<Item = &AccountRequest> {
        let all = self.ways_in.requests.values();
        all.filter(move |r| r.kind == RequestKind::ForApproval && r.state == state)
    }

    fn enter(&mut self, entry: Entry) -> Result<Commit, StoreError> {
        let seen = entry.access.seen.into_iter();
        let mut expected = seen.map(|(record, version)| Expectation::Unchanged(record, version));
        if let Some(lost) = expected.find(|expectation| !self.holds(expectation)) {
            return Err(StoreError::conflict(lost));
        }
        let access = self.ways_in.accounts.get_mut(&entry.session.account);
        let access = access.ok_or_else(super::gone)?;
        if let Some(password) = entry.rehashed {
            access.password = Some(password);
        }
        if let Some(device) = entry.device {
            remember(access, device);
        }
        let sessions = &mut self.ways_in.sessions;
        if let Some(before) = entry.instead_of {
            sessions.remove(&before);
        }
        sessions.insert(entry.session.token, entry.session);
        entry.refunds.iter().for_each(|r| self.door.refund(r));
        Ok(Commit::Applied)
    }

    fn forget(&mut self, before: &Sweep) {
        let Sweep { ended, log, stale } = *before;
        self.ways_in.sessions.retain(|_, s| s.seen_at >= ended);
        self.ways_in.passes.retain(|_, pass| pass.until >= ended);
        self.door.log.retain(|_, row| row.at >= log);
        self.door.allowances.retain(|_, a| a.full_at >= stale);
        let is_old = |request: &AccountRequest| request.asked_at < stale;
        let requests = self.ways_in.requests.extract_if(.., |_, r| is_old(r));
        for (id, _) in requests {
            self.versions.remove(&RecordRef::AccountRequest(id));
        }
    }

    fn rows(&self) -> u64 {
        let Self { ways_in, door, .. } = self;
        let rows = [
            ways_in.sessions.len(),
            ways_in.passes.len(),
            ways_in.requests.len(),
            door.log.len(),
            door.allowances.len(),
        ];
        rows.map(|rows| u64::try_from(rows).unwrap_or(u64::MAX))
            .iter()
            .sum()
    }
}

impl Door {
    fn note(&mut self, attempt: Attempt) {
        self.log.insert(self.logged, attempt);
        self.logged += 1;
    }

    fn draw(&mut self, draws: &[Draw], now: DateTime<Utc>) -> Drawn {
        let mut poorer = BTreeMap::new();
        let mut refused = vec![];
        for draw in draws {
            let kept = self.allowances.get(&draw.key).copied();
            let left = poorer.entry(draw.key).or_insert(kept.unwrap_or_default());
            match left.draw(draw, now) {
                Ok(less) => *left = less,
                Err(again_at) => refused.push(again_at),
            }
        }
        if refused.is_empty() {
            self.allowances.extend(poorer);
            return Drawn::Granted;
        }
        let never = refused.contains(&None);
        let again_at = refused.into_iter().flatten().max();
        Drawn::Refused {
            again_at: again_at.filter(|_| !never),
        }
    }

    fn refund(&mut self, refund: &Refund) {
        if let Some(left) = self.allowances.get_mut(&refund.key) {
            *left = left.refund(refund);
        }
    }
}
