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
        state.put(connection, Some(sealed));
        Ok(())
    }

    async fn keep_first(
        &self,
        connection: &Id<Connection>,
        sealed: &SealedTokens,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        if state.tokens.contains_key(connection) {
            return Ok(false);
        }
        state.put(connection, Some(sealed));
        Ok(true)
    }

    async fn lease(&self, lease: &TokenLease) -> Result<Option<KeptTokens>, StoreError> {
        let mut state = self.state();
        let Some(row) = state.tokens.get_mut(&lease.connection) else {
            return Ok(None);
        };
        let theirs = row.lease.map(|(_, until)| until);
        let taken = theirs.is_some_and(|until| lease.now < until && until <= lease.beyond);
        if taken || row.kept.version != lease.version || row.kept.sealed.is_none() {
            return Ok(None);
        }
        row.lease = Some((lease.id, lease.until));
        row.kept.asked_since.get_or_insert(lease.now);
        Ok(Some(row.kept.clone()))
    }

    async fn replace(&self, lease: &TokenLease, sealed: &SealedTokens) -> Result<bool, StoreError> {
        let mut state = self.state();
        let ours = state.leased(lease).is_some();
        if ours {
            state.put(&lease.connection, Some(sealed));
        }
        Ok(ours)
    }

    async fn release(
        &self,
        lease: &TokenLease,
        asked_since: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let mut state = self.state();
        if let Some(row) = state.leased(lease) {
            row.lease = None;
            row.kept.asked_since = asked_since;
        }
        Ok(())
    }

    async fn forget(&self, connection: &Id<Connection>) -> Result<(), StoreError> {
        self.state().put(connection, None);
        Ok(())
    }
}

impl super::State {
    /// The next version, leased by nobody.
    fn put(&mut self, connection: &Id<Connection>, sealed: Option<&SealedTokens>) {
        let before = self.tokens.get(connection);
        let version = before.map_or(0, |row| row.kept.version) + 1;
        let kept = KeptTokens::new(sealed.cloned(), version, None);
        let row = Row { kept, lease: None };
        self.tokens.insert(connection.clone(), row);
    }

    fn leased(&mut self, lease: &TokenLease) -> Option<&mut Row> {
        let row = self.tokens.get_mut(&lease.connection)?;
        row.lease
            .is_some_and(|(id, _)| id == lease.id)
            .then_some(row)
    }
}
