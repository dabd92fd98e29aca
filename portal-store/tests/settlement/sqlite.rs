//! On `SQLite`: a file, and a tenant of it for each seed.
use std::sync::Arc;

use portal_store::sqlite::{MirrorTables, Sqlite};
use portal_testkit::{
    World, outage,
    settling::{Ground, Rule},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::{
    a_night_goes_wrong, a_night_passes, all_play, all_rush, enough_was_exported, enough_was_paid,
    goes_wrong, mirrored::Tenant, threads,
};

/// A file with nothing in it yet.
struct File {
    _folder: TempDir,
    db: Sqlite,
    runtime: Arc<Runtime>,
}

impl File {
    fn new() -> Self {
        Self::within(tempfile::tempdir().unwrap())
    }

    /// One that a power failure would lose, where this machine has a folder for such: a night writes much, and waits for no disk.
    fn forgetful() -> Self {
        let folder = tempfile::tempdir_in("/dev/shm");
        folder.map_or_else(|_| Self::new(), Self::within)
    }

    fn within(folder: TempDir) -> Self {
        let runtime = threads();
        let db = Sqlite::open(folder.path().join("portal.db")).unwrap();
        runtime.block_on(db.migrate()).unwrap();
        Self {
            _folder: folder,
            db,
            runtime,
        }
    }

    fn ground(&self, tenant: u64) -> Ground {
        let world = self.world(&format!("tenant-{tenant}"));
        Ground::new(Arc::new(world), Arc::clone(&self.runtime))
    }

    fn world(&self, tenant: &str) -> impl World + use<> {
        let tables = MirrorTables::new(&self.db, tenant);
        let store = self.db.tenant(tenant, Arc::new(tables.clone()));
        Tenant::new(store, tables)
    }
}

/// T17, T18, T19, T24
#[test]
fn whatever_goes_wrong_the_books_say_what_happened() {
    let file = File::new();
    enough_was_paid(all_play(300, |seed| file.ground(seed)));
}

/// 001-04, T19
#[test]
fn of_eight_tabs_that_pay_at_once_one_pays() {
    let file = File::new();
    all_rush(50, &file.ground(0));
}

#[test]
fn without_the_rule_of_one_live_attempt_it_goes_wrong() {
    let file = File::new();
    goes_wrong(Rule::OneLive, |seed| file.ground(seed));
    let ground = file.ground(2_000);
    let wrong = (0..100).find(|round| ground.rush(*round, Some(Rule::OneLive)).is_err());
    assert!(wrong.is_some(), "the rush does not notice");
}

#[test]
fn where_money_is_written_down_twice_it_goes_wrong() {
    let file = File::new();
    goes_wrong(Rule::MoneyOnce, |seed| file.ground(seed));
}

/// 000-48, 000-49, T18, T20
#[test]
fn whatever_goes_wrong_each_order_is_in_the_books_once_and_each_payment_too() {
    let file = File::new();
    enough_was_exported(all_play(40, |seed| file.ground(seed).with_bad_books()));
}

/// Faults, part 4 of the threats: "mail server down 8 h, 4xx greylist, accepts then drops connection".
#[test]
fn an_outage_of_a_night_loses_no_message_and_is_over_within_minutes() {
    let file = File::forgetful();
    a_night_passes(&file.world("acme"), &file.runtime);
}

#[test]
fn without_any_rule_of_the_outbox_a_night_goes_wrong() {
    let file = File::forgetful();
    for rule in outage::Rule::ALL {
        let world = file.world(&format!("{rule:?}"));
        a_night_goes_wrong(rule, &world, &file.runtime);
    }
}
