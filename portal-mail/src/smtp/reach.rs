//! Where a server is. A name may stand for several addresses, and behind the first there may be a firewall that swallows what comes.
use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};

/// The addresses of a server, and how long each of them has to answer a call.
#[derive(Debug)]
pub(super) struct Addresses {
    all: Vec<SocketAddr>,
    share: Duration,
}

/// By then a call was repeated three times.
const AT_MOST: Duration = Duration::from_secs(10);

impl Addresses {
    /// Looks the server up.
    pub(super) async fn of(server: &str, port: u16, patience: Duration) -> io::Result<Self> {
        let found = lookup_host((server, port)).await?;
        Ok(Self::among(found.collect(), patience))
    }

    /// No address uses up the time of the next, nor the last one that of the message.
    pub(super) fn among(all: Vec<SocketAddr>, patience: Duration) -> Self {
        let shares = u32::try_from(all.len()).unwrap_or(u32::MAX);
        let share = AT_MOST.min(patience / shares.saturating_add(1));
        Self { all, share }
    }

    pub(super) fn all(&self) -> &[SocketAddr] {
        &self.all
    }

    pub(super) fn share(&self) -> Duration {
        self.share
    }

    /// A connection to the first that answers.
    pub(super) async fn call(&self) -> io::Result<TcpStream> {
        let mut answered = Err(io::ErrorKind::AddrNotAvailable.into());
        for address in &self.all {
            let call = timeout(self.share, TcpStream::connect(address)).await;
            answered = call.unwrap_or_else(|late| Err(late.into()));
            if answered.is_ok() {
                break;
            }
        }
        answered
    }
}
