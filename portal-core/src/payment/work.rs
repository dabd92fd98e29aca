//! What the outbox owes to providers: watching every attempt until it ends, looking up what a webhook spoke of, paying back.
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Attempt, AttemptKey, Fetching, Found, Lookup, Observation, PaymentAttempt, PaymentState,
    Received, RefundRef, charging::CHARGED_WITHIN, pay::ANSWERED_WITHIN, traits::Finding,
};
use crate::{
    Error, Id, Order,
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
    /// See a refund through to its end that was under way when it was heard of.
    WatchRefund {
        /// Of what was received.
        received: Id<Received>,
        /// The provider's name for it.
        refund: RefundRef,
        /// When it was heard of.
        since: DateTime<Utc>,
    },
    /// Close the page that is open for an order: other money has paid for it.
    CloseLive {
        /// Which order.
        order: Id<Order>,
    },
}

/// How one try at such work ended, where nothing failed.
pub(crate) enum Worked {
    Done,
    Again(DateTime<Utc>, String),
    GivenUp(String),
}

/// When a live attempt is looked at, in minutes after it began: soon while the payer is likely to be there, then daily for a month, which is longer than a bank takes.
const WATCH: [i64; 6] = [1, 5, 15, 60, 360, 1_440];

/// How soon a provider is asked again that knew nothing, so that two empty answers lie minutes apart and not hours.
const ONCE_MORE: Duration = Duration::minutes(5);

/// After that it is for staff to ask the provider.
const LONGEST: Duration = Duration::days(31);

/// How long after it began an attempt that ended without money is looked at once more: some money takes its time.
const AFTERWARDS: Duration = Duration::hours(48);

impl Wiring {
    /// Does one piece of it.
    pub(crate) async fn work(&self, work: &PaymentWork) -> Result<Worked, Error> {
        match work {
            PaymentWork::Watch { attempt } => self.watch(*attempt).await,
            PaymentWork::Heard {
                provider,
                what,
                said,
            } => self.heard(provider, what, said.as_deref()).await,
            PaymentWork::PayBack { received, refund } => self.pay_back(received, *refund).await,
            PaymentWork::WatchRefund {
                received,
                refund,
                since,
            } => self.watch_refund(received, refund, *since).await,
            PaymentWork::CloseLive { order } => self.close_live(order).await,
        }
    }

    async fn watch(&self, attempt: Attempt) -> Result<Worked, Error> {
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
        let Some(next) = next_look(after.begun_at, now) else {
            return Ok(Worked::GivenUp(why));
        };
        let soon = after.empty_looks > 0;
        let next = if soon {
            next.min(now + ONCE_MORE)
        } else {
            next
        };
        Ok(Worked::Again(next, why))
    }

    /// A page that the provider opened and that was never written down: nobody was shown it, so nobody pays there. A charge that waits for its payer, whom nobody sends there, is the same
    /// once nobody charges any more.
    async fn seen_by_nobody(
        &self,
        attempt: &PaymentAttempt,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let its_time = match attempt.method {
            Some(_) => CHARGED_WITHIN,
            None => ANSWERED_WITHIN,
        };
        if attempt.page.is_some() || now - attempt.begun_at < its_time {
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
        let provider = self.provider(&attempt.provider);
        // A payment that was seen once is somewhere, whatever is answered now.
        let (Some(provider), None) = (provider, &attempt.payment) else {
            return Ok(());
        };
        let traits = provider.traits();
        let charge = attempt.method.is_some();
        let lifetime = traits
            .session_lifetime
            .and_then(|l| Duration::from_std(l).ok());
        let closed = match &attempt.page {
            Some(page) => page.until.or(lifetime.map(|l| attempt.begun_at + l)),
            None if charge => Some(attempt.begun_at + CHARGED_WITHIN),
            None => return self.seen_by_nobody(attempt, now).await,
        };
        let Some(closed) = closed else {
            return Ok(());
        };
        let knows_after = match traits.finding {
            Finding::Eventually(lag) => Duration::from_std(lag).unwrap_or(AFTERWARDS),
            // Nobody can be asked for a charge that has no name: staff are.
            Finding::Never if charge => return Ok(()),
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

    /// Closes the page that is open for an order, where the provider can.
    async fn close_live(&self, order: &Id<Order>) -> Result<Worked, Error> {
        let key = AttemptKey::LiveOf(order.clone());
        if let Some(live) = self.payment_store()?.attempt(&key).await? {
            self.close(&live.value).await?;
        }
        Ok(Worked::Done)
    }

    /// Closes the page of an attempt, or asks how it stands where it cannot be closed or should have closed by itself.
    pub(crate) async fn close(&self, attempt: &PaymentAttempt) -> Result<(), Error> {
        let now = self.clock.now();
        let page = attempt.page.as_ref();
        let open = page.filter(|page| page.until.is_none_or(|until| now < until));
        let provider = self.provider(&attempt.provider);
        let sessions = provider.and_then(|provider| provider.sessions());
        if let (Some(page), Some(sessions)) = (open, sessions) {
            let found = sessions.close(&page.session).await?;
            return self.take_in(Some(attempt.attempt), found).await;
        }
        if !self.look_after(attempt).await? {
            self.known_to_nobody(attempt, now).await?;
        }
        Ok(())
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

/// When an attempt, or a refund, that began then is looked at next; nothing where it is for staff to ask the provider by now.
pub(super) fn next_look(begun_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if now - begun_at > LONGEST {
        return None;
    }
    let looks = WATCH
        .iter()
        .map(|minutes| begun_at + Duration::minutes(*minutes));
    let next = looks.into_iter().find(|look| *look > now);
    Some(next.unwrap_or(now + Duration::days(1)))
}
