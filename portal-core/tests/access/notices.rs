//! What staff are written about those who request an account, and what of it strangers cannot overdo.
use std::sync::Arc;

use portal_core::{
    Page, Portal,
    accounts::{Accounts, Answer, Applicant, PortalKey, RequestState},
    effect::MailKind,
    memory::Memory,
    settings::Settings,
    staff::StaffRole,
};
use portal_testkit::{PlainHasher, RecordingHost, facts::*};

use super::house::*;

/// Somebody else asks, from somewhere else.
async fn asks(house: &House, n: u32) {
    let applicant = Applicant::new(email(&format!("n{n}@new.example")), "Nora", "Vega");
    let browser = Browser::at(&format!("198.51.100.{n}"));
    let asked = house.door_from(&browser).request_account(applicant).await;
    assert_eq!(asked.unwrap(), Answer::Sent);
}

/// 004-04
#[tokio::test]
async fn strangers_cannot_fill_the_owners_mailbox_and_every_request_is_on_the_list() {
    let house = House::new();
    for n in 0..30 {
        asks(&house, n).await;
    }
    assert_eq!(house.kinds().await, [MailKind::AccountRequestNotice; 20]);
    house.clock.advance(minutes(1));
    asks(&house, 30).await;
    asks(&house, 31).await;
    assert_eq!(house.kinds().await, [MailKind::AccountRequestNotice]);
    let desk = house.desk_of(StaffRole::Admin);
    let page = Page::first(100);
    let pending = desk.requests(RequestState::Pending, &page).await.unwrap();
    assert_eq!(pending.items.len(), 32);
}

/// 004-04
#[tokio::test]
async fn who_asks_again_or_has_an_account_takes_no_notice_from_the_others() {
    let house = House::new();
    house.member("ana").await;
    asks(&house, 0).await;
    for n in 1..30 {
        let again = Applicant::new(email("n0@new.example"), "Nora", "Vega");
        let ana = Applicant::new(email("ana@acme.example"), "Ana", "Cruz");
        for applicant in [again, ana] {
            let browser = Browser::at(&format!("198.51.100.{n}"));
            let asked = house.door_from(&browser).request_account(applicant).await;
            // How often one address is written to is limited too.
            drop(asked);
        }
    }
    house.post().await;
    for n in 100..119 {
        asks(&house, n).await;
    }
    assert_eq!(house.kinds().await, [MailKind::AccountRequestNotice; 19]);
}

fn built(edit: impl FnOnce(&mut Settings), host: bool) -> Vec<String> {
    let memory = || Arc::new(Memory::default());
    let key = PortalKey::new("a key of the portal, for tests only".into()).unwrap();
    let accounts = Accounts::new(memory(), memory(), key, Arc::new(PlainHasher::default()));
    let mut settings = settings();
    settings.mail.staff_address = None;
    edit(&mut settings);
    let builder = Portal::builder(memory(), memory()).settings(settings);
    let mut builder = builder.accounts(accounts);
    if host {
        builder = builder.host(Arc::new(RecordingHost::default()));
    }
    let problems = builder.build().err().map(|e| e.problems);
    let problems = problems.into_iter().flatten();
    problems.map(|problem| problem.to_string()).collect()
}

/// 004-02
/// 004-04
#[test]
fn requests_that_nobody_would_hear_of_are_found_before_anybody_asks() {
    let nobody = built(|_| (), false);
    let [problem] = &*nobody else {
        panic!("{nobody:?}")
    };
    assert!(problem.starts_with("accounts.requests: "), "{problem}");
    assert!(problem.contains("mail.staff_address") && problem.contains(".host(..)"));
    let address = |s: &mut Settings| s.mail.staff_address = Some("owner@rental.example".into());
    assert!(built(address, false).is_empty());
    assert!(built(|_| (), true).is_empty());
    assert!(built(|s| s.accounts.requests = false, false).is_empty());
}
