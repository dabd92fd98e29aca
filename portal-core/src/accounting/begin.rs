//! Beginning an export: taking the order, so that nobody pays it meanwhile.
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    AccountingWork, BooksChange, Export, ExportState, LedgerConnection,
    case::{Case, now_is, owing},
    document_number, held_up_by, may_export,
};
use crate::{
    Decision, Error, Expectation, Version,
    order::{LedgerLink, OrderChange},
    payment::{MoneyChange, PaymentAttempt, PaymentState, can_be_given_up},
    portal::Wiring,
};

impl Wiring {
    /// What begins an export, or has it begin once the payment under way has ended. Made from facts at hand, on top of a decision that names who asks.
    pub(super) fn begin_export(
        &self,
        case: &Case,
        decision: Decision,
        now: DateTime<Utc>,
    ) -> Result<Decision, Error> {
        let ledger = self.ledger()?;
        let details = case.details().ok_or(Error::NotFound)?;
        may_export(details, case.export(), &ledger.shown)?;
        self.take_order(case, anew(case, self, now)?, decision, now)
    }

    /// Takes the order for this export, on top of a decision that rests on the case, unless a payment holds it up: then it waits.
    pub(super) fn take_order(
        &self,
        case: &Case,
        export: Export,
        decision: Decision,
        now: DateTime<Utc>,
    ) -> Result<Decision, Error> {
        let ledger = self.ledger()?;
        let details = case.details().ok_or(Error::NotFound)?;
        let live = case.live.as_ref().map(|live| &live.value);
        let policy = self.settings.accounting.on_open_payment;
        let waits = held_up_by(&details.order, live, policy, now).is_some();
        let state = if waits {
            ExportState::Wanted
        } else {
            ExportState::Exporting
        };
        let export = export.standing(state, now);
        let mut decision = decision;
        if !waits {
            let system = Arc::clone(&ledger.shown);
            decision = case.telling(decision, LedgerLink::Exporting { system });
            decision = giving_up(case, decision, now);
        }
        let work = AccountingWork::Export {
            order: case.id.clone(),
        };
        let decision = owing(now_is(decision, &export), "export", work);
        self.knowing_books(case, decision, now)
    }

    /// From the first export on the changes of these books are read. As long as they never were to the end they may not be at all: it is owed again, and is done once however often.
    pub(super) fn knowing_books(
        &self,
        case: &Case,
        decision: Decision,
        now: DateTime<Utc>,
    ) -> Result<Decision, Error> {
        if let Some(known) = &case.connection {
            return Ok(match known.value.read_at {
                Some(_) => decision,
                None => owing(decision, "pull", AccountingWork::Pull),
            });
        }
        let books = self.ledger()?.system.organisation().clone();
        let connection = LedgerConnection::new(books, now);
        let none = Expectation::Unchanged(connection.record(), Version::number(0));
        let decision = decision
            .expecting(none)
            .changed(BooksChange::Connection(Box::new(connection)));
        Ok(owing(decision, "pull", AccountingWork::Pull))
    }
}

impl Wiring {
    /// Which day that is where the host is: books are kept by the host's days.
    pub(super) fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.settings.zone).date_naive()
    }
}

/// The export as it begins: for the first time, or again. Its document is of the day it is where the host is.
pub(super) fn anew(case: &Case, wiring: &Wiring, now: DateTime<Utc>) -> Result<Export, Error> {
    let ledger = wiring.ledger()?;
    let order = &case.details().ok_or(Error::NotFound)?.order;
    let (books, date) = (ledger.system.organisation().clone(), wiring.day_of(now));
    // Other books have other names for people.
    let same = case.export().filter(|export| export.books == books);
    let customer = same.and_then(|export| export.customer.clone());
    let round = case.export().map_or(0, |export| export.round);
    let longest = ledger.system.traits().number_len;
    let number = document_number(order, round, longest);
    let export = Export::new(case.id.clone(), books, number, date, now);
    Ok(match case.export() {
        None => export,
        Some(known) => Export {
            round,
            attempt: known.attempt.saturating_add(1),
            customer,
            payer: known.payer.clone(),
            ..export
        },
    })
}

/// An attempt that nobody can be paying ends here.
pub(super) fn giving_up(case: &Case, decision: Decision, now: DateTime<Utc>) -> Decision {
    let dead = case
        .live
        .as_ref()
        .filter(|live| can_be_given_up(&live.value, now));
    let Some(live) = dead else {
        return decision;
    };
    let Some(order) = &case.order else {
        return decision;
    };
    let ended = PaymentAttempt {
        state: PaymentState::Cancelled,
        ..live.value.clone()
    };
    let decision = decision
        .given(live)
        .changed(MoneyChange::Attempt(Box::new(ended)));
    if order.value.order.payment.is_none() {
        return decision;
    }
    decision.changed(OrderChange::PaymentStands {
        order: case.id.clone(),
        payment: None,
    })
}
