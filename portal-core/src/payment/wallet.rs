//! The cards and bank accounts that are kept for a customer: seen, added, removed, made the default.
use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;
use uuid::Uuid;

use super::{
    AddMethod, BeginSetup, MakeMethodDefault, MethodKind, MethodRef, NextStep, PayerRef,
    PaymentProvider, PaymentVault, RemoveMethod, StoredMethod,
    keeping::{may_add, may_make_default, may_remove},
};
use crate::{
    Actor, Ask, CommandId, CustomerDesk, Decision, Done, Error, Id, Offer, Offers, RecordRef,
    Refusals,
    adapter::{AdapterError, AdapterErrorKind},
    command::written,
    order::OrderRefusal,
    submit::Form,
};

/// What one provider keeps for a customer, and can keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WalletView {
    /// The provider's name, for the forms.
    pub provider: String,
    /// What it can keep.
    pub keeps: Vec<MethodKind>,
    /// What of it customers can remove at all.
    pub removes: Vec<MethodKind>,
    /// What can be added on a page of the provider's, and whether it may be.
    pub adds: Vec<Offer<MethodKind>>,
    /// What it keeps for this customer; `None` where it cannot be asked now.
    pub kept: Option<Vec<MethodView>>,
}

/// A card or bank account, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MethodView {
    /// What it is: never its number.
    pub method: StoredMethod,
    /// What can be done with it.
    pub offers: Offers<MethodAction>,
}

/// What can be done with a card or bank account that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MethodAction {
    /// Have it used where nothing else is said.
    MakeDefault,
    /// Have it forgotten.
    Remove,
}

/// A form about something that is kept, in a customer's hand.
struct InHand<'a> {
    desk: &'a CustomerDesk,
    command: CommandId,
    at: &'a dyn PaymentProvider,
    vault: Arc<dyn PaymentVault>,
    wants: Wants<'a>,
}

