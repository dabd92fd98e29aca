use portal_core::{
    Id,
    courses::TransferRegistration,
    effect::{EffectKind, MailKind},
};

use super::{
    Broken, Race,
    ended::{Ended, so},
    round::{Round, desk},
};
use crate::{
    Facts,
    facts::{RegistrationFacts, SURNAME, SessionFacts, contact, registration, session},
};

/// Thirty-two people move to the last place of a date at once: one of them has it, the others read that the date is full, and only the winner is
/// written to.
///
/// # Errors
/// What did not hold.
pub async fn one_of_thirty_two_gets_the_last_place(race: Race<'_>) -> Result<(), Broken> {
    race.run(round).await
}

async fn round(round: Round<'_>) -> Result<(), Broken> {
    let (from, to) = (round.name("from"), round.name("to"));
    let people: Vec<_> = (0..32)
        .map(|n| contact(&round.name(&format!("p{n}"))))
        .collect();
    let date = session(&from).full();
    let facts = people.iter().fold(Facts::new(), |facts, who| {
        facts.registration(registration(who.id.as_str()).of(who).on(date.clone()))
    });
    let facts = facts.session(session(&to).with_places(1));
    round.race.world.put(facts).await;

    let portal = round.portal(&round.store(people.len()), 0);
    let runs: Vec<_> = (0..)
        .zip(&people)
        .map(|(n, who)| {
            let desk = desk(&portal, who);
            let r = Id::new(who.id.as_str());
            let form = TransferRegistration::new(
                round.form(n),
                r,
                Id::new(from.as_str()),
                Id::new(to.as_str()),
                SURNAME,
            );
            tokio::spawn(async move { Ended::from(desk.submit(&form).await) })
        })
        .collect();
    let mut winners = vec![];
    for (who, run) in people.iter().zip(runs) {
        match run.await.unwrap() {
            Ended::Done => winners.push(who),
            lost => so(lost.refused_for("course.target-full"), lost)?,
        }
    }

    let [winner] = winners.as_slice() else {
        return Err(Broken(format!("{} got the last place", winners.len())));
    };
    for who in &people {
        let expected = if who == *winner { &to } else { &from };
        let on = round.dates_of(who).await;
        so(on == [Id::new(expected.as_str())], (who, on))?;
    }
    let (r, winner) = (winner.id.as_str(), &winner.id);
    let left = round.places_left(r, &to).await;
    so(left == 0, ("places left on the new date", left))?;
    let left = round.places_left(r, &from).await;
    so(left == 1, ("places left on the old date", left))?;
    let owed = round.settle_everything().await;
    let about_the_winner = owed.iter().all(|effect| match &effect.kind {
        EffectKind::Mail { kind, to, .. } => {
            *kind == MailKind::RegistrationTransferred
                && to.to_string() == format!("contact:{winner}")
        }
        EffectKind::PlaceFreed { session } => session.as_str() == from,
        _ => false,
    });
    so(owed.len() == 2 && about_the_winner, ("owed", owed))
}
