use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use lettre::transport::smtp::{
    authentication::{Credentials, DEFAULT_MECHANISMS},
    client::{AsyncSmtpConnection, Certificate, TlsParameters},
    extension::ClientId,
};
use portal_core::adapter::{AdapterError, AdapterErrorKind, Disposition};
use secrecy::ExposeSecret as _;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::Instant,
};

use super::{
    Progress, SmtpConfig, SmtpError, careful::Careful, config::Encryption, exactly,
    reach::Addresses, trouble, trouble::Step,
};

/// Connections that were good a moment ago. Whoever takes one puts it back only if it is still good.
pub(super) struct Pool {
    address: (String, u16),
    hello: ClientId,
    implicit: Option<TlsParameters>,
    starttls: Option<TlsParameters>,
    sign_in: Option<Credentials>,
    patience: Duration,
    kept: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
    turns: Semaphore,
}

/// Servers hang up on who says nothing for long; most wait minutes.
const KEPT_FOR: Duration = Duration::from_secs(30);

/// No recipient has been named yet.
const NOBODY: &str = "";

impl Pool {
    pub(super) fn new(config: &SmtpConfig) -> Result<Self, AdapterError> {
        if config.encryption == Encryption::Nothing && config.sign_in.is_some() {
            return Err(misconfigured(
                "a password is not sent unencrypted: use tls(..) or starttls(..)",
            ));
        }
        if config.give_up_after.is_zero() {
            return Err(misconfigured(
                "no message is sent in no time: make give_up_after(..) longer, fifty seconds unless you know better",
            ));
        }
        let (implicit, starttls) = match config.encryption {
            Encryption::Implicit => (Some(encrypted(config)?), None),
            Encryption::StartTls => (None, Some(encrypted(config)?)),
            Encryption::Nothing => (None, None),
        };
        let hello = config.hello.as_deref().unwrap_or(config.sender.domain());
        let sign_in = config.sign_in.as_ref().map(|(user, password)| {
            Credentials::new(user.clone(), password.expose_secret().to_owned())
        });
        Ok(Self {
            address: (config.server.clone(), config.port),
            hello: ClientId::Domain(hello.to_owned()),
            implicit,
            starttls,
            sign_in,
            patience: config.give_up_after,
            kept: Mutex::default(),
            turns: Semaphore::new(config.connections),
        })
    }

