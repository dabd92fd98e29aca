//! Hearing of money: look up what the books have, let the rule say what is new, commit it, and on a lost race begin anew.
use std::sync::Arc;

use uuid::Uuid;

use super::{
    Applied, Attempt, AttemptKey, Books, Found, Lookup, Observation, PaymentAttempt,
    PaymentProvider, PaymentState, PaymentStore, Received, Settlement,
    record::{Host, moved, recorded, refused_by_host},
    settle,
};
use crate::{
    Actor, Ask, CommandId, Decision, Error, Expectation, Id, Loaded, Order, OrderDetails,
    RecordRef, StoreError, Upkeep, Version, command::written, portal::Wiring,
};

/// A lost race loads and settles anew this often.
const ATTEMPTS: u8 = 20;

/// What the ids of other moves of an attempt derive from.
const MOVED: Uuid = Uuid::from_u128(0x8a0d_53f7_61c2_4e95_b1e4_27d3_90ac_6f18);

/// What is in the books about one payment, with the versions it was read in.
struct Read {
    attempt: Option<Loaded<PaymentAttempt>>,
    key: RecordRef,
    received: Option<Loaded<Received>>,
    order: Option<Loaded<OrderDetails>>,
}

impl Wiring {
    pub(crate) fn payment_store(&self) -> Result<&dyn PaymentStore, Error> {
        let store = self.payment_store.as_deref();
        store.ok_or(Error::NotWired("payments"))
    }

    /// The provider of this name.
    pub(crate) fn provider(&self, name: &str) -> Option<&Arc<dyn PaymentProvider>> {
        self.payments
            .iter()
            .find(|provider| provider.name() == name)
    }

    /// Writes down what is true of a payment: whoever hears of it, however often and in whatever order, comes here, and the books end the same.
    pub(crate) async fn settle(&self, seen: &Observation) -> Result<(), Error> {
        self.settle_by(seen, Actor::Upkeep).await
    }

