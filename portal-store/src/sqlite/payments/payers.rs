//! Who people are at providers.
use portal_core::{
    Contact, Id, Listing, Page, StoreError,
    payment::{KnownPayer, Merchant, PayerRef},
};
use rusqlite::{Connection, params};

use crate::{
    cursor,
    sqlite::statement::{all, one},
};

const PAYERS: &str = "payers";

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

/// Everybody at one account, by the host's key for them.
pub(super) fn payers(
    db: &Connection,
    tenant: &str,
    merchant: &Merchant,
    page: &Page,
) -> Result<Listing<KnownPayer>, StoreError> {
    let [after] = cursor::keys(PAYERS, page)?.unwrap_or_default();
    let most = cursor::one_more(page);
    let found = all(
        db,
        "select contact, payer from portal_payer
         where tenant = ?1 and contact > ?2 and account = ?3 and real_money = ?4
         order by contact limit ?5",
        params![tenant, after, &*merchant.account, merchant.live, most],
        |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
    )?;
    let known = found.into_iter();
    let known =
        known.map(|(contact, payer)| KnownPayer::new(Id::new(contact), PayerRef::new(payer)));
    Ok(Listing::cut(known.collect(), page, |last| {
        cursor::after(PAYERS, &[last.contact.as_str()])
    }))
}
