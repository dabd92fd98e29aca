//! Two tenants in one file, with the same people and even the same key: what opens a door in one opens none in the other.
use portal_core::{
    Error, Id, Page, Refusals,
    accounts::{
        Answer, Applicant, EndSession, FollowLink, Login, NextStep, RequestState, SignIn, Token,
        Visitor,
    },
    staff::{ApproveRequest, ChangeAccess, Closing},
    store::Store,
};
use portal_testkit::{Facts, World, facts::*};
use tempfile::TempDir;

use super::site::{Site, every_way_in, folder};

const HERE: &str = "nine lives of a tabby";
const THERE: &str = "seven bridges of a town";

/// The same two people are on record with both.
async fn two_tenants() -> (TempDir, Site, Site) {
    let folder = folder();
    let here = Site::of(&folder, "acme", every_way_in()).await;
    let there = Site::of(&folder, "zenith", every_way_in()).await;
    for site in [&here, &there] {
        let facts = Facts::new().person(person("ana")).person(person("bob"));
        site.tenant.put(facts).await;
    }
    (folder, here, there)
}

fn form(contact: &str, password: &str) -> SignIn {
    let login = Login::new(format!("{contact}@acme.example"));
    SignIn::new(login, password.into())
}

fn codes(error: &Error) -> Vec<&'static str> {
    error.refusals().map(Refusals::codes).unwrap_or_default()
}

/// T27
#[tokio::test]
async fn a_link_of_one_tenant_opens_nothing_in_the_other() {
    let (_folder, here, there) = two_tenants().await;
    let link = here.invited(1, "ana").await;
    let choosing = FollowLink::new(link.clone()).choosing(HERE.into());
    for _ in 0..2 {
        let looked = there.door().look(&link).await.unwrap_err();
        assert_eq!(codes(&looked), ["account.link-not-valid"]);
        let followed = there.door().follow(&choosing).await.unwrap_err();
        assert_eq!(codes(&followed), ["account.link-not-valid"]);
    }
    here.door().follow(&choosing).await.unwrap();
    here.signed_in("ana", HERE).await;
}

/// T27: the account of the other tenant is there, has the same key, and counts for nothing.
#[tokio::test]
async fn who_has_an_account_with_one_tenant_is_nobody_at_the_other() {
    let (_folder, here, there) = two_tenants().await;
    here.joined(1, "ana", HERE).await;
    let entered = here.signed_in("ana", HERE).await;
    assert!(here.door().resume(entered.session.expose()).await.is_ok());
    let resumed = there.door().resume(entered.session.expose()).await;
    assert!(matches!(resumed, Err(Error::SignInFirst)));
    let no = there.door().sign_in(&form("ana", HERE)).await.unwrap_err();
    assert_eq!(codes(&no), ["account.not-recognised"]);
    let login = Login::new("ana@acme.example");
    let answer = there.door().forgot_password(&login).await.unwrap();
    assert_eq!(
        (answer, there.letter().await.is_none()),
        (Answer::Sent, true)
    );
    let of_ana = there.staff().account_of(&Id::new("ana")).await.unwrap();
    assert_eq!(of_ana, None);
}

/// T27: with an account at both, each password, browser and session is good at home, and closing one account leaves the other open.
#[tokio::test]
async fn two_accounts_of_one_person_have_nothing_in_common() {
    let (_folder, here, there) = two_tenants().await;
    here.joined(1, "ana", HERE).await;
    there.joined(1, "ana", THERE).await;
    assert!(here.door().sign_in(&form("ana", THERE)).await.is_err());
    assert!(there.door().sign_in(&form("ana", HERE)).await.is_err());
    let at_home = here.signed_in("ana", HERE).await.session;
    let abroad = there.signed_in("ana", THERE).await.session;
    let desk = here.door().resume(at_home.expose()).await.unwrap();
    let other = there.door().resume(abroad.expose()).await.unwrap();
    assert_eq!(desk.viewer().account, other.viewer().account);

    let session = other.viewer().session.as_ref().unwrap().id.clone();
    let ended = desk.submit(&EndSession::new(command(50), session)).await;
    assert!(matches!(ended, Err(Error::NotFound)));
    let listed = desk.account().unwrap().sessions().await.unwrap();
    assert_eq!((listed.len(), listed[0].here), (1, true));

    let account = desk.viewer().account.clone();
    let close = ChangeAccess::new(command(51), account, Closing::Close);
    here.staff().submit(&close).await.unwrap();
    assert!(here.door().resume(at_home.expose()).await.is_err());
    assert!(there.door().resume(abroad.expose()).await.is_ok());
    there.signed_in("ana", THERE).await;
}

/// T27: guesses at one tenant's door do not shut the other's, and a browser known to one is a stranger's to the other.
#[tokio::test]
async fn tries_and_known_browsers_are_each_tenants_own() {
    let (_folder, here, there) = two_tenants().await;
    here.joined(1, "ana", HERE).await;
    there.joined(1, "ana", THERE).await;
    let browser = here.signed_in("ana", HERE).await.device.unwrap();
    for _ in 0..11 {
        let guessed = there.door().sign_in(&form("ana", "a wrong password")).await;
        assert!(guessed.is_err());
    }
    let known = |browser: &Token| {
        let device = Token::read(browser.expose());
        Visitor::from([198, 51, 100, 4].into()).with_device(device)
    };
    let door = there.portal.door(known(&browser)).unwrap();
    let no = door.sign_in(&form("ana", THERE)).await.unwrap_err();
    assert_eq!(codes(&no), ["account.too-many-attempts"]);
    let door = here.portal.door(known(&browser)).unwrap();
    let yes = door.sign_in(&form("ana", HERE)).await.unwrap();
    assert!(matches!(yes, NextStep::SignedIn(_)));
    here.signed_in("ana", HERE).await;
}

/// T27
#[tokio::test]
async fn staff_of_one_tenant_see_nothing_of_the_other() {
    let (_folder, here, there) = two_tenants().await;
    let applicant = Applicant::new(email("new@new.example"), "New", SURNAME);
    here.door().request_account(applicant).await.unwrap();
    let page = Page::default();
    let pending = RequestState::Pending;
    let asked = here.staff().requests(pending, &page).await.unwrap().items;
    let unseen = there.staff().requests(pending, &page).await.unwrap().items;
    assert_eq!((asked.len(), unseen.len()), (1, 0));
    let approve = ApproveRequest::new(command(60), asked[0].id.clone());
    let approved = there.staff().submit(&approve).await;
    assert!(matches!(approved, Err(Error::NotFound)));
    let log = here.staff().sign_ins(None, &page).await.unwrap().items;
    let unseen = there.staff().sign_ins(None, &page).await.unwrap().items;
    assert_eq!((log.len(), unseen.len()), (1, 0));
    let audit = there.tenant.store.audit(&page).await.unwrap().items;
    assert!(audit.is_empty());
    assert!(
        there
            .tenant
            .store
            .outbox(&page)
            .await
            .unwrap()
            .items
            .is_empty()
    );
}
