//! Tokens of other systems on `PostgreSQL`: what the kit proves.
use std::sync::Arc;

use async_trait::async_trait;
use portal_core::accounting::tokens::TokenStore;
use portal_store::postgres::Postgres;
use portal_testkit::tokens::TokenWorld;

use crate::{host::Seats, server::SERVER};

#[derive(Debug)]
struct Tokens(Postgres);

impl Tokens {
    async fn new() -> Self {
        Self(SERVER.migrated().await)
    }
}

#[async_trait]
impl TokenWorld for Tokens {
    fn tokens(&self) -> Arc<dyn TokenStore> {
        Arc::new(self.0.tenant("acme", Arc::new(Seats)))
    }

    fn neighbours(&self) -> Option<Arc<dyn TokenStore>> {
        Some(Arc::new(self.0.tenant("other", Arc::new(Seats))))
    }

    async fn reopened(&self) -> Option<Arc<dyn TokenStore>> {
        let again = Postgres::connect((*self.0.pool().connect_options()).clone()).await;
        Some(Arc::new(again.unwrap().tenant("acme", Arc::new(Seats))))
    }
}

mod promises {
    portal_testkit::token_store_conformance!(super::Tokens::new);
}
