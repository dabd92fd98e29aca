//! What came: [`PaymentStore::received`](portal_core::payment::PaymentStore::received) and
//! [`unapplied`](portal_core::payment::PaymentStore::unapplied).
use std::sync::Arc;

use portal_core::{
    Commit, Id, Page, RecordRef, StoreError,
    payment::{Applied, Merchant, PaymentRef, Received, Unapplied},
    store::Cursor,
};

use super::{
    super::{
        scene::{apply, conflict, yes, yes_with_mail},
        walk,
    },
    scene::{absent, came, money, take, unapplied},
};
use crate::{
    World,
    facts::{eur, income, minutes, stray_income as stray, test_account, today},
};

/// What came is found by its own key only.
pub async fn what_came_is_found_by_its_key(world: &dyn World) {
    let one = income("pi_1", "o1");
    take(world, 1, &one).await;
    let loaded = money(world, &one).await;
    assert_eq!(loaded.value, one);
    assert_eq!(loaded.seen[0].0, RecordRef::Received(one.id()));
    let other = Received::key(&test_account(), &PaymentRef::new("pi_2"));
    for id in [other, Id::new("pi_1")] {
        assert_eq!(world.payments().received(&id).await.unwrap(), None);
    }
}

/// "There is one for each account and payment": written again it is replaced; the same name at another account, or of real money, is another.
pub async fn what_came_is_there_once_for_each_account_and_payment(world: &dyn World) {
    let one = stray("pi_1", today());
    take(world, 1, &one).await;
    let mut more = one.clone();
    more.captured = eur(150_00);
    take(world, 2, &more).await;
    assert_eq!(money(world, &one).await.value, more);
    assert_eq!(unapplied(world).await, [more.clone()]);

    let mut elsewhere = one.clone();
    elsewhere.merchant = Merchant::test("acct_2");
    let mut real = one;
    real.merchant = Merchant::live("acct_1");
    take(world, 3, &elsewhere).await;
    take(world, 4, &real).await;
    for of in [more, elsewhere, real] {
        assert_eq!(money(world, &of).await.value, of);
    }
    assert_eq!(unapplied(world).await.len(), 3);
}

/// "Every `MoneyChange` makes it another version": what was read before it is stale.
pub async fn every_change_of_what_came_is_another_version(world: &dyn World) {
    let one = income("pi_1", "o1");
    take(world, 1, &one).await;
    let first = money(world, &one).await;
    apply(world, yes(2).given(&first).changed(came(&one))).await;
    conflict(world, yes(3).given(&first).changed(came(&one))).await;
    let second = money(world, &one).await;
    assert_ne!(first.seen, second.seen);
    apply(world, yes(4).given(&second)).await;
}

/// "A record that is not there has the version `0`": of two who saw nothing, the second is in conflict, and writes nothing.
pub async fn what_has_not_come_has_the_version_zero(world: &dyn World) {
    let one = stray("pi_1", today());
    let none = absent(RecordRef::Received(one.id()));
    let taking = |n, one: &Received| yes_with_mail(n).expecting(none.clone()).changed(came(one));
    apply(world, taking(1, &one)).await;
    let (owed, trail) = (walk::outbox(world).await, walk::audit(world).await);
    let mut other = one.clone();
    other.captured = eur(1);
    assert_eq!(conflict(world, taking(2, &other)).await, none);
    assert_eq!(money(world, &one).await.value, one);
    assert_eq!(walk::outbox(world).await, owed);
    assert_eq!(walk::audit(world).await, trail);
}

/// "What was received and pays for nothing, what came last first", in pages of any size; what pays for an order is not on it.
pub async fn money_that_pays_for_nothing_is_listed_the_last_first(world: &dyn World) {
    let mut all = vec![];
    for n in 0..9 {
        let one = stray(&format!("pi_{n}"), today() + minutes((n * 7) % 9));
        take(world, u128::try_from(n).unwrap() + 1, &one).await;
        all.push(one);
    }
    take(world, 20, &income("pi_paid", "o1")).await;
    all.sort_by_key(|one| std::cmp::Reverse(one.first_seen));
    let payments = world.payments();
    walk::reads(&all, async |page| payments.unapplied(&page).await).await;
}

/// Money of one instant is all there, each once, in an order that every page agrees on.
pub async fn money_of_one_instant_is_all_there(world: &dyn World) {
    for n in 0..9 {
        take(world, n + 1, &stray(&format!("pi_{n}"), today())).await;
    }
    let all = unapplied(world).await;
    assert_eq!(all.len(), 9);
    let payments = world.payments();
    walk::reads(&all, async |page| payments.unapplied(&page).await).await;
}

/// Pages neither skip nor repeat while money comes, and while some of it finds its order.
pub async fn the_list_reads_on_while_money_comes_and_goes(world: &dyn World) {
    for n in 0..9_i64 {
        let one = stray(&format!("pi_{n}"), today() + minutes(n));
        take(world, u128::try_from(n).unwrap() + 1, &one).await;
    }
    let all = unapplied(world).await;
    let meanwhile = async || {
        for n in 20..25_i64 {
            let one = stray(&format!("pi_{n}"), today() + minutes(n));
            take(world, u128::try_from(n).unwrap(), &one).await;
        }
        let mut found = all[0].clone();
        found.applied = Applied::To(Id::new("o1"));
        take(world, 30, &found).await;
    };
    let payments = world.payments();
    let page_of = async |page: Page| payments.unapplied(&page).await;
    walk::reads_on_while(&all, 4, page_of, meanwhile).await;

    let left = unapplied(world).await;
    assert_eq!(left.len(), 13);
    assert!(!left.contains(&all[0]), "it pays for an order now");
}

/// A marker of another list, and one that nobody gave out, is [`StoreError::BadCursor`].
pub async fn no_list_of_money_takes_a_marker_it_never_gave_out(world: &dyn World) {
    for n in 1..=3 {
        let mut one = stray(&format!("pi_{n}"), today());
        one.applied = Applied::Not(Unapplied::NoOrder);
        let decision = yes_with_mail(n).changed(came(&one));
        apply(world, decision).await;
    }
    let of_audit = world.store().audit(&Page::first(1)).await.unwrap().next;
    for marker in [of_audit.unwrap(), Cursor::new("nonsense"), Cursor::new("")] {
        let page = Page::first(2).following(marker.clone());
        let found = world.payments().unapplied(&page).await;
        assert!(matches!(found, Err(StoreError::BadCursor)), "{marker:?}");
    }
}

/// Eight hear of the same money at once, and all saw nothing: it is written once.
pub async fn of_eight_who_write_the_same_money_one_does(world: &dyn World) {
    let store = world.store();
    let none = absent(RecordRef::Received(stray("pi_1", today()).id()));
    let runs: Vec<_> = (1..=8)
        .map(|n| {
            let mut one = stray("pi_1", today());
            one.captured = eur(i64::try_from(n).unwrap());
            let decision = yes(n).expecting(none.clone()).changed(came(&one));
            let store = Arc::clone(&store);
            tokio::spawn(async move { (one, store.commit(decision).await) })
        })
        .collect();
    let mut written = vec![];
    for run in runs {
        match run.await.unwrap() {
            (one, Ok(Commit::Applied)) => written.push(one),
            (_, Err(StoreError::Conflict(_))) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(written.len(), 1);
    assert_eq!(unapplied(world).await, written);
}
