//! Money that staff have seen to in the books by hand, and what becomes of it after.
use portal_core::{
    Id,
    accounting::{
        Attention, DisconnectOrder, EnteredByHand, ExportState, PushState, PushedPayment,
        RetryExport,
    },
    effect::StaffTask,
    order::CutOff,
    payment::Received,
};
use portal_testkit::facts::*;

use super::scene::Scene;

fn o1() -> Id<portal_core::Order> {
    Id::new("o1")
}

impl Scene {
    /// Some of it is paid back, and the portal hears of it.
    async fn paid_back(&self, amount: i64) {
        self.till.pay_back(eur(amount));
        let attempts = self.admin().payments(&o1()).await.unwrap();
        let attempt = attempts[0].attempt;
        self.admin().check_payment(attempt).await.unwrap();
        self.after(minutes(5)).await;
    }

    async fn only_push(&self) -> PushedPayment {
        let all = self.standing().await.payments;
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].clone()
    }

    async fn entered_by_hand(&self, form: u128) {
        let form = EnteredByHand::new(command(form), o1(), self.only_push().await.received);
        self.admin().submit(&form).await.unwrap();
    }

    fn reviews(&self) -> usize {
        let tasks = self.tasks();
        let review = |task: &&StaffTask| **task == StaffTask::LedgerReview;
        tasks.iter().filter(review).count()
    }
}

fn paid_back(posted: i64, kept: i64) -> PushState {
    let (posted, kept) = (eur(posted), eur(kept));
    PushState::NeedsAttention(Attention::PaidBack { posted, kept }, None)
}

/// Staff wrote down what was left of it then: less is left now, and they are told so once.
#[tokio::test]
async fn what_is_paid_back_after_it_was_entered_by_hand_is_told_once() {
    let at = Scene::new();
    at.paid().await;
    at.exported().await;
    at.paid_back(20_00).await;
    at.entered_by_hand(7).await;
    let before = at.reviews();
    at.after(hours(2)).await;
    assert_eq!(at.reviews(), before);

    at.paid_back(30_00).await;
    assert_eq!(at.only_push().await.state, paid_back(100_00, 70_00));
    at.after(hours(2)).await;
    assert_eq!(at.reviews(), before + 1);
    assert!(at.standing().await.needs_attention());

    at.entered_by_hand(8).await;
    assert!(!at.standing().await.needs_attention());
    assert_eq!(at.ledger.calls().record_payment, 1);
}

/// It is there by somebody's hand: trying it again must not put it there as well.
#[tokio::test]
async fn what_was_entered_by_hand_is_never_put_there_again() {
    let at = Scene::new();
    at.paid().await;
    at.exported().await;
    at.paid_back(20_00).await;
    at.entered_by_hand(7).await;
    at.paid_back(30_00).await;
    let retry = RetryExport::new(command(8), o1());
    at.admin().submit(&retry).await.unwrap();
    at.after(hours(2)).await;
    let push = at.only_push().await;
    let kept = match push.state {
        PushState::ByHand { kept, .. } => kept,
        other => panic!("{other:?}"),
    };
    assert_eq!(kept, Some(eur(70_00)));
    assert_eq!(at.ledger.calls().record_payment, 1);
    assert!(!at.standing().await.needs_attention());
}

/// An order that is not connected any more has its payments entered by hand, too.
#[tokio::test]
async fn what_is_paid_back_of_an_order_that_was_cut_off_is_told() {
    let at = Scene::new();
    at.exported().await;
    let off = DisconnectOrder::new(command(7), o1());
    at.admin().submit(&off).await.unwrap();
    at.paid().await;
    let push = at.only_push().await;
    let waits = PushState::NeedsAttention(Attention::NotConnected, None);
    assert_eq!(push.state, waits);
    at.entered_by_hand(8).await;
    at.paid_back(20_00).await;
    assert_eq!(at.only_push().await.state, paid_back(120_00, 100_00));
    let off = ExportState::Disconnected(CutOff::Manual);
    assert_eq!(at.standing().await.state, off);
}

/// Rows from before it was written down say nothing of what was left, and nobody is told.
#[test]
fn what_was_entered_by_hand_before_is_read() {
    let push = PushedPayment::new(Id::<Received>::new("till:1"), eur(1));
    let mut row = serde_json::to_value(&push).unwrap();
    row["state"] = serde_json::json!({"by_hand": {"at": today()}});
    let read: PushedPayment = serde_json::from_value(row).unwrap();
    let (at, kept) = (today(), None);
    assert_eq!(read.state, PushState::ByHand { at, kept });
}
