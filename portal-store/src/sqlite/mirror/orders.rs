//! Orders, and what was paid of them here that the host may not have heard of.
use portal_core::{
    Id, Money, Order, StoreError,
    order::{LedgerLink, OrderChange},
};
use rusqlite::{Connection, params};

use super::{
    apply::{gone, one_row},
    rows::one,
};
use crate::{
    sqlite::store_error,
    wire::{json, parse},
};

/// An order as it is here.
pub(super) struct Known {
    pub(super) order: Order,
    /// A payment began here and has not ended.
    pub(super) paying: bool,
    /// The portal has put it into the books, or tried to, and nobody has said that it is as if it had not.
    pub(super) booked: bool,
    /// What was paid of it before that changed here, since the host last told of it.
    pub(super) passed: Vec<Money>,
}

impl Known {
    pub(super) fn read(
        db: &Connection,
        tenant: &str,
        id: &Id<Order>,
    ) -> Result<Option<Self>, StoreError> {
        let found = one(
            db,
            "select facts, paying, booked, passed from portal_mirror_order where tenant = ?1 and id = ?2",
            [tenant, id.as_str()],
            |row| {
                let (facts, passed): (String, Option<String>) =
                    (row.get("facts")?, row.get("passed")?);
                Ok((facts, row.get("paying")?, row.get("booked")?, passed))
            },
        )?;
        let Some((facts, paying, booked, passed)) = found else {
            return Ok(None);
        };
        Ok(Some(Self {
            order: parse(&facts)?,
            paying,
            booked,
            passed: passed.map_or(Ok(vec![]), |passed| parse(&passed))?,
        }))
    }

    /// Whether the host's amount is from before what was counted here: it was paid as much before, or it is less than what stands after money came.
    pub(super) fn has_passed(&self, paid: Money) -> bool {
        let now = self.order.balance.paid();
        let money_came = || self.passed.iter().any(|had| is_less(*had, now));
        paid != now && (self.passed.contains(&paid) || is_less(paid, now) && money_came())
    }

    #[cfg(feature = "payments")]
    fn count(&mut self, was: Money, is: Money) -> Result<(), StoreError> {
        let balance = self.order.balance.counting(was, is);
        let balance = balance.map_err(|e| StoreError::Corrupt(e.into()))?;
        self.passed.push(self.order.balance.paid());
        self.passed.retain(|had| *had != balance.paid());
        self.order.balance = balance;
        Ok(())
    }

    fn write(&self, tx: &Connection, tenant: &str) -> Result<(), StoreError> {
        let facts = json(&self.order)?;
        let passed = (!self.passed.is_empty()).then(|| json(&self.passed));
        let passed = passed.transpose()?;
        tx.prepare_cached(
            "update portal_mirror_order set version = version + 1, facts = ?3, paying = ?4, booked = ?5, passed = ?6
             where tenant = ?1 and id = ?2",
        )
        .and_then(|mut changed| {
            let id = self.order.id.as_str();
            changed.execute(params![tenant, id, facts, self.paying, self.booked, passed])
        })
        .map_err(store_error)
        .and_then(one_row)
    }
}

/// Makes this so.
pub(super) fn apply(tx: &Connection, tenant: &str, change: &OrderChange) -> Result<(), StoreError> {
    match change {
        // The message is in the outbox, and nobody counts copies here.
        OrderChange::InvoiceCopyRequested { .. } => Ok(()),
        OrderChange::PaymentStands { order, payment } => {
            let mut here = Known::read(tx, tenant, order)?.ok_or_else(gone)?;
            here.order.payment.clone_from(payment);
            here.paying = payment.is_some();
            here.write(tx, tenant)
        }
        OrderChange::LedgerStands { order, ledger } => {
            let mut here = Known::read(tx, tenant, order)?.ok_or_else(gone)?;
            here.order.ledger.clone_from(ledger);
            here.booked = *ledger != LedgerLink::NotExported;
            here.write(tx, tenant)
        }
        #[cfg(feature = "payments")]
        OrderChange::PaymentCounted { order, was, is, .. } => {
            let mut here = Known::read(tx, tenant, order)?.ok_or_else(gone)?;
            here.count(*was, *is)?;
            here.write(tx, tenant)
        }
        _ => Err(StoreError::Unsupported("this change")),
    }
}

fn is_less(one: Money, than: Money) -> bool {
    than.minus(one).is_ok_and(|more| more.is_positive())
}
