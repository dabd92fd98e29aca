use std::{fmt, sync::Arc};

use super::EmailAddress;
use crate::details::unseen;

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

/// Looked at no further than this many times what fits: work must not grow with what anybody may send.
const LOOKED_AT: usize = 16;

/// What of a text can be seen, in one line of at most so many characters. What is not kept parts words as a space does.
pub(super) fn shown(text: &str, longest: usize, keeps: impl Fn(char) -> bool) -> String {
    let mut shown = String::new();
    let mut left = longest;
    let (mut parted, mut before) = (false, ' ');
    for c in text.chars().take(longest.saturating_mul(LOOKED_AT)) {
        if c.is_whitespace() || c.is_control() || !keeps(c) {
            parted = true;
            continue;
        }
        if unseen(c) {
            continue;
        }
        // Mail programs decode what stands after `=?`, whoever wrote it.
        parted |= before == '=' && c == '?';
        let space = parted && !shown.is_empty();
        if left < 1 + usize::from(space) {
            break;
        }
        if space {
            shown.push(' ');
            left -= 1;
        }
        shown.push(c);
        left -= 1;
        (parted, before) = (false, c);
    }
    shown
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
