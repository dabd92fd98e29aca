use chrono::{DateTime, Utc};
use serde::Serialize;

use super::RequiredInfo;
use crate::refusal::{Datum, Lasting, Remedy};

/// Why a customer record does not let its owner in. Staff see these; the customer sees the neutral answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", content = "data")]
#[non_exhaustive]
pub enum EligibilityRefusal {
    /// The switch on the customer's record is off.
    #[error("the portal option of this customer is off")]
    #[serde(rename = "eligibility.portal-option-off")]
    PortalOptionOff,
    /// No main phone number.
    #[error("the main phone number is missing")]
    #[serde(rename = "eligibility.phone-missing")]
    PhoneMissing,
    /// Another customer has the same main phone number.
    #[error("the main phone number is shared with another customer")]
    #[serde(rename = "eligibility.phone-not-unique")]
    PhoneNotUnique,
    /// No e-mail address.
    #[error("the e-mail address is missing")]
    #[serde(rename = "eligibility.email-missing")]
    EmailMissing,
    /// No ZIP or postal code.
    #[error("the postal code is missing")]
    #[serde(rename = "eligibility.postal-code-missing")]
    PostalCodeMissing,
    /// Neither a contract nor a quote.
    #[error("there is no contract and no quote yet")]
    #[serde(rename = "eligibility.no-history")]
    NoHistory,
    /// Pays cash only.
    #[error("this is a cash customer")]
    #[serde(rename = "eligibility.cash-only")]
    CashOnlyCustomer,
    /// The record was not brought over yet.
    #[error("the record has not been brought over yet")]
    #[serde(rename = "eligibility.not-synced-yet")]
    NotSyncedYet,
}

