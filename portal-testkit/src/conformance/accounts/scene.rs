//! What cases about accounts start from, and how they look at what became of it.
use portal_core::{
    AuditEntry, Commit, Decision, Id, Loaded, StoreError,
    accounts::{
        Access, AccountChange, AccountKey, AccountRequest, Attempt, Entry, LoginSession, Pass,
        PassState, Person, RequestState, Then,
    },
    store::QueuedEffect,
};

use super::super::{
    scene::{apply, yes},
    walk,
};
use crate::{
    Facts, World,
    facts::{access, attempt, person, secret, today},
};

/// There is an account with these keys now.
pub(crate) fn opened(access: &Access) -> AccountChange {
    AccountChange::Opened {
        account: access.account.clone(),
        contact: access.contact.clone(),
        customer: access.customer.clone(),
        email: access.email.clone(),
        phone: access.phone.clone(),
    }
}

/// A yes to form number `number` that opens the account of this contact, with a password.
pub(crate) fn opening(number: u128, contact: &str) -> Decision {
    let access = access(contact);
    let with = AccountChange::PasswordSet {
        account: access.account.clone(),
        password: access.password.clone().unwrap(),
        device: None,
    };
    yes(number).changed(opened(&access)).changed(with)
}

/// Opens the account of this contact, with a password.
pub(crate) async fn open(world: &dyn World, number: u128, contact: &str) -> Loaded<Access> {
    world.put(Facts::new().person(person(contact))).await;
    apply(world, opening(number, contact)).await;
    account(world, contact).await
}

/// The account of this contact as it is now.
pub(crate) async fn account(world: &dyn World, contact: &str) -> Loaded<Access> {
    let by = AccountKey::Contact(Id::new(contact));
    world.accounts().account(&by).await.unwrap().unwrap()
}

/// This happens now.
pub(crate) async fn change(world: &dyn World, number: u128, change: AccountChange) {
    apply(world, yes(number).changed(change)).await;
}

/// Lets somebody in to an account as it was read.
pub(crate) async fn conclude(
    world: &dyn World,
    attempt: Attempt,
    entry: Entry,
) -> Result<Commit, StoreError> {
    let then = Then::Enter(Box::new(entry));
    world.accounts().conclude(attempt, then).await
}

/// Lets ana in, in this browser.
pub(crate) async fn enter(world: &dyn World, entry: Entry) {
    let ended = conclude(world, attempt(today()), entry).await.unwrap();
    assert_eq!(ended, Commit::Applied);
}

/// Lets the owner of this session in.
pub(crate) async fn sign_in(world: &dyn World, session: LoginSession) {
    let by = AccountKey::Id(session.account.clone());
    let access = world.accounts().account(&by).await.unwrap().unwrap();
    enter(world, Entry::new(session, access)).await;
}

/// The link of that name as it is now.
pub(crate) async fn link(world: &dyn World, id: &str) -> Option<Pass> {
    world.accounts().pass(&secret(id)).await.unwrap()
}

/// Where the link of that name stands.
pub(crate) async fn stands(world: &dyn World, id: &str) -> PassState {
    link(world, id).await.unwrap().state
}

/// The ids of ana's sessions, as they are listed.
pub(crate) async fn browsers(world: &dyn World, contact: &str) -> Vec<String> {
    let of = access(contact).account;
    let found = world.accounts().sessions(&of).await.unwrap();
    found.iter().map(|s| s.id.to_string()).collect()
}

/// The whole sign-in log, newest first.
pub(crate) async fn log(world: &dyn World) -> Vec<Attempt> {
    let accounts = world.accounts();
    walk::all(100, async |page| accounts.attempts(None, &page).await).await
}

/// The requests for approval in that state.
pub(crate) async fn requests(world: &dyn World, state: RequestState) -> Vec<AccountRequest> {
    let accounts = world.accounts();
    walk::all(100, async |page| accounts.requests(state, &page).await).await
}

/// Everything that may be written about ana and what she asks for. Equal before and after: nothing was.
#[derive(Debug, PartialEq)]
pub(crate) struct Kept {
    account: Option<Loaded<Access>>,
    sessions: Vec<LoginSession>,
    links: Vec<Option<Pass>>,
    pending: Vec<AccountRequest>,
    log: Vec<Attempt>,
    person: Option<Person>,
    outbox: Vec<QueuedEffect>,
    audit: Vec<AuditEntry>,
}

/// What is there now; the links are those named.
pub(crate) async fn kept(world: &dyn World, links: &[&str]) -> Kept {
    let (accounts, ana) = (world.accounts(), access("ana"));
    let mut found = vec![];
    for id in links {
        found.push(link(world, id).await);
    }
    let by = AccountKey::Id(ana.account.clone());
    Kept {
        account: accounts.account(&by).await.unwrap(),
        sessions: accounts.sessions(&ana.account).await.unwrap(),
        links: found,
        pending: requests(world, RequestState::Pending).await,
        log: log(world).await,
        person: world.people().person(&ana.contact).await.unwrap(),
        outbox: walk::outbox(world).await,
        audit: walk::audit(world).await,
    }
}
