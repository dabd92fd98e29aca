//! Where an outbox is, for those who share it.
use std::{
    path::PathBuf,
    sync::{Arc, LazyLock},
};

use portal_core::Store;
use portal_store::{
    postgres::{self, Postgres, sqlx::postgres::PgConnectOptions},
    sqlite::{self, Sqlite},
};
use portal_testkit::PostgresServer;
use serde_json::{Value, json};

const TENANT: &str = "acme";

/// Where an outbox is.
#[derive(Debug)]
pub(super) enum Place {
    Sqlite(PathBuf),
    Postgres { socket: PathBuf, database: String },
}

impl Place {
    /// A new file in this folder.
    pub(super) async fn file(folder: &tempfile::TempDir) -> Self {
        let file = folder.path().join("portal.db");
        Sqlite::open(&file).unwrap().migrate().await.unwrap();
        Self::Sqlite(file)
    }

    /// A new database of this server.
    pub(super) async fn database(server: &PostgresServer) -> Self {
        let place = Self::Postgres {
            socket: server.folder().to_owned(),
            database: server.database(),
        };
        place.connected().await.migrate().await.unwrap();
        place
    }

    pub(super) async fn store(&self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(file) => {
                let db = Sqlite::open(file).unwrap();
                Arc::new(sqlite::MirrorTables::new(&db, TENANT).store())
            }
            Self::Postgres { .. } => {
                let db = self.connected().await;
                Arc::new(postgres::MirrorTables::new(&db, TENANT).store())
            }
        }
    }

    async fn connected(&self) -> Postgres {
        let Self::Postgres { socket, database } = self else {
            unreachable!("only PostgreSQL is connected to")
        };
        let options = PgConnectOptions::new_without_pgpass()
            .socket(socket)
            .username(PostgresServer::ROLE)
            .database(database);
        Postgres::connect(options).await.unwrap()
    }

    /// For a process that is to find it.
    pub(super) fn written(&self) -> Value {
        match self {
            Self::Sqlite(file) => json!([file]),
            Self::Postgres { socket, database } => json!([socket, database]),
        }
    }

    pub(super) fn read(written: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        match written.as_array().unwrap().as_slice() {
            [file] => Self::Sqlite(text(file).into()),
            [socket, database] => Self::Postgres {
                socket: text(socket).into(),
                database: text(database),
            },
            other => unreachable!("{other:?}"),
        }
    }
}

/// The server of this test binary, where there is one on this machine; where there is none, it is said aloud and nothing is proved.
pub(super) fn postgres() -> Option<&'static PostgresServer> {
    static SERVER: LazyLock<Option<PostgresServer>> = LazyLock::new(PostgresServer::start);
    if SERVER.is_none() {
        eprintln!("skipped: there is no PostgreSQL on this machine (cargo xtask postgres)");
    }
    SERVER.as_ref()
}