enum Wants<'a> {
    Gone(&'a MethodRef),
    Default(&'a MethodRef),
    Added(&'a AddMethod),
}

impl CustomerDesk {
    /// The cards and bank accounts that are kept for whoever is signed in: one entry for each provider that keeps any. One that cannot be asked now, or was asked
    /// for this person more than ten times within a minute, hides no other.
    ///
    /// # Errors
    /// [`Error::NotWired`] where nothing is kept about payments.
    pub async fn payment_methods(&self) -> Result<Vec<WalletView>, Error> {
        self.open()?;
        let mut wallets = vec![];
        for provider in &self.wiring().payments {
            let Some(vault) = provider.vault() else {
                continue;
            };
            let kept = match self.known_payer(provider.merchant()).await? {
                Some(_) if !self.may_ask_what_is_kept(provider.name()) => None,
                Some(payer) => match vault.methods(&payer).await {
                    Ok(kept) => Some(kept),
                    // Somebody deleted them there.
                    Err(e) if e.kind() == AdapterErrorKind::NotFound => Some(vec![]),
                    Err(_) => None,
                },
                None => Some(vec![]),
            };
            wallets.push(self.wallet(provider.name(), vault.as_ref(), kept));
        }
        Ok(wallets)
    }

    /// Has one's own card forgotten at the provider. It is written down first; the same form sent again has it forgotten once more, and nothing else.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is not there or not theirs; [`Error::Refused`] for bank accounts, for what the provider lets nobody remove, and where the host looks after cards
    /// itself. [`Error::Adapter`]: it may be there still; send the same form again.
    pub async fn remove_method(&self, form: &RemoveMethod) -> Result<Done, Error> {
        let at = self.keeper(&form.provider)?;
        let hand = InHand {
            desk: self,
            command: form.command,
            at: at.as_ref(),
            vault: at.vault().ok_or(Error::NotFound)?,
            wants: Wants::Gone(&form.method),
        };
        let done = self.wiring().take(&hand).await?;
        match hand.vault.remove(&hand.payer().await?, &form.method).await {
            // It was theirs when this was decided: somebody was faster, or it is the same form again.
            Err(e) if e.kind() == AdapterErrorKind::NotFound => Ok(done),
            Err(e) => Err(e.into()),
            Ok(()) => Ok(done),
        }
    }

    /// Has one's own card or bank account used where nothing else is said.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is not there or not theirs; [`Error::Refused`] for what cannot be paid with. [`Error::Adapter`]: send the same form again.
    pub async fn make_default_method(&self, form: &MakeMethodDefault) -> Result<Done, Error> {
        let at = self.keeper(&form.provider)?;
        let hand = InHand {
            desk: self,
            command: form.command,
            at: at.as_ref(),
            vault: at.vault().ok_or(Error::NotFound)?,
            wants: Wants::Default(&form.method),
        };
        let done = self.wiring().take(&hand).await?;
        let payer = hand.payer().await?;
        let made = hand.vault.make_default(&payer, &form.method).await;
        made.map_err(unless_missing)?;
        Ok(done)
    }

    /// Opens the provider's page on which a card or bank account is stored, or has the customer written to. What comes of it is in [`payment_methods`](Self::payment_methods).
    ///
    /// # Errors
    /// [`Error::NotFound`] where no such provider keeps anything; [`Error::Refused`] for what is not added there, or not by customers. [`Error::Adapter`]: send the same form again.
    pub async fn begin_method_setup(&self, form: &AddMethod) -> Result<NextStep, Error> {
        let at = self.keeper(&form.provider)?;
        let hand = InHand {
            desk: self,
            command: form.command,
            at: at.as_ref(),
            vault: at.vault().ok_or(Error::NotFound)?,
            wants: Wants::Added(form),
        };
        self.wiring().take(&hand).await?;
        let setup = hand.vault.setup().ok_or(Error::NotFound)?;
        let payer = self.payer(at.merchant(), hand.vault.as_ref()).await?;
        let (back, cancel) = (form.return_to.as_str(), form.cancel_to.as_str());
        let mut call = BeginSetup::new(
            form.attempt(),
            payer,
            form.kind,
            form.currency,
            back,
            cancel,
        )
        .speaking(self.viewer().contact.language);
        call.mandate.clone_from(&form.mandate);
        Ok(setup.begin(&call).await?.next)
    }

    fn keeper(&self, provider: &str) -> Result<&Arc<dyn PaymentProvider>, Error> {
        self.open()?;
        self.wiring().provider(provider).ok_or(Error::NotFound)
    }

    fn wallet(
        &self,
        provider: &str,
        vault: &dyn PaymentVault,
        kept: Option<Vec<StoredMethod>>,
    ) -> WalletView {
        let settings = &self.wiring().settings.payment_methods;
        let (removes, stores) = (vault.removes(), stores(vault));
        let view = |method: StoredMethod| MethodView {
            offers: Offers::new([
                Offer::allowed(MethodAction::MakeDefault, may_make_default(&method)),
                Offer::allowed(
                    MethodAction::Remove,
                    may_remove(method.kind, &removes, settings),
                ),
            ]),
            method,
        };
        let kept = kept.map(|kept| kept.into_iter().map(view).collect());
        let add = |kind: &MethodKind| Offer::allowed(*kind, may_add(*kind, &stores, settings));
        WalletView {
            provider: provider.to_owned(),
            keeps: vault.keeps(),
            adds: stores.iter().map(add).collect(),
            removes,
            kept,
        }
    }
}

fn stores(vault: &dyn PaymentVault) -> Vec<MethodKind> {
    vault.setup().map_or(vec![], |setup| setup.stores())
}

fn unless_missing(error: AdapterError) -> Error {
    if error.kind() == AdapterErrorKind::NotFound {
        Error::NotFound
    } else {
        error.into()
    }
}

impl InHand<'_> {
    async fn payer(&self) -> Result<PayerRef, Error> {
        let known = self.desk.known_payer(self.at.merchant()).await?;
        known.ok_or(Error::NotFound)
    }

    /// The method, if it is theirs.
    async fn own(&self, method: &MethodRef) -> Result<StoredMethod, Error> {
        let kept = self.vault.methods(&self.payer().await?).await;
        let mut kept = kept.map_err(unless_missing)?.into_iter();
        let own = kept.find(|kept| kept.method == *method);
        own.ok_or(Error::NotFound)
    }

    fn may_add(&self, form: &AddMethod) -> Result<(), Refusals> {
        let settings = &self.desk.wiring().settings.payment_methods;
        may_add(form.kind, &stores(self.vault.as_ref()), settings)?;
        let currency = form.currency;
        if !self.at.traits().limits.takes(currency) {
            return Err(OrderRefusal::CurrencyNotAccepted { currency }.into());
        }
        Ok(())
    }
}

#[async_trait]
impl Form for InHand<'_> {
    fn id(&self) -> CommandId {
        self.command
    }

    fn fingerprint(&self) -> Uuid {
        let said = match &self.wants {
            Wants::Gone(method) => ["remove", method.as_str(), ""],
            Wants::Default(method) => ["default", method.as_str(), ""],
            Wants::Added(form) => ["add", form.kind.as_str(), form.currency.code()],
        };
        let [what, which, pays] = said;
        let said = [what, self.at.name(), which, pays];
        self.command.derive(&written(&said))
    }

    fn by(&self) -> Actor {
        crate::Acting::actor(self.desk.viewer())
    }

    async fn decide(&self) -> Result<Decision, Error> {
        let wiring = self.desk.wiring();
        let settings = &wiring.settings.payment_methods;
        let about = |method: &MethodRef| RecordRef::PaymentMethod(Id::new(method.as_str()));
        let (action, about) = match self.wants {
            Wants::Gone(method) => {
                let own = self.own(method).await?;
                may_remove(own.kind, &self.vault.removes(), settings)?;
                ("payment-method.remove", about(method))
            }
            Wants::Default(method) => {
                may_make_default(&self.own(method).await?)?;
                ("payment-method.make-default", about(method))
            }
            Wants::Added(form) => {
                self.may_add(form)?;
                let me = RecordRef::Contact(self.desk.me().clone());
                ("payment-method.add", me)
            }
        };
        let ask = Ask::new(self.desk.viewer(), wiring.clock.now(), self.command);
        Ok(Decision::new(&ask, action, about))
    }
}
