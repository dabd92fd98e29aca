use std::{fmt, sync::Arc};

use uuid::Uuid;

use crate::{Id, Order};

/// What mail programs show a message together with: the other messages about one order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Thread(Arc<str>);

/// Where whoever needs no more of these messages says so: mail programs show a button for it, and post to it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Unsubscribe(Arc<str>);

/// Not an address that a mail program can post to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nobody can unsubscribe there: write https://, the host and the path")]
#[non_exhaustive]
pub struct BadUnsubscribe;

impl Thread {
    /// Everything about this order.
    #[must_use]
    pub fn order(id: &Id<Order>) -> Self {
        let id = id.as_str();
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
        // A key may hold anything; a header may not.
        if !id.is_empty() && id.len() <= 64 && id.bytes().all(plain) {
            return Self(format!("order-{id}").into());
        }
        let digest = Uuid::new_v5(&Uuid::NAMESPACE_OID, id.as_bytes());
        Self(format!("order-{digest}").into())
    }

    /// The Message-ID that all of them refer to, without the angle brackets.
    #[must_use]
    pub fn message_id(&self, domain: &str) -> String {
        format!("{}@{domain}", self.0)
    }
}

impl Unsubscribe {
    /// A page that takes a post from anybody, and knows from its address who that is.
    ///
    /// # Errors
    /// Anything but an `https` address, written out in ASCII.
    pub fn at(url: &str) -> Result<Self, BadUnsubscribe> {
        let host = url.strip_prefix("https://").ok_or(BadUnsubscribe)?;
        let plain = |b: u8| b.is_ascii_graphic() && !b"<>\"\\^`{|}".contains(&b);
        if host.is_empty() || host.starts_with('/') || url.len() > 900 || !url.bytes().all(plain) {
            return Err(BadUnsubscribe);
        }
        Ok(Self(url.into()))
    }

    /// As it goes into the header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Its address is a key.
impl fmt::Debug for Unsubscribe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unsubscribe(..)")
    }
}
