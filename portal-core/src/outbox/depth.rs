//! How full the outbox is.
use chrono::{DateTime, Utc};

use super::counted;
use crate::{
    Page, Portal, StoreError, Topic,
    store::{QueueState, QueuedEffect},
};

/// So many pages at most: whoever owes more than ten thousand things knows it from the first ten thousand.
const PAGES: u8 = 100;

const TOPICS: [Topic; 4] = [Topic::Mail, Topic::Host, Topic::Payments, Topic::Accounting];

/// What is in the outbox for one topic.
#[derive(Default)]
struct Depth {
    owed: u32,
    given_up: u32,
    oldest: Option<DateTime<Utc>>,
}

impl Portal {
    /// Looks how full the outbox is and sets the gauges of it: see [the table](crate::outbox). Call it once a minute, in one process.
    ///
    /// It reads the outbox page by page and stops after ten thousand effects: the gauges say no more than that.
    ///
    /// # Errors
    /// When the store fails; the gauges stay as they were.
    pub async fn measure_outbox(&self) -> Result<(), StoreError> {
        let wiring = self.wiring();
        let mut depths = TOPICS.map(|topic| (topic, Depth::default()));
        let now = wiring.clock.now();
        let mut page = Page::first(Page::LARGEST);
        for _ in 0..PAGES {
            let found = wiring.store.outbox(&page).await?;
            for queued in &found.items {
                let topic = queued.effect.topic();
                let theirs = depths.iter_mut().filter(|(of, _)| *of == topic);
                theirs.for_each(|(_, depth)| depth.note(queued, now));
            }
            let Some(next) = found.next else { break };
            page = Page::first(Page::LARGEST).following(next);
        }
        for (topic, depth) in depths {
            depth.tell(topic, now);
        }
        Ok(())
    }
}

impl Depth {
    fn note(&mut self, queued: &QueuedEffect, now: DateTime<Utc>) {
        match queued.state {
            QueueState::Due(at) => {
                self.owed += 1;
                let waits_since = match queued.effect.topic() {
                    Topic::Mail | Topic::Host => Some(queued.since),
                    // The reading of the books never ends, and a payment is looked at again for days.
                    Topic::Payments | Topic::Accounting => Some(at).filter(|at| *at <= now),
                };
                self.oldest = waits_since.into_iter().chain(self.oldest).min();
            }
            QueueState::Dead(_) => self.given_up += 1,
            // These are not in the outbox any more.
            QueueState::Sent(_) | QueueState::Dropped(..) => {}
        }
    }

    fn tell(&self, topic: Topic, now: DateTime<Utc>) {
        let topic = topic.as_str();
        metrics::gauge!("portal_outbox_owed", "topic" => topic).set(self.owed);
        metrics::gauge!("portal_outbox_given_up", "topic" => topic).set(self.given_up);
        let waits = self
            .oldest
            .map_or(0.0, |since| counted::seconds(now, since));
        metrics::gauge!("portal_outbox_oldest_seconds", "topic" => topic).set(waits);
    }
}
