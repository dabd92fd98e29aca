use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};

use super::RegistrationStatus;
use crate::{
    Money,
    refusal::{Datum, Lasting, Remedy},
};

/// Why a registration, a waiting-list place or a certificate is not to be had or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", content = "data")]
#[non_exhaustive]
pub enum CourseRefusal {
    /// It was cancelled, moved or is over.
    #[error("the registration does not stand any more")]
    #[serde(rename = "course.not-active")]
    NotActive {
        /// What became of it.
        status: RegistrationStatus,
    },
    /// E-learning has no dates to move between, and is not cancelled by customers.
    #[error("e-learning can be neither moved nor cancelled here")]
    #[serde(rename = "course.not-supported-for-elearning")]
    NotSupportedForElearning,
    /// The course does not let customers move.
    #[error("this course does not allow transfers")]
    #[serde(rename = "course.transfer-not-allowed")]
    TransferNotAllowed,
    /// The course does not let customers cancel.
    #[error("this course does not allow cancellations")]
    #[serde(rename = "course.cancel-not-allowed")]
    CancelNotAllowed,
    /// Transfers have closed.
    #[error("transfers closed at {deadline}")]
    #[serde(rename = "course.too-late-to-transfer")]
    TooLateToTransfer {
        /// The last instant, on the clocks where the event is.
        #[serde(serialize_with = "with_offset")]
        deadline: DateTime<Tz>,
    },
    /// Cancellations have closed.
    #[error("cancellations closed at {deadline}")]
    #[serde(rename = "course.too-late-to-cancel")]
    TooLateToCancel {
        /// The last instant, on the clocks where the event is.
        #[serde(serialize_with = "with_offset")]
        deadline: DateTime<Tz>,
    },
    /// It is on another date than the page showed.
    #[error("the registration has moved to another date since")]
    #[serde(rename = "course.date-changed")]
    DateChanged,
    /// There is no other date to move to.
    #[error("there are no other dates to move to")]
    #[serde(rename = "course.no-other-dates")]
    NoOtherDates,
    /// The chosen date is the one they have.
    #[error("that is the date the registration is for already")]
    #[serde(rename = "course.same-date")]
    SameDate,
    /// The chosen date has begun.
    #[error("that date has already begun")]
    #[serde(rename = "course.target-started")]
    TargetStarted,
    /// The chosen date takes no registrations.
    #[error("that date takes no registrations")]
    #[serde(rename = "course.target-closed")]
    TargetClosed,
    /// The chosen date has another price.
    #[error("that date has another price")]
    #[serde(rename = "course.price-differs")]
    PriceDiffers {
        /// What the place costs now.
        now: Option<Money>,
        /// What it would cost there.
        there: Option<Money>,
    },
    /// The chosen date is full.
    #[error("that date is full")]
    #[serde(rename = "course.target-full")]
    TargetFull,
    /// Nobody keeps copies of certificates.
    #[error("copies of certificates are not kept")]
    #[serde(rename = "course.certificate-not-kept")]
    CertificateNotKept,
    /// No certificate was sent.
    #[error("no certificate has been sent")]
    #[serde(rename = "course.certificate-not-sent")]
    CertificateNotSent,
    /// The place was not ordered, so there is nothing to pay and no invoice.
    #[error("the registration is on no order")]
    #[serde(rename = "course.no-order")]
    NoOrder,
    /// They have already left, or taken the place.
    #[error("no longer on the waiting list")]
    #[serde(rename = "course.not-waiting")]
    NotWaiting,
    /// No place was offered.
    #[error("no place has been offered")]
    #[serde(rename = "course.not-offered")]
    NotOffered,
    /// The offer has run out.
    #[error("the offer ran out at {at}")]
    #[serde(rename = "course.offer-expired")]
    OfferExpired {
        /// The last instant, on the clocks where the event is.
        #[serde(serialize_with = "with_offset")]
        at: DateTime<Tz>,
    },
    /// The place that was offered is there no more.
    #[error("the place is gone")]
    #[serde(rename = "course.place-gone")]
    PlaceGone,
}

fn with_offset<S: Serializer>(at: &DateTime<Tz>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&at.to_rfc3339())
}

