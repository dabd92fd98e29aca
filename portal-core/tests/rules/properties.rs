//! Laws that hold for whatever facts a host brings.
use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use chrono::NaiveTime;
use portal_core::{
    Ask, Command, CustomerDesk, Id, Loaded, RecordRef, Settings, Version,
    courses::{
        AcceptPlace, CancelRegistration, ChangePolicy, CourseAction, Cutoff, LeaveWaitingList,
        PlaceOffer, PriceRule, Registration, RegistrationPolicy, RegistrationStatus, Session,
        TransferRegistration, WaitingAction, WaitingPlace, WaitingState, accept_place, actions,
        cancel, leave_waiting_list, transfer,
    },
    memory::Memory,
    order::{Balance, CutOff, EmailInvoice, LedgerLink, Order, OrderAction, OrderRules, may_pay},
    settings::MoneyActions,
    surname,
};
use portal_testkit::facts::*;
use proptest::prelude::*;

use super::support::*;

/// Memory never waits, so every future is ready when it is first asked.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("memory does not wait"),
    }
}

fn cutoffs() -> impl Strategy<Value = ChangePolicy> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
    prop_oneof![
        Just(ChangePolicy::Refused),
        Just(ChangePolicy::Until(Cutoff::None)),
        Just(ChangePolicy::Until(Cutoff::Start)),
        (1_u16..60).prop_map(|h| ChangePolicy::hours_before(h).unwrap()),
        (1_u16..4).prop_map(move |d| ChangePolicy::days_before(d, noon).unwrap()),
    ]
}

fn sessions(id: &'static str) -> impl Strategy<Value = Session> {
    (-60_i64..60, 0_u32..3, prop::bool::weighted(0.9), prices()).prop_map(
        move |(start, places, open, price)| {
            let mut session = session(id).starting_in(hours(start)).with_places(places);
            session.open = open;
            session.price = price;
            session
        },
    )
}

fn prices() -> impl Strategy<Value = Option<portal_core::Money>> {
    prop::sample::select(vec![None, Some(eur(100_00)), Some(eur(120_00))])
}

fn orders() -> impl Strategy<Value = Order> {
    let people = || prop::sample::select(vec!["ana", "bob"]);
    let ledgers = prop::sample::select(vec![
        LedgerLink::NotExported,
        LedgerLink::Exporting {
            system: "Xero".into(),
        },
        LedgerLink::connected("Xero", "INV-1"),
        LedgerLink::cut_off("Xero", CutOff::RemoteChanged),
        LedgerLink::cut_off("Xero", CutOff::Manual),
    ]);
    (
        people(),
        prop::option::of(people()),
        0_i64..4,
        any::<(bool, bool)>(),
        ledgers,
    )
        .prop_map(|(ordered, billed, paid, (invoiced, paying), ledger)| {
            let mut order = order("o1")
                .ordered_by(&contact(ordered))
                .with(&contact("ana"));
            order.billing_contact = billed.map(Id::new);
            order.balance = Balance::new(eur(100_00), eur(paid * 40_00)).unwrap();
            order.ledger = ledger;
            if invoiced {
                order = order.invoiced(today());
            }
            if paying {
                order = order.paying_since(today());
            }
            order
        })
}

fn registrations() -> impl Strategy<Value = Registration> {
    let statuses = prop_oneof![
        6 => Just(RegistrationStatus::Active),
        1 => Just(RegistrationStatus::Completed),
        1 => Just(RegistrationStatus::Cancelled),
        1 => Just(RegistrationStatus::TransferredAway),
    ];
    let policies = prop::option::of((cutoffs(), cutoffs()));
    let elearning = prop::bool::weighted(0.1);
    let certified = any::<bool>();
    (
        sessions("s1"),
        statuses,
        policies,
        prop::option::of(orders()),
        prices(),
        elearning,
        certified,
    )
        .prop_map(
            |(session, status, policy, order, price, elearning, certified)| {
                let mut r = registration("r1").on(session).now(status);
                r.policy = policy.map(|(t, c)| RegistrationPolicy::new(t, c));
                r.order = order;
                r.price = price;
                if elearning {
                    r.course = r.course.as_elearning();
                }
                if certified {
                    r = r.certified(Id::new("cert-1"), today());
                }
                r
            },
        )
}

