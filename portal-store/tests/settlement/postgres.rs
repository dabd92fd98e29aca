//! On `PostgreSQL`: a database, and a tenant of it for each seed.
use std::sync::Arc;

use portal_store::postgres::{MirrorTables, Postgres};
use portal_testkit::{World, outage, settling::Ground};
use tokio::runtime::Runtime;

use super::{
    a_night_goes_wrong, a_night_passes, all_play, all_rush, enough_was_exported, enough_was_paid,
    mirrored::Tenant, server::SERVER, threads,
};

/// A database with nothing in it yet.
struct Database {
    db: Postgres,
    runtime: Arc<Runtime>,
}

impl Database {
    fn new() -> Self {
        let runtime = threads();
        let db = runtime.block_on(SERVER.migrated());
        Self { db, runtime }
    }

    fn ground(&self, tenant: u64) -> Ground {
        let world = self.world(&format!("tenant-{tenant}"));
        Ground::new(Arc::new(world), Arc::clone(&self.runtime))
    }

    fn world(&self, tenant: &str) -> impl World + use<> {
        let tables = MirrorTables::new(&self.db, tenant);
        Tenant::new(tables.store(), tables)
    }
}

/// T17, T18, T19, T24
#[test]
fn whatever_goes_wrong_the_books_say_what_happened() {
    let database = Database::new();
    enough_was_paid(all_play(30, |seed| database.ground(seed)));
}

/// 001-04, T19
#[test]
fn of_eight_tabs_that_pay_at_once_one_pays() {
    let database = Database::new();
    all_rush(50, &database.ground(0));
}

/// 000-48, 000-49, T18, T20
#[test]
fn whatever_goes_wrong_each_order_is_in_the_books_once_and_each_payment_too() {
    let database = Database::new();
    enough_was_exported(all_play(10, |seed| database.ground(seed).with_bad_books()));
}

/// Faults, part 4 of the threats: "mail server down 8 h, 4xx greylist, accepts then drops connection".
#[test]
fn an_outage_of_a_night_loses_no_message_and_is_over_within_minutes() {
    let database = Database::new();
    a_night_passes(&database.world("acme"), &database.runtime);
}

#[test]
fn without_any_rule_of_the_outbox_a_night_goes_wrong() {
    let database = Database::new();
    for rule in outage::Rule::ALL {
        let world = database.world(&format!("{rule:?}"));
        a_night_goes_wrong(rule, &world, &database.runtime);
    }
}
