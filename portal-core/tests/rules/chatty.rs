//! A post that says all it knows about a reader in whatever it says.
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind as Kind, Disposition},
    mail::{Mail, Mailer},
};

/// Answers by whom a message is for. What keeps it from `locked` is mended once it was said.
#[derive(Debug, Default)]
pub(crate) struct Chatty {
    mended: AtomicBool,
}

#[async_trait]
impl Mailer for Chatty {
    async fn send(&self, mail: &Mail) -> Result<(), AdapterError> {
        let to = mail.to.address().as_str();
        let (kind, disposition) = match to.split('@').next().unwrap() {
            "refused" => (Kind::Rejected, Disposition::Rejected),
            "full" => (Kind::Unavailable, Disposition::Rejected),
            "locked" if !self.mended.swap(true, Ordering::Relaxed) => {
                (Kind::Unauthorized, Disposition::NeverSent)
            }
            _ => return Ok(()),
        };
        let said = format!("550 <{to}> Cruz: {} token-4711", mail.subject.as_str());
        Err(AdapterError::new(kind, disposition, "chatty", "send", said))
    }
}

/// Nothing that is told or counted names a reader, a record or what a server said.
pub(crate) fn names_nobody(told: &str) {
    let private = [
        "@", "acme", "olga", "refused", "full", "locked", "nobody", "Cruz", "SO-", "token", "550 ",
        "Hello", "4711",
    ];
    for word in private {
        assert!(!told.contains(word), "{word}: {told}");
    }
}
