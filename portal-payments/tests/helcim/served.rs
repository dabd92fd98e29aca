//! The adapter over a real connection, to the same fake behind a port.
use std::sync::Arc;

use portal_payments::http::{Client, Limits};
use portal_testkit::{Served, helcim::TOKEN};

use super::support::*;

/// 000-47
#[tokio::test]
async fn a_payment_is_begun_paid_seen_and_paid_back_over_the_network() {
    let mut world = world();
    let served = Served::start(Arc::new(world.fake.clone()));
    let http = Arc::new(Client::new(Limits::default()).unwrap());
    let config = config(TOKEN).at(format!("{}/v2", served.address()));
    let clock = Arc::new(world.clock.clone());
    world.helcim = portal_payments::helcim::Helcim::new(config, http, clock).unwrap();
    let paid = world.paid(1, cad(50_00)).await;
    let seen = world.observed(&since(nr(1))).await;
    assert_eq!((seen.captured, &seen.payment), (cad(50_00), &paid));
    world.fake.close_batch();
    let back = refund(2, &paid, cad(20_00), false);
    world.paying_back().refund(&back).await.unwrap();
    assert_eq!(world.observed(&since(nr(1))).await.refunded, cad(20_00));
    assert_eq!(world.fake.balance(), 30_00);
}