fn settings() -> impl Strategy<Value = Settings> {
    let prices = prop::sample::select(vec![
        PriceRule::EqualOnly,
        PriceRule::AnyKeepOrder,
        PriceRule::RequireReview,
    ]);
    let money = prop::sample::select(vec![
        MoneyActions::BillingContact,
        MoneyActions::OrderOrBilling,
        MoneyActions::AnyViewer,
    ]);
    (prices, money, any::<[bool; 3]>(), cutoffs(), cutoffs()).prop_map(
        |(price_rule, money_actions, [cards, lock, joined], transfers, cancellations)| {
            let mut settings = Settings::default();
            settings.courses.price_rule = price_rule;
            settings.courses.policy = RegistrationPolicy::new(transfers, cancellations);
            settings.orders.money_actions = money_actions;
            settings.orders.card_payments = cards;
            if lock {
                settings.orders.unlocked_by.clear();
            }
            settings.mail.coalesce_same_recipient = joined;
            settings
        },
    )
}

fn waiting_places() -> impl Strategy<Value = WaitingPlace> {
    let offers = (-60_i64..3, prop::option::of(-5_i64..5), any::<bool>()).prop_map(
        |(made, expires, held)| {
            let mut offer = PlaceOffer::held(today() + hours(made));
            offer.expires_at = expires.map(|h| today() + hours(h));
            offer.held = held;
            WaitingState::Offered(offer)
        },
    );
    let states = prop_oneof![
        1 => Just(WaitingState::Waiting),
        6 => offers,
        1 => Just(WaitingState::Accepted),
        1 => Just(WaitingState::Left),
        1 => Just(WaitingState::Expired { at: today() }),
    ];
    (sessions("s1"), states).prop_map(|(session, state)| waiting_place("w1").on(session).now(state))
}

#[derive(Debug)]
struct Host {
    registration: Registration,
    there: Session,
    waiting: WaitingPlace,
    settings: Settings,
}

impl Host {
    /// The same facts, untouched, for each form.
    fn desk(&self) -> CustomerDesk {
        let memory = Memory::default();
        put(&memory, &self.registration);
        memory.put_session(self.there.clone());
        memory.put_waiting_place(self.waiting.clone());
        let provider = std::sync::Arc::new(portal_testkit::AnyProvider::taking(["EUR"]));
        let papers = portal_testkit::PaperShelf::default();
        papers.put_pdf("cert-1");
        let portal = builder(&memory)
            .settings(self.settings.clone())
            .payments(provider)
            .payment_store(std::sync::Arc::new(memory.clone()))
            .host(std::sync::Arc::new(portal_testkit::RecordingHost::default()))
            .documents(std::sync::Arc::new(papers))
            .build()
            .unwrap();
        portal.customer(viewer(&contact("ana")))
    }

    fn takes(&self, form: &impl Command) -> bool {
        ready(self.desk().submit(form)).is_ok()
    }
}

