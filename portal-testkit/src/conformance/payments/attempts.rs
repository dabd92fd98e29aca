//! The journal of attempts: [`PaymentStore::attempt`](portal_core::payment::PaymentStore::attempt) and
//! [`attempts`](portal_core::payment::PaymentStore::attempts).
use std::sync::Arc;

use portal_core::{
    Commit, Id, Page, RecordRef, StoreError,
    payment::{Attempt, AttemptKey, Merchant, PaymentRef, PaymentState, SessionRef},
};
use uuid::Uuid;

use super::{
    super::scene::{apply, conflict, yes, yes_with_mail},
    scene::{absent, attempt, found, kept, ordered, write, writing, written},
};
use crate::{
    World,
    facts::{PaymentFacts, income, minutes, payment_attempt, test_account, today},
};

const FINAL: [PaymentState; 4] = [
    PaymentState::Failed,
    PaymentState::Cancelled,
    PaymentState::Expired,
    PaymentState::Succeeded,
];

/// Each [`AttemptKey`] leads to the attempt it is of, and to no other: not to one of another account, nor of money that is real.
pub async fn an_attempt_is_found_by_each_of_its_keys_and_by_no_other(world: &dyn World) {
    let one = payment_attempt(1, "o1").on_page("cs_1").known_as("pi_1");
    let other = payment_attempt(2, "o2").on_page("cs_2").known_as("pi_2");
    write(world, 1, &one).await;
    write(world, 2, &other).await;
    let session = |of: Merchant, name| AttemptKey::Session(of, SessionRef::new(name));
    let paid = |of: Merchant, name| AttemptKey::Payment(of, PaymentRef::new(name));
    let [elsewhere, real] = [Merchant::test("acct_2"), Merchant::live("acct_1")];

    for by in [
        AttemptKey::Attempt(one.attempt),
        AttemptKey::LiveOf(Id::new("o1")),
        session(test_account(), "cs_1"),
        paid(test_account(), "pi_1"),
    ] {
        assert_eq!(
            found(world, by.clone()).await.as_ref(),
            Some(&one),
            "{by:?}"
        );
    }
    for by in [
        AttemptKey::Attempt(Attempt(Uuid::from_u128(3))),
        AttemptKey::LiveOf(Id::new("o3")),
        session(test_account(), "cs_3"),
        session(test_account(), "pi_1"),
        session(elsewhere.clone(), "cs_1"),
        session(real.clone(), "cs_1"),
        paid(test_account(), "pi_3"),
        paid(test_account(), "cs_1"),
        paid(elsewhere, "pi_1"),
        paid(real, "pi_1"),
    ] {
        assert_eq!(found(world, by.clone()).await, None, "{by:?}");
    }
}

/// A page and a payment that came later lead to the attempt from then on, and what it had before does not.
pub async fn an_attempt_is_found_by_what_it_was_given_later(world: &dyn World) {
    let one = payment_attempt(1, "o1");
    write(world, 1, &one).await;
    write(world, 2, &one.clone().on_page("cs_1")).await;
    let last = one.on_page("cs_2").known_as("pi_1");
    write(world, 3, &last).await;
    let session = |name| AttemptKey::Session(test_account(), SessionRef::new(name));
    assert_eq!(found(world, session("cs_1")).await, None);
    assert_eq!(found(world, session("cs_2")).await.as_ref(), Some(&last));
    let paid = AttemptKey::Payment(test_account(), PaymentRef::new("pi_1"));
    assert_eq!(found(world, paid).await.as_ref(), Some(&last));
}

/// "Where that makes it the second live one of its order the store answers Conflict", and nothing of the decision is written.
pub async fn another_live_attempt_of_an_order_is_a_conflict_and_writes_nothing(world: &dyn World) {
    ordered(world, "o1").await;
    write(world, 1, &payment_attempt(1, "o1")).await;
    let over = payment_attempt(2, "o1").now(PaymentState::Expired);
    write(world, 2, &over).await;
    let none = income("pi_1", "o1");
    let before = kept(world, "o1", &none).await;

    let second = yes_with_mail(3).changed(written(&payment_attempt(3, "o1")));
    conflict(world, second).await;
    let again = over.now(PaymentState::Processing);
    conflict(world, yes_with_mail(4).changed(written(&again))).await;
    assert_eq!(kept(world, "o1", &none).await, before);
}

/// An attempt that has ended, however, is not live: another can begin, and is.
pub async fn an_attempt_that_has_ended_frees_its_order(world: &dyn World) {
    for (n, state) in (0..).zip(FINAL) {
        let (one, next) = (
            payment_attempt(2 * n, "o1"),
            payment_attempt(2 * n + 1, "o1"),
        );
        write(world, 10 * n + 1, &one).await;
        write(world, 10 * n + 2, &one.now(state)).await;
        let live = AttemptKey::LiveOf(Id::new("o1"));
        assert_eq!(found(world, live.clone()).await, None, "after {state:?}");
        write(world, 10 * n + 3, &next).await;
        assert_eq!(found(world, live).await.as_ref(), Some(&next));
        write(world, 10 * n + 4, &next.now(state)).await;
    }
}

