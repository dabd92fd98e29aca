//! What becomes of an order that is being paid: [`OrderChange::PaymentStands`] and [`OrderChange::PaymentCounted`].
use portal_core::{
    Change, Commit, Id, Page,
    order::{Balance, OpenPayment, OrderChange},
};

use super::{
    super::scene::{apply, conflict, yes, yes_with_mail},
    scene::{came, counted, kept, order_of, ordered, take, write, written},
};
use crate::{
    Facts, World,
    facts::{OrderFacts, eur, income, order, payment_attempt, registration, today},
};

/// "Keep this as `Order::payment`, whatever was there", until it ended; nothing else of the order changes.
pub async fn a_payment_stands_on_its_order_until_it_ends(world: &dyn World) {
    ordered(world, "o1").await;
    let stands = async |number, payment: Option<OpenPayment>| {
        let change = OrderChange::PaymentStands {
            order: Id::new("o1"),
            payment: payment.clone(),
        };
        apply(world, yes(number).changed(change)).await;
        let mut expected = order("o1");
        expected.payment = payment;
        assert_eq!(order_of(world, "o1").await, expected);
    };
    stands(1, Some(OpenPayment::at_payer(today()))).await;
    stands(2, Some(OpenPayment::under_way(today()))).await;
    stands(3, None).await;
    stands(4, None).await;
    stands(5, Some(OpenPayment::at_payer(today()))).await;
}

/// "Add `is` to what was paid of it, and take `was` off": each payment counts with what it has come to, beside whatever was paid otherwise.
pub async fn what_a_payment_comes_to_is_added_to_what_was_paid(world: &dyn World) {
    let paid = Balance::new(eur(300_00), eur(50_00)).unwrap();
    let details = order("o1").with_balance(paid).details();
    world.put(Facts::new().order(details)).await;
    let [one, other] = ["pi_1", "pi_2"].map(|of| income(of, "o1"));
    for (number, (change, expected)) in (1..).zip([
        (counted(&one, "o1", 0, 120_00), 170_00),
        (counted(&other, "o1", 0, 99), 170_99),
        (counted(&one, "o1", 120_00, 125_00), 175_99),
    ]) {
        apply(world, yes(number).changed(change)).await;
        let balance = order_of(world, "o1").await.balance;
        let expected = Balance::new(eur(300_00), eur(expected)).unwrap();
        assert_eq!(balance, expected);
    }
}

/// "Both count what was paid back or called back since, so that a refund is told as from 120 to 100": down to nothing.
pub async fn what_goes_back_is_taken_off_what_was_paid(world: &dyn World) {
    ordered(world, "o1").await;
    let one = income("pi_1", "o1");
    for (number, (was, is)) in (1..).zip([(0, 120_00), (120_00, 100_00), (100_00, 0)]) {
        let change = counted(&one, "o1", was, is);
        apply(world, yes(number).changed(change)).await;
        let balance = order_of(world, "o1").await.balance;
        assert_eq!(balance, Balance::new(eur(120_00), eur(is)).unwrap());
        assert_eq!(balance.due(), eur(120_00 - is));
    }
}

/// "An order changed by this is another version of its record": what was decided on the order as it was is in conflict.
pub async fn an_order_that_is_paid_is_another_version(world: &dyn World) {
    ordered(world, "o1").await;
    let stands = |payment| OrderChange::PaymentStands {
        order: Id::new("o1"),
        payment,
    };
    let one = income("pi_1", "o1");
    let changes = [
        stands(Some(OpenPayment::at_payer(today()))),
        stands(None),
        counted(&one, "o1", 0, 120_00),
    ];
    for (number, change) in (1..).zip(changes) {
        let directory = world.directory();
        let before = directory.order(&Id::new("o1")).await.unwrap().unwrap();
        apply(world, yes(10 * number).given(&before).changed(change)).await;
        conflict(world, yes(10 * number + 1).given(&before)).await;
        let now = directory.order(&Id::new("o1")).await.unwrap().unwrap();
        apply(world, yes(10 * number + 2).given(&now)).await;
    }
}

