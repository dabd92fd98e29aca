use portal_core::{
    Contact, CustomerDesk, Id, Portal,
    courses::{
        AcceptPlace, CancelRegistration, LeaveWaitingList, PlaceOffer, TransferRegistration,
    },
};

use super::{
    Broken, Race,
    ended::{Ended, so},
    round::{Round, desk},
};
use crate::{
    Facts,
    facts::{
        RegistrationFacts, SURNAME, WaitingPlaceFacts, contact, hours, registration, session,
        today, waiting_place,
    },
};

/// Seven things that can happen around one customer for whom a place is kept free, in every order of two and of three: after each step, the places
/// taken of each date are the registrations for it and the offers that hold one, and what is owed is what happened.
///
/// The number of rounds says nothing here: every order is tried once.
///
/// # Errors
/// What did not hold.
pub async fn any_order_around_a_held_place_keeps_places_and_people_in_step(
    race: Race<'_>,
) -> Result<(), Broken> {
    in_any_order(race, true).await
}

/// The same around an offer that is open to others: no place is kept free, and accepting takes one that is left.
///
/// # Errors
/// What did not hold.
pub async fn any_order_around_an_open_place_keeps_places_and_people_in_step(
    race: Race<'_>,
) -> Result<(), Broken> {
    in_any_order(race, false).await
}

async fn in_any_order(race: Race<'_>, held: bool) -> Result<(), Broken> {
    let mut orders = vec![];
    for one in Step::ALL {
        for other in Step::ALL {
            orders.push(vec![one, other]);
            orders.extend(Step::ALL.map(|third| vec![one, other, third]));
        }
    }
    let rounds = u32::try_from(orders.len()).map_err(|e| Broken(e.to_string()))?;
    race.rounds(rounds)
        .run(async |round: Round<'_>| {
            let steps = &orders[round.number as usize];
            let told = |broken: Broken| Broken(format!("{steps:?}: {broken}"));
            in_order(round, held, steps).await.map_err(told)
        })
        .await
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    ToSecond,
    ToThird,
    Cancel,
    Accept,
    Leave,
    Expire,
    FirstAgain,
}

impl Step {
    const ALL: [Self; 7] = [
        Self::ToSecond,
        Self::ToThird,
        Self::Cancel,
        Self::Accept,
        Self::Leave,
        Self::Expire,
        Self::FirstAgain,
    ];

    /// What is owed after it was done.
    fn owes(self, held: bool) -> usize {
        match self {
            Self::ToSecond | Self::ToThird | Self::Cancel => 2,
            Self::Leave | Self::Expire if held => 1,
            Self::Accept | Self::Leave | Self::Expire | Self::FirstAgain => 0,
        }
    }
}

async fn in_order(round: Round<'_>, held: bool, steps: &[Step]) -> Result<(), Broken> {
    let scene = Scene::set(round, held).await;
    scene.adds_up().await?;
    let mut owed = 0;
    let mut first_was_done = false;
    let mut left = false;
    for (n, step) in (0..).zip(steps) {
        let again = *step == Step::FirstAgain;
        let taken = if again { steps[0] } else { *step };
        let ended = scene.take(taken, if again { 0 } else { n }).await?;
        if let Ended::Failed(why) = &ended {
            return Err(Broken(format!("{step:?} failed: {why}")));
        }
        if n == 0 {
            first_was_done = ended.is_done();
        } else if again && first_was_done && taken != Step::Expire && taken != Step::FirstAgain {
            so(matches!(ended, Ended::Replayed), (step, &ended))?;
        }
        // Who has left may leave again; nothing more comes free.
        let left_again = taken == Step::Leave && left;
        if ended.is_done() && !left_again {
            owed += taken.owes(held);
            left |= taken == Step::Leave;
        }
        scene.adds_up().await?;
    }
    if scene.take(Step::Expire, 9).await?.is_done() {
        owed += Step::Expire.owes(held);
    }
    scene.adds_up().await?;
    let found = round.settle_everything().await;
    so(found.len() == owed, ("owed", owed, found))
}

