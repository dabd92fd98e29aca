//! Who people are at providers.
use portal_core::{
    Contact, Id, StoreError,
    payment::{Merchant, PayerRef},
};
use rusqlite::{Connection, params};

use crate::sqlite::statement::one;

pub(super) fn payer(
    db: &Connection,
    tenant: &str,
    contact: &Id<Contact>,
    merchant: &Merchant,
) -> Result<Option<PayerRef>, StoreError> {
    let found = one(
        db,
        "select payer from portal_payer where tenant = ?1 and contact = ?2 and account = ?3 and real_money = ?4",
        params![tenant, contact.as_str(), &*merchant.account, merchant.live],
        |row| row.get::<_, String>(0),
    )?;
    Ok(found.map(PayerRef::new))
}
