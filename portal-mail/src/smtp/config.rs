use std::{fmt, time::Duration};

use secrecy::SecretString;
use tokio::sync::Semaphore;

use crate::{Dkim, Sender};

/// Where the mail server is, how the way there is encrypted, and who signs in.
#[derive(Clone)]
#[must_use]
pub struct SmtpConfig {
    pub(super) server: String,
    pub(super) port: u16,
    pub(super) encryption: Encryption,
    pub(super) sender: Sender,
    pub(super) sign_in: Option<(String, SecretString)>,
    pub(super) roots: Vec<Vec<u8>>,
    pub(super) dkim: Option<Dkim>,
    pub(super) hello: Option<String>,
    pub(super) give_up_after: Duration,
    pub(super) connections: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encryption {
    Implicit,
    StartTls,
    Nothing,
}

impl SmtpConfig {
    /// Encrypted from the first byte, on port 465. Where a server offers this and `STARTTLS`, choose this.
    pub fn tls(server: impl Into<String>, sender: Sender) -> Self {
        Self::new(server.into(), 465, Encryption::Implicit, sender)
    }

    /// Encrypted by `STARTTLS`, on port 587. Where the server does not offer it nothing is sent.
    ///
    /// Until it is encrypted anybody on the way can put words into the server's mouth, and keep mail from being sent.
    pub fn starttls(server: impl Into<String>, sender: Sender) -> Self {
        Self::new(server.into(), 587, Encryption::StartTls, sender)
    }

    /// Not encrypted, on port 25: for a server on this machine, and for tests. Nobody signs in this way.
    pub fn unencrypted(server: impl Into<String>, sender: Sender) -> Self {
        Self::new(server.into(), 25, Encryption::Nothing, sender)
    }

    fn new(server: String, port: u16, encryption: Encryption, sender: Sender) -> Self {
        Self {
            server,
            port,
            encryption,
            sender,
            sign_in: None,
            roots: vec![],
            dkim: None,
            hello: None,
            give_up_after: Duration::from_secs(50),
            connections: 4,
        }
    }

    /// Another port.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// As whom to sign in.
    pub fn sign_in(mut self, user: impl Into<String>, password: SecretString) -> Self {
        self.sign_in = Some((user.into(), password));
        self
    }

    /// Certificates signed by this one, in PEM, are good too: for a server with an authority of its own.
    pub fn trusting(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// Messages are signed.
    pub fn signed(mut self, dkim: Dkim) -> Self {
        self.dkim = Some(dkim);
        self
    }

    /// What this machine calls itself; the sender's domain unless told otherwise.
    pub fn hello(mut self, name: impl Into<String>) -> Self {
        self.hello = Some(name.into());
        self
    }

    /// How long one message may take from beginning to end; fifty seconds unless told otherwise.
    /// Each address of the server has ten of them to answer a call, or fewer where there are many.
    ///
    /// A portal is not built with half of its [`outbox_lease`](portal_core::PortalBuilder::outbox_lease) or more, which is two minutes unless told otherwise: a message that takes longer could be
    /// sent by another process as well.
    pub fn give_up_after(mut self, time: Duration) -> Self {
        self.give_up_after = time;
        self
    }

    /// How many connections there are at once, at most; four unless told otherwise. One there is always.
    pub fn connections(mut self, most: usize) -> Self {
        self.connections = most.clamp(1, Semaphore::MAX_PERMITS);
        self
    }
}

impl fmt::Debug for SmtpConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpConfig")
            .field("server", &self.server)
            .field("port", &self.port)
            .field("encryption", &self.encryption)
            .finish_non_exhaustive()
    }
}