/// Why somebody does not get in, or an account is not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", content = "data")]
#[non_exhaustive]
pub enum AccountRefusal {
    /// What was typed does not let anybody in. It does not say why, and must not.
    #[error("these details do not let anybody in")]
    #[serde(rename = "account.not-recognised")]
    NotRecognised,
    /// These are not the details on record. It does not say which, and must not.
    #[error("these are not the details on record")]
    #[serde(rename = "account.no-match")]
    NoMatch,
    /// What was typed into a field cannot be that.
    #[error("{field:?} cannot be what was typed")]
    #[serde(rename = "account.malformed")]
    Malformed {
        /// Which field.
        field: DoorField,
    },
    /// The code is not the one of now.
    #[error("the code is not the one of now")]
    #[serde(rename = "account.wrong-code")]
    WrongCode,
    /// The password alone is not enough: the code from their app is needed too.
    #[error("the code of the second factor is needed too")]
    #[serde(rename = "account.code-needed")]
    CodeNeeded,
    /// The current password, asked for once more, is wrong.
    #[error("the current password is wrong")]
    #[serde(rename = "account.wrong-password")]
    WrongPassword,
    /// Too many attempts.
    #[error("too many attempts")]
    #[serde(rename = "account.too-many-attempts")]
    TooManyAttempts {
        /// When to try again; without, the way is by a link sent to the address on record.
        again_at: Option<DateTime<Utc>>,
    },
    /// The link ran out, was used, was taken back, or never was one.
    #[error("this link is not, or no longer, good for anything")]
    #[serde(rename = "account.link-not-valid")]
    LinkNotValid,
    /// Sensitive, and the last proof of who they are is too old.
    #[error("prove once more who you are")]
    #[serde(rename = "account.prove-again")]
    ProveAgain,
    /// The new password is too short.
    #[error("the password needs at least {shortest} characters")]
    #[serde(rename = "account.password-too-short")]
    PasswordTooShort {
        /// How many characters it needs.
        shortest: u16,
    },
    /// The new password is too long.
    #[error("the password may have at most {longest} characters")]
    #[serde(rename = "account.password-too-long")]
    PasswordTooLong {
        /// How many characters it may have.
        longest: u16,
    },
    /// The new password is among the first that anybody would try.
    #[error("the password is too easy to guess")]
    #[serde(rename = "account.password-too-common")]
    PasswordTooCommon,
    /// The new password is made of what others know about them.
    #[error("the password is made of the customer's own details")]
    #[serde(rename = "account.password-about-you")]
    PasswordAboutYou,
    /// The new password is the one they have, or the one that was sent.
    #[error("the password is the one in use")]
    #[serde(rename = "account.password-unchanged")]
    PasswordUnchanged,
    /// Nobody is invited to this portal.
    #[error("invitations are switched off")]
    #[serde(rename = "account.invitations-disabled")]
    InvitationsDisabled,
    /// Accounts cannot be claimed here.
    #[error("claiming an account is switched off")]
    #[serde(rename = "account.claims-disabled")]
    ClaimsDisabled,
    /// Accounts cannot be created here.
    #[error("account creation is switched off")]
    #[serde(rename = "account.creation-disabled")]
    CreationDisabled,
    /// Something that creating an account takes was left out. There is one of these for each.
    #[error("{info:?} is needed to create an account")]
    #[serde(rename = "account.required-info-missing")]
    RequiredInfoMissing {
        /// What.
        info: RequiredInfo,
    },
    /// Accounts cannot be requested here.
    #[error("requesting an account is switched off")]
    #[serde(rename = "account.requests-disabled")]
    RequestsDisabled,
    /// Customers do not change their address themselves.
    #[error("the e-mail address cannot be changed here")]
    #[serde(rename = "account.email-change-forbidden")]
    EmailChangeForbidden,
    /// There is no second factor in this portal.
    #[error("the second factor is switched off")]
    #[serde(rename = "account.second-factor-off")]
    SecondFactorOff,
    /// The second factor is set up and works: it is removed before another is set up.
    #[error("the second factor is set up already")]
    #[serde(rename = "account.second-factor-on")]
    SecondFactorOn,
    /// For staff: nobody can be written to without an address.
    #[error("there is no e-mail address on record to write to")]
    #[serde(rename = "account.no-address")]
    NoAddress,
    /// For staff: the account is in use already.
    #[error("the account is in use already")]
    #[serde(rename = "account.already-active")]
    AlreadyActive,
    /// For staff: the account was closed.
    #[error("the account is closed")]
    #[serde(rename = "account.closed")]
    Closed,
    /// For staff: the request was answered before.
    #[error("the request was answered before")]
    #[serde(rename = "account.not-pending")]
    NotPending,
    /// For staff: another account signs in with that address.
    #[error("another account signs in with that address")]
    #[serde(rename = "account.address-taken")]
    AddressTaken,
    /// For staff: theirs is not the role for it.
    #[error("this takes another role")]
    #[serde(rename = "account.not-your-role")]
    NotYourRole,
}

/// A field of a form at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DoorField {
    /// The e-mail address.
    Email,
    /// The phone number.
    Phone,
    /// The ZIP or postal code.
    PostalCode,
}

impl DoorField {
    /// As forms and catalogues write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::PostalCode => "postal_code",
        }
    }
}

