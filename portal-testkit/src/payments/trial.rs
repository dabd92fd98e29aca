use std::{
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use portal_core::{
    Clock as _, Currency, Id, Money,
    payment::{
        Attempt, BeginPayment, Begun, ChargeStored, Fetching, Found, Initiator, Lookup,
        MethodCharges, MethodRef, Observation, PayStyle, PayerProfile, PayerRef, PaymentProvider,
        PaymentVault, ProviderTraits, RawWebhook, Refund, RefundKind, Refunds, StoredMethod,
        Webhooks,
    },
    rust_decimal::Decimal,
};
use uuid::Uuid;

use super::{Act, Candidate, Fault, FaultProxy, Skip};
use crate::{StoppedClock, fakes::locked};

/// A candidate, its adapter, and the proxy between them: what a case is given.
pub struct Trial {
    candidate: Box<dyn Candidate>,
    adapter: Arc<dyn PaymentProvider>,
    proxy: FaultProxy,
    attempts: AtomicU32,
    posted: Mutex<Posted>,
}

/// What was posted so far, and what it said of itself.
#[derive(Default)]
struct Posted {
    raw: Vec<RawWebhook>,
    said: Vec<Observation>,
}

/// A payment that was paid.
pub(super) struct Paid {
    pub(super) asked: BeginPayment,
    pub(super) begun: Begun,
    pub(super) seen: Observation,
}

/// Somebody with a stored card.
pub(super) struct Holder {
    pub(super) payer: PayerRef,
    pub(super) card: MethodRef,
}

impl Trial {
    /// Puts a candidate on trial.
    #[must_use]
    pub fn new(candidate: impl Candidate) -> Self {
        let proxy = FaultProxy::new(candidate.http(), &candidate.clock());
        let adapter = candidate.adapter(Arc::new(proxy.clone()));
        Self {
            candidate: Box::new(candidate),
            adapter,
            proxy,
            attempts: AtomicU32::new(0),
            posted: Mutex::default(),
        }
    }

    /// The adapter.
    #[must_use]
    pub fn adapter(&self) -> &dyn PaymentProvider {
        &*self.adapter
    }

    /// Who plays the provider.
    #[must_use]
    pub fn candidate(&self) -> &dyn Candidate {
        &*self.candidate
    }

    /// What stands between the two.
    #[must_use]
    pub fn proxy(&self) -> &FaultProxy {
        &self.proxy
    }

    pub(super) fn traits(&self) -> &ProviderTraits {
        self.adapter.traits()
    }

    pub(super) fn clock(&self) -> StoppedClock {
        self.candidate.clock()
    }

    /// The same adapter after a restart: nothing it remembered is left.
    pub(super) fn restarted(&self) -> Arc<dyn PaymentProvider> {
        self.candidate.adapter(Arc::new(self.proxy.clone()))
    }

    /// The next call goes wrong like that, on its first request. Whether it can be made to.
    pub(super) async fn fail_next(&self, fault: Fault) -> bool {
        if self.proxy.is_wired() {
            self.proxy.fail_next(fault);
            return true;
        }
        self.candidate.fail_next(fault).await
    }

    /// A currency that is taken.
    pub(super) fn currency(&self) -> Currency {
        let limits = &self.traits().limits;
        let usual = ["EUR", "USD", "CAD", "GBP"].map(|code| code.parse().unwrap());
        let usual = usual.into_iter().find(|known| limits.takes(*known));
        let named = || limits.currencies.as_ref()?.first().copied();
        usual
            .or_else(named)
            .unwrap_or_else(|| panic!("an adapter takes some currency"))
    }

    /// A new attempt, for an amount that no other attempt of this trial is for: some providers suspect two alike.
    pub(super) fn asked(&self) -> BeginPayment {
        let n = self.attempts.fetch_add(1, Ordering::Relaxed);
        let amount = self.amount(n);
        self.asked_for(amount)
    }

    pub(super) fn asked_for(&self, amount: Money) -> BeginPayment {
        let n = self.attempts.fetch_add(1, Ordering::Relaxed) + 1;
        let attempt = Attempt(Uuid::from_u128(0x7e57_0000 + u128::from(n)));
        let back = format!("https://portal.example/orders/{n}/paid?lang=en");
        let cancel = format!("https://portal.example/orders/{n}");
        let order = Id::new(format!("order-{n}"));
        BeginPayment::new(attempt, amount, order, format!("SO-{n}"), back, cancel)
            .since(self.clock().now())
            .from(Some([198, 51, 100, 7].into()))
    }

    fn amount(&self, n: u32) -> Money {
        let (currency, limits) = (self.currency(), &self.traits().limits);
        let odd = match currency.exponent() {
            0 => Decimal::ZERO,
            _ => Decimal::new(17, 2),
        };
        let step = Decimal::from(n);
        let mut amount = Decimal::from(20) + step + odd;
        if let Some(most) = limits.at_most.filter(|most| amount > *most) {
            amount = most - step * Decimal::new(1, u32::from(currency.exponent()));
        }
        if let Some(least) = limits.at_least.filter(|least| amount < *least) {
            amount = least + step;
        }
        Money::new(amount, currency).unwrap()
    }

    /// A payment that is open.
    pub(super) async fn open(&self) -> (BeginPayment, Begun) {
        let asked = self.asked();
        let begun = self.begin(&asked).await;
        (asked, begun)
    }

    pub(super) async fn begin(&self, asked: &BeginPayment) -> Begun {
        let begun = self.adapter.begin(asked).await;
        begun.unwrap_or_else(|no| panic!("a sound payment was not begun: {no}"))
    }

    /// The payer pays. Where an adapter has pages, somebody must be able to.
    pub(super) async fn pay(&self, begun: &Begun) -> Result<(), Skip> {
        if !self.hears() {
            return Err(Skip::NotOffered("hearing of payments"));
        }
        if self.traits().pay == PayStyle::Instructions {
            return self.play(Act::Pay(begun), "paying as told").await;
        }
        let paid = self.candidate.play(Act::Pay(begun)).await;
        assert!(paid, "the candidate has to be able to play `Act::Pay`");
        Ok(())
    }

    /// Whether the adapter ever hears of a payment: of a transfer that staff see on a statement it does not.
    pub(super) fn hears(&self) -> bool {
        let traits = self.traits();
        traits.fetching != Fetching::Nothing || traits.webhooks != Webhooks::None
    }

    pub(super) async fn play(&self, act: Act<'_>, what: &'static str) -> Result<(), Skip> {
        if self.candidate.play(act).await {
            Ok(())
        } else {
            Err(Skip::NotPlayed(what))
        }
    }

    /// A payment that was paid.
    pub(super) async fn paid(&self) -> Result<Paid, Skip> {
        let asked = self.asked();
        self.paid_as(asked).await
    }

    pub(super) async fn paid_as(&self, asked: BeginPayment) -> Result<Paid, Skip> {
        let begun = self.begin(&asked).await;
        self.pay(&begun).await?;
        let seen = self.seen(&asked, &begun).await?;
        Ok(Paid { asked, begun, seen })
    }

    /// What is said of a payment that somebody has tried to pay.
    pub(super) async fn seen(
        &self,
        asked: &BeginPayment,
        begun: &Begun,
    ) -> Result<Observation, Skip> {
        match self.traits().fetching {
            Fetching::Payment => {
                let what = Lookup::Session(begun.session.clone());
                match self.look_up(&what).await {
                    Found::Payment(seen) => Ok(*seen),
                    other => panic!("a payment that was tried is not found, but {other:?}"),
                }
            }
            _ => self.told(asked.attempt).await,
        }
    }

    /// The last that was posted about an attempt, where what is posted says what happened.
    async fn told(&self, attempt: Attempt) -> Result<Observation, Skip> {
        if self.traits().webhooks != Webhooks::SignedSnapshot {
            return Err(Skip::NotOffered("telling what became of a payment"));
        }
        self.posts().await;
        let posted = locked(&self.posted);
        let mut said = posted.said.iter().rev();
        let ours = said.find(|seen| seen.attempt == Some(attempt)).cloned();
        ours.ok_or(Skip::NotPlayed("posting what became of a payment"))
    }

    /// Everything that was posted so far. It is received as it comes, as a host would: later it would be stale.
    pub(super) async fn posts(&self) -> Vec<RawWebhook> {
        for raw in self.candidate.posts().await {
            let batch = self.adapter.receive(&raw).await;
            let events = batch.map_or_else(|_| vec![], |batch| batch.events);
            let said = events.into_iter().filter_map(|event| event.snapshot);
            let mut posted = locked(&self.posted);
            posted.said.extend(said.map(|seen| *seen));
            posted.raw.push(raw);
        }
        locked(&self.posted).raw.clone()
    }

    pub(super) async fn look_up(&self, what: &Lookup) -> Found {
        let found = self.adapter.look_up(what).await;
        found.unwrap_or_else(|no| panic!("{what:?} could not be looked up: {no}"))
    }

    /// What the provider has taken for an attempt is this, once.
    pub(super) async fn has_taken_once(&self, asked: &BeginPayment) {
        let taken = self.candidate.books(asked.attempt).await.taken;
        assert_eq!(taken, [asked.amount], "taken once, and exactly that");
    }

    pub(super) async fn has_taken_nothing(&self, attempt: Attempt) {
        let taken = self.candidate.books(attempt).await.taken;
        assert_eq!(taken, [], "nothing was taken");
    }

    pub(super) fn vault(&self) -> Result<Arc<dyn PaymentVault>, Skip> {
        self.adapter.vault().ok_or(Skip::NotOffered("a vault"))
    }

    pub(super) fn charges(&self) -> Result<Arc<dyn MethodCharges>, Skip> {
        let charges = self.vault()?.charges();
        charges.ok_or(Skip::NotOffered("charging what is kept"))
    }

    pub(super) fn refunds(&self) -> Result<Arc<dyn Refunds>, Skip> {
        self.adapter.refunds().ok_or(Skip::NotOffered("refunds"))
    }

    /// A customer with a stored card.
    pub(super) async fn holder(&self, who: &str) -> Result<Holder, Skip> {
        let payer = self.vault()?.payer(&profile(who)).await.unwrap();
        let card = self.card_of(&payer).await?;
        Ok(Holder {
            payer,
            card: card.method,
        })
    }

    /// One more stored card of a customer.
    pub(super) async fn card_of(&self, payer: &PayerRef) -> Result<StoredMethod, Skip> {
        let before = self.methods(payer).await;
        self.play(Act::HasCard(payer), "storing a card").await?;
        let known = |card: &StoredMethod| before.iter().any(|b| b.method == card.method);
        let mut new = self.methods(payer).await;
        new.retain(|card| !known(card));
        assert_eq!(new.len(), 1, "what was stored is listed, once: {new:?}");
        Ok(new.remove(0))
    }

    pub(super) async fn methods(&self, payer: &PayerRef) -> Vec<StoredMethod> {
        let vault = self.adapter.vault().unwrap();
        vault.methods(payer).await.unwrap()
    }

    /// A charge of a stored card, under a new attempt.
    pub(super) fn charge(&self, holder: &Holder) -> ChargeStored {
        let asked = self.asked();
        let (payer, method) = (holder.payer.clone(), holder.card.clone());
        let by = Initiator::MerchantOnce;
        let number = asked.order_number.clone();
        ChargeStored::new(asked.attempt, asked.amount, payer, method, by, number)
            .from(asked.payer_ip)
    }

    /// A refund of some of it, or of all where parts are not paid back.
    pub(super) fn some_back(&self, paid: &Paid, refunds: &dyn Refunds) -> Refund {
        let whole = refunds.kind() == RefundKind::FullOnly;
        let amount = if whole {
            paid.asked.amount
        } else {
            part(paid.asked.amount)
        };
        self.back(paid, amount, whole)
    }

    pub(super) fn back(&self, paid: &Paid, amount: Money, whole: bool) -> Refund {
        let n = self.attempts.fetch_add(1, Ordering::Relaxed);
        let key = Uuid::from_u128(0xbac0_0000 + u128::from(n));
        Refund::new(key, paid.seen.payment.clone(), amount, whole).from(paid.asked.payer_ip)
    }
}

/// Some of an amount: a tenth, and a round one.
pub(super) fn part(of: Money) -> Money {
    let step = 10_i64.pow(of.currency().exponent().into());
    Money::from_minor((of.minor() / 10 / step).max(1) * step, of.currency())
}

/// A customer whose name and address are easily found in a text.
pub(super) fn profile(who: &str) -> PayerProfile {
    let email = format!("{who}@quillfeather.example");
    PayerProfile::new(Id::new(who), format!("{who} Quillfeather")).with_email(Some(email))
}

impl fmt::Debug for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trial({})", self.adapter.name())
    }
}
