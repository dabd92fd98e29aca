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

/// What of a line that somebody typed can be seen, for the body of a message: the same rules as for a header, and room for more. Where it is cut an ellipsis says so.
///
/// ```
/// assert_eq!(portal_core::mail::typed_line("Call \u{200b}me\tback", 100), "Call me back");
/// assert_eq!(portal_core::mail::typed_line("Call me back", 5), "Call…");
/// ```
#[must_use]
pub fn typed_line(text: &str, longest: usize) -> String {
    // With a space before it the next character takes two.
    let line = shown(text, longest.saturating_add(2), |_| true);
    if line.chars().count() <= longest {
        return line;
    }
    let kept: String = line.chars().take(longest.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
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
