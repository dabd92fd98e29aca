use async_trait::async_trait;
use portal_core::{
    Account, Change, CommandId, Commit, Decision, Expectation, Id, RecordRef, Store, StoreError,
    Version,
    accounts::{
        AccountChange, AccountKey, AccountState, AccountStore, ContactChange, Pass, PassHolder,
        PassState,
    },
    memory::Memory,
};
use portal_testkit::{
    Meddler,
    facts::{login, secret, today},
};
use uuid::Uuid;

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeFault {
    OpensTwiceForOneContact,
    LeavesOutTakenLogins,
    OpensClosedAccounts,
    KeepsTheTemporaryPassword,
    ConfirmsSecondFactorsAtOnce,
    ForgetsTheBrowserOfAPassword,
    RevokesLinksOfEveryKind,
    UsesLinksAgain,
    IgnoresAccountVersions,
    TakesZeroForAnyVersion,
    EndsTheSessionThatGoesOn,
    EndsTheSessionsOfOthers,
    CountsAnEndedSessionAsAChange,
    LosesWhatTheHostShouldDo,
    KeepsAccountsTheHostRejected,
    UpdatesTheFirstFieldOnly,
}

use ChangeFault as F;

/// A memory that records what happens to accounts, all but one thing.
#[derive(Debug)]
pub(crate) struct FaultyChanges {
    memory: Memory,
    fault: ChangeFault,
}

impl FaultyChanges {
    pub(crate) fn new(memory: Memory, fault: ChangeFault) -> Self {
        Self { memory, fault }
    }

    /// What the fault makes of a change: others in its place.
    async fn bent(&self, change: Change) -> Vec<Change> {
        match change {
            Change::Account(change) => {
                let changes = self.bent_account(change).await;
                changes.into_iter().map(Change::from).collect()
            }
            Change::Contact(mut change) => {
                if self.fault == F::LosesWhatTheHostShouldDo {
                    return vec![];
                }
                if let (F::UpdatesTheFirstFieldOnly, ContactChange::ProfileUpdated { fields, .. }) =
                    (self.fault, &mut change)
                {
                    fields.truncate(1);
                }
                vec![change.into()]
            }
            other => vec![other],
        }
    }

    async fn bent_account(&self, mut change: AccountChange) -> Vec<AccountChange> {
        match (self.fault, &mut change) {
            (F::OpensTwiceForOneContact, AccountChange::Opened { contact, .. })
                if self.is_taken(AccountKey::Contact(contact.clone())).await =>
            {
                *contact = Id::new(format!("{contact} again"));
            }
            (
                F::LeavesOutTakenLogins,
                AccountChange::Opened { email, phone, .. }
                | AccountChange::LoginsChanged { email, phone, .. },
            ) => {
                if let Some(taken) = email.clone()
                    && self.is_taken(AccountKey::Email(taken)).await
                {
                    *email = None;
                }
                if let Some(taken) = phone.clone()
                    && self.is_taken(AccountKey::Phone(taken)).await
                {
                    *phone = None;
                }
            }
            (F::ForgetsTheBrowserOfAPassword, AccountChange::PasswordSet { device, .. }) => {
                *device = None;
            }
            (F::UsesLinksAgain, AccountChange::PassUsed { pass, of }) => {
                let found = self.memory.pass(&secret(pass.as_str())).await.unwrap();
                let is_open = |found: &Pass| found.state == PassState::Open;
                if let (false, PassHolder::Account(account)) =
                    (found.as_ref().is_none_or(is_open), of)
                {
                    return vec![touched(account)];
                }
            }
            (F::EndsTheSessionThatGoesOn, AccountChange::SessionsEnded { but, .. }) => *but = None,
            (F::EndsTheSessionsOfOthers, AccountChange::SessionEnded { account, session }) => {
                let token = login(session.as_str()).token;
                let found = self.memory.session(&token).await.unwrap();
                if let Some(found) = found {
                    *account = found.session.account;
                }
            }
            _ => {}
        }
        let after = self.after(&change).await;
        let before = match (self.fault, &change) {
            (F::RevokesLinksOfEveryKind, AccountChange::PassIssued { pass }) => match &pass.of {
                PassHolder::Account(account) => Some(AccountChange::PassesRevoked {
                    account: account.clone(),
                }),
                PassHolder::Request(_) => None,
            },
            _ => None,
        };
        before.into_iter().chain([change]).chain(after).collect()
    }

    /// What the fault has happen besides.
    async fn after(&self, change: &AccountChange) -> Option<AccountChange> {
        match (self.fault, change) {
            (F::OpensClosedAccounts, AccountChange::PasswordSet { account, .. }) => {
                Some(AccountChange::StateChanged {
                    account: account.clone(),
                    state: AccountState::Active,
                })
            }
            (F::KeepsTheTemporaryPassword, AccountChange::PasswordSet { account, .. }) => {
                let by = AccountKey::Id(account.clone());
                let kept = self.memory.account(&by).await.unwrap()?.value.temporary?;
                Some(AccountChange::TemporaryPasswordSet {
                    account: account.clone(),
                    password: kept.hash,
                    until: kept.until,
                })
            }
            (F::ConfirmsSecondFactorsAtOnce, AccountChange::SecondFactorSet { account, .. }) => {
                Some(AccountChange::SecondFactorUsed {
                    account: account.clone(),
                    step: 0,
                })
            }
            (F::CountsAnEndedSessionAsAChange, AccountChange::SessionEnded { account, .. }) => {
                Some(touched(account))
            }
            _ => None,
        }
    }

    async fn is_taken(&self, by: AccountKey) -> bool {
        self.memory.account(&by).await.unwrap().is_some()
    }

    fn ignores(&self, expectation: &Expectation) -> bool {
        match expectation {
            Expectation::Unchanged(RecordRef::Account(_), version) => match self.fault {
                F::IgnoresAccountVersions => true,
                F::TakesZeroForAnyVersion => *version == Version::number(0),
                _ => false,
            },
            _ => false,
        }
    }
}

/// Another version of the account, and nothing else.
fn touched(account: &Id<Account>) -> AccountChange {
    AccountChange::PassesRevoked {
        account: account.clone(),
    }
}

/// A decision nobody made that is another version of the account.
pub(crate) fn touching(account: &Id<Account>) -> Decision {
    let about = RecordRef::Account(account.clone());
    let by = portal_core::Upkeep;
    let ask = portal_core::Ask::new(&by, today(), CommandId(Uuid::from_u128(u128::MAX)));
    Decision::new(&ask, "test.touched", about).changed(touched(account))
}

#[async_trait]
impl Meddler for FaultyChanges {
    async fn commit(
        &self,
        below: &dyn Store,
        mut decision: Decision,
    ) -> Result<Commit, StoreError> {
        decision.expect.retain(|expected| !self.ignores(expected));
        let mut changes = vec![];
        for change in std::mem::take(&mut decision.changes) {
            changes.extend(self.bent(change).await);
        }
        decision.changes = changes;
        let ended = below.commit(decision.clone()).await;
        if let (F::KeepsAccountsTheHostRejected, Err(StoreError::Rejected(_))) =
            (self.fault, &ended)
        {
            decision
                .changes
                .retain(|change| matches!(change, Change::Account(_)));
            decision.command = CommandId(decision.command.derive("kept"));
            below.commit(decision).await?;
        }
        ended
    }
}