impl EligibilityRefusal {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::PortalOptionOff => "eligibility.portal-option-off",
            Self::PhoneMissing => "eligibility.phone-missing",
            Self::PhoneNotUnique => "eligibility.phone-not-unique",
            Self::EmailMissing => "eligibility.email-missing",
            Self::PostalCodeMissing => "eligibility.postal-code-missing",
            Self::NoHistory => "eligibility.no-history",
            Self::CashOnlyCustomer => "eligibility.cash-only",
            Self::NotSyncedYet => "eligibility.not-synced-yet",
        }
    }

    pub(crate) fn lasting(&self) -> Lasting {
        match self {
            Self::NotSyncedYet => Lasting::ForAWhile,
            Self::PortalOptionOff
            | Self::PhoneMissing
            | Self::PhoneNotUnique
            | Self::EmailMissing
            | Self::PostalCodeMissing
            | Self::NoHistory
            | Self::CashOnlyCustomer => Lasting::UntilSomeoneActs,
        }
    }

    pub(crate) fn remedy(&self) -> Remedy {
        match self {
            Self::NotSyncedYet => Remedy::LookAgainLater,
            Self::PortalOptionOff
            | Self::PhoneMissing
            | Self::PhoneNotUnique
            | Self::EmailMissing
            | Self::PostalCodeMissing
            | Self::NoHistory
            | Self::CashOnlyCustomer => Remedy::AskOrganiser,
        }
    }

    pub(crate) fn samples() -> Vec<Self> {
        vec![
            Self::PortalOptionOff,
            Self::PhoneMissing,
            Self::PhoneNotUnique,
            Self::EmailMissing,
            Self::PostalCodeMissing,
            Self::NoHistory,
            Self::CashOnlyCustomer,
            Self::NotSyncedYet,
        ]
    }
}

