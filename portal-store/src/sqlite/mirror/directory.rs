use async_trait::async_trait;
use portal_core::{
    Contact, Directory, Id, Listing, Loaded, Order, OrderDetails, Page, RecordRef, StoreError,
    Version,
};
use rusqlite::{Row, params};

use super::{
    MirrorTables,
    rows::{all, one},
};
use crate::{cursor, wire::parse};

const ORDERS: &str = "orders";

#[async_trait]
impl Directory for MirrorTables {
    async fn contact(&self, id: &Id<Contact>) -> Result<Option<Loaded<Contact>>, StoreError> {
        let key = id.clone();
        let found = self
            .read(move |db, tenant| {
                one(
                    db,
                    "select version, facts from portal_mirror_contact where tenant = ?1 and id = ?2",
                    [tenant, key.as_str()],
                    |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)),
                )
            })
            .await?;
        let Some((version, facts)) = found else {
            return Ok(None);
        };
        let record = RecordRef::Contact(id.clone());
        let version = Version::number(version);
        Ok(Some(Loaded::one(parse(&facts)?, record, version)))
    }

    async fn order(&self, id: &Id<Order>) -> Result<Option<Loaded<OrderDetails>>, StoreError> {
        let key = id.clone();
        let found = self
            .read(move |db, tenant| {
                one(
                    db,
                    "select version, facts, lines from portal_mirror_order where tenant = ?1 and id = ?2",
                    [tenant, key.as_str()],
                    |row| {
                        let facts: (String, String) = (row.get(1)?, row.get(2)?);
                        Ok((row.get::<_, i64>(0)?, facts))
                    },
                )
            })
            .await?;
        let Some((version, (facts, lines))) = found else {
            return Ok(None);
        };
        let details = OrderDetails::new(parse(&facts)?, parse(&lines)?);
        let record = RecordRef::Order(id.clone());
        let version = Version::number(version);
        Ok(Some(Loaded::one(details, record, version)))
    }

    async fn orders(&self, of: &Id<Contact>, page: &Page) -> Result<Listing<Order>, StoreError> {
        let (of, asked) = (of.clone(), page.clone());
        let found = self
            .read(move |db, tenant| match cursor::keys::<2>(ORDERS, &asked)? {
                None => all(
                    db,
                    "select p.placed_at, p.order_id, o.facts from portal_mirror_party p
                     join portal_mirror_order o on o.tenant = p.tenant and o.id = p.order_id
                     where p.tenant = ?1 and p.contact = ?2
                     order by p.placed_at desc, p.order_id desc limit ?3",
                    params![tenant, of.as_str(), cursor::one_more(&asked)],
                    Placed::read,
                ),
                Some([placed_at, id]) => all(
                    db,
                    "select p.placed_at, p.order_id, o.facts from portal_mirror_party p
                     join portal_mirror_order o on o.tenant = p.tenant and o.id = p.order_id
                     where p.tenant = ?1 and p.contact = ?2 and (p.placed_at, p.order_id) < (?4, ?5)
                     order by p.placed_at desc, p.order_id desc limit ?3",
                    params![tenant, of.as_str(), cursor::one_more(&asked), placed_at, id],
                    Placed::read,
                ),
            })
            .await?;
        let cut = Listing::cut(found, page, |last| {
            cursor::after(ORDERS, &[&last.at, &last.id])
        });
        let items = cut.items.into_iter().map(|order| parse(&order.facts));
        Ok(Listing::new(items.collect::<Result<_, _>>()?, cut.next))
    }
}

struct Placed {
    at: String,
    id: String,
    facts: String,
}

impl Placed {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            at: row.get(0)?,
            id: row.get(1)?,
            facts: row.get(2)?,
        })
    }
}
