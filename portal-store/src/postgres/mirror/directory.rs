use async_trait::async_trait;
use portal_core::{
    Contact, Directory, Id, Listing, Loaded, Order, OrderDetails, Page, RecordRef, StoreError,
    Version,
};

use super::MirrorTables;
use crate::{cursor, postgres::store_error, wire::parse};

const ORDERS: &str = "orders";

#[async_trait]
impl Directory for MirrorTables {
    async fn contact(&self, id: &Id<Contact>) -> Result<Option<Loaded<Contact>>, StoreError> {
        let found: Option<(i64, String)> = sqlx::query_as(
            "select version, facts
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select * from portal_mirror_contact c where c.tenant = me.tenant and id = $2 limit 1
             ) found",
        )
        .bind(&*self.tenant)
        .bind(id.as_str())
        .fetch_optional(self.pool())
        .await
        .map_err(store_error)?;
        let Some((version, facts)) = found else {
            return Ok(None);
        };
        let record = RecordRef::Contact(id.clone());
        let version = Version::number(version);
        Ok(Some(Loaded::one(parse(&facts)?, record, version)))
    }

    async fn order(&self, id: &Id<Order>) -> Result<Option<Loaded<OrderDetails>>, StoreError> {
        let found: Option<(i64, String, String)> = sqlx::query_as(
            "select version, facts, lines
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select * from portal_mirror_order o where o.tenant = me.tenant and id = $2 limit 1
             ) found",
        )
        .bind(&*self.tenant)
        .bind(id.as_str())
        .fetch_optional(self.pool())
        .await
        .map_err(store_error)?;
        let Some((version, facts, lines)) = found else {
            return Ok(None);
        };
        let details = OrderDetails::new(parse(&facts)?, parse(&lines)?);
        let record = RecordRef::Order(id.clone());
        let version = Version::number(version);
        Ok(Some(Loaded::one(details, record, version)))
    }

    async fn orders(&self, of: &Id<Contact>, page: &Page) -> Result<Listing<Order>, StoreError> {
        // Every instant sorts before this.
        let from_the_latest = || ["\u{7f}".to_owned(), String::new()];
        let [placed_at, id] = cursor::keys(ORDERS, page)?.unwrap_or_else(from_the_latest);
        let found: Vec<(String, String, String)> = sqlx::query_as(
            "select placed_at, order_id, facts
             from set_config('portal.tenant', $1, true) as me (tenant)
             cross join lateral (
                 select p.placed_at, p.order_id, o.facts from portal_mirror_party p
                 join portal_mirror_order o on o.tenant = p.tenant and o.id = p.order_id
                 where p.tenant = me.tenant and p.contact = $2 and (p.placed_at, p.order_id) < ($3, $4)
                 order by p.placed_at desc, p.order_id desc limit $5
             ) found
             order by placed_at desc, order_id desc",
        )
        .bind(&*self.tenant)
        .bind(of.as_str())
        .bind(placed_at)
        .bind(id)
        .bind(cursor::one_more(page))
        .fetch_all(self.pool())
        .await
        .map_err(store_error)?;
        let cut = Listing::cut(found, page, |(placed_at, id, _)| {
            cursor::after(ORDERS, &[placed_at, id])
        });
        let items = cut.items.into_iter().map(|(_, _, facts)| parse(&facts));
        Ok(Listing::new(items.collect::<Result<_, _>>()?, cut.next))
    }
}
