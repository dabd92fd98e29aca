//! One renewal: under a lease, bounded in every wait, and written down before anybody uses what came of it.
use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use super::{
    AccessToken, Connection, KeptTokens, SealedTokens, TokenEndpoint, TokenLease, TokenSet,
    TokenStore,
    error::{NAME, drawn, of_store, temporary},
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
/// How long to wait for another process that renews, and how often to look.
const PATIENCE: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(50);

/// What a keeper works with.
pub(super) struct Inner {
    pub(super) store: Arc<dyn TokenStore>,
    pub(super) endpoint: Arc<dyn TokenEndpoint>,
    pub(super) key: PortalKey,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) turns: Turns,
}

/// The tokens there are.
pub(super) struct Known {
    pub(super) tokens: TokenSet,
    pub(super) version: i64,
    /// Since when others have been asked for, where no answer is written down.
    pub(super) asked_since: Option<DateTime<Utc>>,
}

/// A renewal that is ours.
struct Leased {
    lease: TokenLease,
    /// From here on its time is counted, whatever the clock says.
    since: Instant,
    /// Since when tokens have been asked for: now, or a renewal before this one whose answer was lost.
    asked_since: Option<DateTime<Utc>>,
    /// That of the one before.
    before: Option<DateTime<Utc>>,
}

impl Inner {
    pub(super) async fn known(
        &self,
        connection: &Id<Connection>,
    ) -> Result<Option<Known>, LedgerError> {
        let kept = self.store.read(connection).await;
        let kept = kept.map_err(|error| of_store("read", error))?;
        let opened = kept.map(|kept| self.open(connection, &kept)).transpose()?;
        Ok(opened.flatten())
    }

