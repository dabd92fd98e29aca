//! What is put in comes out: every text, every amount, every instant, exactly.
use chrono::Duration;
use portal_core::{
    Contact, Currency, Id, RecordRef,
    courses::{Module, Session},
    order::{Balance, OrderLine},
};

use super::{
    scene::{apply, registered, text, waiting, yes},
    walk,
};
use crate::{
    Facts, World,
    facts::{
        OrderFacts, RegistrationFacts, WaitingPlaceFacts, contact, days, eur, module, money, order,
        registration, session, today, waiting_place,
    },
};

/// Texts that break stores: quotes, other scripts, four-byte letters, marks that combine, directions, line ends, nothing at all.
pub(crate) const TEXTS: [&str; 12] = [
    "",
    " leading and trailing ",
    "O'Brien \"the\" `Great`; drop table portal_receipt; --",
    "100 % _ \\ \\\\ \\n $1 ?1 :a @b {c}",
    "Zoë Müller-Łukasz ß İı",
    "e\u{301} is not \u{e9}",
    "山田太郎 · Ελλάδα · Привет",
    "שלום \u{202e}عالم",
    "🦤👩‍👩‍👧‍👦🏳️‍🌈",
    "line\nend\r\nand\ttab",
    "\u{1}\u{7f}\u{feff}\u{fffd}",
    "<b onclick=x>&amp;</b>",
];

/// Every text the host gave comes back as it was, on every record.
pub async fn every_text_comes_back_as_it_was(world: &dyn World) {
    let long = "ñandú 🦤 ".repeat(1_000);
    for (n, odd) in TEXTS.into_iter().chain([long.as_str()]).enumerate() {
        let who = person(n, odd);
        let mut header = order(&format!("o{n}")).ordered_by(&who);
        header.number = text(odd);
        let mut details = header.clone().details();
        odd.clone_into(&mut details.lines[0].description);
        let named = OrderLine::new(odd, eur(1)).for_registrant(who.id.clone(), odd);
        details.lines.push(named);
        let date = dated(n, odd);
        let mut r = registration(&format!("r{n}")).of(&who).on(date.clone());
        r.course.title = text(odd);
        r.order = Some(header);
        let mut w = waiting_place(&format!("w{n}"))
            .of(&who)
            .on(date)
            .completing_at(odd);
        w.course = r.course.clone();
        let m = taught(n, odd, &who);
        let facts = Facts::new()
            .order(details.clone())
            .registration(r.clone())
            .waiting_place(w.clone())
            .module(m.clone());
        world.put(facts).await;

        let directory = world.directory();
        let found = directory.contact(&who.id).await.unwrap().unwrap();
        assert_eq!(found.value, who);
        let found = directory.order(&details.order.id).await.unwrap();
        assert_eq!(found.unwrap().value, details);
        assert_eq!(registered(world, r.id.as_str()).await.value, r);
        assert_eq!(waiting(world, w.id.as_str()).await.value, w);
        let found = world.courses().module(&m.id).await.unwrap();
        assert_eq!(found, Some(m));
    }
}

/// Keys are the host's own, and opaque: whatever they look like, they name one record each.
pub async fn every_key_names_one_record(world: &dyn World) {
    let long = "k".repeat(1_000);
    let keys: Vec<_> = TEXTS
        .into_iter()
        .chain([long.as_str(), "1", "01", "1.0"])
        .collect();
    for (n, key) in (0..).zip(&keys) {
        let mut r = registration(key).on(session(key)).of(&contact(key));
        r.session.starts_at = today() + Duration::days(n);
        r.session.ends_at = today() + Duration::days(n + 1);
        world.put(Facts::new().registration(r)).await;
    }
    for (n, key) in (0..).zip(&keys) {
        let r = registered(world, key).await;
        assert_eq!(r.value.session.starts_at, today() + days(n), "{key:?}");
        assert_eq!(r.value.registrant, contact(key));
        let number = u128::try_from(n).unwrap() + 1;
        let mut decision = yes(number).given(&r);
        decision.audit.about = RecordRef::Registration(Id::new(*key));
        apply(world, decision.clone()).await;
        assert_eq!(walk::audit(world).await[0], decision.audit);
    }
}

/// Amounts are exact, whatever the decimals of their currency, from the least to the most that there is.
pub async fn every_amount_comes_back_exactly(world: &dyn World) {
    let currencies = ["JPY", "EUR", "KWD", "CLF"];
    let decimals = currencies.map(|c| c.parse::<Currency>().unwrap().exponent());
    assert_eq!(decimals, [0, 2, 3, 4]);
    let amounts = [
        0,
        1,
        -1,
        5,
        10,
        99,
        100,
        1_000,
        123_456_789,
        i64::MAX,
        -i64::MAX,
    ];
    for (c, currency) in currencies.into_iter().enumerate() {
        for (n, minor) in amounts.into_iter().enumerate() {
            let amount = money(minor, currency);
            let id = format!("{c}-{n}");
            let mut header = order(&id).costing(amount);
            header.balance = Balance::new(amount, money(minor / 3, currency)).unwrap();
            let details = header.clone().details();
            let date = session(&id).priced(amount);
            let r = registration(&id).on(date).on_order(header).priced(amount);
            let facts = Facts::new().contact(contact("ana")).order(details.clone());
            world.put(facts.registration(r.clone())).await;

            let found = world.directory().order(&Id::new(id.as_str())).await;
            assert_eq!(found.unwrap().unwrap().value, details);
            assert_eq!(registered(world, &id).await.value, r);
        }
    }
}

/// Instants come back to the microsecond, before 1970 and far ahead as well.
pub async fn every_instant_comes_back_to_the_microsecond(world: &dyn World) {
    let micro = Duration::microseconds(1);
    let instants = [
        today(),
        today() + micro,
        today() - micro,
        today() - days(365 * 90) + micro,
        today() + days(365 * 500) - micro,
    ];
    for (n, at) in (0..).zip(instants) {
        let mut header = order(&format!("o{n}")).invoiced(at).paying_since(at);
        header.placed_at = at;
        let mut r = registration(&format!("r{n}")).on(session(&format!("s{n}")));
        r.session.starts_at = at;
        r.session.ends_at = at + micro;
        let r = r.on_order(header.clone()).certified(Id::new("paper"), at);
        world.put(Facts::new().registration(r.clone())).await;
        assert_eq!(registered(world, r.id.as_str()).await.value, r);

        let mut decision = yes(n + 1);
        decision.audit.at = at;
        apply(world, decision.clone()).await;
        let receipt = world.store().receipt(decision.command).await.unwrap();
        assert_eq!(receipt, Some(decision.receipt()));
    }
}

fn person(n: usize, odd: &str) -> Contact {
    let customer = Id::new(format!("acme-{odd}"));
    Contact::new(Id::new(format!("p{n}")), customer, odd, odd).with_email(odd)
}

fn dated(n: usize, odd: &str) -> Session {
    let mut date = session(&format!("s{n}")).at(odd);
    date.course = Id::new(format!("c{n}"));
    date
}

fn taught(n: usize, odd: &str, who: &Contact) -> Module {
    let mut taught = module(&format!("m{n}")).about(odd);
    taught.registrant = who.id.clone();
    taught.title = text(odd);
    odd.clone_into(&mut taught.launch);
    taught
}
