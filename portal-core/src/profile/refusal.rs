use std::{fmt, sync::Arc};

use serde::Serialize;

use super::{Field, Label};
use crate::{
    details::{AddressPart, BadAddress, BadText},
    refusal::{Datum, Lasting, Remedy},
};

/// Why a profile is not updated. There is one of these for each field and reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", content = "data")]
#[non_exhaustive]
pub enum ProfileRefusal {
    /// There is no such field for customers to edit.
    #[error("{0} is not for customers to edit")]
    #[serde(rename = "profile.field-not-editable")]
    FieldNotEditable(FieldName),
    /// It may not be left empty.
    #[error("{0} is required")]
    #[serde(rename = "profile.required")]
    Required(FieldName),
    /// More than fits.
    #[error("{at} takes at most {longest} characters")]
    #[serde(rename = "profile.too-long")]
    TooLong {
        /// Where.
        #[serde(flatten)]
        at: FieldName,
        /// How many characters fit.
        longest: usize,
    },
    /// There are characters in it that cannot be seen.
    #[error("there are characters in {0} that cannot be seen")]
    #[serde(rename = "profile.bad-characters")]
    BadCharacters(FieldName),
    /// Not a telephone number.
    #[error("{0} is not a telephone number")]
    #[serde(rename = "profile.not-a-phone")]
    NotAPhone(FieldName),
    /// Not an e-mail address.
    #[error("{0} is not an e-mail address")]
    #[serde(rename = "profile.not-an-email")]
    NotAnEmail(FieldName),
    /// Not a postal code of its country.
    #[error("{at} is not a postal code")]
    #[serde(rename = "profile.not-a-postal-code")]
    NotAPostalCode {
        /// Where.
        #[serde(flatten)]
        at: FieldName,
        /// What a code of that country looks like, where that is known.
        example: Option<String>,
    },
    /// Not a country.
    #[error("{0} is not a country")]
    #[serde(rename = "profile.not-a-country")]
    NotACountry(FieldName),
    /// Not a day.
    #[error("{0} is not a day: write it as 2027-03-01")]
    #[serde(rename = "profile.not-a-date")]
    NotADate(FieldName),
    /// Not one of what there is to choose from.
    #[error("{0} is none of the choices")]
    #[serde(rename = "profile.not-a-choice")]
    NotAChoice(FieldName),
    /// An address without a part that every address has, or with more lines than fit.
    #[error("the address {at} is incomplete: its {part} is missing")]
    #[serde(rename = "profile.incomplete-address")]
    IncompleteAddress {
        /// Where.
        #[serde(flatten)]
        at: FieldName,
        /// What is missing.
        part: AddressPart,
    },
    /// The host's own records will not have it. For hosts to answer with.
    #[error("{at} is not accepted: {why}")]
    #[serde(rename = "profile.not-accepted")]
    NotAccepted {
        /// Where.
        #[serde(flatten)]
        at: FieldName,
        /// Why, in the host's words.
        why: Arc<str>,
    },
}

/// Which field, or which part of an address, a reason is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FieldName {
    /// What it is posted as, such as `company` or `billing.town`.
    pub field: Arc<str>,
    /// What customers know it by.
    #[serde(skip)]
    pub label: Label,
}

impl FieldName {
    /// The field with this key.
    pub fn new(field: impl Into<Arc<str>>) -> Self {
        Self {
            field: field.into(),
            label: Label::default(),
        }
    }

    /// As customers know it.
    #[must_use]
    pub fn called(mut self, label: Label) -> Self {
        self.label = label;
        self
    }

    pub(super) fn of(field: &Field) -> Self {
        Self::new(Arc::clone(&field.key)).called(field.label.clone())
    }

    pub(super) fn part(field: &Field, part: AddressPart) -> Self {
        let part = match part {
            AddressPart::Line(n) => format!("line{n}"),
            AddressPart::Town => "town".into(),
            AddressPart::District => "district".into(),
            AddressPart::PostalCode => "postal_code".into(),
            AddressPart::Country => "country".into(),
        };
        Self::new(format!("{}.{part}", field.key)).called(field.label.clone())
    }
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.field)
    }
}

impl ProfileRefusal {
    pub(super) fn text(at: FieldName, bad: BadText) -> Self {
        match bad {
            BadText::TooLong { longest } => Self::TooLong { at, longest },
            BadText::Unseen => Self::BadCharacters(at),
        }
    }

    pub(super) fn address(field: &Field, bad: BadAddress) -> Self {
        let part = |part| FieldName::part(field, part);
        match bad {
            BadAddress::Missing(missing) => Self::IncompleteAddress {
                at: part(missing),
                part: missing,
            },
            BadAddress::TooManyLines => Self::FieldNotEditable(part(AddressPart::Line(5))),
            BadAddress::Text(at, why) => Self::text(part(at), why),
            BadAddress::PostalCode(bad) => Self::NotAPostalCode {
                at: part(AddressPart::PostalCode),
                example: bad.example(),
            },
            BadAddress::Country(_) => Self::NotACountry(part(AddressPart::Country)),
        }
    }

