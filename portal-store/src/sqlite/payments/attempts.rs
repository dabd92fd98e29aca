//! The journal of attempts.
use portal_core::{
    Id, Loaded, Order, Page, StoreError, Version,
    payment::{AttemptKey, PaymentAttempt},
};
use rusqlite::{Connection, Row, params};

use crate::{
    sqlite::statement::{all, one},
    wire::parse,
};

pub(super) fn attempt(
    db: &Connection,
    tenant: &str,
    by: &AttemptKey,
) -> Result<Option<Loaded<PaymentAttempt>>, StoreError> {
    let found = match by {
        AttemptKey::Attempt(attempt) => one(
            db,
            "select version, facts from portal_payment where tenant = ?1 and id = ?2",
            [tenant, &attempt.to_string()],
            AttemptRow::read,
        ),
        AttemptKey::LiveOf(order) => one(
            db,
            "select version, facts from portal_payment where tenant = ?1 and order_id = ?2 and live = 1",
            [tenant, order.as_str()],
            AttemptRow::read,
        ),
        AttemptKey::Session(merchant, session) => one(
            db,
            "select version, facts from portal_payment indexed by portal_payment_by_session
             where tenant = ?1 and account = ?2 and real_money = ?3 and session = ?4 order by id limit 1",
            params![tenant, &*merchant.account, merchant.live, session.as_str()],
            AttemptRow::read,
        ),
        AttemptKey::Payment(merchant, payment) => one(
            db,
            "select version, facts from portal_payment indexed by portal_payment_by_payment
             where tenant = ?1 and account = ?2 and real_money = ?3 and payment = ?4 order by id limit 1",
            params![tenant, &*merchant.account, merchant.live, payment.as_str()],
            AttemptRow::read,
        ),
        _ => return Err(StoreError::Unsupported("finding an attempt this way")),
    }?;
    found.map(AttemptRow::loaded).transpose()
}

pub(super) fn list(
    db: &Connection,
    tenant: &str,
    of: &Id<Order>,
) -> Result<Vec<PaymentAttempt>, StoreError> {
    let found = all(
        db,
        "select version, facts from portal_payment where tenant = ?1 and order_id = ?2
         order by begun_at desc, id limit ?3",
        params![tenant, of.as_str(), Page::LARGEST],
        AttemptRow::read,
    )?;
    found.iter().map(|row| parse(&row.facts)).collect()
}

struct AttemptRow {
    version: i64,
    facts: String,
}

impl AttemptRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            version: row.get("version")?,
            facts: row.get("facts")?,
        })
    }

    fn loaded(self) -> Result<Loaded<PaymentAttempt>, StoreError> {
        let attempt: PaymentAttempt = parse(&self.facts)?;
        let (record, version) = (attempt.record(), Version::number(self.version));
        Ok(Loaded::one(attempt, record, version))
    }
}
