//! What templates see of an order, in a message and on paper alike.
use minijinja::Value;
use portal_core::mail::{Enclosure, InvoiceCopy, InvoiceLine, OrderHead, typed_line};

use super::{
    facts::{Facts, MOST_DESCRIBED, line, maybe},
    formats::Formats,
};

/// A message shows so many lines in full: half of what Gmail shows of one before it cuts it off.
const MOST_IN_FULL: usize = 30;

/// Where nobody has a paper, so many in short; who orders for more people than that is told how many are missing.
const MOST_IN_SHORT: usize = 200;

/// So much of a description is in a short line.
const SHORT: usize = 80;

/// What the lines of a paper come to together, in characters: what is left out of one is shown by an ellipsis.
const MOST_ON_PAPER: usize = 1_000_000;

/// The invoice as a message tells it. Of a long one the lines are on the paper, where there is one.
pub(super) fn invoice_copy(copy: &InvoiceCopy, formats: &Formats) -> Facts {
    let count = copy.lines.len();
    let short = count > MOST_IN_FULL;
    let on_paper = copy.paper != Enclosure::Nothing;
    let shown = match (short, on_paper) {
        (false, _) => count,
        (true, true) => 0,
        (true, false) => MOST_IN_SHORT,
    };
    let longest = if short { SHORT } else { MOST_DESCRIBED };
    let lines = copy.lines.iter().take(shown);
    let lines: Vec<_> = lines
        .map(|sold| sold_line(sold, longest, formats))
        .collect();
    let left_out = count.saturating_sub(lines.len());
    let download = match &copy.paper {
        Enclosure::Behind(link) => Some(link.as_str().to_owned()),
        _ => None,
    };
    let mut facts = head(copy, formats);
    facts.extend([
        ("lines", lines.into()),
        ("short", short.into()),
        (
            "left_out",
            maybe((left_out > 0).then(|| formats.count(left_out))),
        ),
        ("enclosed", (copy.paper == Enclosure::Enclosed).into()),
        ("download", maybe(download)),
    ]);
    facts
}

/// The invoice as a paper tells it, line by line.
pub(super) fn invoice(copy: &InvoiceCopy, formats: &Formats) -> Facts {
    let each = MOST_ON_PAPER / copy.lines.len().max(1);
    let longest = each.clamp(SHORT, MOST_DESCRIBED);
    let lines = copy.lines.iter();
    let lines: Vec<_> = lines
        .map(|sold| sold_line(sold, longest, formats))
        .collect();
    let mut facts = head(copy, formats);
    facts.insert("lines", lines.into());
    facts
}

fn head(copy: &InvoiceCopy, formats: &Formats) -> Facts {
    let pay = copy.pay.as_ref().map(|pay| pay.as_str().to_owned());
    Facts::from([("order", order(&copy.order, formats)), ("pay", maybe(pay))])
}

fn sold_line(sold: &InvoiceLine, longest: usize, formats: &Formats) -> Value {
    Value::from(Facts::from([
        ("description", typed_line(&sold.description, longest).into()),
        ("registrant", maybe(sold.registrant.as_deref().map(line))),
        ("amount", formats.money(sold.amount).into()),
    ]))
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
