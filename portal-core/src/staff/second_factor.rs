use async_trait::async_trait;

use super::{Staff, StaffAction, StaffCommand, StaffDesk};
use crate::{
    Account, Ask, CommandId, Decision, Error, Id, RecordRef,
    accounts::{AccountChange, AccountKey},
    command::{sealed::Sealed, written},
    effect::{MailKind, Recipient},
};

/// Take the second factor off an account whose owner has lost the phone and the recovery codes. Until they set up another, the password alone signs them in.
///
/// Whoever asks for it must have shown who they are by other means: this is the way in that a thief of the password would try. Every session ends, and the owner hears of it by mail.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ResetSecondFactor {
    /// The form's own id.
    pub command: CommandId,
    /// Whose.
    pub account: Id<Account>,
}

impl ResetSecondFactor {
    /// Takes it off this account.
    #[must_use]
    pub fn new(command: CommandId, account: Id<Account>) -> Self {
        Self { command, account }
    }
}

impl Sealed for ResetSecondFactor {}

#[async_trait]
impl StaffCommand for ResetSecondFactor {
    fn id(&self) -> CommandId {
        self.command
    }

    fn action(&self) -> StaffAction {
        StaffAction::ResetSecondFactors
    }

    fn form(&self) -> String {
        written(&["reset-second-factor", self.account.as_str()])
    }

    async fn decide(&self, desk: &StaffDesk, ask: &Ask<'_, Staff>) -> Result<Decision, Error> {
        let key = AccountKey::Id(self.account.clone());
        let found = desk.accounts()?.store.account(&key).await?;
        let access = found.ok_or(Error::NotFound)?;
        // There is none to take off.
        access.value.second_factor.as_ref().ok_or(Error::NotFound)?;
        let account = || self.account.clone();
        let about = RecordRef::Account(account());
        let contact = &access.value.contact;
        let owner = desk.accounts()?.people.person(contact).await?;
        let nobody = || Recipient::Contact(contact.clone());
        let to = owner.map_or_else(nobody, |owner| owner.alarmed());
        Ok(Decision::new(ask, "account.second-factor-reset", about)
            .given(&access)
            .changed(AccountChange::SecondFactorRemoved { account: account() })
            .changed(AccountChange::PassesRevoked { account: account() })
            // The lost phone may be one of them.
            .changed(AccountChange::DevicesForgotten { account: account() })
            .changed(AccountChange::SessionsEnded {
                account: account(),
                but: None,
            })
            .mail(MailKind::SecondFactorRemoved, to))
    }
}
