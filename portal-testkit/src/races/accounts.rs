use std::sync::Arc;

use portal_core::{
    Contact, Decision, Expectation, Id, Loaded, RecordRef, Version,
    accounts::{
        Access, AccountChange, AccountKey, AccountRequest, Applicant, ContactChange, PassState,
        RequestState,
    },
};

use super::{
    Broken, Race,
    ended::{applied, so},
    round::Round,
};
use crate::{
    Facts,
    conformance::accounts::opened,
    facts::{PassFacts, access, contact, email, pass, password, request},
};

/// One link, used by eight pages at once that all saw it open, each to set a password of its own: one does, and its password is the one that counts.
///
/// # Errors
/// What did not hold.
pub async fn a_link_used_eight_times_at_once_sets_one_password(
    race: Race<'_>,
) -> Result<(), Broken> {
    race.run(one_link).await
}

/// Eight open an account for one contact at once, as all saw that there is none: there is one.
///
/// # Errors
/// What did not hold.
pub async fn eight_accounts_opened_for_one_contact_at_once_are_one(
    race: Race<'_>,
) -> Result<(), Broken> {
    race.run(one_contact).await
}

/// One request, approved on eight pages at once: one person is added, with one account.
///
/// # Errors
/// What did not hold.
pub async fn a_request_approved_eight_times_at_once_is_approved_once(
    race: Race<'_>,
) -> Result<(), Broken> {
    race.run(approvals).await
}

/// One request, approved on one page and declined on another at once: it has one answer, and there is a person only if it was yes.
///
/// # Errors
/// What did not hold.
pub async fn a_request_approved_and_declined_at_once_has_one_answer(
    race: Race<'_>,
) -> Result<(), Broken> {
    race.run(yes_and_no).await
}

async fn one_link(round: Round<'_>) -> Result<(), Broken> {
    let who = somebody(&round).await;
    let opened = round.yes(0, &who).changed(opened(&of(&who)));
    let link = pass(&round.name("link")).of(&of(&who).account);
    let issued = AccountChange::PassIssued { pass: link.clone() };
    let store = round.race.world.store();
    so(
        applied(store, opened.changed(issued)).await?,
        "a link is issued",
    )?;
    let seen = account(&round, &who).await.unwrap();
    let chosen = |n: u32| password(&format!("password {n}"));
    let decisions = (1..=8).map(|n| {
        let decision = round.yes(n, &who).given(&seen);
        decision
            .changed(AccountChange::PassUsed {
                pass: link.id.clone(),
                of: link.of.clone(),
            })
            .changed(AccountChange::PasswordSet {
                account: seen.value.account.clone(),
                password: chosen(n),
                device: None,
            })
    });
    let winners = all_at_once(&round, decisions.collect()).await?;

    let [winner] = winners.as_slice() else {
        return Err(Broken(format!("{winners:?} set a password")));
    };
    let now = account(&round, &who).await.unwrap().value;
    let n = u32::try_from(*winner).unwrap() + 1;
    so(now.password == Some(chosen(n)), "another password counts")?;
    let found = round.race.world.accounts().pass(&link.secret).await;
    let state = found.unwrap().unwrap().state;
    so(state == PassState::Used, state)
}

async fn one_contact(round: Round<'_>) -> Result<(), Broken> {
    let who = somebody(&round).await;
    let record = RecordRef::Account(of(&who).account);
    let nobody = Expectation::Unchanged(record, Version::number(0));
    let decisions = (0..8).map(|n| {
        let decision = round.yes(n, &who).expecting(nobody.clone());
        decision.changed(opened(&of(&who)))
    });
    let winners = all_at_once(&round, decisions.collect()).await?;
    so(winners.len() == 1, ("opened", winners))?;
    let found = account(&round, &who).await;
    so(found.is_some(), "there is one")
}

