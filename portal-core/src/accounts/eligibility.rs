//! Who may have an account at all: checked at sign-in and on every request.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::EligibilityRefusal;
use crate::{
    Refusals, Settings,
    details::{EmailAddress, Phone, PostalCode},
    refusal::{PortalRefusal, Reasons},
};

/// What the host's record says about a customer, as far as the portal asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Standing {
    /// The switch on the customer's own record.
    pub portal_option: bool,
    /// The main number.
    pub phone: Option<Phone>,
    /// Another customer has the same main number.
    pub phone_shared: bool,
    /// The address on record.
    pub email: Option<EmailAddress>,
    /// The ZIP or postal code on record.
    pub postal_code: Option<PostalCode>,
    /// How many contracts there are or ever were.
    pub contracts: u32,
    /// How many quotes there are or ever were.
    pub quotes: u32,
    /// Buys on account; not a cash customer.
    pub on_account: bool,
    /// When what is above was last changed, where the portal only sees what was brought over.
    pub changed_at: Option<DateTime<Utc>>,
    /// When the record was last brought over: by hand, or by the nightly run.
    pub synced_at: Option<DateTime<Utc>>,
}

/// Which conditions this portal sets. The portal's own switches, and the one on the customer's record, count always.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct EligibilitySettings {
    /// A main phone number.
    pub phone: bool,
    /// That nobody else has.
    pub phone_unique: bool,
    /// An e-mail address.
    pub email: bool,
    /// A ZIP or postal code.
    pub postal_code: bool,
    /// At least one contract or quote, of any status or age.
    pub history: bool,
    /// An account customer, not one who pays cash.
    pub on_account: bool,
    /// A record that was brought over since it was changed.
    pub synced: bool,
}

/// One condition, for staff: whether it is met, and if not, what would fix it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Condition {
    /// Which.
    pub condition: ConditionKind,
    /// Whether this portal sets it.
    pub required: bool,
    /// Whether it is met.
    pub met: bool,
    /// What to do about it, where it is required and not met.
    pub fix: Option<Fix>,
}

/// A condition for using the portal, in the order in which reasons are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ConditionKind {
    /// The host has a licence.
    Licence,
    /// The host takes part in the beta.
    Beta,
    /// The portal is on.
    PortalOn,
    /// The switch on the customer's record is on.
    PortalOption,
    /// There is a main phone number.
    Phone,
    /// Nobody else has it.
    PhoneUnique,
    /// There is an e-mail address.
    Email,
    /// There is a ZIP or postal code.
    PostalCode,
    /// There is a contract or a quote.
    History,
    /// It is an account customer.
    OnAccount,
    /// The record was brought over.
    Synced,
}

/// What staff do about a condition that is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Fix {
    /// Get a licence.
    BuyLicence,
    /// Have the feature switched on for this host: contact Customer Care.
    ContactCustomerCare,
    /// Switch the portal on in the settings.
    SwitchPortalOn,
    /// Switch it on on the customer's record.
    SwitchOptionOn,
    /// Enter the main phone number.
    EnterPhone,
    /// Give each customer a number of their own.
    SeparatePhones,
    /// Enter the e-mail address.
    EnterEmail,
    /// Enter the ZIP or postal code.
    EnterPostalCode,
    /// Write a quote or a contract first.
    WriteQuoteOrContract,
    /// Make it an account customer.
    OpenCreditAccount,
    /// Update the site by hand, or wait for the nightly run.
    UpdateSite,
}

/// Evidence that a customer may use the portal now.
#[derive(Debug, Clone, Copy)]
pub struct Eligible(());

/// Whether this customer may use the portal.
///
/// # Errors
/// Every condition that is not met.
pub fn may_enter(standing: &Standing, settings: &Settings) -> Result<Eligible, Refusals> {
    let mut reasons = Reasons::default();
    for unmet in conditions(standing, settings) {
        if unmet.required && !unmet.met {
            unmet.condition.refuse(&mut reasons);
        }
    }
    reasons.verdict().map(|()| Eligible(()))
}

/// Every condition there is, for staff.
#[must_use]
pub fn explain(standing: &Standing, settings: &Settings) -> Vec<Condition> {
    conditions(standing, settings).into()
}

