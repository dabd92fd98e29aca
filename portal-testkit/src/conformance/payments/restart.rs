//! What was answered as written is written.
use portal_core::{
    Id,
    order::{OpenPayment, OrderChange},
};

use super::{
    super::scene::{apply, conflict, yes},
    scene::{attempt, came, counted, kept, ordered, take, write, writing},
};
use crate::{
    World,
    facts::{PaymentFacts, income, payment_attempt, stray_income, today},
};

/// The journal, what came, and how the order stands outlive a restart; so do versions, and who has the order.
pub async fn everything_about_payments_outlives_a_restart(world: &dyn World) {
    ordered(world, "o1").await;
    let live = payment_attempt(1, "o1").on_page("cs_1").known_as("pi_1");
    let one = income("pi_1", "o1");
    write(world, 1, &live).await;
    let stale = attempt(world, &live).await;
    let decision = writing(2, &live)
        .changed(OrderChange::PaymentStands {
            order: Id::new("o1"),
            payment: Some(OpenPayment::under_way(today())),
        })
        .changed(counted(&one, "o1", 0, 120_00))
        .changed(came(&one));
    apply(world, decision).await;
    take(world, 3, &stray_income("pi_2", today())).await;
    let before = kept(world, "o1", &one).await;
    let Some(world) = world.reopen().await else {
        return;
    };

    assert_eq!(kept(&*world, "o1", &one).await, before);
    conflict(&*world, yes(4).given(&stale)).await;
    conflict(&*world, writing(5, &payment_attempt(2, "o1"))).await;
    apply(&*world, yes(6).given(&attempt(&*world, &live).await)).await;
}
