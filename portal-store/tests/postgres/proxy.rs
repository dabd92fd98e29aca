//! Somebody between the store and the server, who counts what goes by, and can cut the line.
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream, unix::OwnedWriteHalf},
};

/// Where `PostgreSQL` listens in its folder.
const SOCKET: &str = ".s.PGSQL.5432";

#[derive(Debug)]
pub(crate) struct Proxy {
    folder: TempDir,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    statements: AtomicU32,
    cut_after: Mutex<Option<Vec<u8>>>,
}

impl Proxy {
    pub(crate) fn before(server: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let state = Arc::<State>::default();
        tokio::spawn(accept(listener, server.join(SOCKET), Arc::clone(&state)));
        Self { folder, state }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How many statements were run since the last time.
    pub(crate) fn statements(&self) -> u32 {
        self.state.statements.swap(0, Ordering::SeqCst)
    }

    /// The first message that says this reaches the server, and the answer reaches nobody.
    pub(crate) fn cut_after(&self, text: &str) {
        *self.state.cut_after.lock().unwrap() = Some(text.into());
    }
}

async fn accept(listener: UnixListener, server: PathBuf, state: Arc<State>) {
    while let Ok((client, _)) = listener.accept().await {
        let server = UnixStream::connect(&server).await.unwrap();
        tokio::spawn(pass(client, server, Arc::clone(&state)));
    }
}

async fn pass(client: UnixStream, server: UnixStream, state: Arc<State>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let answers = tokio::spawn(async move {
        let _ = tokio::io::copy(&mut from_server, &mut to_client).await;
    });
    let mut waiting = vec![];
    let mut typed = false;
    let mut cutting = false;
    let mut buffer = vec![0; 65_536];
    while let Ok(read @ 1..) = from_client.read(&mut buffer).await {
        waiting.extend_from_slice(&buffer[..read]);
        while let Some(length) = whole_message(&waiting, typed) {
            let message: Vec<u8> = waiting.drain(..length).collect();
            let asks = typed && matches!(message[0], b'E' | b'Q');
            state.statements.fetch_add(asks.into(), Ordering::SeqCst);
            if is_cut(&state, &message) {
                answers.abort();
                cutting = true;
            }
            send(&mut to_server, &message).await;
            // A statement ends with `Sync`, and a simple `Query` is one by itself.
            if cutting && matches!(message[0], b'S' | b'Q') {
                tokio::time::sleep(Duration::from_millis(300)).await;
                return;
            }
            typed = true;
        }
    }
    answers.abort();
}

async fn send(to: &mut OwnedWriteHalf, bytes: &[u8]) {
    let _ = to.write_all(bytes).await;
}

fn is_cut(state: &State, message: &[u8]) -> bool {
    let mut cut_after = state.cut_after.lock().unwrap();
    let cut = cut_after
        .as_ref()
        .is_some_and(|text| message.windows(text.len()).any(|part| part == *text));
    if cut {
        *cut_after = None;
    }
    cut
}

/// The first message of a connection has no letter in front.
fn whole_message(bytes: &[u8], typed: bool) -> Option<usize> {
    let letter = usize::from(typed);
    let length = bytes.get(letter..letter + 4)?;
    let length = u32::from_be_bytes(length.try_into().unwrap());
    let whole = letter + usize::try_from(length).unwrap();
    (bytes.len() >= whole).then_some(whole)
}