fn conditions(standing: &Standing, settings: &Settings) -> [Condition; 11] {
    use ConditionKind as K;
    let s = standing;
    let asked = &settings.accounts.eligibility;
    let synced = match (s.changed_at, s.synced_at) {
        (Some(changed), Some(synced)) => synced >= changed,
        (None, Some(_)) => true,
        (_, None) => false,
    };
    let condition = |condition: ConditionKind, required: bool, met: bool| Condition {
        condition,
        required,
        met,
        fix: (required && !met).then(|| condition.fix()),
    };
    [
        condition(K::Licence, true, settings.licensed),
        condition(K::Beta, true, settings.beta),
        condition(K::PortalOn, true, settings.enabled),
        condition(K::PortalOption, true, s.portal_option),
        condition(K::Phone, asked.phone, s.phone.is_some()),
        condition(
            K::PhoneUnique,
            asked.phone_unique,
            s.phone.is_none() || !s.phone_shared,
        ),
        condition(K::Email, asked.email, s.email.is_some()),
        condition(K::PostalCode, asked.postal_code, s.postal_code.is_some()),
        condition(K::History, asked.history, s.contracts > 0 || s.quotes > 0),
        condition(K::OnAccount, asked.on_account, s.on_account),
        condition(K::Synced, asked.synced, synced),
    ]
}

impl ConditionKind {
    /// Every condition there is.
    pub const ALL: &'static [Self] = &[
        Self::Licence,
        Self::Beta,
        Self::PortalOn,
        Self::PortalOption,
        Self::Phone,
        Self::PhoneUnique,
        Self::Email,
        Self::PostalCode,
        Self::History,
        Self::OnAccount,
        Self::Synced,
    ];

    fn refuse(self, reasons: &mut Reasons) {
        match self {
            Self::Licence => reasons.refuse(PortalRefusal::LicenceMissing),
            Self::Beta => reasons.refuse(PortalRefusal::FeatureInBeta),
            Self::PortalOn => reasons.refuse(PortalRefusal::Disabled),
            Self::PortalOption => reasons.refuse(EligibilityRefusal::PortalOptionOff),
            Self::Phone => reasons.refuse(EligibilityRefusal::PhoneMissing),
            Self::PhoneUnique => reasons.refuse(EligibilityRefusal::PhoneNotUnique),
            Self::Email => reasons.refuse(EligibilityRefusal::EmailMissing),
            Self::PostalCode => reasons.refuse(EligibilityRefusal::PostalCodeMissing),
            Self::History => reasons.refuse(EligibilityRefusal::NoHistory),
            Self::OnAccount => reasons.refuse(EligibilityRefusal::CashOnlyCustomer),
            Self::Synced => reasons.refuse(EligibilityRefusal::NotSyncedYet),
        }
    }

    /// What staff do about it where it is not met.
    #[must_use]
    pub fn fix(self) -> Fix {
        match self {
            Self::Licence => Fix::BuyLicence,
            Self::Beta => Fix::ContactCustomerCare,
            Self::PortalOn => Fix::SwitchPortalOn,
            Self::PortalOption => Fix::SwitchOptionOn,
            Self::Phone => Fix::EnterPhone,
            Self::PhoneUnique => Fix::SeparatePhones,
            Self::Email => Fix::EnterEmail,
            Self::PostalCode => Fix::EnterPostalCode,
            Self::History => Fix::WriteQuoteOrContract,
            Self::OnAccount => Fix::OpenCreditAccount,
            Self::Synced => Fix::UpdateSite,
        }
    }
}

impl EligibilitySettings {
    /// Everything the rental desk asks for.
    #[must_use]
    pub fn strict() -> Self {
        Self {
            phone: true,
            phone_unique: true,
            email: true,
            postal_code: true,
            history: true,
            on_account: true,
            synced: true,
        }
    }
}

impl Standing {
    /// A customer whose portal switch is on, and of whom nothing else is known.
    #[must_use]
    pub fn new() -> Self {
        Self {
            portal_option: true,
            phone: None,
            phone_shared: false,
            email: None,
            postal_code: None,
            contracts: 0,
            quotes: 0,
            on_account: false,
            changed_at: None,
            synced_at: None,
        }
    }
}

impl Default for Standing {
    fn default() -> Self {
        Self::new()
    }
}
