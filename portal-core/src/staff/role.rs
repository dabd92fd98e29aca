use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{Acting, Actor};

/// A member of the host's staff. The host knows who they are and what they may.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Staff {
    /// As the audit trail names them.
    pub id: Arc<str>,
    /// What they are. Of two roles they have the powers of both.
    pub roles: BTreeSet<StaffRole>,
}

/// What a member of staff is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StaffRole {
    /// Helps customers.
    Support,
    /// Runs the portal: its owner, for the articles.
    Admin,
}

/// What a member of staff can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum StaffAction {
    /// Have an invitation or instructions sent.
    Invite,
    /// Have an activation mail sent.
    Activate,
    /// Approve or decline requests for accounts.
    AnswerRequests,
    /// Close an account, or open it again.
    CloseAccounts,
    /// Sign somebody out everywhere.
    SignOutCustomers,
    /// Take the second factor off an account.
    ResetSecondFactors,
    /// Read the sign-in log.
    ReadSignIns,
    /// See why somebody does not get in.
    ExplainEligibility,
    /// See what became of messages, and what was given up.
    #[cfg(feature = "mail")]
    SeeMessages,
    /// Have what was given up tried again.
    #[cfg(feature = "mail")]
    RetryMessages,
    /// See payments, and have a provider asked how one stands.
    #[cfg(feature = "payments")]
    SeePayments,
    /// Write down money that came some other way.
    #[cfg(feature = "payments")]
    RecordPayments,
    /// Pay back.
    #[cfg(feature = "payments")]
    Refund,
    /// See how orders stand in the books, and have the books asked.
    #[cfg(feature = "accounting")]
    SeeExports,
    /// Export, retry, disconnect, relink, forget.
    #[cfg(feature = "accounting")]
    MendExports,
}

impl Staff {
    /// A member of staff with one role.
    pub fn new(id: impl Into<Arc<str>>, role: StaffRole) -> Self {
        Self {
            id: id.into(),
            roles: [role].into(),
        }
    }

    /// Who has this role too.
    #[must_use]
    pub fn and(mut self, role: StaffRole) -> Self {
        self.roles.insert(role);
        self
    }

    /// Whether theirs is the role for it.
    #[must_use]
    pub fn may(&self, action: StaffAction) -> bool {
        self.roles.iter().any(|role| role.may(action))
    }
}

impl StaffRole {
    /// Whether this role alone is enough for it. Everything not said here is refused.
    #[must_use]
    pub fn may(self, action: StaffAction) -> bool {
        use StaffAction as A;
        match self {
            Self::Support => match action {
                A::Invite
                | A::Activate
                | A::SignOutCustomers
                | A::ReadSignIns
                | A::ExplainEligibility => true,
                #[cfg(feature = "mail")]
                A::SeeMessages | A::RetryMessages => true,
                #[cfg(feature = "payments")]
                A::SeePayments => true,
                #[cfg(feature = "payments")]
                A::RecordPayments | A::Refund => false,
                #[cfg(feature = "accounting")]
                A::SeeExports => true,
                #[cfg(feature = "accounting")]
                A::MendExports => false,
                A::AnswerRequests | A::CloseAccounts | A::ResetSecondFactors => false,
            },
            Self::Admin => match action {
                A::Invite
                | A::Activate
                | A::AnswerRequests
                | A::CloseAccounts
                | A::SignOutCustomers
                | A::ResetSecondFactors
                | A::ReadSignIns
                | A::ExplainEligibility => true,
                #[cfg(feature = "mail")]
                A::SeeMessages | A::RetryMessages => true,
                #[cfg(feature = "payments")]
                A::SeePayments | A::RecordPayments | A::Refund => true,
                #[cfg(feature = "accounting")]
                A::SeeExports | A::MendExports => true,
            },
        }
    }
}

impl StaffAction {
    /// Every action there is.
    pub const ALL: &'static [Self] = &[
        Self::Invite,
        Self::Activate,
        Self::AnswerRequests,
        Self::CloseAccounts,
        Self::SignOutCustomers,
        Self::ResetSecondFactors,
        Self::ReadSignIns,
        Self::ExplainEligibility,
        #[cfg(feature = "mail")]
        Self::SeeMessages,
        #[cfg(feature = "mail")]
        Self::RetryMessages,
        #[cfg(feature = "payments")]
        Self::SeePayments,
        #[cfg(feature = "payments")]
        Self::RecordPayments,
        #[cfg(feature = "payments")]
        Self::Refund,
        #[cfg(feature = "accounting")]
        Self::SeeExports,
        #[cfg(feature = "accounting")]
        Self::MendExports,
    ];
}

impl Acting for Staff {
    fn actor(&self) -> Actor {
        Actor::Staff(Arc::clone(&self.id))
    }
}
