use portal_core::{
    Change, Decision, Expectation, Id, Order, RecordRef, StoreError,
    courses::{CourseChange, Session},
    order::{LedgerLink, OrderChange},
};
use portal_store::sqlite::HostTables;
use rusqlite::{Connection, params};

use crate::{
    contacts,
    query::{edit, one},
};

/// What the portal decided, done to the course manager's own rows: two matches inside the portal's transaction.
#[derive(Debug)]
pub(crate) struct Tables;

impl HostTables for Tables {
    fn holds(&self, tx: &Connection, expectation: &Expectation) -> Result<bool, StoreError> {
        match expectation {
            Expectation::Unchanged(record, version) => {
                let (sql, id) = match record {
                    RecordRef::Contact(id) => ("select rev from person where id = ?1", id.as_str()),
                    RecordRef::Order(id) => ("select rev from orders where id = ?1", id.as_str()),
                    RecordRef::Registration(id) => {
                        ("select rev from registration where id = ?1", id.as_str())
                    }
                    RecordRef::WaitingPlace(id) => {
                        ("select rev from waiting_place where id = ?1", id.as_str())
                    }
                    _ => return Err(StoreError::Unsupported("the version of this record")),
                };
                let rev = one(tx, sql, [id], |row| row.get(0))?;
                Ok(rev.is_some_and(|rev| version.is_number(rev)))
            }
            Expectation::PlacesLeft { session, at_least } => {
                let sql = "select capacity - used >= ?2 from session where id = ?1";
                let enough = one(tx, sql, params![session.as_str(), at_least], |row| {
                    row.get(0)
                })?;
                Ok(enough.unwrap_or(false))
            }
            _ => Err(StoreError::Unsupported("this expectation")),
        }
    }

    fn apply(&self, tx: &Connection, change: &Change, _: &Decision) -> Result<(), StoreError> {
        apply(tx, change)
    }
}

/// Does to the course manager's rows what happened in the portal.
pub(crate) fn apply(tx: &Connection, change: &Change) -> Result<(), StoreError> {
    match change {
        Change::Order(change) => apply_to_order(tx, change),
        Change::Contact(change) => contacts::apply(tx, change),
        Change::Course(change) => apply_to_course(tx, change),
        _ => Err(StoreError::Unsupported("this change")),
    }
}

fn apply_to_order(tx: &Connection, change: &OrderChange) -> Result<(), StoreError> {
    match change {
        OrderChange::InvoiceCopyRequested { order, .. } => {
            let sql = "update orders set copies = copies + 1 where id = ?1";
            edit(tx, sql, [order.as_str()])?;
            Ok(())
        }
        OrderChange::PaymentStands { order, payment } => {
            let since = payment.as_ref().map(|payment| payment.since.timestamp());
            let at_payer = payment.as_ref().is_some_and(|payment| payment.at_payer);
            let sql =
                "update orders set paying_since = ?2, at_payer = ?3, rev = rev + 1 where id = ?1";
            known(edit(tx, sql, params![order.as_str(), since, at_payer])?)
        }
        OrderChange::LedgerStands { order, ledger } => book(tx, order, ledger),
        OrderChange::PaymentCounted { order, was, is, .. } => {
            let more = is.minor() - was.minor();
            let sql =
                "update orders set paid = paid + ?2, rev = rev + 1 where id = ?1 and currency = ?3";
            let currency = is.currency();
            known(edit(
                tx,
                sql,
                params![order.as_str(), more, currency.code()],
            )?)
        }
        _ => Err(StoreError::Unsupported("this change of an order")),
    }
}

/// The course manager's books are Xero's, so it keeps no name of theirs.
fn book(tx: &Connection, order: &Id<Order>, ledger: &LedgerLink) -> Result<(), StoreError> {
    let (stands, reference, pay_link, reason) = match ledger {
        LedgerLink::NotExported => ("not_exported", None, None, None),
        LedgerLink::Exporting { .. } => ("exporting", None, None, None),
        LedgerLink::Connected {
            reference,
            pay_link,
            ..
        } => ("connected", Some(&**reference), pay_link.as_deref(), None),
        LedgerLink::Disconnected { reason, .. } => {
            ("disconnected", None, None, Some(reason.as_str()))
        }
        _ => return Err(StoreError::Unsupported("this way to stand in the books")),
    };
    let sql = "update orders set ledger = ?2, ledger_reference = ?3, ledger_pay_link = ?4, ledger_reason = ?5, rev = rev + 1 where id = ?1";
    let values = params![order.as_str(), stands, reference, pay_link, reason];
    known(edit(tx, sql, values)?)
}

fn known(orders: usize) -> Result<(), StoreError> {
    let gone = || StoreError::Unavailable("the order is gone".into());
    if orders == 1 { Ok(()) } else { Err(gone()) }
}

fn apply_to_course(tx: &Connection, change: &CourseChange) -> Result<(), StoreError> {
    match change {
        CourseChange::Transferred {
            registration,
            from,
            to,
        } => {
            let sql = "update registration set session = ?2, rev = rev + 1 where id = ?1";
            edit(tx, sql, [registration.as_str(), to.as_str()])?;
            free(tx, from)?;
            take(tx, to)
        }
        CourseChange::Cancelled {
            registration,
            session,
        } => {
            let sql = "update registration set status = 'cancelled', rev = rev + 1 where id = ?1";
            edit(tx, sql, [registration.as_str()])?;
            free(tx, session)
        }
        CourseChange::PlaceAccepted {
            place,
            session,
            held,
            ..
        } => {
            let sql = "update waiting_place set state = 'accepted', held = 0, rev = rev + 1 where id = ?1";
            edit(tx, sql, [place.as_str()])?;
            register(tx, place.as_str())?;
            if *held { Ok(()) } else { take(tx, session) }
        }
        CourseChange::LeftWaitingList {
            place,
            session,
            held,
        } => {
            let sql =
                "update waiting_place set state = 'left', held = 0, rev = rev + 1 where id = ?1";
            edit(tx, sql, [place.as_str()])?;
            if *held { free(tx, session) } else { Ok(()) }
        }
        CourseChange::OfferExpired {
            place,
            session,
            held,
            ..
        } => {
            let sql =
                "update waiting_place set state = 'expired', held = 0, rev = rev + 1 where id = ?1";
            edit(tx, sql, [place.as_str()])?;
            if *held { free(tx, session) } else { Ok(()) }
        }
        _ => Err(StoreError::Unsupported("this change of a course")),
    }
}

/// The course manager's own routine: the place is theirs, and someone in the office writes the order.
fn register(tx: &Connection, place: &str) -> Result<(), StoreError> {
    let registration = "insert into registration (id, person, session, status, price, currency)
         select 'R-' || w.id, w.person, w.session, 'active', s.price, s.currency
         from waiting_place w join session s on s.id = w.session
         where w.id = ?1";
    edit(tx, registration, [place])?;
    let task = "insert into staff_task (id, kind, about) values ('order-for-' || ?1, 'write-order', 'R-' || ?1)";
    edit(tx, task, [place])?;
    Ok(())
}

fn take(tx: &Connection, session: &Id<Session>) -> Result<(), StoreError> {
    let sql = "update session set used = used + 1 where id = ?1";
    edit(tx, sql, [session.as_str()])?;
    Ok(())
}

fn free(tx: &Connection, session: &Id<Session>) -> Result<(), StoreError> {
    let sql = "update session set used = used - 1 where id = ?1";
    edit(tx, sql, [session.as_str()])?;
    Ok(())
}
