//! The course manager's own books after a payment.
use course_manager::{CourseManager, Payments, walk};
use portal_core::{Id, Language};

use super::{ask, folder, then};

async fn walked(payments: Payments) -> (CourseManager, String, tempfile::TempDir) {
    let folder = folder();
    let file = folder.path().join("course-manager.db");
    let manager = CourseManager::open(&file, then(), payments).await.unwrap();
    let lucia = Id::new("P-0001");
    let story = walk(&manager, &lucia, Some(Language::En)).await.unwrap();
    (manager, story, folder)
}

const PAID: &str = "select paid from orders where number = '2026-00001'";
const OPEN: &str =
    "select count(*) from orders where number = '2026-00001' and paying_since is not null";

/// 000-47: what was paid, less what staff paid back, is on the order, and no payment is under way any more.
#[tokio::test]
async fn a_payment_is_in_the_hosts_own_books_in_the_commit_that_settles_it() {
    let (manager, _, _folder) = walked(Payments::Sim).await;
    assert_eq!(ask::<i64>(&manager, PAID).await, 680_00);
    assert_eq!(ask::<i64>(&manager, OPEN).await, 0);
}

/// 000-47
#[tokio::test]
async fn stripes_adapter_pays_the_same() {
    let (manager, story, _folder) = walked(Payments::StripeFake).await;
    assert!(story.contains("690.00 EUR                               paid Visa 4242"));
    assert_eq!(ask::<i64>(&manager, PAID).await, 680_00);
    assert_eq!(ask::<i64>(&manager, OPEN).await, 0);
}

/// A second run on the same file pays what the refund made due again: another payment, not the first one once more.
#[tokio::test]
async fn a_second_run_is_another_payment() {
    let (first, _, folder) = walked(Payments::Sim).await;
    drop(first);
    let file = folder.path().join("course-manager.db");
    let again = CourseManager::open(&file, then(), Payments::Sim)
        .await
        .unwrap();
    let lucia = Id::new("P-0001");
    let story = walk(&again, &lucia, Some(Language::En)).await.unwrap();
    assert!(
        story.contains("10.00 EUR                                paid Visa 4242"),
        "{story}"
    );
}
