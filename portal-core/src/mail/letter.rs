use std::fmt;

use uuid::Uuid;

use super::{
    Attachment, EmailAddress, Link, Mail, Mailbox, Says, Thread, TooLarge, Unsubscribe, Written,
};
use crate::{Language, effect::MailKind};

/// One message that is owed, with everything it says, ready to be put into words.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Letter {
    /// The id of the effect it came from.
    pub id: Uuid,
    /// Which message.
    pub kind: MailKind,
    /// Who reads it.
    pub to: Addressee,
    /// Who writes it, as people know the host; where the settings say.
    pub organiser: Option<String>,
    /// Where the portal is, if it is open and the settings say.
    pub portal: Option<Link>,
    /// What mail programs show it together with.
    pub thread: Option<Thread>,
    /// Where an answer goes, when not to where the transport says.
    pub reply_to: Option<Mailbox>,
    /// How its reader has no more of these, where the host says: of a kind that is [optional](MailKind::optional).
    pub unsubscribe: Option<Unsubscribe>,
    /// What it says.
    pub says: Says,
    paper: Option<Attachment>,
}

/// Who reads a message.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Addressee {
    /// As the host shows it. None for an address that nobody has shown to be theirs: what a stranger typed is not repeated there.
    pub name: Option<String>,
    /// The same without the surname.
    pub given_name: Option<String>,
    /// Where it goes.
    pub address: EmailAddress,
    /// What they read.
    pub language: Language,
}

impl Letter {
    /// A message to somebody, from nobody in particular.
    #[must_use]
    pub fn new(id: Uuid, kind: MailKind, to: Addressee, says: Says) -> Self {
        Self {
            id,
            kind,
            to,
            organiser: None,
            portal: None,
            thread: None,
            reply_to: None,
            unsubscribe: None,
            says,
            paper: None,
        }
    }

    /// Who writes it.
    #[must_use]
    pub fn from_organiser(mut self, organiser: Option<String>) -> Self {
        self.organiser = organiser;
        self
    }

    /// Where the portal is.
    #[must_use]
    pub fn with_portal(mut self, portal: Option<Link>) -> Self {
        self.portal = portal;
        self
    }

    /// What it belongs with.
    #[must_use]
    pub fn in_thread(mut self, thread: Option<Thread>) -> Self {
        self.thread = thread;
        self
    }

    /// Where an answer goes.
    #[must_use]
    pub fn with_reply_to(mut self, to: Option<Mailbox>) -> Self {
        self.reply_to = to;
        self
    }

    /// How to have no more of these.
    #[must_use]
    pub fn with_unsubscribe(mut self, how: Option<Unsubscribe>) -> Self {
        self.unsubscribe = how;
        self
    }

    /// The paper that goes with it.
    ///
    /// # Errors
    /// When it is more than [`Mail::MOST_ATTACHED`]: send a link instead.
    pub fn enclosing(mut self, paper: Attachment) -> Result<Self, TooLarge> {
        let bytes = paper.size();
        if bytes > Mail::MOST_ATTACHED {
            return Err(TooLarge { bytes });
        }
        self.paper = Some(paper);
        Ok(self)
    }

    /// What goes with it.
    #[must_use]
    pub fn paper(&self) -> Option<&Attachment> {
        self.paper.as_ref()
    }

    /// The finished message. Whatever the words are, it goes to whom the letter is for; and whatever the letter is given, nobody unsubscribes from what they have to have.
    #[must_use]
    pub fn finished(&self, words: &Written) -> Mail {
        let to = self.to.mailbox();
        let mut mail = Mail::new(self.id, self.kind, to, &words.subject, &words.text);
        if let Some(html) = &words.html {
            mail = mail.with_html(html);
        }
        if let Some(paper) = &self.paper {
            mail = mail.with_paper(paper.clone());
        }
        if let Some(to) = &self.reply_to {
            mail = mail.with_reply_to(to.clone());
        }
        if let Some(how) = self.unsubscribe.as_ref().filter(|_| self.kind.optional()) {
            mail = mail.with_unsubscribe(how.clone());
        }
        match &self.thread {
            Some(thread) => mail.in_thread(thread.clone()),
            None => mail,
        }
    }
}

impl Addressee {
    /// An address, and what is read there.
    #[must_use]
    pub fn new(address: EmailAddress, language: Language) -> Self {
        Self {
            name: None,
            given_name: None,
            address,
            language,
        }
    }

    /// Whose it is.
    #[must_use]
    pub fn called(mut self, name: impl Into<String>, given_name: impl Into<String>) -> Self {
        let said = |text: String| Some(text).filter(|text| !text.trim().is_empty());
        self.name = said(name.into());
        self.given_name = said(given_name.into());
        self
    }

    /// As it goes into the header.
    #[must_use]
    pub fn mailbox(&self) -> Mailbox {
        let to = Mailbox::new(self.address.clone());
        match &self.name {
            Some(name) => to.named(name),
            None => to,
        }
    }
}

/// Names and addresses stay out of logs.
impl fmt::Debug for Addressee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Addressee({})", self.language.tag())
    }
}