fn hosts() -> impl Strategy<Value = Host> {
    (
        registrations(),
        sessions("s2"),
        waiting_places(),
        settings(),
    )
        .prop_map(|(registration, there, mut waiting, settings)| {
            // Both are on one date, which has one truth.
            waiting.session = registration.session.clone();
            waiting.course = registration.course.clone();
            Host {
                registration,
                there,
                waiting,
                settings,
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// 000-22, 000-23, 000-30, 000-31, 000-40, 000-41, 000-42, 000-43: the same rule draws the button and guards the command.
    #[test]
    fn a_button_is_live_exactly_when_its_command_succeeds(host in hosts()) {
        let desk = host.desk();
        let courses = desk.courses().unwrap();
        let (r1, w1) = (Id::new("r1"), Id::new("w1"));
        let view = ready(courses.registration(&r1)).unwrap();
        let open = |action| view.verdict(action).unwrap().is_open();

        let cancel = CancelRegistration::new(command(1), r1.clone(), Id::new("s1"), SURNAME);
        prop_assert_eq!(open(CourseAction::Cancel), host.takes(&cancel));

        let dates = ready(courses.other_dates(&r1)).unwrap();
        for date in dates {
            let form = TransferRegistration::new(command(2), r1.clone(), Id::new("s1"), date.session.id.clone(), SURNAME);
            prop_assert_eq!(date.verdict.is_open(), host.takes(&form), "{:?}", date);
            prop_assert!(open(CourseAction::Transfer) || !date.verdict.is_open());
        }

        let place = ready(courses.waiting_place(&w1)).unwrap();
        let accept = place.verdict(WaitingAction::Accept).unwrap().is_open();
        prop_assert_eq!(accept, host.takes(&AcceptPlace::new(command(3), w1.clone())));
        let leave = place.verdict(WaitingAction::Leave).unwrap().is_open();
        prop_assert_eq!(leave, host.takes(&LeaveWaitingList::new(command(4), w1)));

        if let Some(order) = &host.registration.order {
            let page = ready(desk.order(&order.id)).unwrap();
            let offer = page.view.offers.iter().find(|o| o.action == OrderAction::EmailInvoice);
            let sent = host.takes(&EmailInvoice::new(command(5), order.id.clone()));
            prop_assert_eq!(offer.unwrap().verdict.is_open(), sent);
            prop_assert_eq!(open(CourseAction::GetInvoice), sent);
        }

        let downloaded = ready(courses.certificate(&Id::new("r1")));
        prop_assert_eq!(open(CourseAction::GetCertificate), downloaded.is_ok());
    }

    #[test]
    fn deciding_twice_gives_equal_decisions(host in hosts()) {
        let Host { registration, there, waiting, settings } = &host;
        let by = viewer(&registration.registrant);
        let ask = Ask::new(&by, today(), command(7));
        let rules = rules(settings);
        let confirmed = || surname::confirm(&registration.registrant, SURNAME, &settings.names).unwrap();
        let version = Version::number(1);
        let facts = Loaded::one(registration.clone(), RecordRef::Registration(registration.id.clone()), version.clone());
        let place = Loaded::one(waiting.clone(), RecordRef::WaitingPlace(waiting.id.clone()), version);
        let decide = || (
            transfer(&facts, there, &confirmed(), rules, &ask),
            cancel(&facts, &confirmed(), rules, &ask),
            accept_place(&place, &settings.courses, &ask),
            leave_waiting_list(&place, &ask),
        );
        prop_assert_eq!(decide(), decide());
    }

    #[test]
    fn what_if_at_the_present_is_the_verdict(host in hosts()) {
        let desk = host.desk();
        let courses = desk.courses().unwrap();
        let id = Id::new("r1");
        let view = ready(courses.registration(&id)).unwrap();
        for &action in CourseAction::ALL {
            let then = ready(courses.explain(&id, action, today())).unwrap();
            prop_assert_eq!(view.verdict(action), Some(&then));
        }
    }

    #[test]
    fn the_answers_stay_until_the_next_change_and_differ_at_it(host in hosts()) {
        let by = viewer(&contact("ana"));
        let rules = rules(&host.settings);
        let answers = |at| actions(&host.registration, &by, rules, at);
        let now = answers(today());
        let next = portal_core::courses::next_change(&host.registration, &by, rules, today());
        if let Some(next) = next {
            prop_assert!(next > today());
            prop_assert_eq!(&answers(next - chrono::Duration::nanoseconds(1)), &now);
            prop_assert_ne!(&answers(next), &now);
        } else {
            prop_assert_eq!(&answers(today() + days(400)), &now);
        }
    }

    /// Whoever pays what is due pays the order exactly; nobody is asked for more than the total.
    #[test]
    fn paid_never_exceeds_total_for_whoever_pays_what_is_due(total in 0_i64..10_000_00, paid in 0_i64..12_000_00, by in prop::sample::select(vec!["ana", "bob"])) {
        let balance = Balance::new(eur(total), eur(paid)).unwrap();
        let order = order("o1").with_balance(balance);
        let settings = Settings::default();
        let may = may_pay(&order, &viewer(&contact(by)), OrderRules::new(&settings.orders, ANYTHING));
        let after = balance.paid().plus(balance.due()).unwrap();
        prop_assert!(after.minor() <= total.max(paid));
        if may.is_ok() {
            prop_assert_eq!(after, balance.total());
            prop_assert!(balance.due().is_positive());
        }
    }
}
