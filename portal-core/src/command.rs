//! The one way to change anything.
use std::fmt;

use async_trait::async_trait;
use chrono::Duration;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    Acting, Actor, Ask, CommandId, CustomerDesk, Decision, Error, Expectation, Receipt, Refusal,
    Refusals, TryKey, Viewer, pressed::Pressed, refusal::NameRefusal, submit::Form,
};

/// One thing a customer can ask for: a form, and how to decide it. Sealed: the forms are the library's own.
#[async_trait]
pub trait Command: fmt::Debug + Sync + sealed::Sealed {
    /// The form's own id. The same id sent again is the same command.
    fn id(&self) -> CommandId;

    /// What the form says, written out; what is typed only to confirm does not belong to it.
    #[doc(hidden)]
    fn form(&self) -> String;

    #[doc(hidden)]
    async fn decide(&self, desk: &CustomerDesk, ask: &Ask<'_, Viewer>) -> Result<Decision, Error>;
}

pub(crate) mod sealed {
    #[expect(unnameable_types, reason = "that is what seals it")]
    pub trait Sealed {}
}

/// A form that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Done {
    /// What was recorded.
    pub receipt: Receipt,
    /// It had been taken before; nothing happened now.
    pub replayed: bool,
}

/// A customer's form in their hand.
struct InHand<'a, C: ?Sized> {
    desk: &'a CustomerDesk,
    form: &'a C,
    pressed: Pressed,
}

impl CustomerDesk {
    /// Asks for something. The one way to change anything.
    ///
    /// A form already taken is answered with its receipt, even where the rules would refuse it by now. A lost race loads and decides anew, so
    /// nobody acts on stale facts.
    ///
    /// # Errors
    /// [`Error::Refused`] with every reason; [`Error::NotFound`] for what is not there or not theirs; [`Error::Contended`] when others were faster: in each
    /// nothing was done. After a store error it may have been; the same form sent again tells, and is not done twice.
    pub async fn submit(&self, form: &(impl Command + ?Sized)) -> Result<Done, Error> {
        self.open()?;
        let form = InHand {
            desk: self,
            form,
            pressed: Pressed::default(),
        };
        self.wiring().take(&form).await
    }

    async fn count_wrong_name(&self, no: Error, ask: &Ask<'_, Viewer>) -> Result<Error, Error> {
        let mismatch = Refusal::from(NameRefusal::Mismatch);
        let wrong_name = |refusals: &Refusals| refusals.iter().any(|r| *r == mismatch);
        if !no.refusals().is_some_and(wrong_name) {
            return Ok(no);
        }
        let wiring = self.wiring();
        let since = ask.now - self.tries_window();
        let of = self.surname_tries();
        let tries = wiring.store.note_try(&of, ask.now, since).await?;
        if tries <= wiring.settings.names.tries.get() {
            return Ok(no);
        }
        let instead = self.too_many_tries(ask);
        Ok(match no {
            Error::Refused(refusals) => refusals.with(&mismatch, instead).into(),
            other => other,
        })
    }

    fn too_many_tries(&self, ask: &Ask<'_, Viewer>) -> Refusal {
        let again_at = ask.now + self.tries_window();
        NameRefusal::TooManyTries { again_at }.into()
    }

    pub(crate) fn tries_window(&self) -> Duration {
        Duration::minutes(self.wiring().settings.names.tries_minutes.get().into())
    }

    pub(crate) fn surname_tries(&self) -> TryKey {
        TryKey::new("surname", &self.viewer().account)
    }
}

#[async_trait]
impl<C: Command + ?Sized> Form for InHand<'_, C> {
    fn id(&self) -> CommandId {
        self.form.id()
    }

    fn fingerprint(&self) -> Uuid {
        self.form.id().derive(&self.form.form())
    }

    fn by(&self) -> Actor {
        self.desk.viewer().actor()
    }

    async fn decide(&self) -> Result<Decision, Error> {
        let ask = self.ask();
        let decision = self.form.decide(self.desk, &ask).await?;
        self.pressed.count(&decision, self.desk, &ask).await?;
        Ok(decision)
    }

    async fn refused(&self, no: Error) -> Result<Error, Error> {
        self.desk.count_wrong_name(no, &self.ask()).await
    }

    fn lost(&self, to: &Expectation) -> Option<Error> {
        match to {
            Expectation::TriesLeft { .. } => Some(self.desk.too_many_tries(&self.ask()).into()),
            _ => None,
        }
    }
}

impl<C: Command + ?Sized> InHand<'_, C> {
    fn ask(&self) -> Ask<'_, Viewer> {
        let now = self.desk.wiring().clock.now();
        Ask::new(self.desk.viewer(), now, self.form.id())
    }
}

/// Joins the parts of a form so that no two forms read alike.
pub(crate) fn written(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str(&part.len().to_string());
        text.push(':');
        text.push_str(part);
    }
    text
}