async fn approvals(round: Round<'_>) -> Result<(), Broken> {
    let (asked, new) = asked(&round).await?;
    let decisions = (1..=8).map(|n| approving(&round, n, &asked, &new));
    let winners = all_at_once(&round, decisions.collect()).await?;
    so(winners.len() == 1, ("approved", winners))?;
    let people = round.race.world.people();
    let found = people.by_email(&asked.value.applicant.email).await.unwrap();
    so(found.len() == 1, ("people", found))?;
    let found = account(&round, &new).await;
    so(found.is_some(), "there is an account")
}

async fn yes_and_no(round: Round<'_>) -> Result<(), Broken> {
    let (asked, new) = asked(&round).await?;
    let declined = AccountChange::RequestSettled {
        request: asked.value.id.clone(),
        state: RequestState::Declined,
    };
    let no = round.yes(2, &new).given(&asked).changed(declined);
    let yes = approving(&round, 1, &asked, &new);
    let winners = all_at_once(&round, vec![yes, no]).await?;
    let [winner] = winners.as_slice() else {
        return Err(Broken(format!("answers: {winners:?}")));
    };
    let approved = *winner == 0;
    let accounts = round.race.world.accounts();
    let now = accounts.request(&asked.value.id).await.unwrap().unwrap();
    let expected = if approved {
        RequestState::Approved
    } else {
        RequestState::Declined
    };
    so(now.value.state == expected, now.value.state)?;
    let people = round.race.world.people();
    let found = people.by_email(&asked.value.applicant.email).await.unwrap();
    so(found.len() == usize::from(approved), ("people", found))?;
    let found = account(&round, &new).await;
    so(found.is_some() == approved, ("account", found))
}

/// Commits all of them at once, and answers which were applied.
pub(super) async fn all_at_once(
    round: &Round<'_>,
    decisions: Vec<Decision>,
) -> Result<Vec<usize>, Broken> {
    let store = round.store(decisions.len());
    let runs: Vec<_> = decisions
        .into_iter()
        .map(|decision| tokio::spawn(applied(Arc::clone(&store), decision)))
        .collect();
    let mut winners = vec![];
    for (n, run) in runs.into_iter().enumerate() {
        if run.await.unwrap()? {
            winners.push(n);
        }
    }
    Ok(winners)
}

/// A request for approval that is pending, and the contact it would become.
async fn asked(round: &Round<'_>) -> Result<(Loaded<AccountRequest>, Contact), Broken> {
    let mut asked = request("somebody");
    asked.id = Id::new(round.name("request"));
    let address = format!("new-{}@new.example", round.number);
    asked.applicant = Applicant::new(email(&address), "New", "Person");
    let new = contact(&round.name("new"));
    let requested = AccountChange::Requested {
        request: Box::new(asked.clone()),
    };
    let store = round.race.world.store();
    let decision = round.yes(0, &new).changed(requested);
    so(applied(store, decision).await?, "a request is made")?;
    let accounts = round.race.world.accounts();
    let loaded = accounts.request(&asked.id).await.unwrap().unwrap();
    Ok((loaded, new))
}

fn approving(round: &Round<'_>, n: u32, asked: &Loaded<AccountRequest>, new: &Contact) -> Decision {
    let decision = round.yes(n, new).given(asked);
    decision
        .changed(AccountChange::RequestSettled {
            request: asked.value.id.clone(),
            state: RequestState::Approved,
        })
        .changed(ContactChange::Added {
            contact: new.id.clone(),
            applicant: Box::new(asked.value.applicant.clone()),
        })
        .changed(opened(&of(new)))
}

/// Somebody of this round, whom the host knows.
pub(super) async fn somebody(round: &Round<'_>) -> Contact {
    let who = contact(&round.name("who"));
    let facts = Facts::new().contact(who.clone());
    round.race.world.put(facts).await;
    who
}

/// Their account as it would be opened, with nothing to sign in by: these races are about other things.
pub(super) fn of(who: &Contact) -> Access {
    let mut access = access("anybody").with_email(None);
    access.account = Id::new(format!("account-of-{}", who.id));
    access.contact = who.id.clone();
    access
}

pub(super) async fn account(round: &Round<'_>, who: &Contact) -> Option<Loaded<Access>> {
    let by = AccountKey::Contact(who.id.clone());
    round.race.world.accounts().account(&by).await.unwrap()
}
