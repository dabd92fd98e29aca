use std::{fmt, sync::Arc, time::Duration};

use chrono::TimeDelta;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use super::{
    AccessToken, Connection, KeptTokens, SealedTokens, TokenEndpoint, TokenLease, TokenSet,
    TokenStore,
    error::{NAME, before_the_call, drawn, never_sent, of_store, temporary},
    seal,
    turn::Turns,
};
use crate::{
    Clock, Id, PortalKey,
    accounting::{ConnectionTrouble, LedgerError},
    adapter::{AdapterError, AdapterErrorKind, Disposition},
};

/// Whoever has not come back by then has crashed. All that is done under a lease ends well before it does: two that ask at once end each other's tokens.
const LEASE: TimeDelta = TimeDelta::minutes(3);
/// How long to wait for one answer of the endpoint, and until when of the lease to ask at all.
const ANSWER: Duration = Duration::from_secs(25);
const ASKING: Duration = Duration::from_secs(75);
/// How often to ask again with the same token where the answer was lost.
const AGAIN: u32 = 2;
/// How long to wait for the store to write what came of it, how long before the next try, and until when of the lease to try at all.
const WRITTEN: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(500);
const WRITING: Duration = Duration::from_secs(150);
/// The end of a turn, even where the store hangs.
const TURN: Duration = Duration::from_secs(200);
/// How long a caller waits for all this. It goes on without them.
const WAIT: Duration = Duration::from_secs(30);
/// How long to wait for another process that renews, and how often to look.
const PATIENCE: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(50);

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
    turns: Turns,
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

    /// A token that lets us in for a minute at least, renewed where it must be. Where a renewal is slow, one that still lets us in.
    ///
    /// Waits 30 seconds for a renewal; the renewal itself goes on.
    ///
    /// # Errors
    /// [`ConsentNeeded`](ConnectionTrouble::ConsentNeeded) when nothing but a new consent helps. After any other error nothing is lost: ask again later.
    /// What the token was for is [`NeverSent`](Disposition::NeverSent), and so is every error of an adapter here.
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

impl Inner {
    async fn known(&self, connection: &Id<Connection>) -> Result<Option<Known>, LedgerError> {
        let kept = self.store.read(connection).await;
        let kept = kept.map_err(|error| of_store("read", error))?;
        kept.map(|kept| self.open(connection, &kept)).transpose()
    }

    /// What still lets us in while somebody renews.
    async fn meanwhile(
        &self,
        connection: &Id<Connection>,
        worn: Option<i64>,
    ) -> Result<Option<AccessToken>, LedgerError> {
        let known = self.known(connection).await?;
        let good = known.filter(|known| {
            worn != Some(known.version) && known.tokens.let_us_in(self.clock.now())
        });
        Ok(good.map(|known| known.access()))
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
            let (since, now) = (Instant::now(), self.clock.now());
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
                return self.under_lease(&lease, since, &known, refused).await;
            }
            if !refused && known.tokens.let_us_in(now) {
                return Ok(known.access());
            }
            if waited >= PATIENCE {
                return Err(temporary("renew", "another process is at it"));
            }
            sleep(LOOK).await;
            waited += LOOK;
        }
    }

    /// Some systems let us in on our own word.
    async fn without_consent(
        &self,
        connection: &Id<Connection>,
    ) -> Result<AccessToken, LedgerError> {
        let tokens = self.once(None).await?;
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
        since: Instant,
        old: &Known,
        refused: bool,
    ) -> Result<AccessToken, LedgerError> {
        match self.asked(&old.tokens, since).await {
            Ok(tokens) => self.written(lease, since, &tokens).await,
            Err(LedgerError::Connection(trouble)) => {
                self.release(lease).await;
                let theirs = self.is_theirs(lease).await?;
                match self.known(&lease.connection).await? {
                    // Our lease ran out, and whoever had the next was quicker; or somebody consented anew.
                    Some(known) if known.version != lease.version => Ok(known.access()),
                    // They have not written yet what ended the tokens we came with.
                    Some(_) if theirs => Err(temporary("renew", "another process is at it")),
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

    /// Whether another has the next lease, or had it: one that is over as soon as it begins cannot be had then.
    async fn is_theirs(&self, released: &TokenLease) -> Result<bool, LedgerError> {
        let (id, now) = (Uuid::from_bytes(drawn()?), self.clock.now());
        let connection = released.connection.clone();
        let lease = TokenLease::new(connection, id, released.version, now, now);
        let leased = self.store.lease(&lease).await;
        let leased = leased.map_err(|error| of_store("lease", error))?;
        Ok(leased.is_none())
    }

    /// Where the answer was lost the old tokens are good for a little while yet, and give us new ones again.
    async fn asked(&self, old: &TokenSet, since: Instant) -> Result<TokenSet, LedgerError> {
        let mut lost = 0;
        loop {
            if since.elapsed() >= ASKING {
                return Err(temporary("renew", "too little is left of the lease"));
            }
            match self.once(Some(old.clone())).await {
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

    async fn once(&self, old: Option<TokenSet>) -> Result<TokenSet, LedgerError> {
        let answer = timeout(ANSWER, self.endpoint.renew(old)).await;
        answer.unwrap_or_else(|_| {
            let (kind, unknown) = (AdapterErrorKind::Unavailable, Disposition::Unknown);
            Err(AdapterError::new(kind, unknown, NAME, "renew", "no answer in time").into())
        })
    }

    /// Before anybody uses them.
    async fn written(
        &self,
        lease: &TokenLease,
        since: Instant,
        tokens: &TokenSet,
    ) -> Result<AccessToken, LedgerError> {
        let sealed = self.seal(&lease.connection, tokens)?;
        let ours = loop {
            let replaced = timeout(WRITTEN, self.store.replace(lease, &sealed)).await;
            let error = match replaced {
                Ok(Ok(ours)) => break ours,
                Ok(Err(error)) => of_store("replace", error),
                Err(_) => temporary("replace", "the store does not answer"),
            };
            if since.elapsed() >= WRITING {
                self.release(lease).await;
                return Err(error);
            }
            // Nobody else has them. It may have been written: saying it again is no harm, the lease is good for one.
            sleep(PAUSE).await;
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

impl fmt::Debug for TokenKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKeeper")
            .field("store", &self.0.store)
            .field("endpoint", &self.0.endpoint)
            .finish_non_exhaustive()
    }
}
