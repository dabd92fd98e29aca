//! Whether an order can be paid: the rule, before any payment begins.
use portal_core::{
    Settings, Viewer,
    courses::{self, CourseAction},
    order::{Balance, CutOff, LedgerLink, Order, OrderRules, may_pay},
    payment::PaymentLimits,
    refusal::{OrderRole, Remedy},
    settings::{MoneyActions, OrderSettings},
};
use portal_testkit::facts::*;

use super::support::*;

fn ana() -> Viewer {
    viewer(&contact("ana"))
}

fn ask(order: &Order, by: &Viewer, providers: &[PaymentLimits]) -> Vec<&'static str> {
    let settings = OrderSettings::default();
    codes(may_pay(order, by, OrderRules::new(&settings, providers)))
}

/// 000-18, 000-19, 000-20, 000-21: unpaid, cards taken, billing contact.
#[test]
fn an_unpaid_order_can_be_paid_by_its_billing_contact_where_cards_are_taken() {
    let bob = viewer(&contact("bob"));
    let part = Balance::new(eur(120_00), eur(119_99)).unwrap();
    let over = Balance::new(eur(120_00), eur(130_00)).unwrap();
    let tight = PaymentLimits::none().up_to(eur(100_00).amount());
    let dollars = PaymentLimits::only(vec!["USD".parse().unwrap()]);
    let enough = PaymentLimits::none().from(eur(120_01).amount());
    for (what, order, by, providers, expected) in [
        ("unpaid", order("o1"), ana(), ANYTHING.to_vec(), vec![]),
        (
            "part paid",
            order("o1").with_balance(part),
            ana(),
            ANYTHING.to_vec(),
            vec![],
        ),
        (
            "paid",
            order("o1").paid(),
            ana(),
            ANYTHING.to_vec(),
            vec!["order.nothing-to-pay"],
        ),
        (
            "overpaid",
            order("o1").with_balance(over),
            ana(),
            ANYTHING.to_vec(),
            vec!["order.nothing-to-pay"],
        ),
        (
            "free",
            order("o1").costing(eur(0)),
            ana(),
            ANYTHING.to_vec(),
            vec!["order.nothing-to-pay"],
        ),
        (
            "no provider",
            order("o1"),
            ana(),
            vec![],
            vec!["order.card-payments-not-accepted"],
        ),
        (
            "other currency",
            order("o1"),
            ana(),
            vec![dollars.clone()],
            vec!["order.currency-not-accepted"],
        ),
        (
            "too much",
            order("o1"),
            ana(),
            vec![tight.clone()],
            vec!["order.amount-outside-limits"],
        ),
        (
            "too little",
            order("o1"),
            ana(),
            vec![enough],
            vec!["order.amount-outside-limits"],
        ),
        (
            "one of two takes it",
            order("o1"),
            ana(),
            vec![dollars, tight.clone(), PaymentLimits::none()],
            vec![],
        ),
        (
            "another pays",
            order("o1").with(&contact("bob")),
            bob.clone(),
            ANYTHING.to_vec(),
            vec!["order.not-billing-contact"],
        ),
        (
            "under way",
            order("o1").paying_since(today()),
            ana(),
            ANYTHING.to_vec(),
            vec!["order.payment-in-progress"],
        ),
        (
            "all of it",
            order("o1")
                .paid()
                .paying_since(today())
                .with_ledger(LedgerLink::connected("Xero", "1")),
            bob,
            vec![],
            vec![
                "order.nothing-to-pay",
                "order.card-payments-not-accepted",
                "order.exported-to-accounting",
                "order.not-billing-contact",
                "order.payment-in-progress",
            ],
        ),
    ] {
        assert_eq!(ask(&order, &by, &providers), expected, "{what}");
    }
}

/// 000-20: the host's switch refuses like a missing provider.
#[test]
fn a_host_that_switches_cards_off_refuses_whatever_is_wired() {
    let mut settings = OrderSettings::default();
    settings.card_payments = false;
    let verdict = may_pay(&order("o1"), &ana(), OrderRules::new(&settings, ANYTHING));
    assert_eq!(codes(verdict), ["order.card-payments-not-accepted"]);
}

