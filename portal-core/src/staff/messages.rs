//! What became of messages, and what keeps the others: staff can say of any why it was sent or was not.
use serde::Serialize;
use uuid::Uuid;

use super::{StaffAction, StaffDesk};
use crate::{
    Acting, Actor, Ask, CommandId, Decision, Done, Effect, EffectKind, Error, Listing, Page,
    RecordRef, Topic,
    command::written,
    effect::Recipient,
    outbox::Held,
    store::{MessageLog, QueueState, QueuedEffect},
    submit::Form,
};

/// A message, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Message {
    /// What was owed, and where it stands: sent when, put off until when and why, given up why, or not needed any more.
    pub known: QueuedEffect,
    /// What keeps every message at the moment, where this one waits for its turn: the mail server cannot be reached, or will not have us.
    pub held: Option<Held>,
    /// The message that its reader gets first, where this one waits for that: an earlier one that is put off, or whose turn has not come. It says why itself.
    pub behind: Option<QueuedEffect>,
}

impl StaffDesk {
    /// The messages to somebody, the newest first: for each, whether it was sent and when, or why not.
    ///
    /// # Errors
    /// `account.not-your-role`; [`Error::BadPage`].
    pub async fn messages(&self, to: &Recipient, page: &Page) -> Result<Listing<Message>, Error> {
        self.must(StaffAction::SeeMessages)?;
        let log = self.message_log()?;
        let found = log.messages(to, page).await?;
        let next = if found.items.iter().any(waits) {
            log.next_message(to).await?
        } else {
            None
        };
        Ok(found.map(|known| self.explained(known, next.as_ref())))
    }

    /// All that was given up, messages and other work, the oldest first: each with its reason.
    ///
    /// # Errors
    /// `account.not-your-role`; [`Error::BadPage`].
    pub async fn given_up(&self, page: &Page) -> Result<Listing<QueuedEffect>, Error> {
        self.must(StaffAction::SeeMessages)?;
        Ok(self.message_log()?.given_up(page).await?)
    }

    /// What keeps the post at the moment, as far as this process knows.
    ///
    /// # Errors
    /// `account.not-your-role`.
    pub fn post_held(&self) -> Result<Option<Held>, Error> {
        self.must(StaffAction::SeeMessages)?;
        Ok(self.portal().wiring().hold.held())
    }

    /// Has what was given up tried again, once whatever it was has been mended.
    ///
    /// # Errors
    /// `account.not-your-role`; [`Error::NotFound`] for what is not given up, for what this build does not understand, and for what providers are owed: that is looked after
    /// where it is shown.
    pub async fn retry(&self, command: CommandId, effect: Uuid) -> Result<Done, Error> {
        self.must(StaffAction::RetryMessages)?;
        let log = self.message_log()?;
        let form = Retry {
            desk: self,
            log,
            command,
            effect,
        };
        let wiring = self.portal().wiring();
        let done = wiring.take(&form).await?;
        // Twice is once: what is not given up any more stays as it is.
        log.revive(effect, wiring.clock.now()).await?;
        Ok(done)
    }

    fn message_log(&self) -> Result<&dyn MessageLog, Error> {
        let log = self.portal().wiring().message_log.as_deref();
        log.ok_or(Error::NotWired("message_log"))
    }

    fn explained(&self, known: QueuedEffect, next: Option<&QueuedEffect>) -> Message {
        let waits = waits(&known);
        let held = self.portal().wiring().hold.held().filter(|_| waits);
        // What was sent since the list was read may have left one that is owed later.
        let earlier =
            |next: &&QueuedEffect| next.effect.id != known.effect.id && next.since <= known.since;
        let behind = next.filter(|_| waits).filter(earlier).cloned();
        Message {
            known,
            held,
            behind,
        }
    }
}

/// It is a message whose turn is still to come.
fn waits(known: &QueuedEffect) -> bool {
    matches!(known.state, QueueState::Due(_)) && known.effect.topic() == Topic::Mail
}

/// Written down before it is done: who wanted it, and about what.
struct Retry<'a> {
    desk: &'a StaffDesk,
    log: &'a dyn MessageLog,
    command: CommandId,
    effect: Uuid,
}

#[async_trait::async_trait]
impl Form for Retry<'_> {
    fn id(&self) -> CommandId {
        self.command
    }

    fn fingerprint(&self) -> Uuid {
        let effect = self.effect.to_string();
        self.command.derive(&written(&["retry", &effect]))
    }

    fn by(&self) -> Actor {
        self.desk.staff.actor()
    }

    async fn decide(&self) -> Result<Decision, Error> {
        let found = self.log.given_up_effect(self.effect).await?;
        let found = found.ok_or(Error::NotFound)?;
        let about = about(&found.effect).ok_or(Error::NotFound)?;
        let now = self.desk.portal().wiring().clock.now();
        let ask = Ask::new(&self.desk.staff, now, self.command);
        Ok(Decision::new(&ask, "outbox.retried", about))
    }
}

/// What it is about, for the audit trail. What is owed to providers is looked after elsewhere.
fn about(effect: &Effect) -> Option<RecordRef> {
    match &effect.kind {
        EffectKind::Mail { about, .. } | EffectKind::StaffTask { about, .. } => Some(about.clone()),
        #[cfg(feature = "courses")]
        EffectKind::PlaceFreed { session } => Some(RecordRef::Session(session.clone())),
        #[cfg(feature = "payments")]
        EffectKind::Payment(_) => None,
        #[cfg(feature = "accounting")]
        EffectKind::Accounting(_) => None,
        EffectKind::Unknown { .. } => None,
    }
}
