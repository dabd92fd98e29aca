use super::{Owed, Stop, Unwritten, reader::Reader};
use crate::{
    Contact, Error, Id, RecordRef,
    adapter::AdapterErrorKind,
    mail::{CardRunsOut, MoneyBack, MoneyCame, OrderHead, Says},
    payment::{Applied, AttemptKey, Expiry, Received, StoredMethod, expiry},
    portal::Wiring,
};

impl Wiring {
    pub(super) async fn money_came(
        &self,
        owed: Owed<'_>,
        reader: &mut Reader,
    ) -> Result<Says, Stop> {
        let received = self.received(owed.about).await?;
        let order = self.paid_for(&received, reader).await?;
        let at = self.clocks(received.first_seen);
        let order = order.ok_or(Unwritten::RecordGone)?;
        let mut came = MoneyCame::new(received.captured, at, order);
        came.paid_with = self.paid_with(&received).await?;
        Ok(Says::MoneyCame(came))
    }

    pub(super) async fn money_back(
        &self,
        owed: Owed<'_>,
        reader: &mut Reader,
    ) -> Result<Says, Stop> {
        let received = self.received(owed.about).await?;
        let amount = received.refunded();
        // It came back: nothing was paid back after all.
        if !amount.is_positive() {
            return Err(Unwritten::Overtaken.into());
        }
        let mut back = MoneyBack::new(amount, received.captured);
        back.order = self.paid_for(&received, reader).await?;
        back.paid_with = self.paid_with(&received).await?;
        Ok(Says::MoneyBack(back))
    }

    pub(super) async fn card_runs_out(
        &self,
        owed: Owed<'_>,
        reader: &Reader,
    ) -> Result<Says, Stop> {
        let (RecordRef::PaymentMethod(id), Some(contact)) = (owed.about, &reader.contact) else {
            return Err(Unwritten::NotUnderstood.into());
        };
        if !self.settings.payment_methods.expiry_mail {
            return Err(Unwritten::NotWired.into());
        }
        if self.front().is_none() {
            return Err(Unwritten::PortalOff.into());
        }
        let card = self.kept(id, contact).await?;
        let card = card.ok_or(Unwritten::RecordGone)?;
        // They renewed it meanwhile; or it has run out, which another message tells.
        let today = self.clocks(self.clock.now()).date_naive();
        let still = expiry(&card, today).map(Expiry::mail) == Some(owed.kind);
        let last_day = card.expires.filter(|_| still);
        let last_day = last_day.ok_or(Unwritten::Overtaken)?;
        let card = format!("{} {}", card.brand, card.last4);
        Ok(Says::CardRunsOut(CardRunsOut::new(card.trim(), last_day)))
    }

    /// What is kept for this person under this name, at whichever provider.
    async fn kept(
        &self,
        id: &Id<StoredMethod>,
        contact: &Id<Contact>,
    ) -> Result<Option<StoredMethod>, Stop> {
        let store = self.payment_store.as_ref().ok_or(Unwritten::NotWired)?;
        let mut unasked = None;
        for provider in &self.payments {
            let Some(vault) = provider.vault() else {
                continue;
            };
            let Some(payer) = store.payer(contact, provider.merchant()).await? else {
                continue;
            };
            match vault.methods(&payer).await {
                Ok(kept) => {
                    let found = kept.into_iter().find(|m| m.method.as_str() == id.as_str());
                    if found.is_some() {
                        return Ok(found);
                    }
                }
                Err(e) if e.kind() == AdapterErrorKind::NotFound => {}
                Err(e) => unasked = unasked.or(Some(Error::from(e))),
            }
        }
        unasked.map_or(Ok(None), |e| Err(e.into()))
    }

    async fn received(&self, about: &RecordRef) -> Result<Received, Stop> {
        let store = self.payment_store.as_ref().ok_or(Unwritten::NotWired)?;
        let RecordRef::Received(id) = about else {
            return Err(Unwritten::NotUnderstood.into());
        };
        Ok(store
            .received(id)
            .await?
            .ok_or(Unwritten::RecordGone)?
            .value)
    }

    async fn paid_for(
        &self,
        received: &Received,
        reader: &mut Reader,
    ) -> Result<Option<OrderHead>, Stop> {
        let Applied::To(order) = &received.applied else {
            return Ok(None);
        };
        let found = self.directory.order(order).await?;
        reader.about(order);
        Ok(found.map(|found| self.head(&found.value.order)))
    }

    async fn paid_with(&self, received: &Received) -> Result<Option<String>, Stop> {
        let (Some(store), Some(attempt)) = (&self.payment_store, received.attempt) else {
            return Ok(None);
        };
        let found = store.attempt(&AttemptKey::Attempt(attempt)).await?;
        Ok(found.and_then(|found| found.value.paid_with))
    }
}