/// 000-48: exported *and* connected locks; 000-49: nothing else does, unless the host says so.
#[test]
fn an_order_exported_and_connected_cannot_be_paid() {
    let exporting = LedgerLink::Exporting {
        system: "Xero".into(),
    };
    let connected = LedgerLink::connected("Xero", "INV-1");
    let mut trusting = OrderSettings::default();
    trusting.unlocked_by = CutOff::ALL.iter().copied().collect();
    for (link, expected) in [
        (LedgerLink::NotExported, vec![]),
        (exporting, vec!["order.export-in-progress"]),
        (connected, vec!["order.exported-to-accounting"]),
    ] {
        let order = order("o1").with_ledger(link.clone());
        for settings in [OrderSettings::default(), trusting.clone()] {
            let verdict = may_pay(&order, &ana(), OrderRules::new(&settings, ANYTHING));
            assert_eq!(codes(verdict), expected, "{link:?}");
        }
    }
}

/// A5: cut off, what cut it off decides. Where the invoice still stands there, it may be paid there, and is not paid here; unless the host says so.
#[test]
fn an_order_cut_off_is_locked_by_what_cut_it_off() {
    let locked = vec!["order.exported-to-accounting"];
    let usual = OrderSettings::default();
    let (mut never, mut always) = (usual.clone(), usual.clone());
    never.unlocked_by = CutOff::ALL.iter().copied().collect();
    always.unlocked_by.clear();
    for (reason, by_default) in [
        (CutOff::Manual, vec![]),
        (CutOff::RemoteVoided, vec![]),
        (CutOff::RemoteDeleted, vec![]),
        (CutOff::RemoteChanged, locked.clone()),
        (CutOff::OtherBooks, locked.clone()),
        (CutOff::Other, locked.clone()),
    ] {
        let order = order("o1").with_ledger(LedgerLink::cut_off("Xero", reason));
        for (settings, expected) in [(&usual, &by_default), (&never, &vec![]), (&always, &locked)] {
            let verdict = may_pay(&order, &ana(), OrderRules::new(settings, ANYTHING));
            assert_eq!(&codes(verdict), expected, "{reason:?}");
        }
    }
}

/// 000-48: the remedy is the ledger's own pay link, where there is one.
#[test]
fn a_locked_order_offers_the_ledgers_own_pay_link() {
    for (pay_link, remedy) in [
        (
            Some("https://pay.example/1".into()),
            Remedy::PayByLink {
                url: "https://pay.example/1".into(),
            },
        ),
        (None, Remedy::PayByInvoice),
    ] {
        let link = LedgerLink::Connected {
            system: "Xero".into(),
            reference: "INV-1".into(),
            pay_link,
        };
        let settings = OrderSettings::default();
        let rules = OrderRules::new(&settings, ANYTHING);
        let no = may_pay(&order("o1").with_ledger(link), &ana(), rules).unwrap_err();
        assert_eq!(no.first().remedy(), remedy);
    }
}

/// 000-21: who counts as payer is the host's choice, one for every screen.
#[test]
fn who_may_pay_is_a_setting() {
    let (boss, bob, ana) = (contact("boss"), contact("bob"), contact("ana"));
    let order = order("o1")
        .ordered_by(&bob)
        .billed_to(boss.id.clone())
        .with(&ana);
    let registration = registration("r1").on_order(order.clone());
    for (who_may, expected) in [
        (MoneyActions::BillingContact, [true, false, false]),
        (MoneyActions::OrderOrBilling, [true, true, false]),
        (MoneyActions::AnyViewer, [true, true, true]),
    ] {
        let mut settings = Settings::default();
        settings.orders.money_actions = who_may;
        for (who, allowed) in [&boss, &bob, &ana].into_iter().zip(expected) {
            let by = viewer(who);
            let rules = OrderRules::new(&settings.orders, ANYTHING);
            assert_eq!(
                may_pay(&order, &by, rules).is_ok(),
                allowed,
                "{who_may:?} {}",
                who.id
            );
            let offers = courses::actions(
                &registration,
                &by,
                super::support::rules(&settings),
                today(),
            );
            let pay = offers
                .iter()
                .find(|o| o.action == CourseAction::Pay)
                .unwrap();
            assert_eq!(pay.verdict.is_open(), allowed, "{who_may:?} {}", who.id);
        }
    }
}

/// 000-21
#[test]
fn whoever_may_not_is_told_who_may() {
    let no = {
        let settings = OrderSettings::default();
        let rules = OrderRules::new(&settings, ANYTHING);
        may_pay(&order("o1"), &viewer(&contact("bob")), rules).unwrap_err()
    };
    let who = vec![OrderRole::BillingContact];
    assert_eq!(no.first().remedy(), Remedy::Ask { who });
}
