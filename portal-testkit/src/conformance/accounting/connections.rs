//! How the portal stands with the books: [`AccountingStore::connection`](portal_core::accounting::AccountingStore::connection).
use portal_core::accounting::{ChangeCursor, Health, LedgerConnection, OrganisationRef};

use super::{
    super::{
        payments::absent,
        scene::{apply, conflict, yes},
    },
    scene::{connected, connection},
};
use crate::{
    World,
    facts::{hours, test_books, today},
};

/// Books have a connection of their own each, and others have none.
pub async fn a_connection_is_found_by_its_books(world: &dyn World) {
    let all = [
        ("ledger", "org_1", Health::Active),
        ("ledger", "org_2", Health::Revoked),
        ("other", "org_1", Health::ReauthRequired),
    ];
    let all = all.map(|(system, id, health)| {
        let mut one = LedgerConnection::new(OrganisationRef::new(system, id), today());
        one.health = health;
        one
    });
    for (number, one) in (1..).zip(&all) {
        assert_eq!(connection(world, &one.books).await, None);
        apply(world, yes(number).changed(connected(one))).await;
    }
    for one in &all {
        let found = connection(world, &one.books).await.unwrap();
        assert_eq!(found.value, *one);
        assert_eq!(found.seen[0].0, one.record());
    }
    let nobodys = OrganisationRef::new("other", "org_2");
    assert_eq!(connection(world, &nobodys).await, None);
}

/// "Every `BooksChange` makes it another version": of two who read how far changes were read, one goes on.
pub async fn every_change_of_a_connection_is_another_version(world: &dyn World) {
    let mut one = LedgerConnection::new(test_books(), today());
    apply(world, yes(1).changed(connected(&one))).await;
    let first = connection(world, &test_books()).await.unwrap();
    one.cursor = ChangeCursor::Since(today() + hours(1));
    apply(world, yes(2).given(&first).changed(connected(&one))).await;
    let mut late = one.clone();
    late.cursor = ChangeCursor::Page("2".into());
    conflict(world, yes(3).given(&first).changed(connected(&late))).await;
    let second = connection(world, &test_books()).await.unwrap();
    assert_eq!(second.value, one);
    apply(world, yes(4).given(&second)).await;
}

/// "A record that is not there has the version `0`": of two who saw nothing, the second is in conflict.
pub async fn a_connection_that_is_not_there_has_the_version_zero(world: &dyn World) {
    let none = absent(LedgerConnection::record_of(&test_books()));
    apply(world, yes(1).expecting(none.clone())).await;
    let one = LedgerConnection::new(test_books(), today());
    let decision = yes(2).expecting(none.clone());
    apply(world, decision.changed(connected(&one))).await;
    let again = yes(3).expecting(none.clone()).changed(connected(&one));
    assert_eq!(conflict(world, again).await, none);
    let other = OrganisationRef::new("ledger", "org_2");
    let other = absent(LedgerConnection::record_of(&other));
    apply(world, yes(4).expecting(other)).await;
}
