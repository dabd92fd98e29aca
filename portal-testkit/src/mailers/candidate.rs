use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use portal_core::mail::{Mail, Mailbox, Mailer, Thread, Unsubscribe};

/// Your transport, and the other end of it: what you write to have a transport proved.
///
/// It is called for each promise with a new one, so the other end starts empty. What nobody can play is listed in the report as not played.
#[async_trait]
pub trait Candidate: fmt::Debug + Send + Sync + 'static {
    /// A transport to the other end. Asked twice, two of them, as in two processes.
    fn mailer(&self) -> Arc<dyn Mailer>;

    /// What the other end has taken since it was asked last, in order. Read it with other code than your transport's.
    async fn taken(&self) -> Vec<Taken>;

    /// An address whose messages end like that. None where it cannot happen, or cannot be played.
    fn reader(&self, _fate: Fate) -> Option<String> {
        None
    }

    /// A transport that cannot send anything, for that reason.
    fn broken(&self, _trouble: Trouble) -> Option<Arc<dyn Mailer>> {
        None
    }

    /// The same transport, set up to give up soon: for [`Fate::Silent`], where every promise takes as long as it waits. As ever, unless told otherwise.
    fn hasty(&self) -> Arc<dyn Mailer> {
        self.mailer()
    }

    /// How long an answer may take where the other end gives none: the minute of the port, and a little for the machine.
    fn patience(&self) -> Duration {
        Duration::from_secs(65)
    }

    /// What must never be printed: the keys and passwords that the transports were given, as they were given them.
    fn secrets(&self) -> Vec<String> {
        vec![]
    }

    /// What the report calls it.
    fn name(&self) -> String {
        "mailer".to_owned()
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Candidate for Box<dyn Candidate> {
    fn mailer(&self) -> Arc<dyn Mailer> {
        (**self).mailer()
    }

    async fn taken(&self) -> Vec<Taken> {
        (**self).taken().await
    }

    fn reader(&self, fate: Fate) -> Option<String> {
        (**self).reader(fate)
    }

    fn broken(&self, trouble: Trouble) -> Option<Arc<dyn Mailer>> {
        (**self).broken(trouble)
    }

    fn hasty(&self) -> Arc<dyn Mailer> {
        (**self).hasty()
    }

    fn patience(&self) -> Duration {
        (**self).patience()
    }

    fn secrets(&self) -> Vec<String> {
        (**self).secrets()
    }

    fn name(&self) -> String {
        (**self).name()
    }
}

/// How a message ends, by whom it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// There is no such mailbox.
    Refused,
    /// The server has read it, and will not have what it says.
    RefusedContent,
    /// Not now, as full mailboxes and greylisting servers say.
    PutOff,
    /// The server takes nothing at all at the moment, and says so.
    Closing,
    /// It is taken, and nobody hears that it is.
    Unheard,
    /// It is taken, and the server never says so, nor hangs up.
    Silent,
}

impl Fate {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Refused,
        Self::RefusedContent,
        Self::PutOff,
        Self::Closing,
        Self::Unheard,
        Self::Silent,
    ];

    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Refused => "a reader who is refused",
            Self::RefusedContent => "content that is refused",
            Self::PutOff => "a message that is put off",
            Self::Closing => "a server that is closing",
            Self::Unheard => "an answer that nobody hears",
            Self::Silent => "a message that is never answered",
        }
    }
}

/// Why a transport can send nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trouble {
    /// Nobody answers there.
    Unreachable,
    /// Somebody takes the call, and never says a word.
    Silent,
    /// Its key or password is wrong.
    WrongSecret,
    /// It is set up in a way that cannot work, such as for a sender that is not ours.
    Misconfigured,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Unreachable,
        Self::Silent,
        Self::WrongSecret,
        Self::Misconfigured,
    ];

    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Unreachable => "a server that nobody reaches",
            Self::Silent => "a server that never says a word",
            Self::WrongSecret => "a wrong password",
            Self::Misconfigured => "a wrong configuration",
        }
    }
}

/// A message as the other end took it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Taken {
    /// What tells it from other messages.
    pub message_id: String,
    /// Everybody it goes to, by address alone.
    pub to: Vec<String>,
    /// What it is about, decoded.
    pub subject: String,
    /// For readers of plain text, decoded.
    pub text: String,
    /// For everybody else, decoded.
    pub html: Option<String>,
    /// Where an answer goes, by address alone, if the message says.
    pub reply_to: Option<String>,
    /// The Message-IDs it refers to, for mail programs to show it with the same; empty where it refers to none. None where nobody can read that at the other end.
    pub thread: Option<Vec<String>>,
    /// Where mail programs post to end such messages, at a click (RFC 8058); empty where they offer no button. None where nobody can read that at the other end.
    pub unsubscribe: Option<Vec<String>>,
    /// What goes with it.
    pub papers: Vec<TakenPaper>,
    /// The names of all its headers, in order and as often as they are there. None where there are no headers at all.
    pub headers: Option<Vec<String>>,
}

/// What goes with a message, as the other end took it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TakenPaper {
    /// Its name.
    pub name: String,
    /// What it is, such as `application/pdf`.
    pub content_type: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

impl Taken {
    /// A message of plain text to one reader.
    pub fn new(
        message_id: impl Into<String>,
        to: impl Into<String>,
        subject: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            message_id: message_id.into(),
            to: vec![to.into()],
            subject: subject.into(),
            text: text.into(),
            html: None,
            reply_to: None,
            thread: None,
            unsubscribe: None,
            papers: vec![],
            headers: None,
        }
    }

    /// As it was handed over: for transports that keep messages as they are.
    #[must_use]
    pub fn kept(mail: &Mail) -> Self {
        let address = |mailbox: &Mailbox| mailbox.address().as_str().to_owned();
        let thread = |thread: &Thread| thread.message_id("portal");
        let button = |there: &Unsubscribe| there.as_str().to_owned();
        let papers = mail.attachments().iter();
        Self {
            html: mail.html().map(str::to_owned),
            reply_to: mail.reply_to.as_ref().map(address),
            thread: Some(mail.thread.iter().map(thread).collect()),
            unsubscribe: Some(mail.unsubscribe.iter().map(button).collect()),
            papers: papers
                .map(|paper| {
                    let (name, kind) = (paper.file_name.as_str(), paper.content_type.as_str());
                    TakenPaper::new(name, kind, paper.bytes())
                })
                .collect(),
            ..Self::new(
                mail.id.to_string(),
                address(&mail.to),
                mail.subject.as_str(),
                mail.text(),
            )
        }
    }
}

impl TakenPaper {
    /// A paper of this name.
    pub fn new(
        name: impl Into<String>,
        content_type: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
    ) -> Self {
        Self {
            name: name.into(),
            content_type: content_type.into(),
            bytes: bytes.into(),
        }
    }
}