    /// Which field it is about.
    #[must_use]
    pub fn at(&self) -> &FieldName {
        match self {
            Self::FieldNotEditable(at)
            | Self::Required(at)
            | Self::BadCharacters(at)
            | Self::NotAPhone(at)
            | Self::NotAnEmail(at)
            | Self::NotACountry(at)
            | Self::NotADate(at)
            | Self::NotAChoice(at)
            | Self::TooLong { at, .. }
            | Self::NotAPostalCode { at, .. }
            | Self::IncompleteAddress { at, .. }
            | Self::NotAccepted { at, .. } => at,
        }
    }

    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::FieldNotEditable(_) => "profile.field-not-editable",
            Self::Required(_) => "profile.required",
            Self::TooLong { .. } => "profile.too-long",
            Self::BadCharacters(_) => "profile.bad-characters",
            Self::NotAPhone(_) => "profile.not-a-phone",
            Self::NotAnEmail(_) => "profile.not-an-email",
            Self::NotAPostalCode { .. } => "profile.not-a-postal-code",
            Self::NotACountry(_) => "profile.not-a-country",
            Self::NotADate(_) => "profile.not-a-date",
            Self::NotAChoice(_) => "profile.not-a-choice",
            Self::IncompleteAddress { .. } => "profile.incomplete-address",
            Self::NotAccepted { .. } => "profile.not-accepted",
        }
    }

    pub(crate) fn lasting(&self) -> Lasting {
        match self {
            Self::FieldNotEditable(_) => Lasting::UntilSomeoneActs,
            Self::Required(_)
            | Self::TooLong { .. }
            | Self::BadCharacters(_)
            | Self::NotAPhone(_)
            | Self::NotAnEmail(_)
            | Self::NotAPostalCode { .. }
            | Self::NotACountry(_)
            | Self::NotADate(_)
            | Self::NotAChoice(_)
            | Self::IncompleteAddress { .. }
            | Self::NotAccepted { .. } => Lasting::UntilRetried,
        }
    }

    pub(crate) fn remedy(&self) -> Remedy {
        match self {
            Self::FieldNotEditable(_) => Remedy::AskOrganiser,
            Self::Required(_) | Self::IncompleteAddress { .. } => Remedy::FillIn,
            Self::TooLong { .. }
            | Self::BadCharacters(_)
            | Self::NotAPhone(_)
            | Self::NotAnEmail(_)
            | Self::NotAPostalCode { .. }
            | Self::NotACountry(_)
            | Self::NotADate(_)
            | Self::NotAChoice(_)
            | Self::NotAccepted { .. } => Remedy::TypeAgain,
        }
    }

    pub(crate) fn data(&self) -> Vec<(&'static str, Datum)> {
        let mut data = vec![("field", Datum::Field(self.at().clone()))];
        match self {
            Self::TooLong { longest, .. } => {
                data.push(("longest", Datum::Text(longest.to_string().into())));
            }
            Self::NotAPostalCode { example, .. } => {
                let known = if example.is_some() { "yes" } else { "no" };
                data.push(("known", Datum::Text(known.into())));
                let example = example.as_deref().unwrap_or_default();
                data.push(("example", Datum::Text(example.into())));
            }
            Self::IncompleteAddress { part, .. } => {
                let part = match part {
                    AddressPart::Line(_) => "line",
                    AddressPart::Town => "town",
                    AddressPart::District => "district",
                    AddressPart::PostalCode => "postal_code",
                    AddressPart::Country => "country",
                };
                data.push(("part", Datum::Text(part.into())));
            }
            Self::NotAccepted { why, .. } => data.push(("why", Datum::Text(Arc::clone(why)))),
            Self::FieldNotEditable(_)
            | Self::Required(_)
            | Self::BadCharacters(_)
            | Self::NotAPhone(_)
            | Self::NotAnEmail(_)
            | Self::NotACountry(_)
            | Self::NotADate(_)
            | Self::NotAChoice(_) => {}
        }
        data
    }

    pub(crate) fn samples() -> Vec<Self> {
        let at = |field: &str, label: &str| FieldName::new(field).called(Label::new(label));
        let address = |part| Self::IncompleteAddress {
            at: at("billing.town", "Billing address"),
            part,
        };
        vec![
            Self::FieldNotEditable(FieldName::new("role")),
            Self::Required(at("company", "Company")),
            Self::TooLong {
                at: at("company", "Company"),
                longest: 100,
            },
            Self::BadCharacters(at("company", "Company")),
            Self::NotAPhone(at("mobile", "Mobile")),
            Self::NotAnEmail(at("second_email", "Second e-mail")),
            Self::NotAPostalCode {
                at: at("billing.postal_code", "Billing address"),
                example: Some("12345".into()),
            },
            Self::NotAPostalCode {
                at: at("zip", "ZIP"),
                example: None,
            },
            Self::NotACountry(at("billing.country", "Billing address")),
            Self::NotADate(at("birthday", "Birthday")),
            Self::NotAChoice(at("size", "Size")),
            address(AddressPart::Line(1)),
            address(AddressPart::Town),
            address(AddressPart::Country),
            Self::NotAccepted {
                at: at("company", "Company"),
                why: "we know no such firm".into(),
            },
        ]
    }
}
