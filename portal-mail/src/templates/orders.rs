//! What templates see of an order, in a message and on paper alike.
use minijinja::Value;
use portal_core::mail::{Enclosure, InvoiceCopy, OrderHead};

use super::{
    facts::{Facts, line, maybe},
    formats::Formats,
};

pub(super) fn invoice(copy: &InvoiceCopy, formats: &Formats) -> Facts {
    let lines = copy.lines.iter().map(|sold| {
        Value::from(Facts::from([
            ("description", line(&sold.description).into()),
            ("registrant", maybe(sold.registrant.as_deref().map(line))),
            ("amount", formats.money(sold.amount).into()),
        ]))
    });
    let download = match &copy.paper {
        Enclosure::Behind(link) => Some(link.as_str().to_owned()),
        _ => None,
    };
    let pay = copy.pay.as_ref().map(|pay| pay.as_str().to_owned());
    Facts::from([
        ("order", order(&copy.order, formats)),
        ("lines", lines.collect::<Vec<_>>().into()),
        ("pay", maybe(pay)),
        ("enclosed", (copy.paper == Enclosure::Enclosed).into()),
        ("download", maybe(download)),
    ])
}

pub(super) fn order(order: &OrderHead, formats: &Formats) -> Value {
    Value::from(Facts::from([
        ("number", line(&order.number).into()),
        ("placed_at", formats.moment(order.placed_at).into()),
        ("total", formats.money(order.total).into()),
        ("paid", formats.money(order.paid).into()),
        ("due", formats.money(order.due).into()),
        ("is_paid", (!order.due.is_positive()).into()),
    ]))
}
