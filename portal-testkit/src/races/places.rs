use std::sync::Arc;

use portal_core::{
    Ask, Decision, Effect, Id, RecordRef,
    courses::{CancelRegistration, CourseChange, RegistrationStatus, TransferRegistration},
    effect::{EffectKind, MailKind, Recipient},
};

use super::{
    Broken, Race,
    ended::{Ended, applied, so},
    round::{Round, desk},
};
use crate::{
    Facts,
    facts::{RegistrationFacts, SURNAME, contact, registration, session, today, viewer},
};

/// A cancellation and a transfer of one registration, decided on the same facts: exactly one is applied, and only its messages are owed.
///
/// # Errors
/// What did not hold.
pub async fn of_two_decisions_on_the_same_facts_one_is_applied(
    race: Race<'_>,
) -> Result<(), Broken> {
    race.run(two_decisions).await
}

/// A customer cancels on one page and moves on another, at once, each page showing the same date: exactly one happens, and only its messages are owed.
///
/// # Errors
/// What did not hold.
pub async fn of_a_cancellation_and_a_transfer_at_once_one_happens(
    race: Race<'_>,
) -> Result<(), Broken> {
    race.run(two_pages).await
}

async fn two_decisions(round: Round<'_>) -> Result<(), Broken> {
    let (r, from, to) = stage(&round).await;
    let who = contact(&r);
    let courses = round.race.world.courses();
    let found = courses.registration(&Id::new(r.as_str())).await;
    let facts = found.unwrap().unwrap();
    let decided = |n, kind, change: CourseChange| {
        let by = viewer(&who);
        let ask = Ask::new(&by, today(), round.form(n));
        let about = RecordRef::Registration(Id::new(r.as_str()));
        Decision::new(&ask, "test.race", about)
            .given(&facts)
            .changed(change)
            .mail(kind, Recipient::Contact(who.id.clone()))
    };
    let cancel = decided(
        1,
        MailKind::RegistrationCancelled,
        CourseChange::Cancelled {
            registration: Id::new(r.as_str()),
            session: Id::new(from.as_str()),
        },
    );
    let transfer = decided(
        2,
        MailKind::RegistrationTransferred,
        CourseChange::Transferred {
            registration: Id::new(r.as_str()),
            from: Id::new(from.as_str()),
            to: Id::new(to.as_str()),
        },
    );
    let store = round.store(2);
    let one = tokio::spawn(applied(Arc::clone(&store), cancel));
    let other = tokio::spawn(applied(store, transfer));
    let (cancelled, moved) = (one.await.unwrap()?, other.await.unwrap()?);
    so(cancelled != moved, ("both or neither", cancelled, moved))?;

    let now = round.registration(&r).await;
    so(
        (now.status == RegistrationStatus::Cancelled) == cancelled,
        &now,
    )?;
    so((now.session.id.as_str() == to) == moved, &now)?;
    let mails = mails(&round.settle_everything().await);
    let expected = if cancelled {
        MailKind::RegistrationCancelled
    } else {
        MailKind::RegistrationTransferred
    };
    so(mails == [expected], mails)?;
    let taken = u32::from(moved);
    let left = round.places_left(&r, &to).await;
    so(left == 5 - taken, ("left on the new date", left))
}

async fn two_pages(round: Round<'_>) -> Result<(), Broken> {
    let (r, from, to) = stage(&round).await;
    let portal = round.portal(&round.store(2), 0);
    let desk = desk(&portal, &contact(&r));
    let (id, target) = (Id::new(r.as_str()), Id::new(to.as_str()));
    let seen = Id::new(from.as_str());
    let cancel = CancelRegistration::new(round.form(1), id.clone(), seen.clone(), SURNAME);
    let transfer = TransferRegistration::new(round.form(2), id, seen, target, SURNAME);
    let other = desk.clone();
    let cancelled = tokio::spawn(async move { Ended::from(desk.submit(&cancel).await) });
    let moved = tokio::spawn(async move { Ended::from(other.submit(&transfer).await) });
    let (cancelled, moved) = (cancelled.await.unwrap(), moved.await.unwrap());

    let now = round.registration(&r).await;
    let (mail, status, date) = if moved.is_done() {
        so(cancelled.refused_for("course.date-changed"), &cancelled)?;
        let mail = MailKind::RegistrationTransferred;
        (mail, RegistrationStatus::Active, &to)
    } else {
        so(cancelled.is_done(), &cancelled)?;
        so(moved.refused_for("course.not-active"), &moved)?;
        let mail = MailKind::RegistrationCancelled;
        (mail, RegistrationStatus::Cancelled, &from)
    };
    so(now.status == status, &now)?;
    so(now.session.id.as_str() == date, &now)?;
    let taken = u32::from(moved.is_done());
    let left = (
        round.places_left(&r, &from).await,
        round.places_left(&r, &to).await,
    );
    so(left == (6, 5 - taken), ("left", left))?;
    let told = mails(&round.settle_everything().await);
    so(told == [mail], told)
}

/// One person with one registration, both of one name, and two dates with five places left each.
async fn stage(round: &Round<'_>) -> (String, String, String) {
    let [r, from, to] = ["r", "from", "to"].map(|what| round.name(what));
    let own = registration(&r)
        .of(&contact(&r))
        .on(session(&from).with_places(5));
    let facts = Facts::new()
        .registration(own)
        .session(session(&to).with_places(5));
    round.race.world.put(facts).await;
    (r, from, to)
}

fn mails(owed: &[Effect]) -> Vec<MailKind> {
    let kind = |effect: &Effect| match &effect.kind {
        EffectKind::Mail { kind, .. } => Some(*kind),
        _ => None,
    };
    owed.iter().filter_map(kind).collect()
}
