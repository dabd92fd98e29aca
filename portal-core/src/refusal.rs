//! A "no" the customer can read and act on. It is an answer, not a fault.
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;

#[cfg(feature = "accounting")]
use crate::accounting::ExportRefusal;
#[cfg(feature = "accounts")]
use crate::accounts::{AccountRefusal, EligibilityRefusal};
#[cfg(feature = "courses")]
use crate::courses::CourseRefusal;
#[cfg(feature = "payments")]
use crate::payment::PaymentRefusal;
#[cfg(feature = "accounts")]
use crate::profile::{FieldName, ProfileRefusal};
use crate::{Money, documents::PaperRefusal, order::OrderRefusal};

pub(crate) use crate::refusals::Reasons;
pub use crate::refusals::Refusals;
#[cfg(feature = "courses")]
pub(crate) use crate::refusals::all;
#[cfg(feature = "accounts")]
pub(crate) use crate::refusals::every;

/// One reason for a "no", with what is needed to explain it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Refusal {
    /// About the portal as a whole.
    #[error(transparent)]
    Portal(#[from] PortalRefusal),
    /// About the name typed to confirm.
    #[error(transparent)]
    Name(#[from] NameRefusal),
    /// About an order, its invoice or its payment.
    #[error(transparent)]
    Order(#[from] OrderRefusal),
    /// About a statement or another paper.
    #[error(transparent)]
    Paper(#[from] PaperRefusal),
    /// About money that came: for staff.
    #[cfg(feature = "payments")]
    #[error(transparent)]
    Payment(#[from] PaymentRefusal),
    /// About an order's way into the books: for staff.
    #[cfg(feature = "accounting")]
    #[error(transparent)]
    Export(#[from] ExportRefusal),
    /// About the customer record: for staff.
    #[cfg(feature = "accounts")]
    #[error(transparent)]
    Eligibility(#[from] EligibilityRefusal),
    /// About getting in.
    #[cfg(feature = "accounts")]
    #[error(transparent)]
    Account(#[from] AccountRefusal),
    /// About a field of the profile.
    #[cfg(feature = "accounts")]
    #[error(transparent)]
    Profile(#[from] ProfileRefusal),
    /// About a registration, a waiting-list place or a module.
    #[cfg(feature = "courses")]
    #[error(transparent)]
    Course(#[from] CourseRefusal),
}

/// Why nothing can be done in this portal at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", content = "data")]
#[non_exhaustive]
pub enum PortalRefusal {
    /// The host has no licence for the portal.
    #[error("the host has no licence for the portal")]
    #[serde(rename = "portal.licence-missing")]
    LicenceMissing,
    /// The host does not take part in the beta.
    #[error("the portal is in beta, and not switched on for this host")]
    #[serde(rename = "portal.in-beta")]
    FeatureInBeta,
    /// The host has switched the portal off.
    #[error("the portal is switched off")]
    #[serde(rename = "portal.disabled")]
    Disabled,
    /// Messages of this kind were asked for too often, whatever they are about.
    #[error("messages of this kind were asked for too often; try again after {again_at}")]
    #[serde(rename = "portal.too-many-messages")]
    TooManyMessages {
        /// When it is sent again.
        again_at: DateTime<Utc>,
    },
    /// Copies from the accounting system were downloaded too often.
    #[error(
        "copies from the accounting system were downloaded too often; try again after {again_at}"
    )]
    #[serde(rename = "portal.too-many-downloads")]
    TooManyDownloads {
        /// When there are more.
        again_at: DateTime<Utc>,
    },
}

/// Why the name typed does not confirm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", content = "data")]
#[non_exhaustive]
pub enum NameRefusal {
    /// Another name, or none, was typed.
    #[error("the surname does not match the one on record")]
    #[serde(rename = "name.mismatch")]
    Mismatch,
    /// There is no surname on record to compare with; staff must add it.
    #[error("there is no surname on record to confirm with")]
    #[serde(rename = "name.none-on-record")]
    NoneOnRecord,
    /// Wrong too often.
    #[error("the surname was wrong too often; try again after {again_at}")]
    #[serde(rename = "name.too-many-tries")]
    TooManyTries {
        /// When the next try counts again at the latest.
        again_at: DateTime<Utc>,
    },
}

/// How long a reason will stand. The order is the order in which reasons are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Lasting {
    /// Nothing the customer or time can do changes it.
    ForGood,
    /// Someone else has to act first.
    UntilSomeoneActs,
    /// It passes by itself.
    ForAWhile,
    /// The customer can put it right now.
    UntilRetried,
}

/// What the customer can do instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "remedy", content = "data", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Remedy {
    /// Nothing needs doing.
    NothingNeeded,
    /// Ask the organiser.
    AskOrganiser,
    /// Ask one of those who may.
    Ask {
        /// Who may.
        who: Vec<OrderRole>,
    },
    /// Pay where the accounts are.
    PayByLink {
        /// The ledger's own page for this invoice.
        url: Arc<str>,
    },
    /// Pay as the invoice says, or ask the organiser.
    PayByInvoice,
    /// Choose another date.
    PickAnotherDate,
    /// Wait until then.
    WaitUntil {
        /// When to come back.
        at: DateTime<Utc>,
    },
    /// Load the page again: it shows what is no longer so.
    LoadAgain,
    /// Wait for what is under way, then look again.
    LookAgainLater,
    /// Type the name once more.
    TypeNameAgain,
    /// Type it once more.
    TypeAgain,
    /// Have a link sent to the address on record.
    AskForLink,
    /// Prove once more who they are.
    ProveAgain,
    /// Choose another password.
    ChooseAnotherPassword,
    /// Fill it in.
    FillIn,
}

/// What someone can be to an order, in the words of the articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OrderRole {
    /// Pays.
    BillingContact,
    /// Ordered.
    OrderContact,
    /// Takes part.
    Registrant,
}

/// One piece of a reason's data, typed, for whoever words it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Datum {
    /// An instant, shown in the zone of the event it belongs to.
    Moment(DateTime<Tz>),
    /// An instant in nobody's zone in particular.
    Instant(DateTime<Utc>),
    /// An amount.
    Money(Money),
    /// What something costs; nothing when it is free.
    Price(Option<Money>),
    /// A name or a reference, shown as it is.
    Text(Arc<str>),
    /// Who may.
    Roles(Vec<OrderRole>),
    /// A field of a form, shown as customers know it.
    #[cfg(feature = "accounts")]
    Field(FieldName),
}

impl Refusal {
    /// Stable key for translations, logs and tests. Renaming one is a breaking change.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Portal(r) => r.code(),
            Self::Name(r) => r.code(),
            Self::Order(r) => r.code(),
            Self::Paper(r) => r.code(),
            #[cfg(feature = "payments")]
            Self::Payment(r) => r.code(),
            #[cfg(feature = "accounting")]
            Self::Export(r) => r.code(),
            #[cfg(feature = "accounts")]
            Self::Eligibility(r) => r.code(),
            #[cfg(feature = "accounts")]
            Self::Account(r) => r.code(),
            #[cfg(feature = "accounts")]
            Self::Profile(r) => r.code(),
            #[cfg(feature = "courses")]
            Self::Course(r) => r.code(),
        }
    }

    /// How long it will stand.
    #[must_use]
    pub fn lasting(&self) -> Lasting {
        match self {
            Self::Portal(r) => r.lasting(),
            Self::Name(r) => r.lasting(),
            Self::Order(r) => r.lasting(),
            Self::Paper(r) => r.lasting(),
            #[cfg(feature = "payments")]
            Self::Payment(r) => r.lasting(),
            #[cfg(feature = "accounting")]
            Self::Export(r) => r.lasting(),
            #[cfg(feature = "accounts")]
            Self::Eligibility(r) => r.lasting(),
            #[cfg(feature = "accounts")]
            Self::Account(r) => r.lasting(),
            #[cfg(feature = "accounts")]
            Self::Profile(r) => r.lasting(),
            #[cfg(feature = "courses")]
            Self::Course(r) => r.lasting(),
        }
    }

    /// What the customer can do instead.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Portal(r) => r.remedy(),
            Self::Name(r) => r.remedy(),
            Self::Order(r) => r.remedy(),
            Self::Paper(r) => r.remedy(),
            #[cfg(feature = "payments")]
            Self::Payment(r) => r.remedy(),
            #[cfg(feature = "accounting")]
            Self::Export(r) => r.remedy(),
            #[cfg(feature = "accounts")]
            Self::Eligibility(r) => r.remedy(),
            #[cfg(feature = "accounts")]
            Self::Account(r) => r.remedy(),
            #[cfg(feature = "accounts")]
            Self::Profile(r) => r.remedy(),
            #[cfg(feature = "courses")]
            Self::Course(r) => r.remedy(),
        }
    }

    /// What the sentence speaks of, by the names the catalogue uses.
    #[must_use]
    pub fn data(&self) -> Vec<(&'static str, Datum)> {
        match self {
            Self::Portal(r) => r.data(),
            Self::Name(r) => r.data(),
            Self::Order(r) => r.data(),
            Self::Paper(_) => vec![],
            #[cfg(feature = "payments")]
            Self::Payment(r) => r.data(),
            #[cfg(feature = "accounting")]
            Self::Export(r) => r.data(),
            #[cfg(feature = "accounts")]
            Self::Eligibility(_) => vec![],
            #[cfg(feature = "accounts")]
            Self::Account(r) => r.data(),
            #[cfg(feature = "accounts")]
            Self::Profile(r) => r.data(),
            #[cfg(feature = "courses")]
            Self::Course(r) => r.data(),
        }
    }

    /// One of each refusal there is, with made-up data: what a catalogue in another language has to cover.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let mut all: Vec<Self> = PortalRefusal::samples().map(Self::from).into();
        all.extend(NameRefusal::samples().into_iter().map(Self::from));
        all.extend(OrderRefusal::samples().into_iter().map(Self::from));
        all.extend(PaperRefusal::samples().map(Self::from));
        #[cfg(feature = "payments")]
        all.extend(PaymentRefusal::samples().into_iter().map(Self::from));
        #[cfg(feature = "accounting")]
        all.extend(ExportRefusal::samples().into_iter().map(Self::from));
        #[cfg(feature = "accounts")]
        {
            all.extend(EligibilityRefusal::samples().into_iter().map(Self::from));
            all.extend(AccountRefusal::samples().into_iter().map(Self::from));
            all.extend(ProfileRefusal::samples().into_iter().map(Self::from));
        }
        #[cfg(feature = "courses")]
        all.extend(CourseRefusal::samples().into_iter().map(Self::from));
        all
    }
}

