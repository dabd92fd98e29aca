//! What falls due without anybody pressing a button.
use uuid::Uuid;

use super::{WaitingPlace, WaitingState, expire_offer, offer_expires_at};
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
    /// Offers looked at that still stand, or that somebody answered meanwhile.
    pub standing: u32,
}

/// Commands that nobody sent have ids too: the same offer expires once, on however many processes.
const EXPIRE_OFFER: Uuid = Uuid::from_u128(0x7c0e_9d5e_3f0b_5a0e_8a51_6a2c_5f0d_11aa);

impl Portal {
    /// Ends every offer from a waiting list that has run out, so that its place comes free. Call it every few minutes; safe on several processes.
    ///
    /// # Errors
    /// When courses are not wired in, or records cannot be read or written.
    pub async fn expire_offers(&self) -> Result<Expired, Error> {
        let wiring = self.wiring();
        let records = wiring
            .courses
            .as_deref()
            .ok_or(Error::NotOffered("courses"))?;
        let mut done = Expired::default();
        let mut page = Page::first(Page::LARGEST);
        loop {
            let found = records.standing_offers(&page).await?;
            for place in &found.items {
                if self.expire(place).await? {
                    done.ended += 1;
                } else {
                    done.standing += 1;
                }
            }
            match found.next {
                Some(cursor) => page = page.following(cursor),
                None => return Ok(done),
            }
        }
    }

    async fn expire(&self, place: &Loaded<WaitingPlace>) -> Result<bool, Error> {
        let WaitingState::Offered(offer) = &place.value.state else {
            return Ok(false);
        };
        let wiring = self.wiring();
        let settings = &wiring.settings.courses;
        // An offer made again, or given more time, is another one to end.
        let ends = offer_expires_at(offer, settings);
        let what = format!("{}:{}:{ends}", place.value.id, offer.made_at);
        let command = CommandId(Uuid::new_v5(&EXPIRE_OFFER, what.as_bytes()));
        let ask = Ask::new(&Upkeep, wiring.clock.now(), command);
        let Some(decision) = expire_offer(place, settings, &ask) else {
            return Ok(false);
        };
        match wiring.store.commit(decision).await {
            Ok(Commit::Applied) => Ok(true),
            // Somebody accepted, left, or expired it first: theirs counts.
            Ok(Commit::Replayed(_)) | Err(StoreError::Conflict(_)) => Ok(false),
            Err(e) => Err(e.into()),
        }
    }
}
