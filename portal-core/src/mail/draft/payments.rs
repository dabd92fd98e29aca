use super::{Owed, Stop, Unwritten, reader::Reader};
use crate::{
    RecordRef,
    mail::{MoneyBack, MoneyCame, OrderHead, Says},
    payment::{Applied, AttemptKey, Received},
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