impl PortalRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::LicenceMissing => "portal.licence-missing",
            Self::FeatureInBeta => "portal.in-beta",
            Self::Disabled => "portal.disabled",
            Self::TooManyMessages { .. } => "portal.too-many-messages",
            Self::TooManyDownloads { .. } => "portal.too-many-downloads",
        }
    }

    fn lasting(&self) -> Lasting {
        match self {
            Self::LicenceMissing | Self::FeatureInBeta | Self::Disabled => {
                Lasting::UntilSomeoneActs
            }
            Self::TooManyMessages { .. } | Self::TooManyDownloads { .. } => Lasting::ForAWhile,
        }
    }

    fn remedy(&self) -> Remedy {
        match self {
            Self::LicenceMissing | Self::FeatureInBeta | Self::Disabled => Remedy::AskOrganiser,
            Self::TooManyMessages { again_at } | Self::TooManyDownloads { again_at } => {
                Remedy::WaitUntil { at: *again_at }
            }
        }
    }

    fn data(&self) -> Vec<(&'static str, Datum)> {
        match self {
            Self::LicenceMissing | Self::FeatureInBeta | Self::Disabled => vec![],
            Self::TooManyMessages { again_at } | Self::TooManyDownloads { again_at } => {
                vec![("again_at", Datum::Instant(*again_at))]
            }
        }
    }

    fn samples() -> [Self; 5] {
        let again_at = DateTime::UNIX_EPOCH;
        [
            Self::LicenceMissing,
            Self::FeatureInBeta,
            Self::Disabled,
            Self::TooManyMessages { again_at },
            Self::TooManyDownloads { again_at },
        ]
    }
}

impl NameRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Mismatch => "name.mismatch",
            Self::NoneOnRecord => "name.none-on-record",
            Self::TooManyTries { .. } => "name.too-many-tries",
        }
    }

    fn lasting(&self) -> Lasting {
        match self {
            Self::NoneOnRecord => Lasting::UntilSomeoneActs,
            Self::TooManyTries { .. } => Lasting::ForAWhile,
            Self::Mismatch => Lasting::UntilRetried,
        }
    }

    fn remedy(&self) -> Remedy {
        match self {
            Self::NoneOnRecord => Remedy::AskOrganiser,
            Self::TooManyTries { again_at } => Remedy::WaitUntil { at: *again_at },
            Self::Mismatch => Remedy::TypeNameAgain,
        }
    }

    fn data(&self) -> Vec<(&'static str, Datum)> {
        match self {
            Self::Mismatch | Self::NoneOnRecord => vec![],
            Self::TooManyTries { again_at } => vec![("again_at", Datum::Instant(*again_at))],
        }
    }

    fn samples() -> Vec<Self> {
        vec![
            Self::Mismatch,
            Self::NoneOnRecord,
            Self::TooManyTries {
                again_at: DateTime::UNIX_EPOCH,
            },
        ]
    }
}
