//! What the outbox owes to providers: watching every attempt until it ends, looking up what a webhook spoke of, paying back.
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Attempt, AttemptKey, Fetching, Found, Lookup, Observation, PaymentAttempt, PaymentState,
    Received, pay::ANSWERED_WITHIN, traits::Finding,
};
use crate::{
    Error, Id,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    portal::Wiring,
};

/// Work that is owed to a payment provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PaymentWork {
    /// See an attempt through to its end, whatever webhooks were lost.
    Watch {
        /// Which.
        attempt: Attempt,
    },
    /// A provider said that there is something to look at.
    Heard {
        /// Which provider, by its name.
        provider: Arc<str>,
        /// At what.
        what: Lookup,
        /// What it says itself: believed only where the provider cannot be asked.
        said: Option<Box<Observation>>,
    },
    /// Have a refund made that staff asked for.
    PayBack {
        /// Of what was received.
        received: Id<Received>,
        /// Which.
        refund: Uuid,
    },
}

/// How one try at such work ended, where nothing failed.
pub(crate) enum Worked {
    Done,
    Again(DateTime<Utc>, String),
    GivenUp(String),
}

/// When a live attempt is looked at again, in minutes: soon while the payer is likely to be there, then daily for a month, which is longer than a bank takes.
const WATCH: [i64; 6] = [1, 5, 15, 60, 360, 1_440];

/// After so many looks it is for staff to ask the provider.
const MOST_LOOKS: u32 = 36;

/// How long after its end an attempt is looked at once more: some money takes its time.
const AFTERWARDS: Duration = Duration::hours(48);

impl Wiring {
    /// Does one piece of it. `tries` counts from 1.
    pub(crate) async fn work(&self, work: &PaymentWork, tries: u32) -> Result<Worked, Error> {
        match work {
            PaymentWork::Watch { attempt } => self.watch(*attempt, tries).await,
            PaymentWork::Heard {
                provider,
                what,
                said,
            } => self.heard(provider, what, said.as_deref()).await,
            PaymentWork::PayBack { received, refund } => self.pay_back(received, *refund).await,
        }
    }

    async fn watch(&self, attempt: Attempt, tries: u32) -> Result<Worked, Error> {
        let key = AttemptKey::Attempt(attempt);
        let Some(found) = self.payment_store()?.attempt(&key).await? else {
            return Ok(Worked::Done);
        };
        let (attempt, now) = (found.value, self.clock.now());
        if attempt.state == PaymentState::Succeeded {
            return Ok(Worked::Done);
        }
        let first = attempt.begun_at + Duration::minutes(1);
        if now < first {
            return Ok(Worked::Again(first, String::new()));
        }
        let looked = self.look_after(&attempt).await;
        match looked {
            Ok(true) => self.seen_by_nobody(&attempt, now).await?,
            Ok(false) => self.known_to_nobody(&attempt, now).await?,
            Err(_) => {}
        }
        let after = self.payment_store()?.attempt(&key).await?;
        let Some(after) = after.map(|found| found.value) else {
            return Ok(Worked::Done);
        };
        let why = looked.err().map_or_else(
            || format!("the payment is {}", after.state.as_str()),
            |e| e.to_string(),
        );
        if after.state == PaymentState::Succeeded {
            return Ok(Worked::Done);
        }
        if after.state.is_final() {
            let last = after.begun_at + AFTERWARDS;
            return Ok(if now < last {
                Worked::Again(last, why)
            } else {
                Worked::Done
            });
        }
        if tries >= MOST_LOOKS {
            return Ok(Worked::GivenUp(why));
        }
        Ok(Worked::Again(now + pause(tries), why))
    }

    /// A page that the provider opened and that was never written down: nobody was shown it, so nobody pays there.
    async fn seen_by_nobody(
        &self,
        attempt: &PaymentAttempt,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        if attempt.page.is_some() || now - attempt.begun_at < ANSWERED_WITHIN {
            return Ok(());
        }
        self.change_attempt(attempt.attempt, "unseen", |now| {
            let unpaid = matches!(now.state, PaymentState::Open | PaymentState::ActionRequired);
            (unpaid && now.page.is_none()).then(|| PaymentAttempt {
                state: PaymentState::Cancelled,
                ..now.clone()
            })
        })
        .await
    }

    /// An empty answer frees an attempt only once its page has closed, the provider would know by now, and it was asked twice.
    async fn known_to_nobody(
        &self,
        attempt: &PaymentAttempt,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let Some(provider) = self.provider(&attempt.provider) else {
            return Ok(());
        };
        let traits = provider.traits();
        let Some(page) = &attempt.page else {
            return self.seen_by_nobody(attempt, now).await;
        };
        let lifetime = traits
            .session_lifetime
            .and_then(|l| Duration::from_std(l).ok());
        let Some(closed) = page.until.or(lifetime.map(|l| attempt.begun_at + l)) else {
            return Ok(());
        };
        let knows_after = match traits.finding {
            Finding::Eventually(lag) => Duration::from_std(lag).unwrap_or(AFTERWARDS),
            Finding::AtOnce | Finding::Never => Duration::zero(),
        };
        if now < closed + knows_after {
            return Ok(());
        }
        self.change_attempt(attempt.attempt, "empty", |now| {
            let empty_looks = now.empty_looks.saturating_add(1);
            let state = if empty_looks >= 2 {
                PaymentState::Expired
            } else {
                now.state
            };
            let looked = PaymentAttempt {
                state: state.max(now.state),
                empty_looks,
                ..now.clone()
            };
            now.is_live().then_some(looked)
        })
        .await
    }

    async fn heard(
        &self,
        provider: &str,
        what: &Lookup,
        said: Option<&Observation>,
    ) -> Result<Worked, Error> {
        let provider = self.provider(provider);
        let provider = provider.ok_or(Error::NotWired("the provider of this payment"))?;
        let merchant = provider.merchant();
        if let (Some(said), Fetching::SessionOnly | Fetching::Nothing) =
            (said, provider.traits().fetching)
        {
            self.take_in(None, Found::Payment(Box::new(said.clone())))
                .await?;
            return Ok(Worked::Done);
        }
        let key = match what {
            Lookup::Attempt { attempt, .. } => AttemptKey::Attempt(*attempt),
            Lookup::Session(session) => AttemptKey::Session(merchant.clone(), session.clone()),
            Lookup::Payment(payment) => AttemptKey::Payment(merchant.clone(), payment.clone()),
        };
        let ours = self.payment_store()?.attempt(&key).await?;
        let found = provider.look_up(what).await?;
        if found == Found::Nothing {
            return Err(AdapterError::new(
                AdapterErrorKind::NotFound,
                Disposition::Rejected,
                "payments",
                "look up",
                "the provider spoke of something it does not know",
            )
            .into());
        }
        self.take_in(ours.map(|found| found.value.attempt), found)
            .await?;
        Ok(Worked::Done)
    }
}

/// The first try comes at once, and only waits for the first look.
fn pause(tries: u32) -> Duration {
    let step = usize::try_from(tries.saturating_sub(1))
        .unwrap_or(usize::MAX)
        .min(WATCH.len() - 1);
    Duration::minutes(WATCH.get(step).copied().unwrap_or(1_440))
}
