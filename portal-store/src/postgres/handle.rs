use std::{fmt, sync::Arc, time::Duration};

use portal_core::StoreError;
use sqlx::{
    Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{HostTables, PostgresStore, store_error};

/// One database, reached through a pool of connections.
///
/// Cheap to clone; clones share the pool. It reconnects by itself after a restart of the server.
#[derive(Clone)]
pub struct Postgres {
    pool: PgPool,
}

/// How long a command waits for a free connection, or for a server that is starting again.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection that has idled longer may have been cut unnoticed, and is asked first.
const IDLE: Duration = Duration::from_secs(1);

/// Each use case keeps a handful of statements prepared; the host's are among them.
const STATEMENTS: usize = 256;

impl Postgres {
    /// Connects, with up to ten connections. Adds no tables: see [`Postgres::migrate`].
    ///
    /// Options are read from a URL: `"postgres://portal@localhost/courses".parse()?`. A host that wants another pool builds it, and says
    /// [`Postgres::over`].
    ///
    /// # Errors
    /// When the server cannot be reached, or lets nobody in by that name.
    pub async fn connect(options: PgConnectOptions) -> Result<Self, StoreError> {
        let options = options.statement_cache_capacity(STATEMENTS);
        let pool = PgPoolOptions::new()
            .acquire_timeout(PATIENCE)
            // Asking before every use would double the round trips.
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                Box::pin(async move {
                    if about.idle_for > IDLE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options)
            .await
            .map_err(store_error)?;
        Ok(Self::over(pool))
    }

    /// Uses the host's own pool.
    ///
    /// Leave its `default_transaction_isolation` at `read committed`: places and versions hold under any, but under `repeatable read` wrong tries noted
    /// at once may not see each other. A pool that asks every connection before it gives it out (`test_before_acquire`) doubles the round trips.
    #[must_use]
    pub fn over(pool: PgPool) -> Self {
        Self { pool }
    }

    /// The pool, for the host's own statements.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// The store of one tenant. No method of it takes a tenant, and none sees another's rows.
    pub fn tenant<H: HostTables>(&self, tenant: &str, tables: Arc<H>) -> PostgresStore {
        PostgresStore::new(self.clone(), tenant.into(), tables)
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").finish_non_exhaustive()
    }
}
