//! Opening the provider's page, after the attempt is written down and before the payer is sent there.
use chrono::Duration;

use super::{
    BeginPayment, Found, PayOrder, PayPage, PaymentAttempt, PaymentProvider, PaymentState,
    payer::begin_for,
};
use crate::{CustomerDesk, Error, adapter::Disposition};

/// How long a page is kept open, where the provider lets us say: nobody else pays the order meanwhile, and it is not exported.
const OPEN_FOR: Duration = Duration::hours(1);

impl CustomerDesk {
    /// Asks the provider for the page. Only who wrote the attempt down asks, and only what is written down is shown.
    pub(super) async fn open_page(
        &self,
        form: &PayOrder,
        provider: &dyn PaymentProvider,
    ) -> Result<(), Error> {
        let wiring = self.wiring();
        let attempt = self.attempt(form.attempt()).await?.value;
        let order = self.visible_order(&form.order).await?.value.order;
        let payer = match self.paying(provider, form.save).await {
            Ok(payer) => payer,
            Err(e) => {
                let ended = PaymentState::Failed;
                wiring.page_stands(attempt.attempt, ended).await?;
                return Err(e);
            }
        };
        let call = BeginPayment::new(
            attempt.attempt,
            attempt.amount,
            form.order.clone(),
            order.number.to_string(),
            form.return_to.clone(),
            form.cancel_to.clone(),
        )
        .since(attempt.begun_at)
        .until(attempt.begun_at + OPEN_FOR)
        .from(form.payer_ip)
        .by(payer)
        .speaking(self.viewer().contact.language)
        .saving(form.save);
        match begin_for(provider, call).await {
            Ok(begun) => {
                let page = PayPage::new(begun.session, begun.next, begun.until);
                let opened = |now: &PaymentAttempt| {
                    let opened = PaymentAttempt {
                        page: Some(page.clone()),
                        ..now.clone()
                    };
                    (now.page.is_none() && now.is_live()).then_some(opened)
                };
                wiring
                    .change_attempt(attempt.attempt, "open", opened)
                    .await?;
                let kept = self.attempt(attempt.attempt).await?.value;
                if kept.page.as_ref() != Some(&page) && !kept.is_live() {
                    // It took too long, and was given up meanwhile: nobody sees this page.
                    if let Some(sessions) = provider.sessions() {
                        let found = sessions
                            .close(&page.session)
                            .await
                            .unwrap_or(Found::Nothing);
                        wiring.take_in(Some(attempt.attempt), found).await?;
                    }
                }
                Ok(())
            }
            Err(e) if e.disposition() == Disposition::Unknown => Ok(()),
            Err(e) => {
                wiring
                    .page_stands(attempt.attempt, PaymentState::Failed)
                    .await?;
                Err(e.into())
            }
        }
    }
}
