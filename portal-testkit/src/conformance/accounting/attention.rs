//! What waits for staff: [`AccountingStore::exports_needing_attention`](portal_core::accounting::AccountingStore::exports_needing_attention).
use portal_core::{
    Page, StoreError,
    accounting::{Attention, Export, ExportState, PushState},
    order::CutOff,
    store::Cursor,
};

use super::{
    super::{scene::yes_with_mail, walk},
    scene::{waiting, write, written},
};
use crate::{
    World,
    conformance::scene::apply,
    facts::{ExportFacts, export, income, minutes, today},
};

/// An export that has needed attention for so many minutes less than the longest.
fn stuck(order: &str, minute: i64) -> Export {
    let why = ExportState::NeedsAttention(Attention::OutcomeUnknown);
    let since = today() + minutes(minute);
    export(order).now(why).standing_since(since)
}

/// Exports that [`needs_attention`](Export::needs_attention) says yes of, and no others; each as long as it does.
pub async fn exactly_what_needs_attention_is_listed(world: &dyn World) {
    let mut behind = export("a_payment_waits").now(ExportState::Connected);
    behind = behind.with_payment(&income("pi_1", "a_payment_waits"));
    let mut all = vec![behind.clone()];
    behind.order = portal_core::Id::new("a_payment_is_stuck");
    behind.payments[0].state = PushState::NeedsAttention(Attention::TakenOut, None);
    all.push(behind.clone());
    behind.order = portal_core::Id::new("nobody_cares_any_more");
    all.push(behind.now(ExportState::Forgotten));
    let states = [
        ExportState::Wanted,
        ExportState::Exporting,
        ExportState::Recovering,
        ExportState::NeedsAttention(Attention::NumberTaken),
        ExportState::Connected,
        ExportState::Disconnected(CutOff::Manual),
        ExportState::Disconnected(CutOff::RemoteVoided),
        ExportState::Forgotten,
    ];
    let every = (0..).zip(states);
    all.extend(every.map(|(n, state)| export(&format!("o{n}")).now(state)));
    for (number, one) in (1..).zip(&all) {
        write(world, number, one).await;
    }
    let needs = |export: &&Export| export.needs_attention();
    let mut expected: Vec<_> = all.iter().filter(needs).cloned().collect();
    expected.sort_by(|one, other| one.order.cmp(&other.order));
    assert_eq!(expected.len(), 3);
    assert_eq!(waiting(world).await, expected);

    for (number, one) in (20..).zip(&expected) {
        write(world, number, &one.clone().now(ExportState::Forgotten)).await;
    }
    assert!(waiting(world).await.is_empty());
}

/// "The one that has stood longest as it stands first", in pages of any size.
pub async fn what_has_stood_longest_is_listed_first(world: &dyn World) {
    let mut all = vec![];
    for n in 0..9 {
        let one = stuck(&format!("o{n}"), (n * 7) % 9);
        write(world, u128::try_from(n).unwrap() + 1, &one).await;
        all.push(one);
    }
    all.sort_by_key(|one| one.stands_since);
    let books = world.books();
    walk::reads(&all, async |page| {
        books.exports_needing_attention(&page).await
    })
    .await;
}

/// "Those of one instant by order": all of them are there, each once.
pub async fn exports_of_one_instant_are_all_there(world: &dyn World) {
    let mut all = vec![];
    for n in [3, 8, 1, 9, 4, 7, 2, 6, 5] {
        let one = stuck(&format!("o{n}"), 0);
        write(world, n, &one).await;
        all.push(one);
    }
    all.sort_by(|one, other| one.order.cmp(&other.order));
    let books = world.books();
    walk::reads(&all, async |page| {
        books.exports_needing_attention(&page).await
    })
    .await;
}

/// Pages neither skip nor repeat while exports get stuck, and while staff see to some.
pub async fn the_list_reads_on_while_exports_come_and_go(world: &dyn World) {
    for n in 0..9 {
        let one = stuck(&format!("o{n}"), n);
        write(world, u128::try_from(n).unwrap() + 1, &one).await;
    }
    let all = waiting(world).await;
    let meanwhile = async || {
        for n in 1..6 {
            let one = stuck(&format!("before{n}"), -n);
            write(world, u128::try_from(20 + n).unwrap(), &one).await;
        }
        let seen_to = all[0].clone().now(ExportState::Connected);
        write(world, 30, &seen_to).await;
    };
    let books = world.books();
    let page_of = async |page: Page| books.exports_needing_attention(&page).await;
    walk::reads_on_while(&all, 4, page_of, meanwhile).await;

    let left = waiting(world).await;
    assert_eq!(left.len(), 13);
    assert!(!left.contains(&all[0]), "it was seen to");
}

/// A marker of another list, and one that nobody gave out, is [`StoreError::BadCursor`].
pub async fn no_list_of_exports_takes_a_marker_it_never_gave_out(world: &dyn World) {
    for n in 1..=3 {
        let one = stuck(&format!("o{n}"), 0);
        apply(world, yes_with_mail(n).changed(written(&one))).await;
    }
    let of_audit = world.store().audit(&Page::first(1)).await.unwrap().next;
    for marker in [of_audit.unwrap(), Cursor::new("nonsense"), Cursor::new("")] {
        let page = Page::first(2).following(marker.clone());
        let found = world.books().exports_needing_attention(&page).await;
        assert!(matches!(found, Err(StoreError::BadCursor)), "{marker:?}");
    }
}