/// The order, the list of orders and a registration on it tell the same of what was paid.
pub async fn everyone_is_told_the_same_of_an_order_that_is_paid(world: &dyn World) {
    let o1 = order("o1").details();
    let on_order = registration("r1").on_order(o1.order.clone());
    let facts = Facts::new().order(o1).registration(on_order);
    world.put(facts).await;
    let stands = OrderChange::PaymentStands {
        order: Id::new("o1"),
        payment: Some(OpenPayment::under_way(today())),
    };
    let one = income("pi_1", "o1");
    let decision = yes(1).changed(stands);
    apply(world, decision.changed(counted(&one, "o1", 0, 20_00))).await;

    let now = order_of(world, "o1").await;
    assert_eq!(now.balance.paid(), eur(20_00));
    assert_eq!(now.payment, Some(OpenPayment::under_way(today())));
    let page = Page::default();
    let listed = world.directory().orders(&Id::new("ana"), &page).await;
    assert_eq!(listed.unwrap().items, std::slice::from_ref(&now));
    let found = world.courses().registration(&Id::new("r1")).await;
    assert_eq!(found.unwrap().unwrap().value.order, Some(now));
}

/// A change of an order that nobody has undoes all of the decision: the attempt, the money, what is owed.
pub async fn a_payment_of_nobodys_order_undoes_the_whole_decision(world: &dyn World) {
    ordered(world, "o1").await;
    let one = income("pi_1", "o1");
    let before = kept(world, "o1", &one).await;
    let stands = OrderChange::PaymentStands {
        order: Id::new("nobody's"),
        payment: None,
    };
    for (number, last) in (1..).zip([stands, counted(&one, "nobody's", 0, 120_00)]) {
        leaves_nothing(world, number, last.into()).await;
    }
    assert_eq!(kept(world, "o1", &one).await, before);
}

/// A second live attempt at the end of a decision undoes what came before it in it: the order is not paid, and nothing was received.
pub async fn a_change_that_cannot_be_made_leaves_no_money_behind(world: &dyn World) {
    ordered(world, "o1").await;
    write(world, 1, &payment_attempt(9, "o2")).await;
    let one = income("pi_1", "o1");
    let before = kept(world, "o1", &one).await;
    leaves_nothing(world, 2, written(&payment_attempt(10, "o2")).into()).await;
    assert_eq!(kept(world, "o1", &one).await, before);
}

/// A settlement that was written is not written again: money that is told of twice counts once.
pub async fn a_decision_that_is_replayed_counts_no_money_again(world: &dyn World) {
    let details = order("o1").costing(eur(500_00)).details();
    world.put(Facts::new().order(details)).await;
    let one = income("pi_1", "o1");
    take(world, 1, &one).await;
    let decision = yes(2)
        .changed(counted(&one, "o1", 0, 120_00))
        .changed(came(&one));
    apply(world, decision.clone()).await;
    let before = kept(world, "o1", &one).await;
    let again = world.store().commit(decision).await.unwrap();
    assert!(matches!(again, Commit::Replayed(_)), "{again:?}");
    assert_eq!(kept(world, "o1", &one).await, before);
}

/// Commits a decision about `o1` that cannot end well, because of its last change.
async fn leaves_nothing(world: &dyn World, number: u128, last: Change) {
    let one = income("pi_1", "o1");
    let decision = yes_with_mail(number)
        .changed(OrderChange::PaymentStands {
            order: Id::new("o1"),
            payment: Some(OpenPayment::at_payer(today())),
        })
        .changed(written(&payment_attempt(1, "o1")))
        .changed(counted(&one, "o1", 0, 120_00))
        .changed(came(&one))
        .changed(last);
    let ended = world.store().commit(decision).await;
    assert!(ended.is_err(), "{ended:?}");
}
