use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    mail::{Mail, Mailer},
};
use tokio::runtime::Handle;

use crate::{Dkim, Sender, mime};

/// Writes every message into a folder as `{id}.eml`, which mail programs open.
///
/// A file is there as a whole or not at all, and the same message is the same file. Only this process's user may read it.
#[derive(Debug, Clone)]
#[must_use]
pub struct EmlFolder {
    folder: PathBuf,
    sender: Sender,
    dkim: Option<Dkim>,
}

impl EmlFolder {
    /// Into this folder, which has to be there.
    pub fn new(folder: impl Into<PathBuf>, sender: Sender) -> Self {
        Self {
            folder: folder.into(),
            sender,
            dkim: None,
        }
    }

    /// Signed.
    pub fn signed(mut self, dkim: Dkim) -> Self {
        self.dkim = Some(dkim);
        self
    }
}

#[async_trait]
impl Mailer for EmlFolder {
    async fn send(&self, mail: &Mail) -> Result<(), AdapterError> {
        let mut message = mime::message(mail, &self.sender, "eml")?;
        if let Some(dkim) = &self.dkim {
            dkim.sign(&mut message);
        }
        let name = format!("{}.eml", mail.id);
        let (folder, bytes) = (self.folder.clone(), message.formatted());
        let write = move || write_whole(&folder, &name, &bytes);
        let written = match Handle::try_current() {
            // A slow disk keeps nobody else waiting.
            Ok(runtime) => {
                let written = runtime.spawn_blocking(write).await;
                written.unwrap_or_else(|e| Err(io::Error::other(e)))
            }
            Err(_) => write(),
        };
        written.map_err(failed)
    }
}

fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut half = tempfile::Builder::new()
        .prefix(".")
        .suffix(".part")
        .tempfile_in(folder)?;
    half.write_all(bytes)?;
    half.as_file().sync_all()?;
    half.persist(folder.join(name))?;
    // That it is there is written down in the folder.
    #[cfg(unix)]
    std::fs::File::open(folder)?.sync_all()?;
    Ok(())
}

fn failed(error: io::Error) -> AdapterError {
    let (kind, what) = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => (
            AdapterErrorKind::Misconfigured,
            "the folder is not there: make it, or name another",
        ),
        io::ErrorKind::PermissionDenied => (
            AdapterErrorKind::Misconfigured,
            "the folder may not be written to",
        ),
        _ => (
            AdapterErrorKind::Unavailable,
            "the folder cannot be written to",
        ),
    };
    AdapterError::new(kind, Disposition::NeverSent, "eml", "send", what).with_source(error)
}
