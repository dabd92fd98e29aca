use std::fmt;

use async_trait::async_trait;

use super::Unsubscribe;
use crate::{Contact, Id, StoreError, effect::MailKind};

/// What people want of the messages that nobody has to have.
///
/// The host knows: it writes to the same people itself, and has one place where they say what they want. The portal keeps nothing of it. It asks about the kinds of
/// [`MailKind::OPTIONAL`] alone, each time one is written, so what somebody said this minute is heeded by what was owed yesterday. All other kinds are about an account, money or a
/// course; nobody is asked about them, and none says how to have no more.
///
/// # Where mail programs post to
///
/// An [`Unsubscribe`] goes out as `List-Unsubscribe` with `List-Unsubscribe-Post`, for which mail programs show a button (RFC 8058). Who presses it has said so: there is no second
/// question. The address is a route of the host's:
///
/// * **It is over https, and its path says who and what, so that nobody can guess it:** a secret drawn at random and kept with the person, or a signed token. An address without one
///   lets anybody stop anybody's mail. Keep it out of logs, and let it be good for as long as the message is kept: it does nothing else.
/// * **`POST` is enough.** It comes from the mail provider's servers: without cookies, without signing in, without a token of a form of yours. Its body is `List-Unsubscribe=One-Click`,
///   as `multipart/form-data` or as a form is sent. Write it down, answer 200, also the second time, and never a redirect: many do not follow one.
/// * **`GET` changes nothing.** Mail scanners follow every link of every message. Show a page that says what will stop, with a form that posts to the same address, and says so once it
///   has. Neither asks them to sign in.
/// * **The message is signed.** Mail programs show the button where a DKIM signature covers both headers: that of `portal_mail::Dkim` does; a server that signs what it sends has to be
///   told to.
///
/// ```
/// use std::collections::HashMap;
/// use async_trait::async_trait;
/// use portal_core::{Contact, Id, StoreError, effect::MailKind, mail::{Choice, MailChoices, Unsubscribe}};
///
/// /// What the host keeps beside a person. The secret was drawn at random when they came.
/// struct Wishes { reminders: bool, secret: String }
///
/// struct People(HashMap<Id<Contact>, Wishes>);
/// # impl std::fmt::Debug for People {
/// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("People(..)") }
/// # }
///
/// #[async_trait]
/// impl MailChoices for People {
///     async fn choice(&self, who: &Id<Contact>, _kind: MailKind) -> Result<Choice, StoreError> {
///         let Some(wishes) = self.0.get(who) else {
///             return Ok(Choice::Wanted { unsubscribe: None });
///         };
///         if !wishes.reminders {
///             return Ok(Choice::Unwanted);
///         }
///         let there = format!("https://courses.example/no-reminders/{}", wishes.secret);
///         let there = Unsubscribe::at(&there).map_err(|e| StoreError::Corrupt(e.into()))?;
///         Ok(Choice::Wanted { unsubscribe: Some(there) })
///     }
/// }
/// ```
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait MailChoices: fmt::Debug + Send + Sync + 'static {
    /// Whether this person wants messages of this kind, as it stands now. Who never said anything wants them.
    ///
    /// # Errors
    /// When it cannot be looked up: the message waits, and it is asked again. Do not guess.
    async fn choice(&self, who: &Id<Contact>, kind: MailKind) -> Result<Choice, StoreError>;
}

/// What somebody wants of one kind of message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "somebody has a message or does not: the portal faces both, and there is no third"
)]
pub enum Choice {
    /// They have it.
    Wanted {
        /// Where they say that they want no more. None where there is no such address for them: then only the host's own pages can.
        unsubscribe: Option<Unsubscribe>,
    },
    /// They said that they want none. It is not written, and staff see so.
    Unwanted,
}
