//! My orders: who sees what.
use portal_core::{
    Error, Id, Page,
    memory::Memory,
    order::{OrderLine, may_see, relation},
    refusal::OrderRole,
};
use portal_testkit::facts::*;

use super::support::*;

fn memory() -> Memory {
    let (ana, bob, cleo) = (contact("ana"), contact("bob"), contact("cleo"));
    let memory = Memory::default();
    memory.put_order(order("ordered").ordered_by(&ana).details());
    memory.put_order(order("takes-part").ordered_by(&bob).with(&ana).details());
    let billed = order("pays").ordered_by(&bob).billed_to(ana.id.clone());
    memory.put_order(billed.details());
    memory.put_order(order("theirs").ordered_by(&bob).with(&cleo).details());
    memory
}

/// 000-44: as registrant, as order contact (or as billing contact), and no others.
#[tokio::test]
async fn my_orders_are_those_i_ordered_pay_or_take_part_in() {
    let memory = memory();
    let desk = desk(&memory, &contact("ana"));
    let found = desk.orders(&Page::default()).await.unwrap();
    let mut seen: Vec<_> = found
        .items
        .iter()
        .map(|v| (v.order.id.as_str(), v.role))
        .collect();
    seen.sort_unstable();
    assert_eq!(
        seen,
        [
            ("ordered", OrderRole::BillingContact),
            ("pays", OrderRole::BillingContact),
            ("takes-part", OrderRole::Registrant),
        ]
    );
}

/// 000-44
#[test]
fn who_pays_is_the_billing_contact_or_else_the_order_contact() {
    let (ana, bob, cleo) = (contact("ana"), contact("bob"), contact("cleo"));
    let order = order("o1").ordered_by(&ana).with(&cleo);
    let billed = order.clone().billed_to(bob.id.clone());
    for (what, order, who, expected) in [
        (
            "ordered, pays",
            &order,
            &ana,
            Some(OrderRole::BillingContact),
        ),
        ("stranger", &order, &bob, None),
        ("takes part", &order, &cleo, Some(OrderRole::Registrant)),
        (
            "ordered, another pays",
            &billed,
            &ana,
            Some(OrderRole::OrderContact),
        ),
        ("pays", &billed, &bob, Some(OrderRole::BillingContact)),
    ] {
        assert_eq!(relation(order, &viewer(who)), expected, "{what}");
        assert_eq!(may_see(order, &viewer(who)), expected.is_some(), "{what}");
    }
}

/// 000-45: a listed order opens; 000-49: also when it is exported.
#[tokio::test]
async fn a_listed_order_opens_with_its_lines() {
    let memory = memory();
    let ledger = portal_core::order::LedgerLink::connected("Xero", "INV-1");
    memory.put_order(order("ordered").with_ledger(ledger).details());
    let desk = desk(&memory, &contact("ana"));
    for id in ["ordered", "takes-part", "pays"] {
        let page = desk.order(&Id::new(id)).await.unwrap();
        assert_eq!(page.lines.len(), 1, "{id}");
    }
}

/// 000-45: guessing another's id finds nothing, exactly as an id that does not exist.
#[tokio::test]
async fn another_customers_order_is_not_found_as_if_it_did_not_exist() {
    let memory = memory();
    let desk = desk(&memory, &contact("ana"));
    for id in ["theirs", "nothing", "", "SO-theirs"] {
        let no = desk.order(&Id::new(id)).await.unwrap_err();
        assert!(matches!(no, Error::NotFound), "{id}");
    }
}

/// A18: a mere registrant of a group order sees it, without the names of the others.
#[tokio::test]
async fn a_registrant_sees_the_order_without_other_peoples_names() {
    let (ana, bob) = (contact("ana"), contact("bob"));
    let memory = Memory::default();
    let mut group = order("o1")
        .ordered_by(&contact("boss"))
        .with(&ana)
        .with(&bob)
        .details();
    group.lines = vec![
        OrderLine::new("Place 1", eur(60_00)).for_registrant(ana.id.clone(), "Ana Cruz"),
        OrderLine::new("Place 2", eur(60_00)).for_registrant(bob.id.clone(), "Bob Cruz"),
    ];
    memory.put_order(group);
    let names = |who: &str| {
        let desk = desk(&memory, &contact(who));
        async move {
            let page = desk.order(&Id::new("o1")).await.unwrap();
            let lines = page.lines.into_iter();
            lines.map(|l| l.registrant_name).collect::<Vec<_>>()
        }
    };
    let (ana, bob) = (Some("Ana Cruz".to_owned()), Some("Bob Cruz".to_owned()));
    assert_eq!(names("ana").await, [ana.clone(), None]);
    assert_eq!(names("bob").await, [None, bob.clone()]);
    assert_eq!(names("boss").await, [ana, bob]);
}

/// A18, on every screen: neither the others nor where the accounts are.
#[tokio::test]
async fn who_does_not_look_after_the_money_sees_neither_the_others_nor_the_accounts() {
    use portal_core::order::LedgerLink;
    let (ana, bob) = (contact("ana"), contact("bob"));
    let memory = Memory::default();
    let ledger = LedgerLink::Connected {
        system: "Xero".into(),
        reference: "INV-7".into(),
        pay_link: Some("https://pay.example/7".into()),
    };
    let group = order("o1")
        .ordered_by(&contact("boss"))
        .with(&ana)
        .with(&bob);
    let group = group.with_ledger(ledger.clone());
    put(&memory, &registration("r1").on_order(group));
    let desk = desk(&memory, &ana);
    let listed = desk.orders(&Page::default()).await.unwrap().items;
    let opened = desk.order(&Id::new("o1")).await.unwrap().view;
    let courses = desk.courses().unwrap();
    let on_course = courses.registration(&Id::new("r1")).await.unwrap();
    let shown = [
        &listed[0].order,
        &opened.order,
        on_course.registration.order.as_ref().unwrap(),
    ];
    for order in shown {
        assert_eq!(order.registrants, std::slice::from_ref(&ana.id));
        assert_eq!(order.ledger, LedgerLink::connected("Xero", ""));
    }
    let pay = opened
        .verdict(portal_core::order::OrderAction::Pay)
        .unwrap();
    let json = serde_json::to_string(pay).unwrap();
    assert!(!json.contains("pay.example"), "{json}");
    let boss = super::support::desk(&memory, &contact("boss"));
    let theirs = boss.order(&Id::new("o1")).await.unwrap().view.order;
    assert_eq!(theirs.ledger, ledger);
    assert_eq!(theirs.registrants.len(), 2);
}
