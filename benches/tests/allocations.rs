//! Counts that repeat exactly.
use portal_benches::{
    access::rule,
    decisions::{Case, now},
};

/// P1: a yes costs no allocation.
#[test]
fn a_yes_allocates_nothing() {
    let case = Case::new();
    let counted = allocation_counter::measure(|| assert!(case.ask(now()).is_ok()));
    assert_eq!(counted.count_total, 0);
}

/// 001-04, asked on every request.
#[test]
fn letting_somebody_in_allocates_nothing() {
    let case = rule::Case::new();
    assert_eq!(case.flags(), 0);
    let counted = allocation_counter::measure(|| assert!(case.ask().is_ok()));
    assert_eq!(counted.count_total, 0);
}
