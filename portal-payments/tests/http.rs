//! The client over real connections: what it says of a request that failed, and that it adds nothing of its own.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]
use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    http::{HttpClient as _, Method, Request, Response},
};
use portal_payments::http::{Client, Limits};

type Answer = Result<Response<bytes::Bytes>, AdapterError>;

/// A server that does this with each connection, one after another.
struct Server {
    address: String,
    connections: Arc<AtomicUsize>,
}

impl Server {
    fn doing(mut what: impl FnMut(TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let connections = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&connections);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                seen.fetch_add(1, Ordering::SeqCst);
                what(connection.unwrap());
            }
        });
        Self {
            address,
            connections,
        }
    }

    /// Reads the request, and answers these bytes.
    fn answering(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::doing(move |mut connection| {
            heard(&mut connection);
            // Who has heard enough hangs up.
            drop(connection.write_all(&bytes));
        })
    }

    async fn asked(&self, limits: Limits) -> Answer {
        ask(&format!("http://{}/v1/refunds", self.address), limits).await
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// The request, with its body of four bytes.
fn heard(connection: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let mut buffer = [0; 1024];
    while !text.ends_with(b"\r\n\r\na=1&") {
        let read = connection.read(&mut buffer).unwrap();
        assert_ne!(read, 0, "the request ended early");
        text.extend(buffer.iter().take(read));
    }
    String::from_utf8(text).unwrap()
}

async fn ask(url: &str, limits: Limits) -> Answer {
    let request = Request::builder().method(Method::POST).uri(url);
    let request = request.header("idempotency-key", "k1");
    let request = request.body("a=1&".into()).unwrap();
    Client::new(limits).unwrap().send(request).await
}

/// The kind and what can have happened; the error names no address.
fn ended(answer: Answer, address: &str) -> (AdapterErrorKind, Disposition) {
    let error = match answer {
        Ok(answer) => panic!("an answer: {}", answer.status()),
        Err(error) => error,
    };
    assert!(!error.to_string().contains(address), "{error}");
    (error.kind(), error.disposition())
}

const NEVER_SENT: (AdapterErrorKind, Disposition) =
    (AdapterErrorKind::Unavailable, Disposition::NeverSent);
const UNKNOWN: (AdapterErrorKind, Disposition) =
    (AdapterErrorKind::Unavailable, Disposition::Unknown);

fn soon() -> Limits {
    let time = Duration::from_millis(300);
    Limits::default()
        .connected_within(time)
        .answered_within(time)
}

#[tokio::test]
async fn a_refused_connection_sent_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let answer = ask(&format!("http://{address}/"), Limits::default()).await;
    assert_eq!(ended(answer, &address), NEVER_SENT);
}

#[tokio::test]
async fn a_name_nobody_has_is_sent_nothing() {
    let answer = ask("http://nobody.invalid/", Limits::default()).await;
    assert_eq!(ended(answer, "nobody.invalid"), NEVER_SENT);
}

#[tokio::test]
async fn a_server_that_cannot_prove_who_it_is_is_sent_nothing() {
    let server = Server::doing(|mut connection| {
        drop(connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    });
    let answer = ask(&format!("https://{}/", server.address), Limits::default()).await;
    assert_eq!(ended(answer, &server.address), NEVER_SENT);
}

#[tokio::test]
async fn a_handshake_that_takes_too_long_sent_nothing() {
    let mut kept = vec![];
    let server = Server::doing(move |connection| kept.push(connection));
    let limits = Limits::default().connected_within(Duration::from_millis(300));
    let answer = ask(&format!("https://{}/", server.address), limits).await;
    assert_eq!(ended(answer, &server.address), NEVER_SENT);
}

#[tokio::test]
async fn what_is_no_address_is_not_sent() {
    for url in ["/v1/refunds", "ftp://127.0.0.1/"] {
        let (kind, disposition) = ended(ask(url, Limits::default()).await, "127.0.0.1");
        assert_eq!(kind, AdapterErrorKind::Misconfigured, "{url}");
        assert_eq!(disposition, Disposition::NeverSent, "{url}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_may_have_done_it_and_is_not_asked_again() {
    let server = Server::answering("");
    let answer = server.asked(Limits::default()).await;
    assert_eq!(ended(answer, &server.address), UNKNOWN);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_server_that_never_answers_may_have_done_it() {
    let mut kept = vec![];
    let server = Server::doing(move |connection| kept.push(connection));
    let answer = server.asked(soon()).await;
    assert_eq!(ended(answer, &server.address), UNKNOWN);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn half_an_answer_may_be_of_something_done() {
    let server = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":");
    let answer = server.asked(Limits::default()).await;
    assert_eq!(ended(answer, &server.address), UNKNOWN);
}

#[tokio::test]
async fn what_is_no_http_may_have_done_it() {
    let server = Server::answering("220 smtp.example ESMTP\r\n");
    let answer = server.asked(Limits::default()).await;
    assert_eq!(ended(answer, &server.address), UNKNOWN);
}

#[tokio::test]
async fn a_redirect_is_an_answer_like_any_other() {
    let elsewhere = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let answer = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{}/\r\ncontent-length: 0\r\n\r\n",
        elsewhere.address
    );
    let server = Server::answering(answer);
    let answer = server.asked(Limits::default()).await.unwrap();
    assert_eq!(answer.status(), 307);
    let location = answer.headers().get("location").unwrap();
    assert!(location.to_str().unwrap().contains(&elsewhere.address));
    assert_eq!(elsewhere.connections(), 0, "nobody went there");
}

#[tokio::test]
async fn every_status_is_an_answer() {
    for status in [201, 302, 402, 404, 409, 421, 429, 500, 503] {
        let server = Server::answering(format!(
            "HTTP/1.1 {status} So\r\nretry-after: 0\r\ncontent-length: 2\r\n\r\nno"
        ));
        let answer = server.asked(Limits::default()).await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        assert_eq!(answer.body().as_ref(), b"no");
        assert_eq!(server.connections(), 1, "{status}: not sent again");
    }
}

#[tokio::test]
async fn an_answer_without_end_is_not_kept() {
    let limits = Limits::default().no_larger_than(1000);
    let announced = "HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n";
    let unannounced = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
    for head in [announced, unannounced] {
        let server = Server::answering(format!("{head}{}", "a".repeat(1001)));
        let answer = server.asked(limits).await;
        let (kind, disposition) = ended(answer, &server.address);
        assert_eq!(kind, AdapterErrorKind::Unintelligible, "{head}");
        assert_eq!(disposition, Disposition::Unknown, "{head}");
    }
    let server = Server::answering(format!("{unannounced}{}", "a".repeat(1000)));
    assert_eq!(server.asked(limits).await.unwrap().body().len(), 1000);
}

#[tokio::test]
async fn the_request_arrives_as_it_was_with_nothing_that_tells_of_the_host() {
    let (say, said) = mpsc::channel();
    let server = Server::doing(move |mut connection| {
        say.send(heard(&mut connection)).unwrap();
        drop(connection.write_all(b"HTTP/1.1 204 No Content\r\n\r\n"));
    });
    server.asked(Limits::default()).await.unwrap();
    let request = said.recv().unwrap().to_lowercase();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, "a=1&");
    let mut lines: Vec<&str> = head.lines().collect();
    lines.sort_unstable();
    let host = format!("host: {}", server.address);
    let expected = [
        "accept: */*",
        "content-length: 4",
        &host,
        "idempotency-key: k1",
        "post /v1/refunds http/1.1",
    ];
    assert_eq!(lines, expected);
}
