//! A mail server that says what it is told to, in this process: what servers that others wrote cannot be made to say.
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use portal_mail::{Smtp, SmtpConfig};
use tokio::net::TcpSocket;

use super::sender;

/// What it answers to a command, or to the content, which is `.`; to all else it says what all servers do. Without words it hangs up; without a
/// greeting, which is what goes with no command, it goes on waiting. After `afterwards`, which it says when it has taken a message, it hangs up in any case.
pub(crate) type Lines = Vec<(&'static str, Vec<u8>)>;

/// A port where nobody listens, and where nobody else comes to listen as long as this is there.
#[derive(Debug)]
pub(crate) struct Nobody(TcpSocket);

impl Nobody {
    pub(crate) fn there() -> Self {
        let taken = TcpSocket::new_v4().unwrap();
        taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self(taken)
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }
}

/// Listens on that port as long as the test runs.
pub(crate) fn server(lines: Lines) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let lines = Arc::new(lines);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let lines = Arc::clone(&lines);
            thread::spawn(move || drop(speak(&stream, &lines)));
        }
    });
    port
}

pub(crate) fn smtp(lines: Lines) -> Smtp {
    let config = SmtpConfig::unencrypted("127.0.0.1", sender());
    Smtp::new(config.port(server(lines))).unwrap()
}

fn speak(mut stream: &TcpStream, lines: &Lines) -> std::io::Result<()> {
    let told = |command: &str| {
        let mut told = lines.iter().filter(|(to, _)| *to == command);
        told.next().map(|(_, words)| words.as_slice())
    };
    stream.write_all(told("").unwrap_or(b"220 scripted ESMTP\r\n"))?;
    let mut content = false;
    for line in BufReader::new(stream).lines() {
        let line = line?;
        if content && line != "." {
            continue;
        }
        let command = line.split([' ', ':']).next().unwrap();
        let usual: &[u8] = match command {
            "DATA" => b"354 go on\r\n",
            _ => b"250 OK\r\n",
        };
        let words = told(command).unwrap_or(usual);
        content = command == "DATA" && words.starts_with(b"354");
        if words.is_empty() {
            return Ok(());
        }
        stream.write_all(words)?;
        if command == "."
            && let Some(last) = told("afterwards")
        {
            return stream.write_all(last);
        }
    }
    Ok(())
}

/// Somebody on the way to the server at this port, who says more than it does when encryption is asked for. Answers at which port.
pub(crate) fn between(port: u16, more: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let server = TcpStream::connect(("localhost", port)).unwrap();
            let asked = Arc::new(AtomicBool::new(false));
            let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            let heard = Arc::clone(&asked);
            thread::spawn(move || {
                pass(from, to, |said| {
                    heard.fetch_or(said.starts_with(b"STARTTLS"), Ordering::SeqCst);
                    vec![]
                });
            });
            thread::spawn(move || {
                pass(server, client, |_| {
                    let now = asked.swap(false, Ordering::SeqCst);
                    if now { more.to_vec() } else { vec![] }
                });
            });
        }
    });
    own
}

/// All that comes, with what is added to it, until nothing comes any more.
fn pass(mut from: TcpStream, mut to: TcpStream, adds: impl Fn(&[u8]) -> Vec<u8>) {
    let mut said = [0; 8_192];
    while let Ok(much @ 1..) = from.read(&mut said) {
        let more = adds(&said[..much]);
        if to.write_all(&[&said[..much], &more].concat()).is_err() {
            break;
        }
    }
    drop(to.shutdown(std::net::Shutdown::Both));
}
