use std::{cmp::Ordering, fmt, hash, marker::PhantomData, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The host's own key for a record, as opaque text. `Id<Order>` never mixes with `Id<Contact>`.
///
/// Cheap to clone. The portal never reads meaning into the text.
///
/// ```
/// use portal_core::{Id, Order};
/// let order: Id<Order> = Id::new("SO-1001");
/// assert_eq!(order.as_str(), "SO-1001");
/// ```
#[derive(Serialize, Deserialize)]
#[serde(transparent, bound = "")]
pub struct Id<T>(Arc<str>, #[serde(skip)] PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// Wraps the host's key.
    pub fn new(key: impl Into<Arc<str>>) -> Self {
        Self(key.into(), PhantomData)
    }

    /// The host's key, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T> From<&str> for Id<T> {
    fn from(key: &str) -> Self {
        Self::new(key)
    }
}

impl<T> From<String> for Id<T> {
    fn from(key: String) -> Self {
        Self::new(key)
    }
}

// Written by hand: derives would ask `T` for what only the key needs.
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0), PhantomData)
    }
}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl<T> hash::Hash for Id<T> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One submitted form. It makes the command idempotent, and seeds every id the command creates,
/// so deciding twice decides the same thing.
///
/// Draw a random one when the form is drawn and send it along as a hidden field: the same form sent twice is then one command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a command id is a UUID and nothing else"
)]
pub struct CommandId(pub Uuid);

impl CommandId {
    /// An id that this command always gives to the same thing.
    #[must_use]
    pub fn derive(self, what: &str) -> Uuid {
        Uuid::new_v5(&self.0, what.as_bytes())
    }
}

impl FromStr for CommandId {
    type Err = uuid::Error;

    /// Reads the hidden field of a form.
    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

impl fmt::Display for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
