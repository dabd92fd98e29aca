//! What the books refuse ends in a state with a name and a remedy: never in a loop, never in a second document.
use portal_core::{
    accounting::{
        Attention, CustomerRef, DocumentRef, ExportState, LedgerDocument, LedgerRefusal,
        LedgerRemedy,
    },
    effect::StaffTask,
};
use portal_testkit::facts::*;

use super::scene::{NUMBER, Scene};

/// A13 and the bad input of a books' day: the order can be paid again, since nothing of it is there.
#[tokio::test]
async fn every_refusal_is_for_staff_and_unlocks_the_order() {
    let refusals = [
        (
            LedgerRefusal::PeriodLocked { until: None },
            LedgerRemedy::OpenThePeriod { until: None },
        ),
        (
            LedgerRefusal::CustomerArchived,
            LedgerRemedy::MendThereAndRetry,
        ),
        (
            LedgerRefusal::CustomerMerged,
            LedgerRemedy::MendThereAndRetry,
        ),
        (LedgerRefusal::CustomerName, LedgerRemedy::MendThereAndRetry),
        (
            LedgerRefusal::Currency {
                currency: "EUR".parse().unwrap(),
            },
            LedgerRemedy::MendThereAndRetry,
        ),
        (
            LedgerRefusal::UnknownCode {
                code: "999".to_owned(),
            },
            LedgerRemedy::MendThereAndRetry,
        ),
        (
            LedgerRefusal::Invalid {
                messages: vec!["no".to_owned()],
            },
            LedgerRemedy::MendThereAndRetry,
        ),
    ];
    for (refusal, remedy) in refusals {
        let at = Scene::new();
        at.ledger.refuse_next(refusal.clone());
        at.export().await.unwrap();
        at.after(hours(5)).await;
        let why = Attention::Refused(refusal);
        assert_eq!(why.remedy(), remedy);
        assert_eq!(at.standing().await.state, ExportState::NeedsAttention(why));
        assert!(at.refused().await.is_empty());
        assert_eq!(at.tasks(), [StaffTask::LedgerReview]);
        assert_eq!(at.ledger.calls().create, 1);
        assert!(at.ledger.documents().is_empty());
    }
}

/// What the host has no code for is asked of nobody.
#[tokio::test]
async fn what_has_no_code_is_not_sent() {
    let at = Scene::new();
    at.codes.forget(Some("places"));
    at.export().await.unwrap();
    at.after(hours(1)).await;
    let why = LedgerRefusal::Unmapped {
        what: "places".to_owned(),
    };
    let why = Attention::Refused(why);
    assert_eq!(why.remedy(), LedgerRemedy::MendHereAndRetry);
    assert_eq!(at.standing().await.state, ExportState::NeedsAttention(why));
    assert_eq!(at.ledger.calls().create, 0);
}

/// A document of somebody else's under our number is left as it is.
#[tokio::test]
async fn a_number_somebody_else_has_is_never_adopted() {
    let at = Scene::new();
    let (number, customer) = (NUMBER.into(), CustomerRef::new("customer-other"));
    let theirs = LedgerDocument::new(
        DocumentRef::new("theirs"),
        number,
        customer,
        today().date_naive(),
        eur(120_00),
    );
    at.ledger.put(theirs.clone());
    at.export().await.unwrap();
    at.after(hours(1)).await;
    let state = at.standing().await.state;
    assert_eq!(state, ExportState::NeedsAttention(Attention::NumberTaken));
    assert_eq!(at.document(), theirs);
    assert!(at.refused().await.is_empty());
}

/// What looks in everything like what we would have sent is ours, whoever lost it.
#[tokio::test]
async fn a_document_that_is_what_we_would_have_sent_is_adopted() {
    let at = Scene::new();
    at.exported().await;
    let twin = at.document();
    let again = Scene::new();
    again.ledger.put(twin);
    again.exported().await;
    again.document();
    assert_eq!(again.ledger.calls().create, 0);
}

/// The host's own routine may refuse to hear of it: the books are right all the same, and staff are told.
#[tokio::test]
async fn an_order_that_is_gone_is_for_staff() {
    let at = Scene::new();
    at.export().await.unwrap();
    at.memory.remove_order(&"o1".into());
    at.after(hours(1)).await;
    let state = at.standing().await.state;
    assert!(
        matches!(
            state,
            ExportState::NeedsAttention(Attention::Incomplete { .. })
        ),
        "{state:?}"
    );
    assert!(at.ledger.documents().is_empty());
}

/// A proxy that says a year, or nonsense.
#[tokio::test]
async fn books_that_ask_to_be_left_alone_are_so_for_a_day_at_most() {
    let at = Scene::new();
    at.ledger
        .limit_next(std::time::Duration::from_hours(24 * 365));
    at.export().await.unwrap();
    at.after(hours(1)).await;
    assert_eq!(at.standing().await.state, ExportState::Exporting);
    at.after(hours(25)).await;
    assert_eq!(at.standing().await.state, ExportState::Connected);
    assert_eq!(at.ledger.documents().len(), 1);
}
