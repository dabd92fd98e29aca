//! What staff see and do about money: look, have the provider asked now, write down what came by bank, pay back.
use async_trait::async_trait;

use super::{
    Attempt, AttemptKey, Fetching, Observation, PaymentAttempt, PaymentRefusal, Received,
    RefundReason, SessionRef, ask_back::ask_back,
};
use crate::{
    Ask, CommandId, Decision, Error, Id, Listing, Money, Order, Page, Refusal,
    command::{sealed::Sealed, written},
    staff::{Staff, StaffAction, StaffCommand, StaffDesk},
};

/// Pay back some of a payment, or all of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RefundPayment {
    /// The form's own id.
    pub command: CommandId,
    /// Of what was received.
    pub received: Id<Received>,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: RefundReason,
}

impl RefundPayment {
    /// Pays back this much.
    #[must_use]
    pub fn new(
        command: CommandId,
        received: Id<Received>,
        amount: Money,
        reason: RefundReason,
    ) -> Self {
        Self {
            command,
            received,
            amount,
            reason,
        }
    }
}

impl Sealed for RefundPayment {}

#[async_trait]
impl StaffCommand for RefundPayment {
    fn id(&self) -> CommandId {
        self.command
    }

    fn action(&self) -> StaffAction {
        StaffAction::Refund
    }

    fn form(&self) -> String {
        let (amount, reason) = (self.amount.to_string(), format!("{:?}", self.reason));
        written(&["refund", self.received.as_str(), &amount, &reason])
    }

    async fn decide(&self, desk: &StaffDesk, ask: &Ask<'_, Staff>) -> Result<Decision, Error> {
        let wiring = desk.portal().wiring();
        let found = wiring.payment_store()?.received(&self.received).await?;
        let found = found.ok_or(Error::NotFound)?;
        let merchant = &found.value.merchant;
        let provider = wiring.payments.iter().find(|p| p.merchant() == merchant);
        let refunds = provider.and_then(|provider| provider.refunds());
        Ok(ask_back(
            &found,
            self.amount,
            self.reason,
            refunds.as_deref(),
            ask,
        )?)
    }
}

impl StaffDesk {
    /// The attempts to pay an order, the one begun last first.
    ///
    /// # Errors
    /// `account.not-your-role`.
    pub async fn payments(&self, of: &Id<Order>) -> Result<Vec<PaymentAttempt>, Error> {
        self.must(StaffAction::SeePayments)?;
        Ok(self.portal().wiring().payment_store()?.attempts(of).await?)
    }

    /// What was received in one payment.
    ///
    /// # Errors
    /// `account.not-your-role`; [`Error::NotFound`].
    pub async fn received(&self, id: &Id<Received>) -> Result<Received, Error> {
        self.must(StaffAction::SeePayments)?;
        let found = self.portal().wiring().payment_store()?.received(id).await?;
        found.map(|found| found.value).ok_or(Error::NotFound)
    }

    /// Money that came and pays for nothing, what came last first: for each it says why.
    ///
    /// # Errors
    /// `account.not-your-role`; [`Error::BadPage`].
    pub async fn unapplied_money(&self, page: &Page) -> Result<Listing<Received>, Error> {
        self.must(StaffAction::SeePayments)?;
        Ok(self
            .portal()
            .wiring()
            .payment_store()?
            .unapplied(page)
            .await?)
    }

    /// The attempt that a payer names, such as by the reference of a bank transfer.
    ///
    /// # Errors
    /// `account.not-your-role`; [`Error::NotFound`].
    pub async fn payment_named(
        &self,
        provider: &str,
        reference: &SessionRef,
    ) -> Result<PaymentAttempt, Error> {
        self.must(StaffAction::SeePayments)?;
        let wiring = self.portal().wiring();
        let merchant = wiring.provider(provider).ok_or(Error::NotFound)?.merchant();
        let key = AttemptKey::Session(merchant.clone(), reference.clone());
        let found = wiring.payment_store()?.attempt(&key).await?;
        found.map(|found| found.value).ok_or(Error::NotFound)
    }

    /// Has the provider asked now how a payment stands, and answers with what is written down of it then.
    ///
    /// # Errors
    /// `account.not-your-role`; [`Error::NotFound`]; [`Error::Adapter`] where the provider cannot be asked.
    pub async fn check_payment(&self, attempt: Attempt) -> Result<PaymentAttempt, Error> {
        self.must(StaffAction::SeePayments)?;
        let wiring = self.portal().wiring();
        let (store, key) = (wiring.payment_store()?, AttemptKey::Attempt(attempt));
        let found = store.attempt(&key).await?.ok_or(Error::NotFound)?;
        wiring.look_after(&found.value).await?;
        let found = store.attempt(&key).await?.ok_or(Error::NotFound)?;
        Ok(found.value)
    }

    /// Writes down money that came some other way, as a provider that cannot be asked made it out (such as `Manual::received`). The same entry, written down twice, counts once.
    ///
    /// # Errors
    /// `account.not-your-role`; `payment.not-by-hand` where the provider is one that says itself what came; `payment.nothing-came`.
    pub async fn money_came(&self, provider: &str, seen: &Observation) -> Result<Received, Error> {
        self.must(StaffAction::RecordPayments)?;
        let wiring = self.portal().wiring();
        let provider = wiring.provider(provider).ok_or(Error::NotFound)?;
        if provider.traits().fetching != Fetching::Nothing || *provider.merchant() != seen.merchant
        {
            return Err(Refusal::from(PaymentRefusal::NotByHand).into());
        }
        if !seen.captured.is_positive() {
            return Err(Refusal::from(PaymentRefusal::NothingCame).into());
        }
        wiring.settle_by(seen, self.actor()).await?;
        let key = Received::key(&seen.merchant, &seen.payment);
        let found = wiring.payment_store()?.received(&key).await?;
        found.map(|found| found.value).ok_or(Error::NotFound)
    }
}
