//! My waiting list: accept an offered place, leave. Pure: nothing here awaits, reads a clock or draws an id.
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    CourseChange, CourseRefusal, CourseSettings, PlaceOffer, Session, WaitingPlace, WaitingState,
};
use crate::{
    Acting, Ask, Decision, EffectKind, Expectation, Id, Loaded, Offer, Offers, RecordRef, Refusal,
    Refusals, Upkeep, Viewer, refusal::Reasons,
};

/// What can be done with a place on a waiting list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WaitingAction {
    /// Take the place that is offered.
    Accept,
    /// Remove me.
    Leave,
}

/// The last instant of an offer: its own, or as the settings say.
#[must_use]
pub fn offer_expires_at(offer: &PlaceOffer, settings: &CourseSettings) -> DateTime<Utc> {
    let by_settings = || offer.made_at.checked_add_signed(settings.offer_life());
    offer
        .expires_at
        .or_else(by_settings)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Whether the offered place can be taken now.
///
/// # Errors
/// Every reason why not.
pub fn may_accept(
    place: &WaitingPlace,
    settings: &CourseSettings,
    now: DateTime<Utc>,
) -> Result<(), Refusals> {
    let session = &place.session;
    let expired = |at: DateTime<Utc>| CourseRefusal::OfferExpired {
        at: at.with_timezone(&session.zone),
    };
    let mut reasons = Reasons::default();
    match &place.state {
        WaitingState::Waiting => reasons.refuse(CourseRefusal::NotOffered),
        WaitingState::Accepted | WaitingState::Left => {
            reasons.refuse(CourseRefusal::NotWaiting);
        }
        WaitingState::Expired { at } => reasons.refuse(expired(*at)),
        WaitingState::Offered(offer) => {
            let last = offer_expires_at(offer, settings);
            if now > last {
                reasons.refuse(expired(last));
            }
            if session.starts_at <= now || (!offer.held && session.places_left == 0) {
                reasons.refuse(CourseRefusal::PlaceGone);
            }
        }
    }
    reasons.verdict()
}

/// Whether the person can leave the list: at any time, offered or not.
///
/// # Errors
/// When they took the place, or the offer ran out. Whoever has left has left: asking again changes nothing.
pub fn may_leave(place: &WaitingPlace) -> Result<(), Refusals> {
    if place.is_active() || place.state == WaitingState::Left {
        Ok(())
    } else {
        Err(Refusal::from(CourseRefusal::NotWaiting).into())
    }
}

/// The rules' answer to everything that can be done with a place on a waiting list.
#[must_use]
pub fn waiting_actions(
    place: &WaitingPlace,
    settings: &CourseSettings,
    now: DateTime<Utc>,
) -> Offers<WaitingAction> {
    Offers::new([
        Offer::allowed(WaitingAction::Accept, may_accept(place, settings, now)),
        Offer::allowed(WaitingAction::Leave, may_leave(place)),
    ])
}

/// Takes the place that is offered. The host registers the person; whether that makes an order is the host's business.
///
/// # Errors
/// Every reason why not.
pub fn accept_place(
    facts: &Loaded<WaitingPlace>,
    settings: &CourseSettings,
    ask: &Ask<'_, Viewer>,
) -> Result<Decision, Refusals> {
    let place = &facts.value;
    may_accept(place, settings, ask.now)?;
    let held = place_held(place);
    let session = place.session.id.clone();
    let decision = about(ask, "waiting-list.accept", facts).changed(CourseChange::PlaceAccepted {
        place: place.id.clone(),
        session: session.clone(),
        contact: place.contact.id.clone(),
        held,
    });
    // A place kept free is already counted; any other has to be there still.
    Ok(if held {
        decision
    } else {
        decision.expecting(Expectation::PlacesLeft {
            session,
            at_least: 1,
        })
    })
}

/// Leaves the waiting list; a place kept free comes free.
///
/// # Errors
/// As [`may_leave`].
pub fn leave_waiting_list(
    facts: &Loaded<WaitingPlace>,
    ask: &Ask<'_, Viewer>,
) -> Result<Decision, Refusals> {
    let place = &facts.value;
    may_leave(place)?;
    let held = place_held(place);
    let left = CourseChange::LeftWaitingList {
        place: place.id.clone(),
        session: place.session.id.clone(),
        held,
    };
    let decision = about(ask, "waiting-list.leave", facts);
    if place.state == WaitingState::Left {
        return Ok(decision);
    }
    let decision = decision.changed(left);
    Ok(freed(decision, held, &place.session.id))
}

/// Ends an offer that has run out; `None` while it stands. A place kept free comes free, once.
#[must_use]
pub fn expire_offer(
    facts: &Loaded<WaitingPlace>,
    settings: &CourseSettings,
    ask: &Ask<'_, Upkeep>,
) -> Option<Decision> {
    let place = &facts.value;
    let WaitingState::Offered(offer) = &place.state else {
        return None;
    };
    let at = offer_expires_at(offer, settings);
    if ask.now <= at {
        return None;
    }
    let expired = CourseChange::OfferExpired {
        at,
        place: place.id.clone(),
        session: place.session.id.clone(),
        held: offer.held,
    };
    let decision = about(ask, "waiting-list.expire-offer", facts).changed(expired);
    Some(freed(decision, offer.held, &place.session.id))
}

fn about<By: Acting>(
    ask: &Ask<'_, By>,
    action: &'static str,
    facts: &Loaded<WaitingPlace>,
) -> Decision {
    let record = RecordRef::WaitingPlace(facts.value.id.clone());
    Decision::new(ask, action, record).given(facts)
}

fn place_held(place: &WaitingPlace) -> bool {
    matches!(&place.state, WaitingState::Offered(offer) if offer.held)
}

fn freed(decision: Decision, held: bool, session: &Id<Session>) -> Decision {
    if !held {
        return decision;
    }
    let session = session.clone();
    decision.effect("place-freed", EffectKind::PlaceFreed { session })
}
