use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    mail::{Letter, Mail, MailWriter, Mailer, NotWritten, Written},
};

use super::locked;

/// A post that keeps what it takes, and answers as it is told to. Clones are the same post.
#[derive(Clone, Default)]
pub struct RecordingPost(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    taken: Vec<Mail>,
    asked: u32,
    next: VecDeque<PostAnswer>,
    always: Option<PostAnswer>,
    never: Vec<String>,
}

/// What the post answers instead of taking a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PostAnswer {
    /// Nobody is there.
    Unreached,
    /// Not now: as greylisting servers and full mailboxes do.
    NotNow,
    /// Never: there is no such recipient.
    Refused,
    /// Whoever sends is not known here.
    Unauthorized,
    /// Too many: come back then.
    TooMany(Duration),
    /// It takes the message, and nobody hears that it did.
    TakenUnheard,
}

impl RecordingPost {
    /// What was taken, in order; what came twice is in there twice.
    #[must_use]
    pub fn taken(&self) -> Vec<Mail> {
        locked(&self.0).taken.clone()
    }

    /// How often it was asked to take one.
    #[must_use]
    pub fn asked(&self) -> u32 {
        locked(&self.0).asked
    }

    /// The next message is answered so.
    pub fn answer_next(&self, answer: PostAnswer) {
        locked(&self.0).next.push_back(answer);
    }

    /// Every message is answered so, until told otherwise.
    pub fn answer_all(&self, answer: Option<PostAnswer>) {
        locked(&self.0).always = answer;
    }

    /// Messages to this address are never taken now, whatever else is.
    pub fn put_off_all_to(&self, address: &str) {
        locked(&self.0).never.push(address.to_owned());
    }
}

#[async_trait]
impl Mailer for RecordingPost {
    async fn send(&self, mail: &Mail) -> Result<(), AdapterError> {
        let mut state = locked(&self.0);
        state.asked += 1;
        let to = mail.to.address().as_str();
        let never = state.never.iter().any(|address| address == to);
        let never = never.then_some(PostAnswer::NotNow);
        let answer = state.next.pop_front().or(state.always).or(never);
        let Some(answer) = answer else {
            state.taken.push(mail.clone());
            return Ok(());
        };
        if answer == PostAnswer::TakenUnheard {
            state.taken.push(mail.clone());
        }
        Err(answer.error())
    }
}

impl PostAnswer {
    fn error(self) -> AdapterError {
        use AdapterErrorKind as Kind;
        let (kind, disposition) = match self {
            Self::Unreached => (Kind::Unavailable, Disposition::NeverSent),
            Self::NotNow => (Kind::Unavailable, Disposition::Rejected),
            Self::Refused => (Kind::Rejected, Disposition::Rejected),
            Self::Unauthorized => (Kind::Unauthorized, Disposition::NeverSent),
            Self::TooMany(after) => {
                let retry_after = Some(after);
                (Kind::RateLimited { retry_after }, Disposition::Rejected)
            }
            Self::TakenUnheard => (Kind::Unavailable, Disposition::Unknown),
        };
        AdapterError::new(kind, disposition, "recording-post", "send", "told to fail")
    }
}

impl fmt::Debug for RecordingPost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordingPost").finish_non_exhaustive()
    }
}

/// Puts every letter into the same few words, unless it is told that it cannot. Clones are the same writer.
#[derive(Debug, Clone, Default)]
pub struct PlainWriter(Arc<Mutex<bool>>);

impl PlainWriter {
    /// Whether it fails, as a template does that names what is not there.
    pub fn fails(&self, fails: bool) {
        *locked(&self.0) = fails;
    }
}

impl MailWriter for PlainWriter {
    fn write(&self, letter: &Letter) -> Result<Written, NotWritten> {
        let kind = letter.kind.as_str();
        if *locked(&self.0) {
            return Err(NotWritten::new(kind, 3, "told to fail"));
        }
        Ok(Written::new(kind, "Hello."))
    }
}
