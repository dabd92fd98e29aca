use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Request, RequestRecords};
use crate::{
    Ask, CommandId, Commit, Decision, Error, Id, Page, Portal, RecordRef, Upkeep,
    effect::Recipient, store::StoreError,
};

/// What the ids of telling staff derive from: one request is told of once, by however many processes.
const TOLD: Uuid = Uuid::from_u128(0x91c6_2f0e_54ad_5b7d_8e3c_0a77_d2f1_4b96);

/// Whether whoever answers a request is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Told {
    /// The message is owed now.
    Now,
    /// It was owed before.
    Before,
    /// Nobody has to act any more, so there is nothing to tell.
    Over,
}

/// What a run of [`Portal::tell_of_requests`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToldOfRequests {
    /// Messages that are owed now.
    pub told: u32,
    /// Requests that had been told of before.
    pub told_before: u32,
    /// Requests that ended before anybody was told.
    pub over: u32,
}

impl Portal {
    /// Owes whoever answers a request the message about it, once. Call it when the request is written down; what it misses, [`Portal::tell_of_requests`] finds.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the host's records know no such request; when requests are not wired in; when records cannot be read or the store cannot be written. It can be called again.
    pub async fn tell_of_request(&self, id: &Id<Request>) -> Result<Told, Error> {
        let found = self.request_records()?.request(id).await?;
        Ok(self.tell(&found.ok_or(Error::NotFound)?).await?)
    }

    /// Owes the message about every request that was asked at that instant or later and has not been told of: a host that went down between its commit and ours loses none. Call it every
    /// few minutes; safe on several processes.
    ///
    /// Look back further than to the last run, a day or more: a request counts from when it was asked, and may be written down later. What was told of before costs one read.
    ///
    /// # Errors
    /// When requests are not wired in, or their records cannot be read. One that cannot be written does not stop the others; the first such error is answered once all were tried.
    pub async fn tell_of_requests(&self, since: DateTime<Utc>) -> Result<ToldOfRequests, Error> {
        let records = self.request_records()?;
        let mut done = ToldOfRequests::default();
        let mut failed = None;
        let mut page = Page::first(Page::LARGEST);
        loop {
            let found = records.asked_since(since, &page).await?;
            for request in &found.items {
                match self.tell(request).await {
                    Ok(Told::Now) => done.told += 1,
                    Ok(Told::Before) => done.told_before += 1,
                    Ok(Told::Over) => done.over += 1,
                    Err(e) => failed = failed.or(Some(e)),
                }
            }
            match found.next {
                Some(cursor) => page = page.following(cursor),
                None => return failed.map_or(Ok(done), |e| Err(e.into())),
            }
        }
    }

    async fn tell(&self, request: &Request) -> Result<Told, StoreError> {
        let wiring = self.wiring();
        let command = CommandId(Uuid::new_v5(&TOLD, request.id.as_str().as_bytes()));
        // A sweep meets the same ones again and again: a read is cheaper than a commit that is replayed.
        if wiring.store.receipt(command).await?.is_some() {
            return Ok(Told::Before);
        }
        if !request.is_open() {
            return Ok(Told::Over);
        }
        let ask = Ask::new(&Upkeep, wiring.clock.now(), command);
        let about = RecordRef::Request(request.id.clone());
        let decision =
            Decision::new(&ask, "request.told", about).mail(request.asked.mail(), Recipient::Staff);
        match wiring.store.commit(decision).await? {
            Commit::Applied => Ok(Told::Now),
            Commit::Replayed(_) => Ok(Told::Before),
        }
    }

    fn request_records(&self) -> Result<&dyn RequestRecords, Error> {
        let records = self.wiring().requests.as_deref();
        records.ok_or(Error::NotWired("requests"))
    }
}
