//! [`Directory`](portal_core::Directory): people and their orders.
use portal_core::{
    Contact, Id, Language, Listing, Order, Page, StoreError,
    order::{CutOff, LedgerLink, OrderLine},
};

use super::walk;
use crate::{
    Facts, World,
    facts::{OrderFacts, contact, days, eur, hours, order, today},
};

/// [`Directory::contact`](portal_core::Directory::contact): a person, as the host has them; `None` for nobody.
pub async fn a_person_is_as_the_host_has_them(world: &dyn World) {
    let ana = contact("ana").speaking(Language::Es);
    let mut nobody_writes_to = contact("ben");
    nobody_writes_to.email = None;
    let facts = Facts::new()
        .contact(ana.clone())
        .contact(nobody_writes_to.clone());
    world.put(facts).await;
    let directory = world.directory();
    for person in [ana, nobody_writes_to] {
        let found = directory.contact(&person.id).await.unwrap().unwrap();
        assert_eq!(found.value, person);
    }
    for id in ["cleo", "", "Ana", "ana ", "an%"] {
        let found = directory.contact(&Id::new(id)).await.unwrap();
        assert_eq!(found, None, "{id:?}");
    }
}

/// [`Directory::order`](portal_core::Directory::order): "an order with its lines", in their order; `None` for none.
pub async fn an_order_is_there_with_its_lines(world: &dyn World) {
    let ben = contact("ben");
    let mut details = order("o1")
        .billed_to(Id::new("cleo"))
        .with(&ben)
        .invoiced(today() - days(3))
        .paying_since(today() - hours(1))
        .details();
    let for_ben = OrderLine::new("Lunch", eur(15_00)).for_registrant(ben.id.clone(), "Ben Cruz");
    details.lines.push(for_ben);
    details.lines.push(OrderLine::new("Discount", eur(-15_00)));
    world.put(people().order(details.clone())).await;

    let directory = world.directory();
    let found = directory.order(&Id::new("o1")).await.unwrap().unwrap();
    assert_eq!(found.value, details);
    for id in ["o2", "", "O1", "SO-o1"] {
        assert_eq!(directory.order(&Id::new(id)).await.unwrap(), None, "{id:?}");
    }
}

/// How far an order is in the books comes back as it was, whatever the state.
pub async fn the_ledger_link_of_an_order_is_as_it_was(world: &dyn World) {
    let links = [
        LedgerLink::NotExported,
        LedgerLink::Exporting {
            system: "Xero".into(),
        },
        LedgerLink::connected("Xero", "INV-7"),
        LedgerLink::Connected {
            system: "Xero".into(),
            reference: "INV-8".into(),
            pay_link: Some("https://in.xero.example/8".into()),
        },
        LedgerLink::cut_off("Xero", CutOff::RemoteVoided),
    ];
    let orders: Vec<_> = links
        .into_iter()
        .enumerate()
        .map(|(n, link)| order(&format!("o{n}")).with_ledger(link).details())
        .collect();
    world
        .put(orders.iter().cloned().fold(people(), Facts::order))
        .await;
    for details in orders {
        let found = world.directory().order(&details.order.id).await.unwrap();
        assert_eq!(found.unwrap().value, details);
    }
}

/// "The orders this person ordered, pays, or takes part in", each once, and nobody else's.
pub async fn orders_are_those_one_ordered_pays_or_takes_part_in(world: &dyn World) {
    let [ana, ben, cleo] = ["ana", "ben", "cleo"].map(contact);
    let at = |n| today() - hours(n);
    let mut orders = [
        order("ordered").ordered_by(&ana).with(&ben),
        order("paid").ordered_by(&ben).billed_to(ana.id.clone()),
        order("takes-part").ordered_by(&ben).with(&cleo).with(&ana),
        order("everything")
            .ordered_by(&ana)
            .billed_to(ana.id.clone())
            .with(&ana),
        order("ordered-by-ana-paid-by-ben")
            .ordered_by(&ana)
            .billed_to(ben.id.clone()),
        order("of-ben-and-cleo").ordered_by(&ben).with(&cleo),
        order("of-cleo")
            .ordered_by(&cleo)
            .billed_to(cleo.id.clone()),
    ];
    for (n, order) in (0..).zip(&mut orders) {
        order.placed_at = at(n);
    }
    let facts = orders
        .iter()
        .fold(people(), |facts, o| facts.order(o.clone().details()));
    world.put(facts).await;

    for who in [&ana, &ben, &cleo] {
        let involved = |o: &&Order| {
            o.payer() == &who.id || o.order_contact == who.id || o.registrants.contains(&who.id)
        };
        let theirs: Vec<_> = orders.iter().filter(involved).cloned().collect();
        walk::reads(&theirs, async |page| orders_of(world, who, page).await).await;
    }
    walk::reads(&[], async |page| {
        orders_of(world, &contact("nobody"), page).await
    })
    .await;
}

/// "The newest first", in pages of any size.
pub async fn orders_come_newest_first(world: &dyn World) {
    let orders = placed(world, 9, 1).await;
    walk::reads(&orders, async |page| {
        orders_of(world, &contact("ana"), page).await
    })
    .await;
}

/// Orders placed at one instant are all there, each once.
pub async fn orders_of_one_instant_are_all_there(world: &dyn World) {
    placed(world, 9, 0).await;
    for size in walk::SIZES {
        let found = walk::all(size, async |page| {
            orders_of(world, &contact("ana"), page).await
        })
        .await;
        let mut ids: Vec<_> = found.into_iter().map(|o| o.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 9, "in pages of {size}");
    }
}

/// "…and stable while orders are added": the next page goes on where the last one ended.
pub async fn orders_read_on_while_orders_are_added(world: &dyn World) {
    let orders = placed(world, 9, 1).await;
    walk::reads_on_while(
        &orders,
        4,
        async |page| orders_of(world, &contact("ana"), page).await,
        async || {
            for id in ["new-1", "new-2"] {
                let mut new = order(id);
                new.placed_at = today();
                world.put(people().order(new.details())).await;
            }
        },
    )
    .await;
}

fn people() -> Facts {
    ["ana", "ben", "cleo"]
        .map(contact)
        .into_iter()
        .fold(Facts::new(), Facts::contact)
}

/// So many orders of ana's, so many hours apart, put in no particular order; answers them newest first.
async fn placed(world: &dyn World, count: i64, apart: i64) -> Vec<Order> {
    let orders: Vec<_> = (0..count)
        .map(|n| {
            let mut order = order(&format!("o{}", (n * 7) % count));
            order.placed_at = today() - hours(1 + n * apart);
            order
        })
        .collect();
    let mixed = orders.iter().skip(4).chain(orders.iter().take(4));
    let facts = mixed.fold(people(), |facts, o| facts.order(o.clone().details()));
    world.put(facts).await;
    orders
}

async fn orders_of(
    world: &dyn World,
    who: &Contact,
    page: Page,
) -> Result<Listing<Order>, StoreError> {
    world.directory().orders(&who.id, &page).await
}