    /// What still lets us in while somebody renews.
    pub(super) async fn meanwhile(
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

    pub(super) async fn renewed(
        &self,
        connection: &Id<Connection>,
        worn: Option<i64>,
    ) -> Result<AccessToken, LedgerError> {
        let mut waited = Duration::ZERO;
        loop {
            let kept = self.store.read(connection).await;
            let Some(kept) = kept.map_err(|error| of_store("read", error))? else {
                return self.without_consent(connection).await;
            };
            let Some(known) = self.open(connection, &kept)? else {
                return Err(ConnectionTrouble::ConsentNeeded.into());
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
                    self.release(&lease, known.asked_since).await;
                    return Err(of_store("lease", error));
                }
            };
            if let Some(kept) = leased {
                let leased = Leased {
                    before: kept.asked_since.filter(|at| *at < lease.now),
                    asked_since: kept.asked_since,
                    lease,
                    since,
                };
                return self.under_lease(&leased, &known, refused).await;
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
        let first = self.store.keep_first(connection, &sealed).await;
        first.map_err(|error| of_store("keep", error))?;
        // Another process may have been quicker, or somebody may have disconnected it.
        let known = self.known(connection).await?;
        known.map_or_else(
            || Err(ConnectionTrouble::ConsentNeeded.into()),
            |known| Ok(known.access()),
        )
    }

    async fn under_lease(
        &self,
        leased: &Leased,
        old: &Known,
        refused: bool,
    ) -> Result<AccessToken, LedgerError> {
        let lease = &leased.lease;
        let (lost, asked) = self.asked(&old.tokens, leased.since).await;
        match asked {
            Ok(tokens) => self.written(leased, &tokens).await,
            Err(LedgerError::Connection(trouble)) => {
                self.release(lease, None).await;
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
                let in_doubt = if lost {
                    leased.asked_since
                } else {
                    leased.before
                };
                self.release(lease, in_doubt).await;
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
        let lease = lease.unless_beyond(now + LEASE + LEASE);
        let leased = self.store.lease(&lease).await;
        let leased = leased.map_err(|error| of_store("lease", error))?;
        if leased.is_some() {
            // Nothing is asked under it.
            self.release(&lease, None).await;
        }
        Ok(leased.is_none())
    }

    /// Where the answer was lost the old tokens are good for a little while yet, and give us new ones again. Answers too whether an answer was lost, and none came after it.
    async fn asked(&self, old: &TokenSet, since: Instant) -> (bool, Result<TokenSet, LedgerError>) {
        let mut lost = 0;
        loop {
            if since.elapsed() >= ASKING {
                let error = temporary("renew", "too little is left of the lease");
                return (lost > 0, Err(error));
            }
            match self.once(Some(old.clone())).await {
                Err(error) if error.disposition() == Disposition::Unknown => {
                    lost += 1;
                    if lost > AGAIN {
                        return (true, Err(error));
                    }
                }
                Ok(mut tokens) => {
                    // A system that does not rotate gives no other.
                    tokens.refresh = tokens.refresh.or_else(|| old.refresh.clone());
                    return (false, Ok(tokens));
                }
                other => return (lost > 0, other),
            }
        }
    }

    pub(super) async fn once(&self, old: Option<TokenSet>) -> Result<TokenSet, LedgerError> {
        let answer = timeout(ANSWER, self.endpoint.renew(old)).await;
        answer.unwrap_or_else(|_| {
            let (kind, unknown) = (AdapterErrorKind::Unavailable, Disposition::Unknown);
            Err(AdapterError::new(kind, unknown, NAME, "renew", "no answer in time").into())
        })
    }

    /// Before anybody uses them.
    async fn written(
        &self,
        leased: &Leased,
        tokens: &TokenSet,
    ) -> Result<AccessToken, LedgerError> {
        let lease = &leased.lease;
        let sealed = self.seal(&lease.connection, tokens)?;
        let ours = loop {
            let replaced = timeout(WRITTEN, self.store.replace(lease, &sealed)).await;
            let error = match replaced {
                Ok(Ok(ours)) => break ours,
                Ok(Err(error)) => of_store("replace", error),
                Err(_) => temporary("replace", "the store does not answer"),
            };
            if leased.since.elapsed() >= WRITING {
                self.release(lease, leased.asked_since).await;
                return Err(error);
            }
            // Nobody else has them. It may have been written: saying it again is no harm, the lease is good for one.
            sleep(PAUSE).await;
        };
        let mut known = Known {
            tokens: tokens.clone(),
            version: lease.version + 1,
            asked_since: None,
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
        let forgotten = || ConnectionTrouble::ConsentNeeded.into();
        let kept = kept.ok_or_else(forgotten)?;
        if kept.sealed.as_ref() != Some(sealed) && kept.version == lease.version {
            return Err(temporary("renew", "another process is at it"));
        }
        let opened = self.open(&lease.connection, &kept)?;
        opened.ok_or_else(forgotten)
    }

    async fn release(&self, lease: &TokenLease, asked_since: Option<DateTime<Utc>>) {
        // One that stays out ends by itself, and leaves a doubt.
        let _ = self.store.release(lease, asked_since).await;
    }

    pub(super) fn seal(
        &self,
        connection: &Id<Connection>,
        tokens: &TokenSet,
    ) -> Result<SealedTokens, LedgerError> {
        let sealed = seal::seal(tokens, &self.key, connection, drawn()?);
        sealed.ok_or_else(|| temporary("seal", "they are too long"))
    }

    /// None where they were forgotten.
    fn open(
        &self,
        connection: &Id<Connection>,
        kept: &KeptTokens,
    ) -> Result<Option<Known>, LedgerError> {
        let Some(sealed) = &kept.sealed else {
            return Ok(None);
        };
        let tokens = seal::open(sealed, &self.key, connection).ok_or_else(|| {
            let (kind, never) = (AdapterErrorKind::Misconfigured, Disposition::NeverSent);
            let message =
                "the tokens were sealed under another key: give that one, or connect again";
            AdapterError::new(kind, never, NAME, "open", message)
        })?;
        let (version, asked_since) = (kept.version, kept.asked_since);
        Ok(Some(Known {
            tokens,
            version,
            asked_since,
        }))
    }
}

impl Known {
    /// Only what fetches the next ones can run out unused.
    pub(super) fn must_be_seen_to(&self, now: DateTime<Utc>) -> bool {
        let in_doubt = self.asked_since.is_some();
        self.tokens.refresh.is_some() && (in_doubt || self.tokens.lie_unused(now))
    }

    pub(super) fn access(&self) -> AccessToken {
        AccessToken {
            secret: self.tokens.access.clone(),
            version: self.version,
        }
    }
}
