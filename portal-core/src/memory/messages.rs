use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Memory, Queued, pages};
use crate::{
    StoreError,
    effect::Recipient,
    store::{Listing, MessageLog, Page, QueueState, QueuedEffect},
};

#[async_trait]
impl MessageLog for Memory {
    async fn messages(
        &self,
        to: &Recipient,
        page: &Page,
    ) -> Result<Listing<QueuedEffect>, StoreError> {
        let state = self.state();
        let owed = state.outbox.iter().map(Queued::shown);
        let known: Vec<_> = owed.chain(state.post.iter().cloned()).collect();
        let theirs = known
            .iter()
            .filter(|known| known.effect.recipient() == Some(to));
        let rows = theirs.map(|known| {
            let id = known.effect.id.to_string();
            (pages::latest_first(known.since, &id), known)
        });
        pages::page("messages", rows.collect(), page)
    }

    async fn given_up(&self, page: &Page) -> Result<Listing<QueuedEffect>, StoreError> {
        let state = self.state();
        let dead = state.outbox.iter().filter(|queued| queued.is_dead());
        let rows = dead.map(|queued| {
            let id = queued.effect.id.to_string();
            (pages::earliest_first(queued.since, &id), queued)
        });
        let found = pages::page("given_up", rows.collect(), page)?;
        Ok(found.map(|queued| queued.shown()))
    }

    async fn given_up_effect(&self, id: Uuid) -> Result<Option<QueuedEffect>, StoreError> {
        let state = self.state();
        let mut dead = state.outbox.iter().filter(|queued| queued.is_dead());
        Ok(dead
            .find(|queued| queued.effect.id == id)
            .map(Queued::shown))
    }

    async fn revive(&self, id: Uuid, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let mut state = self.state();
        let mut dead = state.outbox.iter_mut().filter(|queued| queued.is_dead());
        let Some(queued) = dead.find(|queued| queued.effect.id == id) else {
            return Ok(false);
        };
        queued.state = QueueState::Due(at);
        queued.tries = 0;
        Ok(true)
    }

    async fn forget_messages(
        &self,
        ended_before: DateTime<Utc>,
        at_most: u16,
    ) -> Result<u64, StoreError> {
        let mut state = self.state();
        let mut left = u64::from(at_most);
        state.post.retain(|known| {
            let old = matches!(&known.state, QueueState::Sent(then) | QueueState::Dropped(then, _) if *then < ended_before);
            let forgotten = old && left > 0;
            left -= u64::from(forgotten);
            !forgotten
        });
        Ok(u64::from(at_most) - left)
    }
}

impl Queued {
    fn is_dead(&self) -> bool {
        matches!(self.state, QueueState::Dead(_))
    }
}
