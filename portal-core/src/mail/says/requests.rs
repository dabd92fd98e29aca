use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::{
    details::EmailAddress,
    request::{CallOff, Help, Review},
};

/// The head of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestHead {
    /// What people call it.
    pub number: Arc<str>,
    /// When it was asked, on the portal's clocks.
    pub asked_at: DateTime<Tz>,
    /// Who asked. None where the host knows them no longer.
    pub asked_by: Option<AskedBy>,
}

/// Who asked, as the host has them on record.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AskedBy {
    /// Their name.
    pub name: String,
    /// Where mail reaches them, if it does.
    pub email: Option<EmailAddress>,
}

/// A customer calls items off rent. What they typed is as they typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallOffAsked {
    /// Which request, and whose.
    pub head: RequestHead,
    /// What comes off rent, when, and how it comes back.
    pub call_off: CallOff,
    zone: Tz,
}

/// A customer wants help. What they typed is as they typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HelpAsked {
    /// Which request, and whose.
    pub head: RequestHead,
    /// With what.
    pub help: Help,
}

/// What a customer changed is pending review. What they typed is as they typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReviewAsked {
    /// Which request, and whose.
    pub head: RequestHead,
    /// What is pending, and why.
    pub review: Review,
}

impl RequestHead {
    /// What people call it, and when it was asked, by nobody who is known.
    pub fn new(number: impl Into<Arc<str>>, asked_at: DateTime<Tz>) -> Self {
        Self {
            number: number.into(),
            asked_at,
            asked_by: None,
        }
    }

    /// They asked.
    #[must_use]
    pub fn by(mut self, asked_by: AskedBy) -> Self {
        self.asked_by = Some(asked_by);
        self
    }
}

impl AskedBy {
    /// Who, and where mail reaches them.
    pub fn new(name: impl Into<String>, email: Option<EmailAddress>) -> Self {
        Self {
            name: name.into(),
            email,
        }
    }
}

impl CallOffAsked {
    /// A call-off; where it names no zone, it is read on the clocks of the request.
    #[must_use]
    pub fn new(head: RequestHead, call_off: CallOff) -> Self {
        let zone = call_off.zone.unwrap_or(head.asked_at.timezone());
        Self {
            head,
            call_off,
            zone,
        }
    }

    /// An instant on the clocks where the items are.
    #[must_use]
    pub fn clocks(&self, at: DateTime<Utc>) -> DateTime<Tz> {
        at.with_timezone(&self.zone)
    }
}

impl HelpAsked {
    /// Which request, and with what they want help.
    #[must_use]
    pub fn new(head: RequestHead, help: Help) -> Self {
        Self { head, help }
    }
}

impl ReviewAsked {
    /// Which request, and what is pending.
    #[must_use]
    pub fn new(head: RequestHead, review: Review) -> Self {
        Self { head, review }
    }
}

/// Who they are stays out of logs.
impl fmt::Debug for AskedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AskedBy(..)")
    }
}
