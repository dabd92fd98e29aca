use async_trait::async_trait;
use portal_core::{
    Change, Decision, Effect, EffectKind, Expectation, Id, StoreError, adapter::AdapterError,
    courses::Session, outbox::HostLink,
};
use portal_store::{
    Import,
    postgres::{
        HostTables, MirrorTables, Postgres, PostgresStore,
        sqlx::{self, PgConnection},
        store_error,
    },
    sqlite::Sqlite,
};
use rusqlite::Connection;
use std::sync::Arc;

use crate::{
    directory::ORDER_LINES,
    link::Office,
    query::{edit, many},
    rows, tables,
};

const TENANT: &str = "course-manager";

/// Between the course manager's own file and the portal's database.
#[derive(Debug, Clone)]
pub(crate) struct Bridge {
    home: Sqlite,
    db: Postgres,
    pub(crate) mirror: MirrorTables,
}

/// The mirror tables; and beside them, in the same transaction, a note of what the course manager has yet to hear of.
#[derive(Debug)]
struct Noted(MirrorTables);

/// The office, told by the portal's database: it hears of what was done before it hears what to do about it.
#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) office: Office,
    pub(crate) bridge: Bridge,
}

impl Bridge {
    /// Brings the database up to date: its tables, and then what either side has not heard of.
    pub(crate) async fn open(home: Sqlite, db: Postgres) -> Result<Self, StoreError> {
        let sql = "create table if not exists course_manager_change (n bigserial primary key, change text not null)";
        sqlx::raw_sql(sql)
            .execute(db.pool())
            .await
            .map_err(store_error)?;
        let mirror = MirrorTables::new(&db, TENANT);
        let bridge = Self { home, db, mirror };
        bridge.bring_home().await?;
        bridge.hand_over().await?;
        Ok(bridge)
    }

    /// The store whose commits are noted.
    pub(crate) fn store(&self) -> PostgresStore {
        self.db.tenant(TENANT, Arc::new(Noted(self.mirror.clone())))
    }

    /// Does what customers did to the course manager's own rows. Each change is done once, however often this is broken off.
    pub(crate) async fn bring_home(&self) -> Result<(), StoreError> {
        let sql = "select n, change from course_manager_change order by n";
        let found: Vec<(i64, String)> = sqlx::query_as(sql)
            .fetch_all(self.db.pool())
            .await
            .map_err(store_error)?;
        let numbers: Vec<_> = found.iter().map(|(n, _)| *n).collect();
        let done = self.home.write(move |tx| {
            for (n, change) in &found {
                let change = serde_json::from_str(change);
                let change: Change = change.map_err(|e| StoreError::Corrupt(e.into()))?;
                let first = "insert into delivered (effect) values (?1) on conflict do nothing";
                if edit(tx, first, [format!("change-{n}")])? == 1 {
                    tables::apply(tx, &change)?;
                }
            }
            Ok(())
        });
        done.await?;
        sqlx::query("delete from course_manager_change where n = any($1)")
            .bind(numbers)
            .execute(self.db.pool())
            .await
            .map_err(store_error)?;
        Ok(())
    }

    /// Hands over every record, as a nightly run does.
    async fn hand_over(&self) -> Result<(), StoreError> {
        let import = self.home.read(everything).await?;
        self.mirror.import(import).await?;
        Ok(())
    }

    /// Hands over one date with its waiting list, as soon as a place is offered.
    async fn hand_over_date(&self, session: &Id<Session>) -> Result<(), StoreError> {
        let session = session.clone();
        let sql =
            "select * from waiting_facts where session = ?1 and state in ('waiting', 'offered')";
        let import = self.home.read(move |conn| {
            let mut import = Import::new();
            import.waiting_places = many(conn, sql, [session.as_str()], rows::waiting_place)?;
            Ok(import)
        });
        self.mirror.import(import.await?).await?;
        Ok(())
    }
}

/// All of it from one snapshot: the places of a date are counted together with the registrations on it.
fn everything(conn: &Connection) -> Result<Import, StoreError> {
    let profiles =
        "select p.*, g.name as company from person p join organisation g on g.id = p.organisation";
    let mut import = Import::new();
    import.persons = many(conn, "select * from standing_facts", [], rows::person)?;
    import.profiles = many(conn, profiles, [], |row| {
        Ok((rows::id(row, "id")?, rows::profile(row)?))
    })?;
    let orders = many(conn, "select * from order_facts", [], rows::order)?;
    for order in orders {
        let lines = many(conn, ORDER_LINES, [order.id.as_str()], rows::order_line)?;
        import
            .orders
            .push(portal_core::OrderDetails::new(order, lines));
    }
    import.sessions = many(conn, "select * from session_facts", [], rows::session)?;
    import.registrations = many(
        conn,
        "select * from registration_facts",
        [],
        rows::registration,
    )?;
    import.waiting_places = many(conn, "select * from waiting_facts", [], rows::waiting_place)?;
    import.modules = many(conn, "select * from module", [], rows::module)?;
    Ok(import)
}

#[async_trait]
impl HostTables for Noted {
    async fn holds(&self, tx: &mut PgConnection, what: &Expectation) -> Result<bool, StoreError> {
        self.0.holds(tx, what).await
    }

    async fn apply(
        &self,
        tx: &mut PgConnection,
        change: &Change,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        self.0.apply(tx, change, decision).await?;
        let change = serde_json::to_string(change).map_err(|e| StoreError::Corrupt(e.into()))?;
        sqlx::query("insert into course_manager_change (change) values ($1)")
            .bind(change)
            .execute(tx)
            .await
            .map_err(store_error)?;
        Ok(())
    }
}

#[async_trait]
impl HostLink for Branch {
    async fn deliver(&self, effect: &Effect) -> Result<(), AdapterError> {
        let told = |e| AdapterError::of_store("bridge", "deliver", e);
        self.bridge.bring_home().await.map_err(told)?;
        self.office.deliver(effect).await?;
        if let EffectKind::PlaceFreed { session } = &effect.kind {
            self.bridge.hand_over_date(session).await.map_err(told)?;
        }
        Ok(())
    }
}
