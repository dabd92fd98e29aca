use portal_core::StoreError;

use super::{
    Seed,
    dates::Dates,
    insert::{Date, NewOrder},
    people,
};

const REGISTRATIONS: usize = 5_000;

/// Orders and their registrations, until there are enough.
pub(super) fn fill(seed: &mut Seed<'_>, dates: &Dates) -> Result<(), StoreError> {
    while seed.registrations < REGISTRATIONS {
        let kind = seed.chance.below(100);
        let date = match kind {
            0..12 => seed.chance.pick(&dates.online),
            12..20 => seed.chance.pick(&dates.popular),
            _ => seed.chance.pick(&dates.scheduled),
        };
        let others = if seed.chance.percent(25) {
            2 + seed.chance.below(4)
        } else {
            0
        };
        let left = REGISTRATIONS - seed.registrations;
        let mut people = people::group(seed, others);
        people.truncate(left);
        book(seed, date, &people)?;
        if kind < 12 {
            learn(seed, date, &people)?;
        }
    }
    Ok(())
}

/// A free place needs no order, and neither does one in ten that costs something.
fn book(seed: &mut Seed<'_>, date: &Date, people: &[usize]) -> Result<(), StoreError> {
    let ordered = date.price.is_some() && !seed.chance.percent(10);
    let order = match people {
        [order_contact, rest @ ..] if ordered => {
            let order = some_order(seed, *order_contact, rest.first().copied());
            Some(seed.order(&order, date, people)?)
        }
        _ => None,
    };
    let over = date.ends_at < seed.now;
    for person in people {
        let roll = seed.chance.below(100);
        let status = match (over, roll) {
            (true, 0..72) => "completed",
            (true, 72..90) | (false, 0..90) => "active",
            (_, 90..97) => "cancelled",
            _ => "transferred_away",
        };
        let certified = status == "completed" && seed.chance.percent(65);
        seed.registration(*person, date, status, order.as_deref(), certified)?;
    }
    Ok(())
}

/// One of every stage between a promise and the books.
fn some_order(seed: &mut Seed<'_>, order_contact: usize, colleague: Option<usize>) -> NewOrder {
    let (paid, invoiced, ledger) = *seed.chance.pick(&[
        (0, false, "not_exported"),
        (0, true, "not_exported"),
        (40, true, "not_exported"),
        (100, true, "not_exported"),
        (0, true, "exporting"),
        (0, true, "connected"),
        (100, true, "connected"),
        (100, true, "connected"),
        (0, true, "disconnected"),
    ]);
    NewOrder {
        order_contact,
        billing_contact: colleague.filter(|_| seed.chance.percent(70)),
        days_ago: i64::try_from(seed.chance.below(200)).unwrap_or_default(),
        paid,
        invoiced,
        ledger,
    }
}

fn learn(seed: &mut Seed<'_>, date: &Date, people: &[usize]) -> Result<(), StoreError> {
    for person in people {
        for part in 1..=3 {
            let percent = *seed.chance.pick(&[0, 0, 30, 65, 100, 100]);
            seed.module(*person, &format!("{} ({part}/3)", date.title), percent)?;
        }
    }
    Ok(())
}
