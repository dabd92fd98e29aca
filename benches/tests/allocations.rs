//! Counts that repeat exactly.
use portal_benches::decisions::{Case, now};

/// P1: a yes costs no allocation.
#[test]
fn a_yes_allocates_nothing() {
    let case = Case::new();
    let counted = allocation_counter::measure(|| assert!(case.ask(now()).is_ok()));
    assert_eq!(counted.count_total, 0);
}
