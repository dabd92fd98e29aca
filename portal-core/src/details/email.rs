use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::text::unseen;

/// An address that mail can be sent to.
///
/// Equal when the same mailbox is meant: case does not count, and `bücher.example` is `xn--bcher-kva.example`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(Arc<str>);

/// Not an address that mail can be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address: write name@domain")]
#[non_exhaustive]
pub struct BadEmail;

impl EmailAddress {
    /// The most that fits between the angle brackets of a message (RFC 5321, 4.5.3.1.3).
    pub const LONGEST: usize = 254;

    /// Reads an address as anybody types it: ASCII letters before the `@`, a domain of any script after it.
    ///
    /// # Errors
    /// Anything that is not one address in a domain on the internet. What mail programs take for an option, a comment or another recipient is none.
    pub fn parse(text: &str) -> Result<Self, BadEmail> {
        // A domain of another script is longer in bytes than in ASCII, but not by as much.
        if text.len() > 4 * Self::LONGEST {
            return Err(BadEmail);
        }
        let text = text.trim_matches(' ');
        let (name, domain) = text.rsplit_once('@').ok_or(BadEmail)?;
        // Mapping a domain to ASCII drops what cannot be seen, and others would see another domain.
        if !is_name(name) || domain.contains(unseen) {
            return Err(BadEmail);
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| BadEmail)?;
        let address = format!("{name}@{domain}").to_ascii_lowercase();
        if address.len() > Self::LONGEST || !is_domain(&domain) {
            return Err(BadEmail);
        }
        Ok(Self(address.into()))
    }

    /// In its one spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A leading dash is an option to a mail program; misplaced dots are addresses to some servers and none to others.
fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b);
    let dots = name.starts_with('.') || name.ends_with('.') || name.contains("..");
    (1..=64).contains(&name.len()) && name.bytes().all(plain) && !dots && !name.starts_with('-')
}

/// Neither this machine nor a bare number: mail goes out, never to what stands beside us.
fn is_domain(domain: &str) -> bool {
    let top = domain.rsplit_once('.').map(|(_, top)| top);
    let named = top.is_some_and(|top| !top.bytes().all(|b| b.is_ascii_digit()));
    named && domain.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    let dashes = label.starts_with('-') || label.ends_with('-');
    (1..=63).contains(&label.len()) && label.bytes().all(plain) && !dashes
}

impl TryFrom<String> for EmailAddress {
    type Error = BadEmail;

    fn try_from(text: String) -> Result<Self, BadEmail> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(email: EmailAddress) -> Self {
        email.as_str().to_owned()
    }
}

/// Addresses stay out of logs.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(..)")
    }
}
