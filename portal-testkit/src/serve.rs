//! A fake behind a port of this machine, for whoever does not speak Rust: another language's SDK, a browser, a host in a process of its own.
use std::{convert::Infallible, fmt, io, net::TcpListener, sync::Arc, thread::JoinHandle};

use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use portal_core::http::{Bytes, HttpClient, Request, Response};
use tokio::{
    net::TcpStream,
    runtime::{Builder, Runtime},
    sync::oneshot,
};

/// Answers over the network what a fake answers, until it is dropped.
///
/// A request the fake turns away is one whose connection ends without an answer: over a network, nobody can tell that it never arrived.
///
/// ```
/// use std::sync::Arc;
/// use portal_testkit::{Served, StoppedClock, stripe::FakeStripe};
///
/// let fake = FakeStripe::new(&StoppedClock::default());
/// let served = Served::start(Arc::new(fake.clone()));
/// // stripe.StripeClient("sk_test_1", base_addresses={"api": address})
/// assert!(served.address().starts_with("http://127.0.0.1:"));
/// ```
pub struct Served {
    address: String,
    /// Dropped, it ends the thread.
    until: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    /// On a free port, reached from this machine alone. It needs no runtime of the caller's.
    #[must_use]
    pub fn start(client: Arc<dyn HttpClient>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (until, dropped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            serve(&runtime, listener, client, dropped).unwrap();
        });
        Self {
            address,
            until: Some(until),
            thread: Some(thread),
        }
    }

    /// Where it answers, without a slash at its end.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.until.take());
        if let Some(thread) = self.thread.take() {
            // If it stopped by itself, it has said why.
            drop(thread.join());
        }
    }
}

impl fmt::Debug for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Served").field(&self.address).finish()
    }
}

fn serve(
    runtime: &Runtime,
    listener: TcpListener,
    client: Arc<dyn HttpClient>,
    dropped: oneshot::Receiver<Infallible>,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(answer(connection, Arc::clone(&client)));
            }
        });
        // Whatever is still open ends with the runtime.
        drop(dropped.await);
        Ok(())
    })
}

/// Everything that is asked over one connection.
async fn answer(connection: TcpStream, client: Arc<dyn HttpClient>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let client = Arc::clone(&client);
        async move { one(&*client, request).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(connection), service);
    // Who hung up is not told, and a fake that gives no answer ends the connection.
    drop(connection.await);
}

async fn one(
    client: &dyn HttpClient,
    request: Request<Incoming>,
) -> io::Result<Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let answer = client.send(Request::from_parts(head, body)).await;
    Ok(answer.map_err(io::Error::other)?.map(Full::new))
}