    /// The same, where somebody wrote it down by hand.
    pub(crate) async fn settle_by(&self, seen: &Observation, by: Actor) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let read = self.read_books(seen).await?;
            let settled = settle(seen, read.books(), self.clock.now());
            let mut written = self.write(&settled, &read, Host::Hears, &by).await;
            if let Err(StoreError::Rejected(_)) = written {
                let settled = refused_by_host(&settled);
                written = self.write(&settled, &read, Host::Refuses, &by).await;
            }
            match written {
                Err(StoreError::Conflict(_)) => {}
                ended => return Ok(ended?),
            }
        }
        Err(Error::Contended)
    }

    /// Writes down what a look-up found. Whoever looked for an attempt by what only that attempt has may say whose payment it is.
    pub(crate) async fn take_in(
        &self,
        looked_for: Option<Attempt>,
        found: Found,
    ) -> Result<(), Error> {
        match found {
            Found::Payment(mut seen) => {
                seen.attempt = seen.attempt.or(looked_for);
                if seen.attempt.is_none() && !self.is_known(&seen).await? {
                    // The account may take other money than the portal's: that is nobody's business here.
                    return Ok(());
                }
                self.settle(&seen).await
            }
            Found::Session { state, .. } => {
                if let Some(attempt) = looked_for {
                    self.page_stands(attempt, state).await?;
                }
                Ok(())
            }
            Found::Setup { .. } | Found::Nothing => Ok(()),
        }
    }

    /// An attempt is as far as this, as its page says. It never goes back, and no page says that money came.
    pub(crate) async fn page_stands(
        &self,
        attempt: Attempt,
        state: PaymentState,
    ) -> Result<(), Error> {
        if state == PaymentState::Succeeded {
            return Ok(());
        }
        self.change_attempt(attempt, state.as_str(), |now| {
            (state > now.state).then(|| PaymentAttempt {
                state,
                ..now.clone()
            })
        })
        .await
    }

    /// Changes one attempt. `what` names the change: there is one of that name for each attempt and version it is made from.
    pub(crate) async fn change_attempt(
        &self,
        attempt: Attempt,
        what: &str,
        change: impl Fn(&PaymentAttempt) -> Option<PaymentAttempt> + Send,
    ) -> Result<(), Error> {
        let store = self.payment_store()?;
        for _ in 0..ATTEMPTS {
            let found = store.attempt(&AttemptKey::Attempt(attempt)).await?;
            let Some(found) = found else {
                return Err(Error::NotFound);
            };
            let Some(changed) = change(&found.value) else {
                return Ok(());
            };
            let version = found
                .seen
                .first()
                .map_or("", |(_, version)| version.as_str());
            let name = written(&[&attempt.to_string(), what, version]);
            let command = CommandId(Uuid::new_v5(&MOVED, name.as_bytes()));
            let ask = Ask::new(&Upkeep, self.clock.now(), command);
            let order = self.directory.order(&changed.order).await?;
            let before = Some(found.value.state);
            let decide = |hears| {
                let decision = Decision::new(&ask, "payment.move", changed.record()).given(&found);
                moved(decision, &changed, before, hears)
            };
            let mut written = self.store.commit(decide(order.is_some())).await;
            // What became of a payment is no question to the host: it only hears of it.
            if let Err(StoreError::Rejected(_)) = written {
                written = self.store.commit(decide(false)).await;
            }
            match written {
                Err(StoreError::Conflict(_)) => {}
                Ok(_) => return Ok(()),
                Err(e) => return Err(e.into()),
            }
        }
        Err(Error::Contended)
    }

    /// Asks the provider of an attempt how it stands, and writes it down. Answers whether the provider knew anything of it.
    pub(crate) async fn look_after(&self, attempt: &PaymentAttempt) -> Result<bool, Error> {
        let provider = self.provider(&attempt.provider);
        let theirs = provider.filter(|provider| *provider.merchant() == attempt.merchant);
        let provider = theirs.ok_or(Error::NotWired("the account of this payment"))?;
        let what = match (&attempt.payment, &attempt.page) {
            (Some(payment), _) => Lookup::Payment(payment.clone()),
            (None, Some(page)) => Lookup::Session(page.session.clone()),
            (None, None) => Lookup::Attempt {
                attempt: attempt.attempt,
                since: attempt.begun_at,
            },
        };
        let found = provider.look_up(&what).await?;
        let knew = found != Found::Nothing;
        self.take_in(Some(attempt.attempt), found).await?;
        if attempt.method.is_none() {
            return Ok(knew);
        }
        let key = AttemptKey::Attempt(attempt.attempt);
        let now = self.payment_store()?.attempt(&key).await?;
        let now = now.ok_or(Error::NotFound)?.value;
        Ok(self.charge_again(&now).await? || knew)
    }

    /// Money that came for this order and pays for nothing, where some of it is still here.
    pub(crate) async fn under_review(&self, order: &Id<Order>) -> Result<Option<Received>, Error> {
        let store = self.payment_store()?;
        for attempt in store.attempts(order).await? {
            let Some(payment) = attempt
                .payment
                .filter(|_| attempt.state == PaymentState::Succeeded)
            else {
                continue;
            };
            let key = Received::key(&attempt.merchant, &payment);
            let found = store.received(&key).await?.map(|found| found.value);
            let waits =
                |r: &Received| matches!(r.applied, Applied::Not(_)) && r.left().is_positive();
            if let Some(received) = found.filter(waits) {
                return Ok(Some(received));
            }
        }
        Ok(None)
    }

    async fn is_known(&self, seen: &Observation) -> Result<bool, Error> {
        let store = self.payment_store()?;
        let key = AttemptKey::Payment(seen.merchant.clone(), seen.payment.clone());
        if store.attempt(&key).await?.is_some() {
            return Ok(true);
        }
        let key = Received::key(&seen.merchant, &seen.payment);
        Ok(store.received(&key).await?.is_some())
    }

    async fn read_books(&self, seen: &Observation) -> Result<Read, Error> {
        let store = self.payment_store()?;
        let key = Received::key(&seen.merchant, &seen.payment);
        let received = store.received(&key).await?;
        let known = received
            .as_ref()
            .and_then(|received| received.value.attempt);
        let by = match seen.attempt.or(known) {
            Some(attempt) => AttemptKey::Attempt(attempt),
            None => AttemptKey::Payment(seen.merchant.clone(), seen.payment.clone()),
        };
        let attempt = store.attempt(&by).await?;
        let order = match &attempt {
            Some(attempt) => self.directory.order(&attempt.value.order).await?,
            None => None,
        };
        Ok(Read {
            attempt,
            key: RecordRef::Received(key),
            received,
            order,
        })
    }

    async fn write(
        &self,
        settled: &Settlement,
        read: &Read,
        host: Host,
        by: &Actor,
    ) -> Result<(), StoreError> {
        let recorded = recorded(settled, read.books(), host, self.clock.now());
        let Some(mut decision) = recorded else {
            return Ok(());
        };
        decision.audit.by = by.clone();
        if let Some(attempt) = &read.attempt {
            decision = decision.given(attempt);
        }
        if settled.received.is_some() {
            decision = if let Some(received) = &read.received {
                decision.given(received)
            } else {
                let none = Version::number(0);
                decision.expecting(Expectation::Unchanged(read.key.clone(), none))
            };
        }
        // Whether it pays for the order hangs on how the order stands; what comes later only on what came first.
        if let Some(order) = read.order.as_ref().filter(|_| settled.arrived) {
            decision = decision.given(order);
        }
        #[cfg(feature = "accounting")]
        let decision = {
            let order = read.attempt.as_ref().map(|attempt| &attempt.value.order);
            self.owed_to_books(decision, order)
        };
        self.store.commit(decision).await.map(drop)
    }
}

impl Read {
    fn books(&self) -> Books<'_> {
        Books::new(
            self.attempt.as_ref().map(|attempt| &attempt.value),
            self.received.as_ref().map(|received| &received.value),
            self.order.as_ref().map(|order| &order.value.order),
        )
    }
}
