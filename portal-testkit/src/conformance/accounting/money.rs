//! What pays for an order: [`AccountingStore::received_for`](portal_core::accounting::AccountingStore::received_for).
use portal_core::{
    Id, Page,
    payment::{Applied, Received, Unapplied},
};

use super::{
    super::{
        payments::{came, take},
        scene::{apply, yes},
    },
    scene::received_for,
};
use crate::{
    World,
    facts::{income, minutes, stray_income, today},
};

fn at(payment: &str, order: &str, minute: i64) -> Received {
    let mut one = income(payment, order);
    one.first_seen = today() + minutes(minute);
    one
}

/// "What came first first, what came at one instant by its key": nothing of other orders, nor what pays for nothing.
pub async fn what_pays_for_an_order_is_listed_the_first_first(world: &dyn World) {
    let mut all = [
        at("pi_5", "o1", 5),
        at("pi_3", "o1", 0),
        at("pi_1", "o1", 0),
        at("pi_4", "o1", 1),
        at("pi_2", "o1", 0),
    ];
    for (number, one) in (1..).zip(&all) {
        take(world, number, one).await;
    }
    take(world, 10, &at("pi_6", "o2", 0)).await;
    take(world, 11, &stray_income("pi_7", today())).await;
    all.sort_by_key(|one| (one.first_seen, one.id()));
    assert_eq!(received_for(world, "o1").await, all);
    assert!(received_for(world, "o3").await.is_empty());
}

/// Money that was put to another order, or to none, is no longer of the first; what was to none and found its order is.
pub async fn money_of_an_order_is_what_pays_for_it_now(world: &dyn World) {
    let [mut one, mut stray] = [income("pi_1", "o1"), stray_income("pi_2", today())];
    take(world, 1, &one).await;
    take(world, 2, &stray).await;
    stray.applied = Applied::To(Id::new("o1"));
    take(world, 3, &stray).await;
    assert_eq!(received_for(world, "o1").await.len(), 2);
    one.applied = Applied::To(Id::new("o2"));
    take(world, 4, &one).await;
    assert_eq!(received_for(world, "o1").await, [stray.clone()]);
    assert_eq!(received_for(world, "o2").await, [one]);
    stray.applied = Applied::Not(Unapplied::OrderLocked);
    take(world, 5, &stray).await;
    assert!(received_for(world, "o1").await.is_empty());
}

/// "At most `Page::LARGEST` of them": the first ones.
pub async fn no_more_money_of_an_order_is_listed_than_fits_a_page(world: &dyn World) {
    let mut all: Vec<_> = (0..=i64::from(Page::LARGEST))
        .map(|n| at(&format!("pi_{n}"), "o1", n))
        .collect();
    let decision = yes(1);
    let decision = all
        .iter()
        .fold(decision, |decision, one| decision.changed(came(one)));
    apply(world, decision).await;
    all.pop();
    assert_eq!(received_for(world, "o1").await, all);
}
