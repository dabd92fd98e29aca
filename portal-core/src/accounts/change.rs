use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    AccountRequest, AccountState, Digest, LoginSession, Pass, PassHolder, PasswordHash,
    RequestState, SealedSecret,
};
use crate::{
    Account, Contact, Customer, Id, Language,
    details::{EmailAddress, Phone},
};

/// What happened to an account. The store itself records it; the host is not asked.
///
/// Every change of an account makes it another version of its record, and so does a link of its that is issued or used: of two who press at once one is told to load
/// anew. Of a request likewise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountChange {
    /// There is an account now, in state [`AccountState::Invited`] and without a password. Where the contact has one already the store answers
    /// [`StoreError::Conflict`](crate::StoreError::Conflict), as it does when another account signs in with that address or number.
    Opened {
        /// Its key.
        account: Id<Account>,
        /// Whom it signs in.
        contact: Id<Contact>,
        /// Whom they act for.
        customer: Id<Customer>,
        /// The address it signs in with.
        email: Option<EmailAddress>,
        /// The number it signs in with.
        phone: Option<Phone>,
    },
    /// A password was chosen. An invited account is active from now on; a temporary password is gone.
    PasswordSet {
        /// Whose.
        account: Id<Account>,
        /// As it is kept.
        password: PasswordHash,
        /// The browser it was chosen from, to be remembered among [`Access::devices`](super::Access::devices): its owner gets in by it however many others try.
        device: Option<Digest>,
    },
    /// A temporary password was sent; the one before is gone.
    TemporaryPasswordSet {
        /// Whose.
        account: Id<Account>,
        /// As it is kept.
        password: PasswordHash,
        /// Until when it is good.
        until: DateTime<Utc>,
    },
    /// The temporary password was used, and is gone.
    TemporaryPasswordUsed {
        /// Whose.
        account: Id<Account>,
    },
    /// They sign in with another address or number. Taken ones are a conflict, as with `Opened`.
    LoginsChanged {
        /// Whose.
        account: Id<Account>,
        /// The address.
        email: Option<EmailAddress>,
        /// The number.
        phone: Option<Phone>,
    },
    /// Staff closed it, or opened it again.
    StateChanged {
        /// Whose.
        account: Id<Account>,
        /// What it is now.
        state: AccountState,
    },
    /// They want to be addressed in another language.
    LanguageChosen {
        /// Whose.
        account: Id<Account>,
        /// Which.
        language: Language,
    },
    /// An authenticator app was set up, and waits for its first code.
    SecondFactorSet {
        /// Whose.
        account: Id<Account>,
        /// Its secret.
        sealed: SealedSecret,
    },
    /// A code was taken; none of that step or an earlier one is from now on. The second factor is confirmed.
    SecondFactorUsed {
        /// Whose.
        account: Id<Account>,
        /// The step.
        step: u64,
    },
    /// No second factor any more.
    SecondFactorRemoved {
        /// Whose.
        account: Id<Account>,
    },
    /// A one-time link was made. Open ones of the same kind for the same holder are revoked.
    PassIssued {
        /// The link.
        pass: Pass,
    },
    /// A one-time link was used. One that is used already, or revoked, is a conflict.
    PassUsed {
        /// Which.
        pass: Id<Pass>,
        /// Whose.
        of: PassHolder,
    },
    /// All open one-time links of an account were taken back.
    PassesRevoked {
        /// Whose.
        account: Id<Account>,
    },
    /// Sessions were ended: all of an account, or all but one.
    SessionsEnded {
        /// Whose.
        account: Id<Account>,
        /// The one that goes on.
        but: Option<Id<LoginSession>>,
    },
    /// One session was ended; it is no error if it had ended before. Not another version of the account.
    SessionEnded {
        /// Whose.
        account: Id<Account>,
        /// Which.
        session: Id<LoginSession>,
    },
    /// All remembered browsers were forgotten.
    DevicesForgotten {
        /// Whose.
        account: Id<Account>,
    },
    /// Somebody asked for an account.
    Requested {
        /// The request.
        request: Box<AccountRequest>,
    },
    /// A request was answered. The password that came with it is forgotten.
    RequestSettled {
        /// Which.
        request: Id<AccountRequest>,
        /// How.
        state: RequestState,
    },
}