/// An attempt that may still end either way keeps its order; other orders are none of its business.
pub async fn an_attempt_that_is_not_over_keeps_its_order(world: &dyn World) {
    let one = payment_attempt(1, "o1");
    for (n, state) in (1..).zip([
        PaymentState::Open,
        PaymentState::ActionRequired,
        PaymentState::Processing,
    ]) {
        let now = one.clone().now(state);
        write(world, n, &now).await;
        conflict(world, writing(10 + n, &payment_attempt(2, "o1"))).await;
        let live = AttemptKey::LiveOf(Id::new("o1"));
        assert_eq!(found(world, live).await, Some(now));
    }
    write(world, 20, &payment_attempt(2, "o2")).await;
}

/// What is given up makes room in the same decision.
pub async fn one_decision_ends_an_attempt_and_begins_another(world: &dyn World) {
    let (one, next) = (payment_attempt(1, "o1"), payment_attempt(2, "o1"));
    write(world, 1, &one).await;
    let before = attempt(world, &one).await;
    let ended = one.clone().now(PaymentState::Cancelled);
    let decision = writing(2, &ended).given(&before);
    apply(world, decision.changed(written(&next))).await;

    assert_eq!(attempt(world, &one).await.value, ended);
    let live = AttemptKey::LiveOf(Id::new("o1"));
    assert_eq!(found(world, live).await, Some(next));
}

/// "Every `MoneyChange` makes it another version", also one that says the same: what was read before it is stale.
pub async fn every_change_of_an_attempt_is_another_version(world: &dyn World) {
    let one = payment_attempt(1, "o1");
    write(world, 1, &one).await;
    let first = attempt(world, &one).await;
    assert_eq!(first.seen.len(), 1, "names itself and nothing else");
    write(world, 2, &one).await;
    conflict(world, writing(3, &one).given(&first)).await;
    let second = attempt(world, &one).await;
    let moved = one.clone().now(PaymentState::Processing);
    apply(world, writing(4, &moved).given(&second)).await;
    conflict(world, yes(5).given(&second)).await;
    apply(world, yes(6).given(&attempt(world, &one).await)).await;
}

/// "A record that is not there has the version `0`": whoever saw none may write it, and nobody else may once it is there.
pub async fn an_attempt_that_is_not_there_has_the_version_zero(world: &dyn World) {
    let one = payment_attempt(1, "o1").now(PaymentState::Failed);
    let none = absent(one.record());
    apply(world, yes(1).expecting(none.clone())).await;
    apply(world, writing(2, &one).expecting(none.clone())).await;
    let lost = conflict(world, writing(3, &one).expecting(none.clone())).await;
    assert_eq!(lost, none);
    let other = RecordRef::Received(Id::new(one.attempt.to_string()));
    apply(world, yes(4).expecting(absent(other))).await;
}

/// "The one begun last first, those of one instant by name", and those of other orders not at all.
pub async fn attempts_of_an_order_are_listed_the_last_begun_first(world: &dyn World) {
    let at = |n, minute| {
        let begun = payment_attempt(n, "o1").begun(today() + minutes(minute));
        begun.now(PaymentState::Failed)
    };
    let all = [at(3, 0), at(1, 5), at(9, 5), at(4, 5), at(2, 1)];
    for (n, one) in (1..).zip(&all) {
        write(world, n, one).await;
    }
    write(world, 10, &payment_attempt(5, "o2")).await;
    let expected = [1, 3, 2, 4, 0].map(|n: usize| all[n].clone());
    let listed = world.payments().attempts(&Id::new("o1")).await.unwrap();
    assert_eq!(listed, expected);
    let nobodys = world.payments().attempts(&Id::new("o3")).await.unwrap();
    assert!(nobodys.is_empty());
}

/// "At most `Page::LARGEST` of them": the last ones.
pub async fn no_more_attempts_are_listed_than_fit_a_page(world: &dyn World) {
    let most = u128::from(Page::LARGEST);
    for n in 0..=most {
        let minute = i64::try_from(n).unwrap();
        let one = payment_attempt(n, "o1").begun(today() + minutes(minute));
        write(world, n + 1, &one.now(PaymentState::Failed)).await;
    }
    let listed = world.payments().attempts(&Id::new("o1")).await.unwrap();
    let numbers: Vec<_> = listed.iter().map(|one| one.attempt.0.as_u128()).collect();
    let expected: Vec<_> = (1..=most).rev().collect();
    assert_eq!(numbers, expected);
}

/// Eight begin at once, each with an attempt and a form of its own: one is live.
pub async fn of_eight_attempts_begun_at_once_for_an_order_one_is(world: &dyn World) {
    let store = world.store();
    let runs: Vec<_> = (1..=8)
        .map(|n| {
            let (store, decision) = (Arc::clone(&store), writing(n, &payment_attempt(n, "o1")));
            tokio::spawn(async move { store.commit(decision).await })
        })
        .collect();
    let mut begun = 0;
    for run in runs {
        match run.await.unwrap() {
            Ok(Commit::Applied) => begun += 1,
            Err(StoreError::Conflict(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(begun, 1);
    let listed = world.payments().attempts(&Id::new("o1")).await.unwrap();
    assert_eq!(listed.len(), 1);
}
