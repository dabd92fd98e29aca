//! A connection until encryption is agreed on. It is read byte by byte: whoever stands between may send more than was asked for, to be taken for an encrypted answer later. What
//! was not read before is read by the encryption, which knows that it is none of its own.
use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// A connection that may become encrypted.
#[derive(Debug)]
pub(super) struct Careful {
    stream: TcpStream,
    encrypted: bool,
}

/// With it every handshake begins, and no command.
const HANDSHAKE: u8 = 0x16;

impl Careful {
    pub(super) fn new(stream: TcpStream) -> Self {
        let encrypted = false;
        Self { stream, encrypted }
    }
}

impl AsyncRead for Careful {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let encrypted = self.encrypted;
        let stream = Pin::new(&mut self.stream);
        if encrypted || buf.remaining() == 0 {
            return stream.poll_read(cx, buf);
        }
        let mut byte = [0];
        let mut one = ReadBuf::new(&mut byte);
        ready!(stream.poll_read(cx, &mut one))?;
        buf.put_slice(one.filled());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Careful {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.encrypted |= buf.first() == Some(&HANDSHAKE);
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Careful {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}
