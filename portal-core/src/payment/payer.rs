//! Who a customer is at a provider: asked for once, remembered for good.
use uuid::Uuid;

use super::{
    BeginPayment, Begun, Merchant, MoneyChange, PayerProfile, PayerRef, PaymentProvider,
    PaymentVault, SaveMethod,
};
use crate::{
    Ask, CommandId, CustomerDesk, Decision, Error, RecordRef, StoreError,
    adapter::{AdapterError, AdapterErrorKind},
    command::written,
};

/// What the ids of remembering somebody derive from.
const REMEMBERED: Uuid = Uuid::from_u128(0x5c0e_93d1_7ab8_4f26_b1e4_2d97_06fa_c835);

/// Whom the provider has forgotten, because somebody deleted them there, pays all the same; only nothing is kept then.
pub(super) async fn begin_for(
    provider: &dyn PaymentProvider,
    call: BeginPayment,
) -> Result<Begun, AdapterError> {
    match provider.begin(&call).await {
        Err(e) if e.kind() == AdapterErrorKind::NotFound && call.payer.is_some() => {
            let nobody = call.by(None).saving(SaveMethod::No);
            provider.begin(&nobody).await
        }
        answer => answer,
    }
}

impl CustomerDesk {
    /// Who they are there, where that is known. Looked up in our own books, and never in a form.
    pub(super) async fn known_payer(&self, merchant: &Merchant) -> Result<Option<PayerRef>, Error> {
        let store = self.wiring().payment_store()?;
        Ok(store.payer(self.me(), merchant).await?)
    }

    /// Who they are there. The provider is told of them the first time; of two who hear an answer at once, the first one's counts.
    pub(super) async fn payer(
        &self,
        merchant: &Merchant,
        vault: &dyn PaymentVault,
    ) -> Result<PayerRef, Error> {
        if let Some(known) = self.known_payer(merchant).await? {
            return Ok(known);
        }
        let (wiring, contact) = (self.wiring(), &self.viewer().contact);
        let profile = PayerProfile::new(contact.id.clone(), contact.full_name())
            .with_email(contact.email.clone())
            .of_portal(wiring.settings.url.clone());
        let payer = vault.payer(&profile).await?;
        let mode = if merchant.live { "live" } else { "test" };
        let name = written(&[contact.id.as_str(), mode, &merchant.account, payer.as_str()]);
        let command = CommandId(Uuid::new_v5(&REMEMBERED, name.as_bytes()));
        let ask = Ask::new(self.viewer(), wiring.clock.now(), command);
        let about = RecordRef::Contact(contact.id.clone());
        let known = MoneyChange::Payer {
            contact: contact.id.clone(),
            merchant: merchant.clone(),
            payer: payer.clone(),
        };
        let decision = Decision::new(&ask, "payment-method.payer-known", about).changed(known);
        match wiring.store.commit(decision).await {
            Ok(_) => Ok(payer),
            Err(StoreError::Conflict(_)) => {
                self.known_payer(merchant).await?.ok_or(Error::Contended)
            }
            Err(e) => Err(e.into()),
        }
    }

    /// Who pays: known from before, or made known because what is paid with shall be kept.
    pub(super) async fn paying(
        &self,
        provider: &dyn PaymentProvider,
        save: SaveMethod,
    ) -> Result<Option<PayerRef>, Error> {
        let Some(vault) = provider.vault() else {
            return Ok(None);
        };
        match save {
            SaveMethod::No => self.known_payer(provider.merchant()).await,
            SaveMethod::AskPayer | SaveMethod::ForLater => {
                let payer = self.payer(provider.merchant(), vault.as_ref()).await?;
                Ok(Some(payer))
            }
        }
    }
}