impl CourseRefusal {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotActive { .. } => "course.not-active",
            Self::NotSupportedForElearning => "course.not-supported-for-elearning",
            Self::TransferNotAllowed => "course.transfer-not-allowed",
            Self::CancelNotAllowed => "course.cancel-not-allowed",
            Self::TooLateToTransfer { .. } => "course.too-late-to-transfer",
            Self::TooLateToCancel { .. } => "course.too-late-to-cancel",
            Self::DateChanged => "course.date-changed",
            Self::NoOtherDates => "course.no-other-dates",
            Self::SameDate => "course.same-date",
            Self::TargetStarted => "course.target-started",
            Self::TargetClosed => "course.target-closed",
            Self::PriceDiffers { .. } => "course.price-differs",
            Self::TargetFull => "course.target-full",
            Self::CertificateNotKept => "course.certificate-not-kept",
            Self::CertificateNotSent => "course.certificate-not-sent",
            Self::NoOrder => "course.no-order",
            Self::NotWaiting => "course.not-waiting",
            Self::NotOffered => "course.not-offered",
            Self::OfferExpired { .. } => "course.offer-expired",
            Self::PlaceGone => "course.place-gone",
        }
    }

    pub(crate) fn lasting(&self) -> Lasting {
        match self {
            Self::NotActive { .. }
            | Self::NotSupportedForElearning
            | Self::TransferNotAllowed
            | Self::CancelNotAllowed
            | Self::TooLateToTransfer { .. }
            | Self::TooLateToCancel { .. }
            | Self::SameDate
            | Self::TargetStarted
            | Self::CertificateNotKept
            | Self::NoOrder
            | Self::NotWaiting
            | Self::OfferExpired { .. } => Lasting::ForGood,
            Self::DateChanged => Lasting::UntilRetried,
            Self::NoOtherDates
            | Self::TargetClosed
            | Self::PriceDiffers { .. }
            | Self::TargetFull
            | Self::CertificateNotSent
            | Self::NotOffered
            | Self::PlaceGone => Lasting::UntilSomeoneActs,
        }
    }

    pub(crate) fn remedy(&self) -> Remedy {
        match self {
            Self::NotActive { .. } | Self::NoOrder | Self::NotWaiting => Remedy::NothingNeeded,
            Self::NotSupportedForElearning
            | Self::TransferNotAllowed
            | Self::CancelNotAllowed
            | Self::TooLateToTransfer { .. }
            | Self::TooLateToCancel { .. }
            | Self::NoOtherDates
            | Self::CertificateNotKept
            | Self::CertificateNotSent
            | Self::OfferExpired { .. } => Remedy::AskOrganiser,
            Self::SameDate
            | Self::TargetStarted
            | Self::TargetClosed
            | Self::PriceDiffers { .. }
            | Self::TargetFull => Remedy::PickAnotherDate,
            Self::DateChanged => Remedy::LoadAgain,
            Self::NotOffered | Self::PlaceGone => Remedy::LookAgainLater,
        }
    }

    pub(crate) fn data(&self) -> Vec<(&'static str, Datum)> {
        match self {
            Self::TooLateToTransfer { deadline } | Self::TooLateToCancel { deadline } => {
                vec![("deadline", Datum::Moment(*deadline))]
            }
            Self::OfferExpired { at } => vec![("at", Datum::Moment(*at))],
            Self::PriceDiffers { now, there } => {
                vec![("now", Datum::Price(*now)), ("there", Datum::Price(*there))]
            }
            Self::NotActive { status } => vec![("status", Datum::Text(status.as_str().into()))],
            Self::NotSupportedForElearning
            | Self::TransferNotAllowed
            | Self::CancelNotAllowed
            | Self::DateChanged
            | Self::NoOtherDates
            | Self::SameDate
            | Self::TargetStarted
            | Self::TargetClosed
            | Self::TargetFull
            | Self::CertificateNotKept
            | Self::CertificateNotSent
            | Self::NoOrder
            | Self::NotWaiting
            | Self::NotOffered
            | Self::PlaceGone => vec![],
        }
    }

    pub(crate) fn samples() -> Vec<Self> {
        let at = DateTime::<Utc>::UNIX_EPOCH.with_timezone(&Tz::Europe__Madrid);
        let price = "EUR".parse().ok().map(|c| Money::from_minor(120_000, c));
        vec![
            Self::NotActive {
                status: RegistrationStatus::Cancelled,
            },
            Self::NotSupportedForElearning,
            Self::TransferNotAllowed,
            Self::CancelNotAllowed,
            Self::TooLateToTransfer { deadline: at },
            Self::TooLateToCancel { deadline: at },
            Self::DateChanged,
            Self::NoOtherDates,
            Self::SameDate,
            Self::TargetStarted,
            Self::TargetClosed,
            Self::PriceDiffers {
                now: None,
                there: price,
            },
            Self::TargetFull,
            Self::CertificateNotKept,
            Self::CertificateNotSent,
            Self::NoOrder,
            Self::NotWaiting,
            Self::NotOffered,
            Self::OfferExpired { at },
            Self::PlaceGone,
        ]
    }
}