    /// Waits until there are fewer connections than there may be. The semaphore is never closed.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turns.acquire().await.ok()
    }

    /// A connection that was good a moment ago.
    pub(super) fn kept(&self) -> Option<AsyncSmtpConnection> {
        let mut kept = self.idle();
        kept.retain(|(_, since)| since.elapsed() < KEPT_FOR);
        kept.pop().map(|(connection, _)| connection)
    }

    pub(super) fn keep(&self, connection: AsyncSmtpConnection) {
        self.idle().push((connection, Instant::now()));
    }

    /// A new connection, encrypted and signed in as configured.
    pub(super) async fn connect(&self, at: &Progress) -> Result<AsyncSmtpConnection, AdapterError> {
        let (server, port) = &self.address;
        let found = Addresses::of(server, *port, self.patience).await;
        let mut connection = self.reach(&found.map_err(trouble::unreached)?).await?;
        if let Some(credentials) = &self.sign_in {
            at.reach(Step::SignIn);
            let answer = connection.auth(DEFAULT_MECHANISMS, credentials).await;
            exactly(235, answer).map_err(|fault| trouble::of(Step::SignIn, fault, NOBODY))?;
        }
        Ok(connection)
    }

    async fn reach(&self, server: &Addresses) -> Result<AsyncSmtpConnection, AdapterError> {
        match &self.starttls {
            Some(tls) => self.encrypt_later(server, tls).await,
            None => self.call(server).await,
        }
    }

    /// As it stays: encrypted from the beginning, or not at all.
    async fn call(&self, server: &Addresses) -> Result<AsyncSmtpConnection, AdapterError> {
        let connected = AsyncSmtpConnection::connect_tokio1(
            server.all(),
            Some(server.share()),
            &self.hello,
            self.implicit.clone(),
            None,
        );
        let connected = connected.await;
        connected.map_err(|e| trouble::of(Step::Connect, e.into(), NOBODY))
    }

    /// Encrypted once the server has said that it can.
    async fn encrypt_later(
        &self,
        server: &Addresses,
        tls: &TlsParameters,
    ) -> Result<AsyncSmtpConnection, AdapterError> {
        let stream = server.call().await.map_err(trouble::unreached)?;
        let stream = Careful::new(stream);
        let said = |e: SmtpError| trouble::of(Step::Connect, e.into(), NOBODY);
        let connected =
            AsyncSmtpConnection::connect_with_transport(Box::new(stream), &self.hello).await;
        let mut connection = connected.map_err(said)?;
        let encrypted = connection.starttls(tls.clone(), &self.hello).await;
        encrypted.map_err(said)?;
        Ok(connection)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(AsyncSmtpConnection, Instant)>> {
        // Nothing that runs under the lock panics.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn encrypted(config: &SmtpConfig) -> Result<TlsParameters, AdapterError> {
    let mut tls = TlsParameters::builder(config.server.clone());
    for pem in &config.roots {
        let root = Certificate::from_pem(pem).ok();
        let root = root.filter(|_| has_a_certificate(pem));
        let root = root.ok_or_else(|| misconfigured(NO_ROOT))?;
        tls = tls.add_root_certificate(root);
    }
    let built = tls.build_rustls();
    built.map_err(|e| misconfigured("encryption cannot be set up").with_source(e))
}

const NO_ROOT: &str = "what to trust is no certificate in PEM: give trusting(..) the content of a file with a line BEGIN CERTIFICATE, and not its path";

/// Whoever reads the PEM passes over all that is something else, and is content with nothing.
fn has_a_certificate(pem: &[u8]) -> bool {
    let mut lines = pem.split(|byte| matches!(byte, b'\r' | b'\n'));
    lines.any(|line| line.trim_ascii_end() == b"-----BEGIN CERTIFICATE-----")
}

fn misconfigured(what: &str) -> AdapterError {
    AdapterError::new(
        AdapterErrorKind::Misconfigured,
        Disposition::NeverSent,
        "smtp",
        "configure",
        what,
    )
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::net::{SocketAddr, TcpStream as Caller};

    use portal_core::mail::{EmailAddress, Mailbox};
    use tokio::net::{TcpListener, TcpSocket};

    use super::*;
    use crate::Sender;

    /// An address where nothing is answered, for as long as this is there: the queue of those who wait for somebody to listen is full.
    struct Hole {
        address: SocketAddr,
        _deaf: TcpListener,
        _waiting: Vec<Caller>,
    }

    fn hole() -> Hole {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let deaf = socket.listen(0).unwrap();
        let address = deaf.local_addr().unwrap();
        let enough = Duration::from_millis(300);
        let waiting = std::iter::from_fn(|| Caller::connect_timeout(&address, enough).ok());
        Hole {
            address,
            _waiting: waiting.collect(),
            _deaf: deaf,
        }
    }

    fn sender() -> Sender {
        let from = EmailAddress::parse("portal@portal.example").unwrap();
        Sender::new(Mailbox::new(from))
    }

    const PATIENCE: Duration = Duration::from_secs(3);

    /// A firewall that swallows what goes to a server by IPv6 does not keep anybody from it.
    #[tokio::test]
    async fn a_server_whose_first_address_never_answers_is_reached_at_the_next() {
        let hole = hole();
        for config in [
            SmtpConfig::tls("localhost", sender()),
            SmtpConfig::starttls("localhost", sender()),
            SmtpConfig::unencrypted("localhost", sender()),
        ] {
            let there = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let config = config.give_up_after(PATIENCE);
            let pool = Pool::new(&config).unwrap();
            let all = vec![hole.address, there.local_addr().unwrap()];
            let server = Addresses::among(all, pool.patience);
            let called = tokio::select! {
                called = there.accept() => called.is_ok(),
                _ = pool.reach(&server) => false,
                () = tokio::time::sleep(PATIENCE) => false,
            };
            assert!(called, "{config:?}");
        }
    }

    #[tokio::test]
    async fn a_server_that_answers_at_no_address_is_called_out_of_reach() {
        let hole = hole();
        let server = Addresses::among(vec![hole.address], Duration::from_secs(1));
        for config in [
            SmtpConfig::tls("localhost", sender()),
            SmtpConfig::starttls("localhost", sender()),
        ] {
            let pool = Pool::new(&config).unwrap();
            let error = pool.reach(&server).await.err().unwrap();
            assert_eq!(error.disposition(), Disposition::NeverSent);
            assert!(error.to_string().contains("cannot be reached"), "{error}");
        }
    }
}
