//! What was answered as written is written.
use portal_core::accounting::{Attention, ExportState, LedgerConnection};

use super::{
    super::{
        payments::{ordered, take},
        scene::{apply, conflict, yes},
    },
    scene::{connected, exported, kept, on_its_way, stands, write, writing},
};
use crate::{
    World,
    facts::{ExportFacts, export, income, test_books, today},
};

/// Exports, connections and how the order stands outlive a restart; so do versions, and whose a document is.
pub async fn everything_about_the_books_outlives_a_restart(world: &dyn World) {
    ordered(world, "o1").await;
    let one = income("pi_1", "o1");
    take(world, 1, &one).await;
    let why = ExportState::NeedsAttention(Attention::OutcomeUnknown);
    let stuck = export("o1").now(why).known_as("doc_1").with_payment(&one);
    write(world, 2, &stuck).await;
    let stale = exported(world, "o1").await;
    let decision = writing(3, &stuck).changed(stands("o1", &on_its_way()));
    let connection = LedgerConnection::new(test_books(), today());
    apply(world, decision.changed(connected(&connection))).await;
    let before = kept(world, "o1", &test_books()).await;
    let Some(world) = world.reopen().await else {
        return;
    };

    assert_eq!(kept(&*world, "o1", &test_books()).await, before);
    conflict(&*world, yes(4).given(&stale)).await;
    conflict(&*world, writing(5, &export("o2").known_as("doc_1"))).await;
    apply(&*world, yes(6).given(&exported(&*world, "o1").await)).await;
}
