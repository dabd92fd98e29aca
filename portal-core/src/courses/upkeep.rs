//! What falls due without anybody pressing a button.
use uuid::Uuid;

use super::{WaitingPlace, expire_offer};
use crate::{
    Ask, CommandId, Commit, Error, Loaded, Portal, Upkeep,
    store::{Page, StoreError},
};

/// What a run of [`Portal::expire_offers`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expired {
    /// Offers that ran out and were ended now.
    pub ended: u32,
    /// Offers that still stand.
    pub standing: u32,
    /// Offers that somebody answered, or ended, meanwhile.
    pub answered: u32,
}

/// Commands that nobody sent have ids too: the same offer expires once, on however many processes.
const EXPIRE_OFFER: Uuid = Uuid::from_u128(0x7c0e_9d5e_3f0b_5a0e_8a51_6a2c_5f0d_11aa);

impl Portal {
    /// Ends every offer from a waiting list that has run out, so that its place comes free. Call it every few minutes; safe on several processes.
    ///
    /// # Errors
    /// When courses are not wired in, or records cannot be read. One that cannot be written does not stop the others; the first such error is answered
    /// once all were tried.
    pub async fn expire_offers(&self) -> Result<Expired, Error> {
        let wiring = self.wiring();
        let records = wiring
            .courses
            .as_deref()
            .ok_or(Error::NotWired("courses"))?;
        let mut done = Expired::default();
        let mut failed = None;
        let mut page = Page::first(Page::LARGEST);
        loop {
            let found = records.standing_offers(&page).await?;
            for place in &found.items {
                match self.expire(place).await {
                    Ok(Some(Commit::Applied)) => done.ended += 1,
                    Ok(None) => done.standing += 1,
                    // Somebody accepted, left, or ended it first: theirs counts.
                    Ok(Some(Commit::Replayed(_))) | Err(StoreError::Conflict(_)) => {
                        done.answered += 1;
                    }
                    Err(e) => failed = failed.or(Some(e)),
                }
            }
            match found.next {
                Some(cursor) => page = page.following(cursor),
                None => return failed.map_or(Ok(done), |e| Err(e.into())),
            }
        }
    }

    /// Ends one offer, if it has run out.
    async fn expire(&self, place: &Loaded<WaitingPlace>) -> Result<Option<Commit>, StoreError> {
        let wiring = self.wiring();
        // An offer made again, or given more time, is another state of the record, and another one to end.
        let state = format!("{}:{:?}", place.value.id, place.seen);
        let command = CommandId(Uuid::new_v5(&EXPIRE_OFFER, state.as_bytes()));
        let ask = Ask::new(&Upkeep, wiring.clock.now(), command);
        match expire_offer(place, &wiring.settings.courses, &ask) {
            Some(decision) => wiring.store.commit(decision).await.map(Some),
            None => Ok(None),
        }
    }
}
