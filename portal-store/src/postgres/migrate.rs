use portal_core::StoreError;
use sqlx::PgConnection;

use super::{Postgres, store_error};
use crate::schema::{self, MigrateError, Migrated, Step};

/// Every schema there has been. Steps only add; none is ever edited.
const STEPS: &[Step] = &[
    Step {
        version: 1,
        sql: concat!(
            include_str!("schema/1/tables.sql"),
            include_str!("schema/1/functions.sql")
        ),
    },
    Step {
        version: 2,
        sql: concat!(
            include_str!("schema/2/tables.sql"),
            include_str!("schema/2/commit.sql"),
            include_str!("schema/2/import.sql")
        ),
    },
    Step {
        version: 3,
        sql: concat!(
            include_str!("schema/3/tables.sql"),
            include_str!("schema/3/accounts.sql"),
            include_str!("schema/3/door.sql"),
            include_str!("schema/3/mirror.sql")
        ),
    },
    Step {
        version: 4,
        sql: concat!(
            include_str!("schema/4/tables.sql"),
            include_str!("schema/4/payments.sql"),
            include_str!("schema/4/mirror.sql")
        ),
    },
    Step {
        version: 5,
        sql: concat!(
            include_str!("schema/5/tables.sql"),
            include_str!("schema/5/books.sql"),
            include_str!("schema/5/mirror.sql")
        ),
    },
    Step {
        version: 6,
        sql: include_str!("schema/6/tokens.sql"),
    },
    Step {
        version: 7,
        sql: include_str!("schema/7/post.sql"),
    },
    Step {
        version: 8,
        sql: include_str!("schema/8/tokens.sql"),
    },
    Step {
        version: 9,
        sql: include_str!("schema/9/post.sql"),
    },
    Step {
        version: 10,
        sql: include_str!("schema/10/outbox.sql"),
    },
];

const OWN_TABLE: &str = "create table if not exists portal_migration (version integer not null primary key, at timestamptz not null);";

impl Postgres {
    /// Brings the tables of the portal up to this release: adds what is missing, all of it or none. Harmless when nothing is, and when several processes
    /// do it at once.
    ///
    /// The role that runs it owns the tables. Another role that uses them is given `select, insert, update, delete` on the tables and views
    /// named `portal_…`.
    ///
    /// # Errors
    /// [`MigrateError::Newer`] when a newer release has been here; nothing is written then.
    pub async fn migrate(&self) -> Result<Migrated, MigrateError> {
        // Whoever waited for another that migrates must see what that one left.
        let begin = "begin isolation level read committed";
        let mut tx = self.pool().begin_with(begin).await.map_err(store_error)?;
        sqlx::query("select pg_advisory_xact_lock(hashtextextended('portal_migration', 0))")
            .execute(&mut *tx)
            .await
            .map_err(store_error)?;
        let from = found(&mut tx).await?;
        let missing = schema::missing(STEPS, from)?;
        let Some(last) = missing.last() else {
            return Ok(Migrated { from, to: from });
        };
        run(&mut tx, OWN_TABLE).await?;
        for step in missing {
            run(&mut tx, step.sql).await?;
        }
        tx.commit().await.map_err(store_error)?;
        Ok(Migrated {
            from,
            to: last.version,
        })
    }

    /// Whether the tables are those of this release. Writes nothing.
    ///
    /// # Errors
    /// [`MigrateError::Behind`], which says what to run, when they are not; [`MigrateError::Newer`] when a newer release has been here.
    pub async fn verify_migrated(&self) -> Result<(), MigrateError> {
        let mut db = self.pool().acquire().await.map_err(store_error)?;
        let found = found(&mut db).await?;
        let missing = schema::missing(STEPS, found)?;
        if missing.is_empty() {
            return Ok(());
        }
        Err(MigrateError::Behind {
            found,
            known: schema::newest(STEPS),
            sql: script(missing),
        })
    }
}

async fn run(tx: &mut PgConnection, sql: &'static str) -> Result<(), StoreError> {
    let ended = sqlx::raw_sql(sql).execute(tx).await;
    ended.map(drop).map_err(store_error)
}

/// The schema that is there; 0 is none.
async fn found(db: &mut PgConnection) -> Result<u32, StoreError> {
    let there: bool = sqlx::query_scalar("select to_regclass('portal_migration') is not null")
        .fetch_one(&mut *db)
        .await
        .map_err(store_error)?;
    if !there {
        return Ok(0);
    }
    let newest: i32 = sqlx::query_scalar("select coalesce(max(version), 0) from portal_migration")
        .fetch_one(db)
        .await
        .map_err(store_error)?;
    u32::try_from(newest).map_err(|e| StoreError::Corrupt(Box::new(e)))
}

/// What a person can paste into `psql`.
fn script(missing: &[Step]) -> String {
    let steps = missing.iter().map(|step| step.sql);
    let parts = ["begin;", OWN_TABLE].into_iter().chain(steps);
    parts.chain(["commit;\n"]).collect::<Vec<_>>().join("\n")
}
