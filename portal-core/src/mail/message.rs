use std::fmt;

use uuid::Uuid;

use super::{Attachment, HeaderText, Mailbox, Thread, Unsubscribe};
use crate::effect::MailKind;

/// A finished message, safe to put into headers by what its parts are made of: whatever a customer typed, it goes to one mailbox and says one thing.
///
/// Who it is from is not in it: a relay takes mail from the address it was set up for, so the transport knows.
///
/// ```
/// use portal_core::{effect::MailKind, mail::{EmailAddress, Mail, Mailbox}, uuid::Uuid};
///
/// let to = Mailbox::new(EmailAddress::parse("ana@acme.example")?).named("Ana\r\nBcc: everybody@acme.example");
/// let mail = Mail::new(Uuid::nil(), MailKind::InvoiceCopy, to, "Your invoice", "It is attached.");
/// assert_eq!(mail.to.name(), Some("Ana Bcc everybody acme.example"));
/// # Ok::<(), portal_core::mail::BadEmail>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mail {
    /// The id of the effect it came from; the Message-ID derives from it, so every copy has the same.
    pub id: Uuid,
    /// Which message it is.
    pub kind: MailKind,
    /// To whom, and to nobody else.
    pub to: Mailbox,
    /// Where an answer goes, when not to where the transport says.
    pub reply_to: Option<Mailbox>,
    /// What it is about, in a line.
    pub subject: HeaderText,
    /// What mail programs show it together with.
    pub thread: Option<Thread>,
    /// How to have no more of these. For messages nobody needs; one about an account, an order or a course has none.
    pub unsubscribe: Option<Unsubscribe>,
    text: String,
    html: Option<String>,
    attachments: Vec<Attachment>,
}

/// More than can go with a message: send a link instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{bytes} bytes are more than go with a message, which is {most}: send a link", most = Mail::MOST_ATTACHED)]
#[non_exhaustive]
pub struct TooLarge {
    /// How many bytes it came to.
    pub bytes: usize,
}

impl Mail {
    /// How many bytes can go with it. In a message they are half as many again, and many servers take ten million.
    pub const MOST_ATTACHED: usize = 7 * 1024 * 1024;

    /// A message of plain text.
    #[must_use]
    pub fn new(id: Uuid, kind: MailKind, to: Mailbox, subject: &str, text: &str) -> Self {
        Self {
            id,
            kind,
            to,
            reply_to: None,
            subject: HeaderText::of(subject),
            text: readable(text),
            html: None,
            thread: None,
            unsubscribe: None,
            attachments: vec![],
        }
    }

    /// The same in HTML, for whoever reads that.
    #[must_use]
    pub fn with_html(mut self, html: &str) -> Self {
        self.html = Some(readable(html));
        self
    }

    /// Answers go there.
    #[must_use]
    pub fn with_reply_to(mut self, to: Mailbox) -> Self {
        self.reply_to = Some(to);
        self
    }

    /// It belongs with these.
    #[must_use]
    pub fn in_thread(mut self, thread: Thread) -> Self {
        self.thread = Some(thread);
        self
    }

    /// Nobody has to have it.
    #[must_use]
    pub fn with_unsubscribe(mut self, how: Unsubscribe) -> Self {
        self.unsubscribe = Some(how);
        self
    }

    /// A paper goes with it.
    ///
    /// # Errors
    /// When all that goes with it would come to more than [`Mail::MOST_ATTACHED`]: send a link instead.
    pub fn with_attachment(mut self, paper: Attachment) -> Result<Self, TooLarge> {
        let sizes = self.attachments.iter().map(Attachment::size);
        let bytes = sizes.sum::<usize>().saturating_add(paper.size());
        if bytes > Self::MOST_ATTACHED {
            return Err(TooLarge { bytes });
        }
        self.attachments.push(paper);
        Ok(self)
    }

    /// The letter has looked at how much it is.
    pub(super) fn with_paper(mut self, paper: Attachment) -> Self {
        self.attachments.push(paper);
        self
    }

    /// For readers of plain text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// For everybody else.
    #[must_use]
    pub fn html(&self) -> Option<&str> {
        self.html.as_deref()
    }

    /// What goes with it.
    #[must_use]
    pub fn attachments(&self) -> &[Attachment] {
        &self.attachments
    }

    /// What tells it from every other message, in whoever's hands, without the angle brackets.
    #[must_use]
    pub fn message_id(&self, domain: &str) -> String {
        format!("{}@{domain}", self.id)
    }
}

/// Lines end in `\n`; what no mail program shows is left out.
fn readable(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect()
}

/// What is in it, and to whom, stays out of logs: it may carry a link that signs somebody in.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
