use async_trait::async_trait;
use portal_core::{Contact, Directory, Id, Listing, Loaded, Order, OrderDetails, Page, StoreError};
use portal_store::sqlite::Sqlite;
use rusqlite::params;

use crate::{
    cursor::{After, one_more},
    query::{many, one},
    rows,
};

/// Answers for customers and their orders.
#[derive(Debug)]
pub(crate) struct Customers(pub(crate) Sqlite);

pub(crate) const ORDER_LINES: &str = "select l.description, l.amount, o.currency, p.*
     from order_line l
     join orders o on o.id = l.order_id
     left join person_facts p on p.person = l.person
     where l.order_id = ?1
     order by l.line";

#[async_trait]
impl Directory for Customers {
    async fn contact(&self, id: &Id<Contact>) -> Result<Option<Loaded<Contact>>, StoreError> {
        let id = id.clone();
        let sql = "select * from person_facts where person = ?1";
        self.0
            .read(move |conn| one(conn, sql, [id.as_str()], rows::loaded_contact))
            .await
    }

    async fn order(&self, id: &Id<Order>) -> Result<Option<Loaded<OrderDetails>>, StoreError> {
        let id = id.clone();
        let header = "select * from order_facts where order_id = ?1";
        self.0
            .read(move |conn| {
                let lines = many(conn, ORDER_LINES, [id.as_str()], rows::order_line)?;
                one(conn, header, [id.as_str()], |row| {
                    rows::loaded_order(row, lines)
                })
            })
            .await
    }

    async fn orders(&self, of: &Id<Contact>, page: &Page) -> Result<Listing<Order>, StoreError> {
        let (of, page) = (of.clone(), page.clone());
        let sql = "select o.*
             from order_person mine
             join order_facts o on o.order_id = mine.order_id
             where mine.person = ?1 and (mine.placed_at, mine.order_id) < (?2, ?3)
             order by mine.placed_at desc, mine.order_id desc
             limit ?4";
        self.0
            .read(move |conn| {
                let after = After::later(&page)?;
                let params = params![of.as_str(), after.at, after.id, one_more(&page)];
                let found = many(conn, sql, params, rows::order)?;
                Ok(Listing::cut(found, &page, |order| {
                    After::cursor(order.placed_at.timestamp(), order.id.as_str())
                }))
            })
            .await
    }
}
