//! A `PostgreSQL` server for one test binary.
use std::{ops::Deref, sync::LazyLock};

use portal_store::postgres::{Postgres, sqlx::postgres::PgConnectOptions};
use portal_testkit::PostgresServer;

/// The server of this test binary.
pub(crate) static SERVER: LazyLock<Server> =
    LazyLock::new(|| Server::over(PostgresServer::start_forgetful()));

/// A running server, and ways to connect to it.
#[derive(Debug)]
pub(crate) struct Server(PostgresServer);

impl Server {
    pub(crate) fn over(server: Option<PostgresServer>) -> Self {
        Self(
            server.expect(
                "there is no PostgreSQL on this machine: `cargo xtask postgres` installs it",
            ),
        )
    }

    /// An empty database of its own.
    #[expect(
        clippy::unused_async,
        reason = "a test asks for one as for anything else"
    )]
    pub(crate) async fn database(&self) -> PgConnectOptions {
        self.options(&self.0.database(), PostgresServer::ROLE)
    }

    /// A database with the portal's tables.
    pub(crate) async fn migrated(&self) -> Postgres {
        let db = Postgres::connect(self.database().await).await.unwrap();
        db.migrate().await.unwrap();
        db
    }

    pub(crate) fn options(&self, database: &str, role: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(self.folder())
            .username(role)
            .database(database)
    }
}

impl Deref for Server {
    type Target = PostgresServer;

    fn deref(&self) -> &PostgresServer {
        &self.0
    }
}
