//! A mail server that says what it is told to, in this process: what servers that others wrote cannot be made to say.
use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
};

use portal_mail::{Smtp, SmtpConfig};

use super::sender;

/// What it answers to a command, or to the content, which is `.`; to all else it says what all servers do. Without words it hangs up.
pub(crate) type Lines = Vec<(&'static str, Vec<u8>)>;

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
    }
    Ok(())
}
