use portal_core::{
    Contact, Id,
    courses::{AcceptPlace, LeaveWaitingList, PlaceOffer, WaitingState},
    effect::EffectKind,
};

use super::{
    Broken, Race,
    ended::{Ended, so},
    round::{Round, desk},
};
use crate::{
    Facts,
    facts::{
        RegistrationFacts, WaitingPlaceFacts, contact, hours, registration, session, today,
        waiting_place,
    },
};

/// An offer is accepted on two pages at once: one takes it, the other reads that they wait no more, and there is one registration.
///
/// # Errors
/// What did not hold.
pub async fn an_offer_accepted_twice_with_two_forms_is_taken_once(
    race: Race<'_>,
) -> Result<(), Broken> {
    race.run(accepted_twice).await
}

/// An offer is accepted in its last moment by one clock, while by another it has run out: it has one ending, and its place one owner.
///
/// # Errors
/// What did not hold.
pub async fn an_offer_accepted_while_it_expires_has_one_ending(
    race: Race<'_>,
) -> Result<(), Broken> {
    race.run(accepted_while_expiring).await
}

/// An offer is accepted on one page while they leave the list on another: it has one ending, and its place one owner.
///
/// # Errors
/// What did not hold.
pub async fn an_offer_accepted_while_they_leave_has_one_ending(
    race: Race<'_>,
) -> Result<(), Broken> {
    race.run(accepted_while_leaving).await
}

async fn accepted_twice(round: Round<'_>) -> Result<(), Broken> {
    let offer = Offer::made(&round).await;
    let desk = desk(&round.portal(&round.store(2), 0), &offer.who);
    let forms = [1, 2].map(|n| AcceptPlace::new(round.form(n), offer.place.clone()));
    let runs = forms.map(|form| {
        let desk = desk.clone();
        tokio::spawn(async move { Ended::from(desk.submit(&form).await) })
    });
    let mut taken = 0;
    for run in runs {
        match run.await.unwrap() {
            Ended::Done => taken += 1,
            lost => so(lost.refused_for("course.not-waiting"), lost)?,
        }
    }
    so(taken == 1, ("taken", taken))?;
    offer.was_accepted(&round).await
}

async fn accepted_while_expiring(round: Round<'_>) -> Result<(), Broken> {
    let offer = Offer::made(&round).await;
    let store = round.store(2);
    let desk = desk(&round.portal(&store, 0), &offer.who);
    let late = round.portal(&store, 2);
    let form = AcceptPlace::new(round.form(1), offer.place.clone());
    let accepting = tokio::spawn(async move { Ended::from(desk.submit(&form).await) });
    let expiring = tokio::spawn(async move { late.expire_offers().await });
    let accepted = accepting.await.unwrap();
    let expired = expiring.await.unwrap();
    let expired = expired.map_err(|e| Broken(e.to_string()))?.ended;

    if accepted.is_done() {
        so(expired == 0, ("accepted, and expired", expired))?;
        return offer.was_accepted(&round).await;
    }
    so(accepted.refused_for("course.offer-expired"), accepted)?;
    so(expired == 1, ("expired", expired))?;
    let state = round.waiting(offer.place.as_str()).await.state;
    so(matches!(state, WaitingState::Expired { .. }), state)?;
    offer.went_back(&round).await
}

async fn accepted_while_leaving(round: Round<'_>) -> Result<(), Broken> {
    let offer = Offer::made(&round).await;
    let desk = desk(&round.portal(&round.store(2), 0), &offer.who);
    let other = desk.clone();
    let accept = AcceptPlace::new(round.form(1), offer.place.clone());
    let leave = LeaveWaitingList::new(round.form(2), offer.place.clone());
    let accepting = tokio::spawn(async move { Ended::from(desk.submit(&accept).await) });
    let leaving = tokio::spawn(async move { Ended::from(other.submit(&leave).await) });
    let (accepted, left) = (accepting.await.unwrap(), leaving.await.unwrap());

    if accepted.is_done() {
        so(left.refused_for("course.not-waiting"), left)?;
        return offer.was_accepted(&round).await;
    }
    so(accepted.refused_for("course.not-waiting"), accepted)?;
    so(left.is_done(), left)?;
    let state = round.waiting(offer.place.as_str()).await.state;
    so(state == WaitingState::Left, state)?;
    offer.went_back(&round).await
}

/// An offer on a date with three places left besides; kept free in two rounds, open to others in the next two.
struct Offer {
    who: Contact,
    place: Id<portal_core::courses::WaitingPlace>,
    date: String,
    eye: String,
    held: bool,
}

impl Offer {
    async fn made(round: &Round<'_>) -> Self {
        let [w, date, eye] = ["w", "date", "eye"].map(|what| round.name(what));
        let who = contact(&w);
        let held = round.number % 4 < 2;
        let made_at = today() - hours(1);
        let offer = if held {
            PlaceOffer::held(made_at)
        } else {
            PlaceOffer::open_to_others(made_at)
        };
        let place = waiting_place(&w)
            .of(&who)
            .on(session(&date).with_places(3))
            .offered(offer.until(today() + hours(1)));
        let elsewhere = session(&round.name("elsewhere"));
        let watching = registration(&eye).of(&contact(&eye)).on(elsewhere);
        let facts = Facts::new().waiting_place(place).registration(watching);
        round.race.world.put(facts).await;
        Self {
            place: Id::new(w),
            who,
            date,
            eye,
            held,
        }
    }

    async fn was_accepted(&self, round: &Round<'_>) -> Result<(), Broken> {
        let state = round.waiting(self.place.as_str()).await.state;
        so(state == WaitingState::Accepted, state)?;
        let on = round.dates_of(&self.who).await;
        so(on == [Id::new(self.date.as_str())], ("registered for", on))?;
        self.leaves(round, if self.held { 3 } else { 2 }, 0).await
    }

    async fn went_back(&self, round: &Round<'_>) -> Result<(), Broken> {
        let on = round.dates_of(&self.who).await;
        so(on.is_empty(), ("registered for", on))?;
        let freed = u32::from(self.held);
        self.leaves(round, 3 + freed, freed).await
    }

    async fn leaves(&self, round: &Round<'_>, places: u32, freed: u32) -> Result<(), Broken> {
        let left = round.places_left(&self.eye, &self.date).await;
        so(left == places, ("places left", left, "not", places))?;
        let owed = round.settle_everything().await;
        let about = |kind: &EffectKind| matches!(kind, EffectKind::PlaceFreed { session } if session.as_str() == self.date);
        let right = owed.len() == freed as usize && owed.iter().all(|e| about(&e.kind));
        so(right, ("owed", owed))
    }
}
