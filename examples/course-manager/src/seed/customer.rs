//! P-0001, the customer the demo walks through everything: one of each case, on dates of her own.
use chrono::{DateTime, Duration, DurationRound, Utc};
use portal_core::StoreError;

use super::{
    Seed,
    catalogue::{AUCKLAND, City, LONDON, MADRID, MEXICO, NEW_YORK, ONLINE},
    insert::{Date, NewOrder},
};

const HER: usize = 0;
const TOMAS: usize = 1;
const AOIFE: usize = 2;
const SOMEONE_ELSE: usize = 1_501;

/// Paid by the order contact, not paid yet, not in the books.
const PLAIN: NewOrder = NewOrder {
    order_contact: HER,
    billing_contact: None,
    days_ago: 20,
    paid: 0,
    invoiced: true,
    ledger: "not_exported",
};

pub(super) fn fill(seed: &mut Seed<'_>) -> Result<(), StoreError> {
    can_be_moved(seed)?;
    too_late(seed)?;
    in_the_books(seed)?;
    billed_to_someone_else(seed)?;
    free(seed)?;
    more_than_a_card_takes(seed)?;
    online(seed)?;
    over(seed)?;
    waited_for(seed)
}

/// Unpaid and invoiced; two dates to move to, and one for each reason not to.
fn can_be_moved(seed: &mut Seed<'_>) -> Result<(), StoreError> {
    let hers = day(seed, 0, MADRID, 30, 0)?;
    day(seed, 0, MADRID, 44, 12)?;
    day(seed, 0, MADRID, 58, 12)?;
    day(seed, 0, LONDON, 72, 12)?;
    let full = day(seed, 0, MADRID, 86, 0)?;
    let at = hours(seed, MADRID, 100);
    seed.date(0, MADRID, at, 12, false)?;
    booked(seed, &PLAIN, &hers, &[HER])?;
    seed.registration(AOIFE, &full, "active", None, false)?;
    seed.waits(SOMEONE_ELSE, &hers, 15, "waiting", None)
}

/// Tomorrow: both cut-offs have passed. Part paid, not invoiced.
fn too_late(seed: &mut Seed<'_>) -> Result<(), StoreError> {
    let soon = on_the_hour(seed.now) + Duration::hours(20);
    let date = seed.date(1, LONDON, (soon, soon + Duration::hours(8)), 12, true)?;
    let order = NewOrder {
        days_ago: 12,
        paid: 50,
        invoiced: false,
        ..PLAIN
    };
    booked(seed, &order, &date, &[HER])
}

/// Exported to Xero and connected, part paid: to be paid there, and may be cancelled here.
fn in_the_books(seed: &mut Seed<'_>) -> Result<(), StoreError> {
    let date = day(seed, 2, MADRID, 45, 12)?;
    let order = NewOrder {
        days_ago: 30,
        paid: 25,
        ledger: "connected",
        ..PLAIN
    };
    booked(seed, &order, &date, &[HER])
}

/// A colleague ordered and another pays: she sees the order, and no names but her own.
fn billed_to_someone_else(seed: &mut Seed<'_>) -> Result<(), StoreError> {
    let date = day(seed, 3, MADRID, 60, 12)?;
    let order = NewOrder {
        order_contact: AOIFE,
        billing_contact: Some(TOMAS),
        days_ago: 8,
        ..PLAIN
    };
    booked(seed, &order, &date, &[HER, TOMAS, AOIFE])
}

/// No order, no changes.
fn free(seed: &mut Seed<'_>) -> Result<(), StoreError> {
    let date = day(seed, 4, MEXICO, 15, 40)?;
    seed.registration(HER, &date, "active", None, false)
}

/// She pays for eight: more than the card desk takes at once. Cut off from Xero, which does not lock it.
fn more_than_a_card_takes(seed: &mut Seed<'_>) -> Result<(), StoreError> {
    let date = day(seed, 5, MADRID, 75, 12)?;
    let order = NewOrder {
        days_ago: 3,
        ledger: "disconnected",
        ..PLAIN
    };
    booked(seed, &order, &date, &[HER, 1, 2, 3, 4, 5, 6, 7])
}

/// E-learning on an order that is on its way to Xero.
fn online(seed: &mut Seed<'_>) -> Result<(), StoreError> {
    let year = (seed.morning(ONLINE, -300), seed.morning(ONLINE, 400));
    let date = seed.date(32, ONLINE, year, 100_000, true)?;
    let order = NewOrder {
        days_ago: 1,
        ledger: "exporting",
        ..PLAIN
    };
    booked(seed, &order, &date, &[HER])?;
    let parts = [("Headings", 100), ("Images", 40), ("Tables", 0)];
    for (part, percent) in parts {
        seed.module(HER, &format!("Accessible documents: {part}"), percent)?;
    }
    seed.module(SOMEONE_ELSE, "Accessible documents: Headings", 10)
}

/// One completed with its certificate, one that was over last week and has none yet.
fn over(seed: &mut Seed<'_>) -> Result<(), StoreError> {
    let completed = day(seed, 6, NEW_YORK, -40, 12)?;
    let order = NewOrder {
        days_ago: 70,
        paid: 100,
        ..PLAIN
    };
    let id = seed.order(&order, &completed, &[HER])?;
    seed.registration(HER, &completed, "completed", Some(&id), true)?;
    let ended = day(seed, 7, AUCKLAND, -6, 12)?;
    seed.registration(HER, &ended, "active", None, false)
}

/// Two lists without an offer, two with one, one whose offer ran out an hour ago while others wait behind her.
fn waited_for(seed: &mut Seed<'_>) -> Result<(), StoreError> {
    let cases = [
        (8, "waiting", None),
        (9, "offered", Some(2)),
        (10, "offered", Some(3)),
        (11, "offered", Some(49)),
        (12, "waiting", None),
    ];
    for (n, (course, state, offered)) in (0..).zip(cases) {
        let date = day(seed, course, MADRID, 35 + n * 5, 0)?;
        seed.waits(HER, &date, 30 - n, state, offered)?;
        seed.waits(SOMEONE_ELSE, &date, 10, "waiting", None)?;
    }
    Ok(())
}

fn booked(
    seed: &mut Seed<'_>,
    order: &NewOrder,
    date: &Date,
    people: &[usize],
) -> Result<(), StoreError> {
    let id = seed.order(order, date, people)?;
    for person in people {
        seed.registration(*person, date, "active", Some(&id), false)?;
    }
    Ok(())
}

fn day(
    seed: &mut Seed<'_>,
    course: usize,
    city: City,
    days: i64,
    room: usize,
) -> Result<Date, StoreError> {
    let hours = hours(seed, city, days);
    seed.date(course, city, hours, room, true)
}

fn hours(seed: &Seed<'_>, city: City, days: i64) -> (DateTime<Utc>, DateTime<Utc>) {
    let nine = seed.morning(city, days);
    (nine, nine + Duration::hours(8))
}

fn on_the_hour(now: DateTime<Utc>) -> DateTime<Utc> {
    now.duration_trunc(Duration::hours(1)).unwrap_or(now)
}
