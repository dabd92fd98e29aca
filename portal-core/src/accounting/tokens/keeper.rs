use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::TimeDelta;
use uuid::Uuid;

use super::{
    AccessToken, Connection, KeptTokens, SealedTokens, TokenEndpoint, TokenLease, TokenSet,
    TokenStore, seal,
};
use crate::{
    Clock, Id, PortalKey, StoreError,
    accounting::{ConnectionTrouble, LedgerError},
    adapter::{AdapterError, AdapterErrorKind, Disposition},
};

/// Longer than a client waits for an answer: whoever has not come back by then has crashed.
const LEASE: TimeDelta = TimeDelta::minutes(3);
/// How long to wait for another process that renews, and how often to look.
const PATIENCE: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(50);
/// How often to ask again with the same token where the answer was lost, and to write what came of it.
const AGAIN: u32 = 2;

/// Keeps the portal let in: the access token of each connection, renewed in time, by one task of one process at a time.
///
/// Cheap to clone; clones share their turns. A process has one for each system; several processes share the store.
#[derive(Clone)]
pub struct TokenKeeper(Arc<Inner>);

struct Inner {
    store: Arc<dyn TokenStore>,
    endpoint: Arc<dyn TokenEndpoint>,
    key: PortalKey,
    clock: Arc<dyn Clock>,
    turns: Mutex<BTreeMap<Id<Connection>, Arc<tokio::sync::Mutex<()>>>>,
}

struct Known {
    tokens: TokenSet,
    version: i64,
}

impl TokenKeeper {
    /// Keeps tokens in this store, sealed with the portal's key, and renews them at this endpoint.
    #[must_use]
    pub fn new(
        store: Arc<dyn TokenStore>,
        endpoint: Arc<dyn TokenEndpoint>,
        key: PortalKey,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let turns = Mutex::default();
        Self(Arc::new(Inner {
            store,
            endpoint,
            key,
            clock,
            turns,
        }))
    }

    /// Keeps what a new consent came to. What was kept for this connection before is gone.
    ///
    /// # Errors
    /// When the store cannot keep it: ask for consent again.
    pub async fn connect(
        &self,
        connection: &Id<Connection>,
        tokens: &TokenSet,
    ) -> Result<(), LedgerError> {
        let sealed = self.0.seal(connection, tokens)?;
        let kept = self.0.store.keep(connection, &sealed).await;
        kept.map_err(|error| of_store("connect", error))
    }

    /// Forgets a connection. Answers what was kept, so that it can be revoked at the other end too.
    ///
    /// # Errors
    /// When the store cannot.
    pub async fn disconnect(
        &self,
        connection: &Id<Connection>,
    ) -> Result<Option<TokenSet>, LedgerError> {
        let known = self.0.known(connection).await;
        let forgotten = self.0.store.forget(connection).await;
        forgotten.map_err(|error| of_store("disconnect", error))?;
        // What no key opens any more can be forgotten all the same.
        Ok(known.ok().flatten().map(|known| known.tokens))
    }

    /// A token that lets us in for a minute at least, renewed where it must be.
    ///
    /// # Errors
    /// [`ConsentNeeded`](ConnectionTrouble::ConsentNeeded) when nothing but a new consent helps. After any other error nothing is lost: ask again later.
    pub async fn access(&self, connection: &Id<Connection>) -> Result<AccessToken, LedgerError> {
        match self.0.known(connection).await? {
            Some(known) if !known.tokens.are_due(self.0.clock.now()) => Ok(known.access()),
            _ => self.renew(connection, None).await,
        }
    }

    /// Another token than this one, which was not taken though its time is not over.
    ///
    /// # Errors
    /// As [`access`](Self::access).
    pub async fn instead_of(
        &self,
        refused: &AccessToken,
        connection: &Id<Connection>,
    ) -> Result<AccessToken, LedgerError> {
        self.renew(connection, Some(refused.version)).await
    }

