//! The rules' answer to everything on a row of My courses. Pure.
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    Certificate, CourseRefusal, Registration, RegistrationPolicy, RegistrationStatus, Shelf,
    may_cancel, may_transfer,
};
use crate::{
    Offer, Offers, Refusal, Refusals, Settings, Viewer,
    order::{self, OrderRules},
    payment::PaymentLimits,
    refusal::Reasons,
    verdict::Challenge,
};

/// What can be done with a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CourseAction {
    /// Pick another date.
    Transfer,
    /// Cancel the registration.
    Cancel,
    /// Download the certificate.
    GetCertificate,
    /// Have the invoice of its order sent.
    GetInvoice,
    /// Pay its order.
    Pay,
}

/// What the rules of courses know beside the registration.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct CourseRules<'a> {
    /// The host's switches.
    pub settings: &'a Settings,
    /// One entry for each payment provider wired in.
    pub providers: &'a [PaymentLimits],
    /// Copies of certificates are to be had.
    pub documents: bool,
}

impl<'a> CourseRules<'a> {
    /// Rules to try settings with on facts at hand.
    #[must_use]
    pub fn new(settings: &'a Settings, providers: &'a [PaymentLimits]) -> Self {
        Self {
            settings,
            providers,
            documents: true,
        }
    }

    /// Nobody keeps papers.
    #[must_use]
    pub fn without_documents(mut self) -> Self {
        self.documents = false;
        self
    }

    /// What the course lets customers do, or else the settings.
    pub(crate) fn policy(&self, r: &Registration) -> RegistrationPolicy {
        r.policy.unwrap_or(self.settings.courses.policy)
    }

    fn orders(&self) -> OrderRules<'a> {
        OrderRules::new(&self.settings.orders, self.providers)
    }
}

impl CourseAction {
    /// Every action there is, in the order of the menu.
    pub const ALL: &'static [Self] = &[
        Self::Transfer,
        Self::Cancel,
        Self::GetCertificate,
        Self::GetInvoice,
        Self::Pay,
    ];
}

/// Under which tab a registration stands: completed when its status says so or its last session is over.
#[must_use]
pub fn shelf(r: &Registration, now: DateTime<Utc>) -> Shelf {
    match r.status {
        RegistrationStatus::Completed => Shelf::Completed,
        RegistrationStatus::Active if now > r.session.ends_at => Shelf::Completed,
        RegistrationStatus::Active => Shelf::Current,
        RegistrationStatus::Cancelled | RegistrationStatus::TransferredAway => Shelf::History,
    }
}

/// Whether a copy of the certificate is to be had.
///
/// # Errors
/// When none was sent to this registrant, they have not completed the course, or nobody keeps copies.
pub fn may_get_certificate(
    r: &Registration,
    rules: CourseRules<'_>,
    now: DateTime<Utc>,
) -> Result<(), Refusals> {
    let mut reasons = Reasons::default();
    if !rules.documents {
        reasons.refuse(CourseRefusal::CertificateNotKept);
    }
    let completed = shelf(r, now) == Shelf::Completed;
    if !completed || r.certificate == Certificate::NotSent {
        reasons.refuse(CourseRefusal::CertificateNotSent);
    }
    reasons.verdict()
}

/// Whether this viewer can have the invoice of the order sent from the course.
///
/// # Errors
/// Every reason why not.
pub fn may_get_invoice(
    r: &Registration,
    by: &Viewer,
    rules: CourseRules<'_>,
) -> Result<(), Refusals> {
    match &r.order {
        Some(order) => order::may_get_invoice(order, by, rules.orders()),
        None => Err(Refusal::from(CourseRefusal::NoOrder).into()),
    }
}

/// Whether this viewer can pay the order from the course.
///
/// # Errors
/// Every reason why not.
pub fn may_pay(r: &Registration, by: &Viewer, rules: CourseRules<'_>) -> Result<(), Refusals> {
    match &r.order {
        Some(order) => order::may_pay(order, by, rules.orders()),
        None => Err(Refusal::from(CourseRefusal::NoOrder).into()),
    }
}

/// The rules' answer to everything that can be done with a registration, from its facts alone.
#[must_use]
pub fn actions(
    r: &Registration,
    by: &Viewer,
    rules: CourseRules<'_>,
    now: DateTime<Utc>,
) -> Offers<CourseAction> {
    Offers::new([
        Offer::confirmed(
            CourseAction::Transfer,
            Challenge::Surname,
            may_transfer(r, rules, now),
        ),
        Offer::confirmed(
            CourseAction::Cancel,
            Challenge::Surname,
            may_cancel(r, rules, now),
        ),
        Offer::allowed(
            CourseAction::GetCertificate,
            may_get_certificate(r, rules, now),
        ),
        Offer::allowed(CourseAction::GetInvoice, may_get_invoice(r, by, rules)),
        Offer::allowed(CourseAction::Pay, may_pay(r, by, rules)),
    ])
}
