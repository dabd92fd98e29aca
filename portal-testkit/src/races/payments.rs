use portal_core::{
    Expectation, Id, RecordRef, Version,
    order::{OpenPayment, OrderChange},
    payment::{Attempt, AttemptKey, MoneyChange, Received},
};

use super::{
    Broken, Race,
    accounts::{all_at_once, somebody},
    ended::so,
    round::Round,
};
use crate::{
    Facts,
    facts::{OrderFacts, eur, income, order, payment_attempt, today},
};

/// Eight pages begin a payment for one order at once, as all saw that there is none: one does, and it is the one that is live.
///
/// # Errors
/// What did not hold.
pub async fn eight_payments_begun_for_one_order_at_once_are_one(
    race: Race<'_>,
) -> Result<(), Broken> {
    race.run(begun).await
}

/// The same money is heard of eight times at once, by those who all saw that it is not written down: it is written once, and counts once.
///
/// # Errors
/// What did not hold.
pub async fn the_same_money_written_eight_times_at_once_counts_once(
    race: Race<'_>,
) -> Result<(), Broken> {
    race.run(money).await
}

async fn begun(round: Round<'_>) -> Result<(), Broken> {
    let who = somebody(&round).await;
    let name = round.name("order");
    round
        .race
        .world
        .put(Facts::new().order(order(&name).details()))
        .await;
    let attempts: Vec<_> = (1..=8)
        .map(|n| payment_attempt(round.form(n).0.as_u128(), &name))
        .collect();
    let decisions = (1..).zip(&attempts).map(|(n, attempt)| {
        let stands = OrderChange::PaymentStands {
            order: attempt.order.clone(),
            payment: Some(OpenPayment::at_payer(today())),
        };
        let written = MoneyChange::Attempt(Box::new(attempt.clone()));
        round.yes(n, &who).changed(stands).changed(written)
    });
    let winners = all_at_once(&round, decisions.collect()).await?;

    let [winner] = winners.as_slice() else {
        return Err(Broken(format!("{winners:?} began")));
    };
    let payments = round.race.world.payments();
    let of = Id::new(name);
    let live = payments.attempt(&AttemptKey::LiveOf(of.clone())).await;
    let live = live.unwrap().map(|live| live.value);
    so(live.as_ref() == attempts.get(*winner), ("live", live))?;
    let all = payments.attempts(&of).await.unwrap();
    so(all.len() == 1, ("attempts", all))
}

async fn money(round: Round<'_>) -> Result<(), Broken> {
    let who = somebody(&round).await;
    let name = round.name("order");
    let details = order(&name).costing(eur(500_00)).details();
    round.race.world.put(Facts::new().order(details)).await;
    let came = |n: u32| {
        let mut came = income(&round.name("payment"), &name);
        came.attempt = Some(Attempt(round.form(n).0));
        came
    };
    let unknown = Expectation::Unchanged(RecordRef::Received(came(0).id()), Version::number(0));
    let decisions = (1..=8).map(|n| {
        let counted = OrderChange::PaymentCounted {
            order: Id::new(name.as_str()),
            received: came(n).id(),
            was: eur(0),
            is: eur(120_00),
            paid_with: None,
        };
        let decision = round.yes(n, &who).expecting(unknown.clone());
        decision
            .changed(counted)
            .changed(MoneyChange::Received(Box::new(came(n))))
    });
    let winners = all_at_once(&round, decisions.collect()).await?;

    let [winner] = winners.as_slice() else {
        return Err(Broken(format!("{winners:?} wrote it down")));
    };
    let world = round.race.world;
    let found: Option<Received> = world
        .payments()
        .received(&came(0).id())
        .await
        .unwrap()
        .map(|found| found.value);
    let first = came(u32::try_from(*winner).unwrap() + 1);
    so(found.as_ref() == Some(&first), ("written", found))?;
    let order = world.directory().order(&Id::new(name)).await.unwrap();
    let paid = order.unwrap().value.order.balance.paid();
    so(paid == eur(120_00), ("paid", paid))
}
