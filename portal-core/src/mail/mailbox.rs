use std::{fmt, sync::Arc};

use super::EmailAddress;
use crate::details::shown;

/// Whom a message goes to, or comes from.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Mailbox {
    name: Option<Arc<str>>,
    address: EmailAddress,
}

/// One line for a header, made of whatever was typed: it ends no line, hides nothing and turns no writing around.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct HeaderText(Arc<str>);

impl Mailbox {
    /// More of a name is cut off: some mail programs show none that is longer.
    pub const LONGEST_NAME: usize = 75;

    /// An address, with nobody's name to it.
    #[must_use]
    pub fn new(address: EmailAddress) -> Self {
        let name = None;
        Self { name, address }
    }

    /// Shown as this name: less whatever could be taken for an address, or for another recipient.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        let parts_addresses = |c| !"\"\\<>()[]@:;,".contains(c);
        let name = shown(name, Self::LONGEST_NAME, parts_addresses);
        self.name = (!name.is_empty()).then(|| name.into());
        self
    }

    /// The name that is shown.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Where it goes.
    #[must_use]
    pub fn address(&self) -> &EmailAddress {
        &self.address
    }
}

impl HeaderText {
    /// More is cut off.
    pub const LONGEST: usize = 200;

    /// As much of the text as fits and can be seen, in one line.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(shown(text, Self::LONGEST, |_| true).into())
    }

    /// As it goes into the header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Names and addresses stay out of logs.
impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mailbox(..)")
    }
}

/// What a message is about may name somebody.
impl fmt::Debug for HeaderText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HeaderText(..)")
    }
}
