//! The portal's own ways in: who may have an account, how they get one, how they sign in.
//!
//! A host that signs its users in itself needs none of this: [`Portal::customer`](crate::Portal::customer) takes its word for who is looking.
mod about_you;
mod allowance;
mod argon2id;
mod attempt;
mod change;
mod contact_change;
mod desk;
mod door;
mod eligibility;
mod facts;
mod hashing;
pub(crate) mod holder;
pub(crate) mod issue;
mod limits;
mod pass;
mod password;
mod post;
mod records;
#[cfg(feature = "totp")]
mod recovery;
mod refusal;
mod request;
#[cfg(feature = "totp")]
mod second_step;
mod secret;
mod session;
mod settings;
mod spelling;
mod store;
pub(crate) mod temporary;
#[cfg(feature = "totp")]
mod totp;
mod turns;
mod upkeep;
mod visitor;
mod wiring;

pub use allowance::{Allowance, Draw, Drawn, Refund};
pub use argon2id::{Argon2id, UnfitCost};
pub use attempt::{Attempt, Flow, Outcome};
pub use change::AccountChange;
pub use contact_change::ContactChange;

#[cfg(feature = "totp")]
pub use desk::SecondFactorSetup;
pub use desk::{AccountDesk, ChooseLanguage, EndOtherSessions, EndSession, SignedInFrom};
#[cfg(feature = "totp")]
pub use door::EnterCode;
pub use door::{
    Answer, Claim, Claimed, FollowLink, Followed, FrontDoor, LinkFacts, LinkTakes, Login, NextStep,
    SignIn, SignedIn, WaysIn,
};
pub use eligibility::{
    Condition, ConditionKind, EligibilitySettings, Eligible, Fix, Standing, explain, may_enter,
};
pub use facts::{Access, AccountState, SealedSecret, SecondFactor, TemporaryPassword};
#[cfg(feature = "mock")]
pub use hashing::MockPasswordHasher;
pub use hashing::{PasswordHasher, Verified};
pub use pass::{Pass, PassHolder, PassKind, PassState};
pub use password::{ChosenPassword, check_password};
#[cfg(feature = "mock")]
pub use records::MockPeople;
pub use records::{People, Person};
#[cfg(feature = "totp")]
pub use recovery::RecoveryCodes;
pub use refusal::{AccountRefusal, DoorField, EligibilityRefusal};
pub use request::{AccountRequest, Applicant, RequestKind, RequestState, RequiredInfo};
pub use secret::{Digest, PasswordHash, Token};
pub use session::{LoginSession, OpenSession};
pub use settings::{
    AccountSettings, Activation, EmailChange, LinkSettings, PasswordSettings, SessionSettings,
    SignUpSettings,
};
#[cfg(feature = "mock")]
pub use store::MockAccountStore;
pub use store::{AccountKey, AccountStore, Entry, Sweep, Then};
pub use visitor::Visitor;
pub use wiring::Accounts;

pub use crate::{
    key::{PortalKey, UnfitKey},
    profile::FieldValue,
};
/// What is kept of an address that a link was sent to.
pub(crate) fn address_digest(email: &crate::details::EmailAddress) -> Digest {
    Digest::of(email.as_str())
}

/// Somebody else changed the account meanwhile. Nothing was done.
pub(crate) fn contended(e: crate::StoreError) -> crate::Error {
    match e {
        crate::StoreError::Conflict(_) => crate::Error::Contended,
        other => other.into(),
    }
}
