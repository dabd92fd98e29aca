//! The simulation of settlement, over the store in memory: what it finds with every rule in place, and what with one taken away.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and says what it saw"
)]
use std::sync::Arc;

use portal_core::memory::Memory;
use portal_testkit::settling::{Ground, Rule, Tally};
use tokio::runtime::{Builder, Runtime};

fn ground(runtime: &Arc<Runtime>) -> Ground {
    Ground::new(Arc::new(Memory::default()), Arc::clone(runtime))
}

fn one_thread() -> Arc<Runtime> {
    Arc::new(Builder::new_current_thread().build().unwrap())
}

/// How many seeds are played: so many, or as many as the environment says.
fn seeds(so_many: u64) -> u64 {
    let told = std::env::var("PORTAL_SEEDS").ok();
    told.and_then(|told| told.parse().ok()).unwrap_or(so_many)
}

/// T17, T18, T19, T24
#[test]
fn whatever_goes_wrong_the_books_say_what_happened() {
    let (runtime, mut sum) = (one_thread(), Tally::default());
    let all = seeds(300);
    for seed in 0..all {
        match ground(&runtime).play(seed, None) {
            Ok(tally) => sum += tally,
            Err(broken) => panic!("seed {seed}: {broken}"),
        }
    }
    println!("{all} seeds: {sum:?}");
    let happened = [
        sum.pages,
        sum.charges,
        sum.paid,
        sum.unapplied,
        sum.refunds,
        sum.asked,
        sum.crashes,
        sum.webhooks,
    ];
    assert!(happened.iter().all(|times| *times > all / 8), "{sum:?}");
}

#[test]
fn a_seed_plays_the_same_each_time() {
    let runtime = one_thread();
    for seed in 0..20 {
        let once = ground(&runtime).play(seed, None);
        assert_eq!(once, ground(&runtime).play(seed, None));
    }
}

#[test]
fn with_any_one_rule_taken_away_it_goes_wrong() {
    let runtime = one_thread();
    for rule in Rule::ALL {
        let wrong = (0..1_500).find_map(|seed| {
            let broken = ground(&runtime).play(seed, Some(rule)).err()?;
            Some((seed, broken))
        });
        println!("without {rule:?}: {wrong:?}");
        assert!(wrong.is_some(), "without {rule:?} nothing goes wrong");
    }
}

/// 001-04, T19
#[test]
fn of_eight_tabs_that_pay_at_once_one_pays() {
    let runtime = Builder::new_multi_thread().worker_threads(4).build();
    let runtime = Arc::new(runtime.unwrap());
    let ground = ground(&runtime);
    for round in 0..seeds(50) {
        let rush = ground.rush(round, None).unwrap();
        assert_eq!(rush.same_page + rush.told_to_wait, 8);
    }
}

#[test]
fn without_the_rule_of_one_live_attempt_the_rush_goes_wrong() {
    let runtime = Builder::new_multi_thread().worker_threads(4).build();
    let runtime = Arc::new(runtime.unwrap());
    let ground = ground(&runtime);
    let wrong = (0..100).find(|round| ground.rush(*round, Some(Rule::OneLive)).is_err());
    assert!(wrong.is_some());
}

fn with_books(runtime: &Arc<Runtime>) -> Ground {
    ground(runtime).with_bad_books()
}

/// 000-48, 000-49, T18, T20
#[test]
fn whatever_goes_wrong_each_order_is_in_the_books_once_and_each_payment_too() {
    let (runtime, mut sum) = (one_thread(), Tally::default());
    let all = seeds(60);
    for seed in 0..all {
        match with_books(&runtime).play(seed, None) {
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
fn a_seed_with_books_plays_the_same_each_time() {
    let runtime = one_thread();
    for seed in 0..10 {
        let once = with_books(&runtime).play(seed, None);
        assert_eq!(once, with_books(&runtime).play(seed, None));
    }
}

#[test]
fn with_any_one_rule_of_the_books_taken_away_it_goes_wrong() {
    let runtime = one_thread();
    for rule in Rule::OF_BOOKS {
        let wrong = (0..1_500).find_map(|seed| {
            let broken = with_books(&runtime).play(seed, Some(rule)).err()?;
            Some((seed, broken))
        });
        println!("without {rule:?}: {wrong:?}");
        assert!(wrong.is_some(), "without {rule:?} nothing goes wrong");
    }
}
