use async_trait::async_trait;
use serde::Serialize;

use super::{Staff, StaffAction, StaffCommand, StaffDesk};
use crate::{
    Account, Ask, CommandId, Decision, Error, Id, RecordRef,
    accounts::{AccountChange, AccountKey, AccountState},
    command::{sealed::Sealed, written},
};

/// Close an account, open it again, or sign its owner out everywhere.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ChangeAccess {
    /// The form's own id.
    pub command: CommandId,
    /// Whose.
    pub account: Id<Account>,
    /// What becomes of it.
    pub closing: Closing,
}

/// What becomes of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Closing {
    /// Nobody gets in by it any more; every session and link of it ends.
    Close,
    /// Its owner gets in again, by the password they had.
    Reopen,
    /// Every session of it ends, and every browser is forgotten. Its owner can sign in again.
    SignOutEverywhere,
}

impl ChangeAccess {
    /// Does this with an account.
    #[must_use]
    pub fn new(command: CommandId, account: Id<Account>, closing: Closing) -> Self {
        Self {
            command,
            account,
            closing,
        }
    }
}

impl Closing {
    fn action(self) -> &'static str {
        match self {
            Self::Close => "account.closed",
            Self::Reopen => "account.reopened",
            Self::SignOutEverywhere => "account.signed-out-everywhere",
        }
    }
}

impl Sealed for ChangeAccess {}

#[async_trait]
impl StaffCommand for ChangeAccess {
    fn id(&self) -> CommandId {
        self.command
    }

    fn action(&self) -> StaffAction {
        match self.closing {
            Closing::Close | Closing::Reopen => StaffAction::CloseAccounts,
            Closing::SignOutEverywhere => StaffAction::SignOutCustomers,
        }
    }

    fn form(&self) -> String {
        written(&[self.closing.action(), self.account.as_str()])
    }

    async fn decide(&self, desk: &StaffDesk, ask: &Ask<'_, Staff>) -> Result<Decision, Error> {
        let key = AccountKey::Id(self.account.clone());
        let found = desk.accounts()?.store.account(&key).await?;
        let access = found.ok_or(Error::NotFound)?;
        let account = || self.account.clone();
        let about = RecordRef::Account(account());
        let decision = Decision::new(ask, self.closing.action(), about).given(&access);
        let state = match self.closing {
            Closing::Close => AccountState::Disabled,
            Closing::Reopen if access.value.password.is_some() => AccountState::Active,
            Closing::Reopen => AccountState::Invited,
            Closing::SignOutEverywhere => access.value.state,
        };
        let decision = if state == access.value.state {
            decision
        } else {
            let account = account();
            decision.changed(AccountChange::StateChanged { account, state })
        };
        if self.closing == Closing::Reopen {
            return Ok(decision);
        }
        Ok(decision
            .changed(AccountChange::PassesRevoked { account: account() })
            .changed(AccountChange::DevicesForgotten { account: account() })
            .changed(AccountChange::SessionsEnded {
                account: account(),
                but: None,
            }))
    }
}
