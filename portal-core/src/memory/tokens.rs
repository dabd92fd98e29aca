//! The tokens of connections.
use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Memory;
use crate::{
    Id, StoreError,
    accounting::tokens::{Connection, KeptTokens, SealedTokens, TokenLease, TokenStore},
};

pub(super) type Tokens = BTreeMap<Id<Connection>, Row>;

pub(super) struct Row {
    kept: KeptTokens,
    lease: Option<(Uuid, DateTime<Utc>)>,
}

#[async_trait]
impl TokenStore for Memory {
    async fn read(&self, connection: &Id<Connection>) -> Result<Option<KeptTokens>, StoreError> {
        let state = self.state();
        Ok(state.tokens.get(connection).map(|row| row.kept.clone()))
    }

    async fn keep(
        &self,
        connection: &Id<Connection>,
        sealed: &SealedTokens,
    ) -> Result<(), StoreError> {
        let mut state = self.state();
        let before = state.tokens.get(connection);
        let version = before.map_or(0, |row| row.kept.version) + 1;
        let kept = KeptTokens::new(sealed.clone(), version);
        let row = Row { kept, lease: None };
        state.tokens.insert(connection.clone(), row);
        Ok(())
    }

    async fn lease(&self, lease: &TokenLease) -> Result<Option<KeptTokens>, StoreError> {
        let mut state = self.state();
        let Some(row) = state.tokens.get_mut(&lease.connection) else {
            return Ok(None);
        };
        let taken = row.lease.is_some_and(|(_, until)| lease.now < until);
        if taken || row.kept.version != lease.version {
            return Ok(None);
        }
        row.lease = Some((lease.id, lease.until));
        Ok(Some(row.kept.clone()))
    }

    async fn replace(&self, lease: &TokenLease, sealed: &SealedTokens) -> Result<bool, StoreError> {
        let mut state = self.state();
        let Some(row) = state.leased(lease) else {
            return Ok(false);
        };
        row.kept = KeptTokens::new(sealed.clone(), row.kept.version + 1);
        row.lease = None;
        Ok(true)
    }

    async fn release(&self, lease: &TokenLease) -> Result<(), StoreError> {
        let mut state = self.state();
        if let Some(row) = state.leased(lease) {
            row.lease = None;
        }
        Ok(())
    }

    async fn forget(&self, connection: &Id<Connection>) -> Result<(), StoreError> {
        self.state().tokens.remove(connection);
        Ok(())
    }
}

impl super::State {
    fn leased(&mut self, lease: &TokenLease) -> Option<&mut Row> {
        let row = self.tokens.get_mut(&lease.connection)?;
        row.lease
            .is_some_and(|(id, _)| id == lease.id)
            .then_some(row)
    }
}
