use std::{fmt, sync::Arc, time::Duration};

use tokio::time::timeout;

use super::{
    AccessToken, Connection, TokenEndpoint, TokenSet, TokenStore,
    error::{before_the_call, never_sent, of_store, temporary},
    renewal::Inner,
    turn::Turns,
};
use crate::{Clock, Id, PortalKey, accounting::LedgerError};

/// The end of a turn, even where the store hangs.
const TURN: Duration = Duration::from_secs(200);
/// How long a caller waits for all this. It goes on without them.
const WAIT: Duration = Duration::from_secs(30);
/// Keeps the portal let in: the access token of each connection, renewed in time, by one task of one process at a time.
///
/// Cheap to clone; clones share their turns. A process has one for each system; several processes share the store.
#[derive(Clone)]
pub struct TokenKeeper(Arc<Inner>);

impl TokenKeeper {
    /// Keeps tokens in this store, sealed with the portal's key, and renews them at this endpoint.
    #[must_use]
    pub fn new(
        store: Arc<dyn TokenStore>,
        endpoint: Arc<dyn TokenEndpoint>,
        key: PortalKey,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let turns = Turns::default();
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

    /// Forgets a connection. It stays forgotten, also where the system would let us in on our own word, until somebody connects it again. Answers what was kept, so that it can be revoked
    /// at the other end too: a renewal that is under way in this process is waited for, 30 seconds at most.
    ///
    /// # Errors
    /// When the store cannot.
    pub async fn disconnect(
        &self,
        connection: &Id<Connection>,
    ) -> Result<Option<TokenSet>, LedgerError> {
        let turn = timeout(WAIT, self.0.turns.in_the_end(connection)).await;
        let known = self.0.known(connection).await;
        let forgotten = self.0.store.forget(connection).await;
        drop(turn);
        forgotten.map_err(|error| of_store("disconnect", error))?;
        // What no key opens any more can be forgotten all the same.
        Ok(known.ok().flatten().map(|known| known.tokens))
    }

    /// Connects again what needs nobody's consent, once it was disconnected: Xero's custom connections.
    ///
    /// # Errors
    /// As [`access`](Self::access); [`ConsentNeeded`](crate::accounting::ConnectionTrouble::ConsentNeeded) where the system wants somebody's consent.
    pub async fn reconnect(&self, connection: &Id<Connection>) -> Result<(), LedgerError> {
        let tokens = self.0.once(None).await.map_err(before_the_call)?;
        self.connect(connection, &tokens).await
    }

    /// Sees to it that the portal stays let in though nobody calls: settles a renewal whose answer was lost, and renews what nobody has used for two weeks. Adapters call it in
    /// [`keep_up`](crate::accounting::AccountingSystem::keep_up), which the portal's worker calls every quarter of an hour: Xero takes an old refresh token for half an hour.
    ///
    /// # Errors
    /// As [`access`](Self::access), where there was anything to do.
    pub async fn keep_up(&self, connection: &Id<Connection>) -> Result<(), LedgerError> {
        let kept_up = match self.0.known(connection).await {
            Ok(Some(known)) if known.must_be_seen_to(self.0.clock.now()) => {
                self.renew(connection, Some(known.version)).await.map(drop)
            }
            other => other.map(drop),
        };
        kept_up.map_err(before_the_call)
    }

    /// A token that lets us in for a minute at least, renewed where it must be. Where a renewal is slow, one that still lets us in.
    ///
    /// Waits 30 seconds for a renewal; the renewal itself goes on.
    ///
    /// # Errors
    /// [`ConsentNeeded`](crate::accounting::ConnectionTrouble::ConsentNeeded) when nothing but a new consent helps. After any other error nothing is lost: ask again later.
    /// What the token was for is [`NeverSent`](crate::adapter::Disposition::NeverSent), and so is every error of an adapter here.
    pub async fn access(&self, connection: &Id<Connection>) -> Result<AccessToken, LedgerError> {
        let access = match self.0.known(connection).await {
            Ok(Some(known)) if !known.tokens.are_due(self.0.clock.now()) => Ok(known.access()),
            Ok(_) => self.renew(connection, None).await,
            Err(error) => Err(error),
        };
        access.map_err(before_the_call)
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
        let another = self.renew(connection, Some(refused.version)).await;
        another.map_err(before_the_call)
    }

    async fn renew(
        &self,
        connection: &Id<Connection>,
        worn: Option<i64>,
    ) -> Result<AccessToken, LedgerError> {
        if let Ok(renewed) = timeout(WAIT, self.in_turn(connection, worn)).await {
            return renewed;
        }
        let meanwhile = self.0.meanwhile(connection, worn).await?;
        meanwhile.ok_or_else(|| temporary("renew", "it takes too long"))
    }

    /// Takes a turn, and sees it through though whoever asked may go: an answer nobody waits for is still written down.
    async fn in_turn(
        &self,
        connection: &Id<Connection>,
        worn: Option<i64>,
    ) -> Result<AccessToken, LedgerError> {
        let (inner, connection) = (Arc::clone(&self.0), connection.clone());
        let turn = if let Some(turn) = inner.turns.at_once(&connection) {
            turn
        } else {
            if let Some(access) = inner.meanwhile(&connection, worn).await? {
                return Ok(access);
            }
            let turn = inner.turns.after_others(&connection).await;
            turn.map_err(|kind| never_sent(kind, "renew", "it just failed for another task"))?
        };
        let renewal = tokio::spawn(async move {
            let renewed = timeout(TURN, inner.renewed(&connection, worn)).await;
            let renewed =
                renewed.unwrap_or_else(|_| Err(temporary("renew", "the store does not answer")));
            turn.end(&renewed);
            renewed
        });
        let stopped = |_| temporary("renew", "the portal is stopping");
        renewal.await.map_err(stopped)?
    }
}

impl fmt::Debug for TokenKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKeeper")
            .field("store", &self.0.store)
            .field("endpoint", &self.0.endpoint)
            .finish_non_exhaustive()
    }
}
