//! Messages: written when it is their turn, sent one by one. What is the transport's trouble holds up the post; what is a message's own puts off that one.
mod unsent;
mod written;

use std::sync::atomic::{AtomicBool, Ordering};

use super::{
    Dispatcher, Patience, Round,
    begin::{given_back, in_turn, not_begun},
    told,
};
use crate::{
    Topic,
    adapter::AdapterError,
    portal::Wiring,
    store::{Claim, ClaimedEffect, EffectOutcome, StoreError},
};

/// How one message ended, and why all others wait because of it, if they do.
struct Ended {
    outcome: EffectOutcome,
    held: Option<String>,
}

impl Ended {
    /// The others go on.
    fn only(outcome: EffectOutcome) -> Self {
        let held = None;
        Self { outcome, held }
    }
}

impl Dispatcher {
    /// Sends what is due, if there are hands for it and the post is not held up.
    pub(super) async fn post(
        &self,
        stopping: &AtomicBool,
        patience: Patience,
        round: &mut Round,
    ) -> Result<(), StoreError> {
        let wiring = self.portal.wiring();
        let (Some(mailer), Some(writer)) = (&wiring.mailer, &wiring.mail_writer) else {
            return Ok(());
        };
        let now = wiring.clock.now();
        let room = wiring.hold.room(now, self.batch);
        if room == 0 || stopping.load(Ordering::Relaxed) {
            return Ok(());
        }
        let claim = Claim::new(now, wiring.lease, room, vec![Topic::Mail]);
        let ours = wiring.store.claim_effects(&claim).await?;
        told::claimed(Topic::Mail.as_str(), ours.len());
        if ours.is_empty() {
            wiring.hold.forget(now);
        }
        let mut held: Option<String> = None;
        for claimed in in_turn(ours) {
            let trying = told::trying(&claimed);
            let work = async {
                let now = wiring.clock.now();
                let outcome = if let Some(why) = &held {
                    given_back(&claimed, now, why)
                } else if let Some(outcome) = not_begun(stopping, &claim, &claimed, now) {
                    outcome
                } else {
                    let written = wiring.written(&claim, &claimed, &**writer);
                    let written = patience.wait_for(Box::pin(written)).await;
                    let late = |why| Err(wiring.never_written(why, &claimed));
                    match written.unwrap_or_else(late) {
                        Err(outcome) => outcome,
                        Ok(mail) => {
                            wiring.hold.written(claimed.effect.id);
                            let sent = patience.wait_for(mailer.send(&mail)).await;
                            let sent = sent.unwrap_or_else(|why| Err(why.error()));
                            let ended = wiring.ended(sent, &claimed);
                            held = ended.held;
                            ended.outcome
                        }
                    }
                };
                let settled = round.settle(wiring, patience, &trying, &claimed, outcome);
                settled.await
            };
            told::within(&trying, work).await?;
        }
        Ok(())
    }
}

impl Wiring {
    fn ended(&self, sent: Result<(), AdapterError>, claimed: &ClaimedEffect) -> Ended {
        let now = self.clock.now();
        match sent {
            Ok(()) => {
                self.hold.lift(claimed.effect.id);
                Ended::only(EffectOutcome::Sent(now))
            }
            Err(error) => self.unsent(&error, claimed, now),
        }
    }
}
