//! A portal over facts in memory, and short ways to ask it.
use std::sync::Arc;

use portal_core::{
    Contact, CustomerDesk, Error, Portal, PortalBuilder, Refusals, Settings, Verdict,
    courses::{CourseRules, Registration},
    memory::Memory,
    payment::PaymentLimits,
};
#[cfg(feature = "mail")]
use portal_core::{Id, OrderDetails, order::OrderLine};
use portal_testkit::{StoppedClock, facts::*};

/// `bob` ordered and pays, `ana` and `cem` take part, each on a line of their own; it was invoiced.
#[cfg(feature = "mail")]
pub(crate) fn ordered_for_two() -> OrderDetails {
    let order = order("o1")
        .ordered_by(&contact("bob"))
        .with(&contact("ana"))
        .with(&contact("cem"));
    let mut details = order.invoiced(today()).details();
    details.lines = ["ana", "cem"]
        .map(|who| OrderLine::new("A place", eur(60_00)).for_registrant(Id::new(who), who))
        .to_vec();
    details
}

/// A portal over `memory` whose clock stands at [`today`].
pub(crate) fn builder(memory: &Memory) -> PortalBuilder {
    Portal::builder(Arc::new(memory.clone()), Arc::new(memory.clone()))
        .courses(Arc::new(memory.clone()))
        .clock(Arc::new(StoppedClock::at(today())))
}

pub(crate) fn desk(memory: &Memory, who: &Contact) -> CustomerDesk {
    let portal = builder(memory).build().unwrap();
    portal.customer(viewer(who))
}

/// Puts a registration and all it names.
pub(crate) fn put(memory: &Memory, r: &Registration) {
    memory.put_contact(r.registrant.clone());
    memory.put_session(r.session.clone());
    if let Some(order) = &r.order {
        memory.put_order(order.clone().details());
    }
    memory.put_registration(r.clone());
}

pub(crate) fn codes(result: Result<(), Refusals>) -> Vec<&'static str> {
    result.err().map(|no| no.codes()).unwrap_or_default()
}

pub(crate) fn refused(error: &Error) -> Vec<&'static str> {
    error.refusals().map(Refusals::codes).unwrap_or_default()
}

pub(crate) fn verdict_codes(verdict: &Verdict) -> Vec<&'static str> {
    verdict.refusals().map(Refusals::codes).unwrap_or_default()
}

pub(crate) fn rules(settings: &Settings) -> CourseRules<'_> {
    CourseRules::new(settings, ANYTHING)
}

/// One provider that takes any amount in any currency.
pub(crate) const ANYTHING: &[PaymentLimits] = &[PaymentLimits::none()];
