use std::sync::Arc;

use portal_core::{
    Contact, Error, Id, Order, OrderDetails, Portal, Settings, Store,
    accounting::{ExportKey, ExportState, OnOpenPayment},
    order::LedgerLink,
    payment::{Merchant, Observation, PayOrder, PaymentRef, PaymentState},
    staff::{Staff, StaffRole},
};

use super::{
    Broken, Race,
    accounts::somebody,
    ended::so,
    round::{Round, desk},
};
use crate::{
    AnyCodes, AnyLedger, AnyProvider, Facts, RecordingHost, StoppedClock,
    facts::{OrderFacts, eur, minutes, order, today},
};

const BACK: &str = "https://portal.example/paid";

/// Somebody pays an order while it is exported: one of both begins, and never is a payment open on an order that is on its way into the books.
///
/// # Errors
/// What did not hold.
pub async fn an_order_paid_while_it_is_exported_is_one_of_both(
    race: Race<'_>,
) -> Result<(), Broken> {
    race.run(begun).await
}

/// Money arrives while its order gets connected with the books: it pays for the order and goes there with it, or it is kept as too late. It is never lost between the two.
///
/// # Errors
/// What did not hold.
pub async fn money_that_arrives_while_its_order_is_connected_is_never_lost(
    race: Race<'_>,
) -> Result<(), Broken> {
    race.run(arrived).await
}

/// An order of somebody's, unpaid.
async fn unpaid(round: &Round<'_>) -> (Contact, Id<Order>) {
    let who = somebody(round).await;
    let name = round.name("order");
    let details = order(&name).ordered_by(&who).details();
    round.race.world.put(Facts::new().order(details)).await;
    (who, Id::new(name))
}

/// A portal over this store, with these books.
fn portal(
    round: &Round<'_>,
    store: Arc<dyn Store>,
    policy: OnOpenPayment,
    ledger: &AnyLedger,
    clock: &StoppedClock,
) -> Portal {
    let world = round.race.world;
    let mut settings = Settings::default();
    settings.accounting.on_open_payment = policy;
    Portal::builder(store, world.directory())
        .clock(Arc::new(clock.clone()))
        .settings(settings)
        .payments(Arc::new(AnyProvider::taking(["EUR"])))
        .payment_store(world.payments())
        .accounting(Arc::new(ledger.clone()), Arc::new(AnyCodes::default()))
        .accounting_store(world.books())
        .host(Arc::new(RecordingHost::default()))
        .build()
        .unwrap()
}

async fn begun(round: Round<'_>) -> Result<(), Broken> {
    let (who, order) = unpaid(&round).await;
    let (ledger, clock) = (
        AnyLedger::of(&round.name("books")),
        StoppedClock::at(today()),
    );
    let portal = portal(
        &round,
        round.store(2),
        OnOpenPayment::Defer,
        &ledger,
        &clock,
    );
    let page = desk(&portal, &who).pay_page(&order).await.unwrap();
    let form = PayOrder::new(round.form(1), order.clone(), "any", page.shown, BACK, BACK);
    let paying = {
        let desk = desk(&portal, &who);
        tokio::spawn(async move { desk.pay(&form).await.map(drop) })
    };
    let exporting = {
        let (portal, order) = (portal.clone(), order.clone());
        tokio::spawn(async move { portal.accounting()?.export(&order).await })
    };
    let (paid, exported) = (paying.await.unwrap(), exporting.await.unwrap());
    round.settle_work().await;

    let state = exported.map(|export| export.state);
    let order = read(&round, &order).await;
    let locked = order.ledger != LedgerLink::NotExported;
    so(
        !(locked && order.payment.is_some()),
        ("open on its way", &order.ledger, &paid, &state),
    )?;
    match paid {
        Ok(()) => so(matches!(state, Ok(ExportState::Wanted)), ("paid", state)),
        Err(Error::Refused(no)) => {
            so(no.codes() == ["order.export-in-progress"], no)?;
            let begun = matches!(state, Ok(ExportState::Exporting));
            so(begun, ("exporting", state))
        }
        Err(other) => Err(Broken(other.to_string())),
    }
}

async fn arrived(round: Round<'_>) -> Result<(), Broken> {
    let (who, order) = unpaid(&round).await;
    let (ledger, clock) = (
        AnyLedger::of(&round.name("books")),
        StoppedClock::at(today()),
    );
    let anyway = OnOpenPayment::ExportAnyway;
    let quiet = portal(&round, round.race.world.store(), anyway, &ledger, &clock);
    let page = desk(&quiet, &who).pay_page(&order).await.unwrap();
    let form = PayOrder::new(round.form(1), order.clone(), "any", page.shown, BACK, BACK);
    let attempt = desk(&quiet, &who).pay(&form).await.unwrap().payment.attempt;
    ledger.lose_the_next_answer();
    quiet.accounting().unwrap().export(&order).await.unwrap();
    quiet.dispatcher().run_once().await.unwrap();
    clock.advance(minutes(3));

    let racing = portal(&round, round.store(2), anyway, &ledger, &clock);
    let connecting = {
        let racing = racing.clone();
        tokio::spawn(async move { racing.dispatcher().run_once().await.map(drop) })
    };
    let arriving = {
        let payment = PaymentRef::new(round.name("payment"));
        let (merchant, state) = (Merchant::test("any"), PaymentState::Succeeded);
        let seen = Observation::new(merchant, payment, state, eur(120_00), today());
        let seen = seen.of(Some(attempt));
        let staff = racing.staff(Staff::new("sam", StaffRole::Admin));
        tokio::spawn(async move { staff.money_came("any", &seen).await.map(drop) })
    };
    connecting.await.unwrap().unwrap();
    arriving.await.unwrap().unwrap();
    // Longer than any lease and any wait, and until the changes have been read once.
    for _ in 0..8 {
        clock.advance(minutes(3));
        quiet.dispatcher().run_once().await.unwrap();
    }
    round.settle_work().await;

    let key = ExportKey::Order(order.clone());
    let export = round.race.world.books().export(&key).await.unwrap();
    let state = export.map(|export| export.value.state);
    so(state == Some(ExportState::Connected), ("state", state))?;
    let documents = ledger.documents();
    let [document] = documents.as_slice() else {
        return Err(Broken(format!("{documents:?}")));
    };
    so(document.payments.len() == 1, ("in the books", document))?;
    so(document.paid == eur(120_00), ("in the books", document))?;
    let due = read(&round, &order).await.balance.due();
    so(due == eur(0), ("due", due))
}

async fn read(round: &Round<'_>, order: &Id<Order>) -> Order {
    let found = round.race.world.directory().order(order).await;
    let OrderDetails { order, .. } = found.unwrap().unwrap().value;
    order
}
