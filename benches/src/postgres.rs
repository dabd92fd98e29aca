//! `PostgreSQL`, where its binaries are on this machine.
use std::sync::LazyLock;

use portal_store::postgres::{Postgres, sqlx::postgres::PgConnectOptions};
use portal_testkit::PostgresServer;

static SERVER: LazyLock<Option<PostgresServer>> = LazyLock::new(PostgresServer::start);

/// Whether there is one to measure; says so where there is none.
#[must_use]
pub fn is_here() -> bool {
    if SERVER.is_none() {
        println!("no PostgreSQL on this machine: left out (`cargo xtask postgres` installs it)");
    }
    SERVER.is_some()
}

/// Where a new, empty database is.
#[must_use]
pub fn fresh() -> PgConnectOptions {
    let server = SERVER.as_ref().unwrap();
    PgConnectOptions::new_without_pgpass()
        .socket(server.folder())
        .username(PostgresServer::ROLE)
        .database(&server.database())
}

/// A new database with the portal's tables, through as many connections as the portal takes of itself.
pub async fn migrated() -> Postgres {
    let db = Postgres::connect(fresh()).await.unwrap();
    db.migrate().await.unwrap();
    db
}
