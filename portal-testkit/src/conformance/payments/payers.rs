//! Who people are at providers: [`PaymentStore::payer`](portal_core::payment::PaymentStore::payer).
use std::sync::Arc;

use portal_core::{
    Commit, Decision, Id, Page, StoreError,
    payment::{Merchant, MoneyChange, PayerRef},
};

use super::super::{
    scene::{apply, conflict, yes, yes_with_mail},
    walk,
};
use crate::World;

fn known(contact: &str, at: &Merchant, payer: &str) -> MoneyChange {
    MoneyChange::Payer {
        contact: Id::new(contact),
        merchant: at.clone(),
        payer: PayerRef::new(payer),
    }
}

async fn payer(world: &dyn World, contact: &str, at: &Merchant) -> Option<String> {
    let payments = world.payments();
    let found = payments.payer(&Id::new(contact), at).await.unwrap();
    found.map(|found| found.as_str().to_owned())
}

/// "Who this person is at an account of a provider's": of that person, at that account, with that money, and of no other.
pub async fn a_payer_is_found_by_person_and_account(world: &dyn World) {
    let all = [
        ("ana", Merchant::test("acct_1"), "cus_1"),
        ("ana", Merchant::test("acct_2"), "cus_2"),
        ("ana", Merchant::live("acct_1"), " cus 3 "),
        ("ben", Merchant::test("acct_1"), "cus_4"),
    ];
    for (number, (who, at, name)) in (1..).zip(&all) {
        assert_eq!(payer(world, who, at).await, None);
        apply(world, yes(number).changed(known(who, at, name))).await;
    }
    for (who, at, name) in &all {
        assert_eq!(payer(world, who, at).await.as_deref(), Some(*name));
    }
    let nowhere = Merchant::live("acct_2");
    assert_eq!(payer(world, "ana", &nowhere).await, None);
}

/// "Everybody who is known at this account", once and in an order that stays, page after page; and nobody from another account, or who pays there with other money.
pub async fn everybody_at_an_account_is_listed_once(world: &dyn World) {
    let (here, there) = (Merchant::test("acct_1"), Merchant::test("acct_2"));
    let live = Merchant::live("acct_1");
    let people = ["eve", "Zoe", "ana", "ben", "cem"];
    for (number, who) in (1..).zip(people) {
        let name = format!("cus_{who}");
        apply(world, yes(number).changed(known(who, &here, &name))).await;
    }
    apply(world, yes(11).changed(known("ana", &there, "cus_6"))).await;
    apply(world, yes(12).changed(known("dan", &live, "cus_7"))).await;
    let (mut page, mut listed) = (Page::first(2), vec![]);
    loop {
        let found = world.payments().payers(&here, &page).await.unwrap();
        for known in found.items {
            assert_eq!(known.payer.as_str(), format!("cus_{}", known.contact));
            listed.push(known.contact.to_string());
        }
        match found.next {
            Some(next) if listed.len() < 10 => page = page.following(next),
            _ => break,
        }
    }
    let whole = world.payments().payers(&here, &Page::first(10)).await;
    let whole = whole.unwrap().items.into_iter();
    let whole: Vec<_> = whole.map(|known| known.contact.to_string()).collect();
    assert_eq!(listed, whole, "pages of two, and one of all");
    listed.sort();
    assert_eq!(listed, ["Zoe", "ana", "ben", "cem", "eve"]);
}

/// "Another name later, for the same person there, is a conflict", and nothing of that decision is written. The same name again is none.
pub async fn the_first_name_of_a_payer_counts(world: &dyn World) {
    let at = Merchant::test("acct_1");
    apply(world, yes(1).changed(known("ana", &at, "cus_1"))).await;
    let (owed, trail) = (walk::outbox(world).await, walk::audit(world).await);
    let other = yes_with_mail(2).changed(known("ana", &at, "cus_2"));
    conflict(world, other).await;
    assert_eq!(payer(world, "ana", &at).await.as_deref(), Some("cus_1"));
    assert_eq!(walk::outbox(world).await, owed);
    assert_eq!(walk::audit(world).await, trail);
    apply(world, yes(3).changed(known("ana", &at, "cus_1"))).await;
    assert_eq!(payer(world, "ana", &at).await.as_deref(), Some("cus_1"));
}

/// Eight hear eight names at once: one is written, and everybody reads that one.
pub async fn of_eight_names_told_at_once_one_counts(world: &dyn World) {
    let (store, at) = (world.store(), Merchant::test("acct_1"));
    let told = |n: u128| -> (String, Decision) {
        let name = format!("cus_{n}");
        let decision = yes(n).changed(known("ana", &at, &name));
        (name, decision)
    };
    let runs: Vec<_> = (1..=8)
        .map(|n| {
            let (name, decision) = told(n);
            let store = Arc::clone(&store);
            tokio::spawn(async move { (name, store.commit(decision).await) })
        })
        .collect();
    let mut written = vec![];
    for run in runs {
        match run.await.unwrap() {
            (name, Ok(Commit::Applied)) => written.push(name),
            (_, Err(StoreError::Conflict(_))) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(written.len(), 1);
    assert_eq!(payer(world, "ana", &at).await, written.pop());
}
