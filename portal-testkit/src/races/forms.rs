use portal_core::{Id, courses::TransferRegistration};

use super::{
    Broken, Race,
    ended::{Ended, so},
    round::{Round, desk},
};
use crate::{
    Facts,
    facts::{RegistrationFacts, SURNAME, contact, registration, session},
};

/// The same form, sent eight times at once: everybody reads that it was taken, there is one change, and one set of messages.
///
/// # Errors
/// What did not hold.
pub async fn the_same_form_sent_eight_times_at_once_counts_once(
    race: Race<'_>,
) -> Result<(), Broken> {
    race.run(round).await
}

async fn round(round: Round<'_>) -> Result<(), Broken> {
    let [r, from, to] = ["r", "from", "to"].map(|what| round.name(what));
    let who = contact(&r);
    let own = registration(&r).of(&who).on(session(&from).with_places(5));
    let facts = Facts::new().registration(own);
    let facts = facts.session(session(&to).with_places(5));
    round.race.world.put(facts).await;

    let desk = desk(&round.portal(&round.store(8), 0), &who);
    let id = Id::new(r.as_str());
    let (here, there) = (Id::new(from.as_str()), Id::new(to.as_str()));
    let form = TransferRegistration::new(round.form(1), id, here, there, SURNAME);
    let runs: Vec<_> = (0..8)
        .map(|_| {
            let (desk, form) = (desk.clone(), form.clone());
            tokio::spawn(async move { Ended::from(desk.submit(&form).await) })
        })
        .collect();
    let mut done = 0;
    for run in runs {
        match run.await.unwrap() {
            Ended::Done => done += 1,
            Ended::Replayed => {}
            other => return Err(Broken(format!("{other:?}"))),
        }
    }

    so(done == 1, ("done", done))?;
    so(
        round.places_left(&r, &from).await == 6,
        "one place came free",
    )?;
    so(round.places_left(&r, &to).await == 4, "one place was taken")?;
    let owed = round.settle_everything().await;
    so(owed.len() == 2, ("a message and a free place", owed))
}
