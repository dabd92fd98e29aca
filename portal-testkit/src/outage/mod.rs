//! A night without a mail server: everybody is owed messages all the while, and by the morning each has theirs, once and in order.
//!
//! [`Night::play`] plays eight hours in virtual time over your store, with two dispatchers as if in two processes: nobody answers, everything is put off, the password is not accepted, there
//! are too many, and for a quarter of an hour every message is taken and the line drops before that is heard. Then the server is back, and puts off a few more, as greylisting ones do.
//!
//! None may be lost, none may arrive before an earlier one to the same reader, all have to be sent within ten minutes, and what comes twice is only what was taken unheard, under the same
//! Message-ID. With a [`Rule`] taken away the same night must fail, or it proves nothing.
mod arrived;
mod careless;
mod night;

use std::fmt;

pub use night::{Night, Tally};

/// A rule of working off what is owed, which can be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a suite runs them all")]
pub enum Rule {
    /// A message waits while an earlier one to the same reader is put off.
    InLine,
    /// That a message was sent is written down, whatever happens.
    WrittenDown,
    /// That it was sent is written down after it was, not before.
    AfterSending,
    /// Nothing waits longer than it was put off for.
    OnTime,
}

impl Rule {
    /// Every one.
    pub const ALL: [Self; 4] = [
        Self::InLine,
        Self::WrittenDown,
        Self::AfterSending,
        Self::OnTime,
    ];
}

/// What did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Broken {
    /// So many messages reached nobody.
    Lost(usize),
    /// One arrived before an earlier one to the same reader.
    OutOfOrder {
        /// Whose.
        reader: String,
    },
    /// So many copies more, or less, than were taken unheard.
    Copies(usize),
    /// So many were not sent ten minutes after the server was back.
    Late(usize),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost(messages) => write!(f, "{messages} messages reached nobody"),
            Self::OutOfOrder { reader } => write!(f, "the messages to {reader} are out of order"),
            Self::Copies(messages) => write!(
                f,
                "{messages} messages came in more or fewer copies than can be explained"
            ),
            Self::Late(messages) => {
                write!(f, "{messages} messages were not sent within ten minutes")
            }
        }
    }
}

impl std::error::Error for Broken {}