    /// Takes a turn, and sees it through though whoever asked may go: an answer nobody waits for is still written down.
    async fn renew(
        &self,
        connection: &Id<Connection>,
        worn: Option<i64>,
    ) -> Result<AccessToken, LedgerError> {
        let (inner, connection) = (Arc::clone(&self.0), connection.clone());
        let turn = inner.turn(&connection).lock_owned().await;
        let renewal = tokio::spawn(async move {
            let renewed = inner.renewed(&connection, worn).await;
            drop(turn);
            renewed
        });
        let stopped = |_| temporary("renew", "the portal is stopping");
        renewal.await.map_err(stopped)?
    }
}

impl Inner {
    fn turn(&self, connection: &Id<Connection>) -> Arc<tokio::sync::Mutex<()>> {
        // Nothing that runs under the lock panics.
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(connection.clone()).or_default())
    }

    async fn known(&self, connection: &Id<Connection>) -> Result<Option<Known>, LedgerError> {
        let kept = self.store.read(connection).await;
        let kept = kept.map_err(|error| of_store("read", error))?;
        kept.map(|kept| self.open(connection, &kept)).transpose()
    }

    async fn renewed(
        &self,
        connection: &Id<Connection>,
        worn: Option<i64>,
    ) -> Result<AccessToken, LedgerError> {
        let mut waited = Duration::ZERO;
        loop {
            let Some(known) = self.known(connection).await? else {
                return self.without_consent(connection).await;
            };
            let now = self.clock.now();
            let refused = worn == Some(known.version);
            if !refused && !known.tokens.are_due(now) {
                return Ok(known.access());
            }
            let id = Uuid::from_bytes(drawn()?);
            let lease = TokenLease::new(connection.clone(), id, known.version, now, now + LEASE);
            let leased = match self.store.lease(&lease).await {
                Ok(leased) => leased,
                Err(error) => {
                    self.release(&lease).await;
                    return Err(of_store("lease", error));
                }
            };
            if let Some(kept) = leased {
                let known = self.open(connection, &kept)?;
                return self.under_lease(&lease, &known, refused).await;
            }
            if !refused && known.tokens.let_us_in(now) {
                return Ok(known.access());
            }
            if waited >= PATIENCE {
                return Err(temporary("renew", "another process is at it"));
            }
            tokio::time::sleep(LOOK).await;
            waited += LOOK;
        }
    }

    /// Some systems let us in on our own word.
    async fn without_consent(
        &self,
        connection: &Id<Connection>,
    ) -> Result<AccessToken, LedgerError> {
        let tokens = self.endpoint.renew(None).await?;
        let sealed = self.seal(connection, &tokens)?;
        let kept = self.store.keep(connection, &sealed).await;
        kept.map_err(|error| of_store("keep", error))?;
        let known = self.known(connection).await?;
        known.map_or_else(
            || Err(temporary("renew", "the connection was just forgotten")),
            |known| Ok(known.access()),
        )
    }

    async fn under_lease(
        &self,
        lease: &TokenLease,
        old: &Known,
        refused: bool,
    ) -> Result<AccessToken, LedgerError> {
        match self.asked(&old.tokens).await {
            Ok(tokens) => self.written(lease, &tokens).await,
            Err(LedgerError::Connection(trouble)) => {
                let theirs = self.known(&lease.connection).await;
                self.release(lease).await;
                match theirs? {
                    // Our lease ran out, and whoever had the next was quicker; or somebody consented anew.
                    Some(known) if known.version != lease.version => Ok(known.access()),
                    _ => Err(trouble.into()),
                }
            }
            Err(error) => {
                self.release(lease).await;
                if !refused && old.tokens.let_us_in(self.clock.now()) {
                    return Ok(old.access());
                }
                Err(error)
            }
        }
    }

    /// Where the answer was lost the old tokens are good for a little while yet, and give us new ones again.
    async fn asked(&self, old: &TokenSet) -> Result<TokenSet, LedgerError> {
        let mut lost = 0;
        loop {
            match self.endpoint.renew(Some(old.clone())).await {
                Err(error) if error.disposition() == Disposition::Unknown && lost < AGAIN => {
                    lost += 1;
                }
                Ok(mut tokens) => {
                    // A system that does not rotate gives no other.
                    tokens.refresh = tokens.refresh.or_else(|| old.refresh.clone());
                    return Ok(tokens);
                }
                other => return other,
            }
        }
    }

    /// Before anybody uses them.
    async fn written(
        &self,
        lease: &TokenLease,
        tokens: &TokenSet,
    ) -> Result<AccessToken, LedgerError> {
        let sealed = self.seal(&lease.connection, tokens)?;
        let mut failed = 0;
        let ours = loop {
            match self.store.replace(lease, &sealed).await {
                Ok(ours) => break ours,
                // It may have been written. Saying it again is no harm: the lease is good for one.
                Err(_) if failed < AGAIN => failed += 1,
                Err(error) => {
                    self.release(lease).await;
                    return Err(of_store("replace", error));
                }
            }
        };
        let mut known = Known {
            tokens: tokens.clone(),
            version: lease.version + 1,
        };
        if !ours {
            known = self.after_another(lease, &sealed).await?;
        }
        Ok(known.access())
    }

    /// The lease was not ours any more: an earlier try of ours was written, or another process went on from the same old tokens, and what that was given counts.
    async fn after_another(
        &self,
        lease: &TokenLease,
        sealed: &SealedTokens,
    ) -> Result<Known, LedgerError> {
        let kept = self.store.read(&lease.connection).await;
        let kept = kept.map_err(|error| of_store("read", error))?;
        match kept {
            Some(kept) if kept.sealed == *sealed || kept.version != lease.version => {
                self.open(&lease.connection, &kept)
            }
            Some(_) => Err(temporary("renew", "another process is at it")),
            None => Err(ConnectionTrouble::ConsentNeeded.into()),
        }
    }

    async fn release(&self, lease: &TokenLease) {
        // One that stays out ends by itself.
        let _ = self.store.release(lease).await;
    }

    fn seal(
        &self,
        connection: &Id<Connection>,
        tokens: &TokenSet,
    ) -> Result<SealedTokens, LedgerError> {
        let sealed = seal::seal(tokens, &self.key, connection, drawn()?);
        sealed.ok_or_else(|| temporary("seal", "they are too long"))
    }

    fn open(&self, connection: &Id<Connection>, kept: &KeptTokens) -> Result<Known, LedgerError> {
        let tokens = seal::open(&kept.sealed, &self.key, connection).ok_or_else(|| {
            let (kind, never) = (AdapterErrorKind::Misconfigured, Disposition::NeverSent);
            let message =
                "the tokens were sealed under another key: give that one, or connect again";
            AdapterError::new(kind, never, NAME, "open", message)
        })?;
        let version = kept.version;
        Ok(Known { tokens, version })
    }
}

impl Known {
    fn access(&self) -> AccessToken {
        AccessToken {
            secret: self.tokens.access.clone(),
            version: self.version,
        }
    }
}

const NAME: &str = "tokens";

fn of_store(operation: &'static str, error: StoreError) -> LedgerError {
    AdapterError::of_store(NAME, operation, error).into()
}

fn temporary(operation: &'static str, message: &str) -> LedgerError {
    let (kind, never) = (AdapterErrorKind::Unavailable, Disposition::NeverSent);
    AdapterError::new(kind, never, NAME, operation, message).into()
}

fn drawn<const N: usize>() -> Result<[u8; N], LedgerError> {
    let mut bits = [0; N];
    getrandom::fill(&mut bits).map_err(|error| {
        let (kind, never) = (AdapterErrorKind::Unavailable, Disposition::NeverSent);
        AdapterError::new(kind, never, NAME, "draw", "no randomness").with_source(error)
    })?;
    Ok(bits)
}

impl fmt::Debug for TokenKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKeeper")
            .field("store", &self.0.store)
            .field("endpoint", &self.0.endpoint)
            .finish_non_exhaustive()
    }
}
