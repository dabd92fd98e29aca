use std::collections::BTreeSet;

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

    async fn next_message(&self, to: &Recipient) -> Result<Option<QueuedEffect>, StoreError> {
        let state = self.state();
        let owed = |queued: &&Queued| matches!(queued.state, QueueState::Due(_));
        let mut owed = state.outbox.iter().filter(owed);
        let next = owed.find(|queued| queued.effect.recipient() == Some(to));
        Ok(next.map(Queued::shown))
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
        let ended = |known: &QueuedEffect| match &known.state {
            QueueState::Sent(then) | QueueState::Dropped(then, _) => Some(*then),
            _ => None,
        };
        let old = state.post.iter().filter_map(|known| {
            let then = ended(known).filter(|then| *then < ended_before)?;
            Some((then, known.effect.id))
        });
        let mut old: Vec<_> = old.collect();
        // What ended at the same instant goes in the order it was decided.
        old.sort_by_key(|(then, _)| *then);
        old.truncate(at_most.into());
        let old: BTreeSet<Uuid> = old.into_iter().map(|(_, id)| id).collect();
        state.post.retain(|known| !old.contains(&known.effect.id));
        Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
    }
}

impl Queued {
    fn is_dead(&self) -> bool {
        matches!(self.state, QueueState::Dead(_))
    }
}
