//! Everything that can go wrong between an order and its invoice in Xero, in virtual time: in the end each order has one invoice there, and each payment of it is there once.
//!
//! `PORTAL_SEEDS` plays more seeds.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and says what it saw"
)]
use std::sync::Arc;

use portal_core::memory::Memory;
use portal_testkit::settling::{Ground, Rule, Tally};
use tokio::runtime::{Builder, Runtime};

use super::xero::played;

/// Within so many seeds it is noticed that a rule is gone.
const NOTICED: u64 = 100;

fn one_thread() -> Arc<Runtime> {
    Arc::new(Builder::new_current_thread().enable_time().build().unwrap())
}

/// A store in memory, and Xero for its books.
fn ground(runtime: &Arc<Runtime>) -> Ground {
    let books = Arc::clone(runtime);
    let ground = Ground::new(Arc::new(Memory::default()), Arc::clone(runtime));
    ground.with_books(move |_| Arc::new(books.block_on(played())))
}

fn seeds(so_many: u64) -> u64 {
    let told = std::env::var("PORTAL_SEEDS").ok();
    told.and_then(|told| told.parse().ok()).unwrap_or(so_many)
}

/// 000-48, 000-49, T18, T20
#[test]
fn whatever_goes_wrong_each_order_is_in_xero_once_and_each_payment_too() {
    let (runtime, mut sum, all) = (one_thread(), Tally::default(), seeds(30));
    for seed in 0..all {
        match ground(&runtime).play(seed, None) {
            Ok(tally) => sum += tally,
            Err(broken) => panic!("seed {seed}: {broken}"),
        }
    }
    println!("{all} seeds: {sum:?}");
    // What is checked payment by payment is what ended connected: that is most of it.
    let often = sum.paid > all && sum.crashes > 5 * all && sum.invoices > all;
    let enough = often && sum.connected > all && sum.posted > all / 2;
    assert!(enough, "{sum:?}");
}

#[test]
fn a_seed_with_xero_plays_the_same_each_time() {
    let runtime = one_thread();
    for seed in 0..3 {
        let once = ground(&runtime).play(seed, None);
        assert_eq!(once, ground(&runtime).play(seed, None));
    }
}

#[test]
fn with_any_one_rule_taken_away_what_is_in_xero_goes_wrong() {
    let runtime = one_thread();
    for rule in Rule::OF_BOOKS {
        // What was made twice is found by the feed, and put right, in all but one world of some thousands. Books that tell nothing notice sooner: portal-testkit plays them.
        let many = match rule {
            Rule::LookFirst if std::env::var_os("PORTAL_SEEDS").is_none() => continue,
            Rule::LookFirst => 5_000,
            _ => NOTICED,
        };
        let wrong = (0..many).find_map(|seed| {
            let broken = ground(&runtime).play(seed, Some(rule)).err()?;
            Some((seed, broken))
        });
        println!("without {rule:?}: {wrong:?}");
        assert!(wrong.is_some(), "without {rule:?} nothing goes wrong");
    }
}
