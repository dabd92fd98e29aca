//! What a customer may do about a card or bank account that is kept for them, and the forms that ask for it.
use std::sync::Arc;

use super::{
    Attempt, MandateTerms, MethodKind, MethodRef, MethodState, PaymentRefusal, StoredMethod,
};
use crate::{CommandId, Currency, Refusals, refusal::Reasons, settings::MethodSettings};

/// Remove one's own card.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RemoveMethod {
    /// The form's own id. The same form sent again removes nothing else.
    pub command: CommandId,
    /// At which provider, by its name.
    pub provider: Arc<str>,
    /// Which.
    pub method: MethodRef,
}

/// Have one's own card or bank account used where nothing else is said.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MakeMethodDefault {
    /// The form's own id.
    pub command: CommandId,
    /// At which provider, by its name.
    pub provider: Arc<str>,
    /// Which.
    pub method: MethodRef,
}

/// Store a card or bank account on a page of the provider's.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddMethod {
    /// The form's own id. The same form sent again leads to the same page.
    pub command: CommandId,
    /// At which provider, by its name.
    pub provider: Arc<str>,
    /// What.
    pub kind: MethodKind,
    /// What it will pay in.
    pub currency: Currency,
    /// Where they come back to.
    pub return_to: String,
    /// Where they come back to who changed their mind.
    pub cancel_to: String,
    /// What they agree to, for bank accounts: the host's own words, never the browser's.
    pub mandate: Option<MandateTerms>,
}

impl RemoveMethod {
    /// Removes this one.
    pub fn new(command: CommandId, provider: impl Into<Arc<str>>, method: MethodRef) -> Self {
        Self {
            command,
            provider: provider.into(),
            method,
        }
    }
}

impl MakeMethodDefault {
    /// Makes this one the default.
    pub fn new(command: CommandId, provider: impl Into<Arc<str>>, method: MethodRef) -> Self {
        Self {
            command,
            provider: provider.into(),
            method,
        }
    }
}

impl AddMethod {
    /// Stores something of this kind.
    pub fn new(
        command: CommandId,
        provider: impl Into<Arc<str>>,
        kind: MethodKind,
        currency: Currency,
        return_to: impl Into<String>,
        cancel_to: impl Into<String>,
    ) -> Self {
        Self {
            command,
            provider: provider.into(),
            kind,
            currency,
            return_to: return_to.into(),
            cancel_to: cancel_to.into(),
            mandate: None,
        }
    }

    /// On these terms.
    #[must_use]
    pub fn agreeing(mut self, mandate: MandateTerms) -> Self {
        self.mandate = Some(mandate);
        self
    }

    /// Our own name for what this form begins.
    pub(super) fn attempt(&self) -> Attempt {
        Attempt(self.command.derive("setup"))
    }
}

/// Whether a customer may remove this. Bank account information never, whatever is set and whatever the provider would do.
///
/// # Errors
/// Every reason why not.
pub fn may_remove(
    kind: MethodKind,
    removes: &[MethodKind],
    settings: &MethodSettings,
) -> Result<(), Refusals> {
    let mut reasons = Reasons::default();
    if kind.is_bank_account() {
        reasons.refuse(PaymentRefusal::BankAccountRemovalNotAllowed);
    } else if !removes.contains(&kind) {
        reasons.refuse(PaymentRefusal::MethodNotRemovable);
    }
    if kind == MethodKind::Card && !settings.cards {
        reasons.refuse(PaymentRefusal::CardManagementDisabled);
    }
    reasons.verdict()
}

/// Whether this can be what is used where nothing else is said.
///
/// # Errors
/// It cannot be paid with now.
pub fn may_make_default(method: &StoredMethod) -> Result<(), Refusals> {
    if method.state != MethodState::Usable {
        return Err(PaymentRefusal::MethodNotUsable.into());
    }
    Ok(())
}

/// Whether a customer may store something of this kind.
///
/// # Errors
/// Every reason why not.
pub fn may_add(
    kind: MethodKind,
    stores: &[MethodKind],
    settings: &MethodSettings,
) -> Result<(), Refusals> {
    let mut reasons = Reasons::default();
    if !stores.contains(&kind) {
        reasons.refuse(PaymentRefusal::MethodNotStoredHere);
    }
    if kind == MethodKind::Card && !settings.cards {
        reasons.refuse(PaymentRefusal::CardManagementDisabled);
    }
    if kind.is_bank_account() && !settings.bank_accounts {
        reasons.refuse(PaymentRefusal::BankAccountAddDisabled);
    }
    reasons.verdict()
}