impl AccountRefusal {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotRecognised => "account.not-recognised",
            Self::NoMatch => "account.no-match",
            Self::Malformed { .. } => "account.malformed",
            Self::WrongCode => "account.wrong-code",
            Self::CodeNeeded => "account.code-needed",
            Self::WrongPassword => "account.wrong-password",
            Self::TooManyAttempts { .. } => "account.too-many-attempts",
            Self::LinkNotValid => "account.link-not-valid",
            Self::ProveAgain => "account.prove-again",
            Self::PasswordTooShort { .. } => "account.password-too-short",
            Self::PasswordTooLong { .. } => "account.password-too-long",
            Self::PasswordTooCommon => "account.password-too-common",
            Self::PasswordAboutYou => "account.password-about-you",
            Self::PasswordUnchanged => "account.password-unchanged",
            Self::InvitationsDisabled => "account.invitations-disabled",
            Self::ClaimsDisabled => "account.claims-disabled",
            Self::CreationDisabled => "account.creation-disabled",
            Self::RequiredInfoMissing { .. } => "account.required-info-missing",
            Self::RequestsDisabled => "account.requests-disabled",
            Self::EmailChangeForbidden => "account.email-change-forbidden",
            Self::SecondFactorOff => "account.second-factor-off",
            Self::SecondFactorOn => "account.second-factor-on",
            Self::NoAddress => "account.no-address",
            Self::AlreadyActive => "account.already-active",
            Self::Closed => "account.closed",
            Self::NotPending => "account.not-pending",
            Self::AddressTaken => "account.address-taken",
            Self::NotYourRole => "account.not-your-role",
        }
    }

    pub(crate) fn lasting(&self) -> Lasting {
        match self {
            Self::NotPending | Self::LinkNotValid | Self::AlreadyActive => Lasting::ForGood,
            Self::InvitationsDisabled
            | Self::ClaimsDisabled
            | Self::CreationDisabled
            | Self::RequestsDisabled
            | Self::EmailChangeForbidden
            | Self::SecondFactorOff
            | Self::SecondFactorOn
            | Self::NoAddress
            | Self::Closed
            | Self::AddressTaken
            | Self::NotYourRole => Lasting::UntilSomeoneActs,
            Self::TooManyAttempts { .. } => Lasting::ForAWhile,
            Self::NotRecognised
            | Self::NoMatch
            | Self::Malformed { .. }
            | Self::WrongCode
            | Self::CodeNeeded
            | Self::WrongPassword
            | Self::ProveAgain
            | Self::PasswordTooShort { .. }
            | Self::PasswordTooLong { .. }
            | Self::PasswordTooCommon
            | Self::PasswordAboutYou
            | Self::PasswordUnchanged
            | Self::RequiredInfoMissing { .. } => Lasting::UntilRetried,
        }
    }

    pub(crate) fn remedy(&self) -> Remedy {
        match self {
            Self::NotRecognised
            | Self::Malformed { .. }
            | Self::WrongCode
            | Self::CodeNeeded
            | Self::WrongPassword => Remedy::TypeAgain,
            Self::TooManyAttempts { again_at } => match again_at {
                Some(at) => Remedy::WaitUntil { at: *at },
                None => Remedy::AskForLink,
            },
            Self::LinkNotValid => Remedy::AskForLink,
            Self::ProveAgain => Remedy::ProveAgain,
            Self::PasswordTooShort { .. }
            | Self::PasswordTooLong { .. }
            | Self::PasswordTooCommon
            | Self::PasswordAboutYou
            | Self::PasswordUnchanged => Remedy::ChooseAnotherPassword,
            Self::RequiredInfoMissing { .. } => Remedy::FillIn,
            Self::AlreadyActive | Self::NotPending | Self::SecondFactorOn => Remedy::NothingNeeded,
            Self::NoMatch
            | Self::InvitationsDisabled
            | Self::ClaimsDisabled
            | Self::CreationDisabled
            | Self::RequestsDisabled
            | Self::EmailChangeForbidden
            | Self::SecondFactorOff
            | Self::NoAddress
            | Self::Closed
            | Self::AddressTaken
            | Self::NotYourRole => Remedy::AskOrganiser,
        }
    }

    pub(crate) fn data(&self) -> Vec<(&'static str, Datum)> {
        match self {
            Self::TooManyAttempts { again_at } => match again_at {
                Some(at) => vec![
                    ("when", Datum::Text("then".into())),
                    ("again_at", Datum::Instant(*at)),
                ],
                None => vec![("when", Datum::Text("never".into()))],
            },
            Self::PasswordTooShort { shortest } => {
                vec![("shortest", Datum::Text(shortest.to_string().into()))]
            }
            Self::PasswordTooLong { longest } => {
                vec![("longest", Datum::Text(longest.to_string().into()))]
            }
            Self::Malformed { field } => vec![("field", Datum::Text(field.as_str().into()))],
            Self::RequiredInfoMissing { info } => vec![("info", Datum::Text(info.as_str().into()))],
            _ => vec![],
        }
    }

    pub(crate) fn samples() -> Vec<Self> {
        vec![
            Self::NotRecognised,
            Self::NoMatch,
            Self::Malformed {
                field: DoorField::Email,
            },
            Self::Malformed {
                field: DoorField::Phone,
            },
            Self::Malformed {
                field: DoorField::PostalCode,
            },
            Self::WrongCode,
            Self::CodeNeeded,
            Self::WrongPassword,
            Self::TooManyAttempts {
                again_at: Some(DateTime::UNIX_EPOCH),
            },
            Self::TooManyAttempts { again_at: None },
            Self::LinkNotValid,
            Self::ProveAgain,
            Self::PasswordTooShort { shortest: 10 },
            Self::PasswordTooLong { longest: 256 },
            Self::PasswordTooCommon,
            Self::PasswordAboutYou,
            Self::PasswordUnchanged,
            Self::InvitationsDisabled,
            Self::ClaimsDisabled,
            Self::CreationDisabled,
            Self::RequiredInfoMissing {
                info: RequiredInfo::CreditCard,
            },
            Self::RequiredInfoMissing {
                info: RequiredInfo::BankAccount,
            },
            Self::RequiredInfoMissing {
                info: RequiredInfo::BillingDetails,
            },
            Self::RequiredInfoMissing {
                info: RequiredInfo::ShippingDetails,
            },
            Self::RequestsDisabled,
            Self::EmailChangeForbidden,
            Self::SecondFactorOff,
            Self::SecondFactorOn,
            Self::NoAddress,
            Self::AlreadyActive,
            Self::Closed,
            Self::NotPending,
            Self::AddressTaken,
            Self::NotYourRole,
        ]
    }
}

impl RequiredInfo {
    /// As settings and catalogues write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreditCard => "credit_card",
            Self::BankAccount => "bank_account",
            Self::BillingDetails => "billing_details",
            Self::ShippingDetails => "shipping_details",
        }
    }
}
