//! The course manager with Xero's adapter: what an order that is in the books still allows.
use course_manager::{Accounting, Adapters, CourseManager, Payments, walk};
use portal_core::{Id, Language};

use super::{ask, folder, then};

/// 000-48, 000-49: exported, the order is paid in Xero and the portal says where; edited there it is cut off; forgotten it can be paid here again.
#[tokio::test]
async fn an_order_goes_into_xero_and_is_paid_there_until_it_is_cut_off_and_forgotten() {
    let folder = folder();
    let file = folder.path().join("course-manager.db");
    let adapters = Adapters::new(Payments::Sim, Accounting::FakeXero);
    let manager = CourseManager::open(&file, then(), adapters).await.unwrap();
    let lucia = Id::new("P-0001");
    let story = walk(&manager, &lucia, Some(Language::En)).await.unwrap();
    let told: Vec<&str> = story
        .lines()
        .skip_while(|line| !line.starts_with("An order goes into the books"))
        .take_while(|line| !line.is_empty())
        .collect();
    let said = |n: usize, what: &str| {
        assert!(
            told.get(n).is_some_and(|line| line.contains(what)),
            "{told:#?}"
        );
    };
    said(1, "done");
    said(2, "This order is being sent to Xero right now.");
    said(3, "Please pay at https://in.xero.com/");
    said(4, "2026-00001: remote_changed");
    said(5, "can no longer be paid in this portal");
    said(6, "done");
    said(7, "yes");
    let locked = "select ledger from orders where number = '2026-00001'";
    assert_eq!(ask::<String>(&manager, locked).await, "not_exported");
}
