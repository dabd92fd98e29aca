use portal_core::StoreError;
use rusqlite::{Connection, OptionalExtension};

use super::{Sqlite, store_error};
use crate::schema::{self, MigrateError, Migrated, Step};

/// Every schema there has been. Steps only add; none is ever edited.
const STEPS: &[Step] = &[
    Step {
        version: 1,
        sql: include_str!("schema/1.sql"),
    },
    Step {
        version: 2,
        sql: include_str!("schema/2.sql"),
    },
    Step {
        version: 3,
        sql: include_str!("schema/3.sql"),
    },
    Step {
        version: 4,
        sql: include_str!("schema/4.sql"),
    },
    Step {
        version: 5,
        sql: include_str!("schema/5.sql"),
    },
    Step {
        version: 6,
        sql: include_str!("schema/6.sql"),
    },
    Step {
        version: 7,
        sql: include_str!("schema/7.sql"),
    },
    Step {
        version: 8,
        sql: include_str!("schema/8.sql"),
    },
    Step {
        version: 9,
        sql: include_str!("schema/9.sql"),
    },
];

const OWN_TABLE: &str = "create table if not exists portal_migration (version integer not null primary key, at text not null) strict;";

impl Sqlite {
    /// Brings the tables of the portal up to this release: adds what is missing, all of it or none. Harmless when nothing is.
    ///
    /// # Errors
    /// [`MigrateError::Newer`] when a newer release has been here; nothing is written then.
    pub async fn migrate(&self) -> Result<Migrated, MigrateError> {
        // A failure has to undo what was written; only a refusal, which has written nothing, is an answer.
        self.write(|db| match migrate(db) {
            Err(MigrateError::Store(failed)) => Err(failed),
            ended => Ok(ended),
        })
        .await?
    }

    /// Whether the tables are those of this release. Writes nothing.
    ///
    /// # Errors
    /// [`MigrateError::Behind`], which says what to run, when they are not; [`MigrateError::Newer`] when a newer release has been here.
    pub async fn verify_migrated(&self) -> Result<(), MigrateError> {
        let found = self.read(found).await?;
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

fn migrate(db: &Connection) -> Result<Migrated, MigrateError> {
    let from = found(db)?;
    let missing = schema::missing(STEPS, from)?;
    let run = |sql| db.execute_batch(sql).map_err(store_error);
    if let Some(last) = missing.last() {
        run(OWN_TABLE)?;
        for step in missing {
            run(step.sql)?;
        }
        return Ok(Migrated {
            from,
            to: last.version,
        });
    }
    Ok(Migrated { from, to: from })
}

/// Refuses a database where a newer release has been: what that needs, this one does not write.
pub(super) fn not_newer(db: &Connection) -> Result<(), StoreError> {
    match schema::missing(STEPS, found(db)?) {
        Ok(_) => Ok(()),
        Err(newer) => Err(StoreError::Unavailable(newer.into())),
    }
}

/// The schema that is there; 0 is none.
fn found(db: &Connection) -> Result<u32, StoreError> {
    let table: Option<i64> = db
        .query_row(
            "select 1 from sqlite_schema where type = 'table' and name = 'portal_migration'",
            [],
            |row| row.get(0),
        )
        .optional()
        .map_err(store_error)?;
    if table.is_none() {
        return Ok(0);
    }
    let newest: Option<u32> = db
        .query_row("select max(version) from portal_migration", [], |row| {
            row.get(0)
        })
        .map_err(store_error)?;
    Ok(newest.unwrap_or(0))
}

/// What a person can paste into the shell: `sqlite3 -bail`, which stops at an error before it reaches the commit.
fn script(missing: &[Step]) -> String {
    let steps = missing.iter().map(|step| step.sql);
    let parts = ["begin immediate;", OWN_TABLE].into_iter().chain(steps);
    parts.chain(["commit;\n"]).collect::<Vec<_>>().join("\n")
}