/// One customer with a registration for the first of three dates and an offer of a place on the second.
struct Scene<'a> {
    round: Round<'a>,
    who: Contact,
    r: String,
    w: String,
    dates: [String; 3],
    offer_held: bool,
    desk: CustomerDesk,
    late: Portal,
}

/// The places of each date, taken or not, at the start and ever after: one registration on the first, on the second perhaps a place kept free.
const LEFT: [u32; 3] = [1, 1, 1];

impl<'a> Scene<'a> {
    async fn set(round: Round<'a>, held: bool) -> Self {
        let [r, w] = ["r", "w"].map(|what| round.name(what));
        let dates = ["first", "second", "third"].map(|what| round.name(what));
        let who = contact(&r);
        let made_at = today() - hours(1);
        let offer = if held {
            PlaceOffer::held(made_at)
        } else {
            PlaceOffer::open_to_others(made_at)
        };
        let on = |n: usize| session(&dates[n]).with_places(LEFT[n]);
        let place = waiting_place(&w)
            .of(&who)
            .on(on(1))
            .offered(offer.until(today() + hours(1)));
        let facts = Facts::new()
            .registration(registration(&r).of(&who).on(on(0)))
            .waiting_place(place)
            .session(on(2));
        round.race.world.put(facts).await;
        let store = round.race.world.store();
        let desk = desk(&round.portal(&store, 0), &who);
        let late = round.portal(&store, 2);
        Self {
            round,
            who,
            r,
            w,
            dates,
            offer_held: held,
            desk,
            late,
        }
    }

    async fn take(&self, step: Step, form: u32) -> Result<Ended, Broken> {
        let form = self.round.form(form);
        let (r, w) = (Id::new(self.r.as_str()), Id::new(self.w.as_str()));
        let to = |n: usize| Id::new(self.dates[n].as_str());
        let desk = &self.desk;
        Ok(match step {
            Step::ToSecond => {
                let form =
                    TransferRegistration::new(form, r, to(0), to(1), SURNAME).whatever_the_date();
                desk.submit(&form).await.into()
            }
            Step::ToThird => {
                let form =
                    TransferRegistration::new(form, r, to(0), to(2), SURNAME).whatever_the_date();
                desk.submit(&form).await.into()
            }
            Step::Cancel => {
                let form = CancelRegistration::new(form, r, to(0), SURNAME).whatever_the_date();
                desk.submit(&form).await.into()
            }
            Step::Accept => desk.submit(&AcceptPlace::new(form, w)).await.into(),
            Step::Leave => desk.submit(&LeaveWaitingList::new(form, w)).await.into(),
            Step::Expire => {
                let expired = self.late.expire_offers().await;
                let expired = expired.map_err(|e| Broken(e.to_string()))?;
                so(expired.ended <= 1 && expired.standing == 0, expired)?;
                if expired.ended == 1 {
                    Ended::Done
                } else {
                    Ended::Refused(vec![])
                }
            }
            // Only ever first: there is nothing to send again yet.
            Step::FirstAgain => Ended::Refused(vec![]),
        })
    }

    /// Invariant I3: what is left and what is taken are all places there are.
    async fn adds_up(&self) -> Result<(), Broken> {
        let held = self.round.is_held(&self.w).await;
        let on = self.round.dates_of(&self.who).await;
        for (n, date) in self.dates.iter().enumerate() {
            let left = self.round.places_left(&self.r, date).await;
            let registered = on.iter().filter(|id| id.as_str() == date).count();
            let kept = usize::from(held && n == 1);
            let taken_at_first = usize::from(n == 0) + usize::from(self.offer_held && n == 1);
            let all = LEFT[n] as usize + taken_at_first;
            so(
                left as usize + registered + kept == all,
                (date, "left", left, "registered", registered, "kept", kept),
            )?;
        }
        Ok(())
    }
}
