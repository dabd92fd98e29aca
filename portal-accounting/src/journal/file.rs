//! The file: one line a record, each on disk before anybody is told so.
use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use portal_core::{
    accounting::LedgerError,
    adapter::{AdapterErrorKind, Disposition},
};
use serde::{Deserialize, Serialize};

use super::{record::Record, trouble};

/// A file that is open, and nobody else's.
#[derive(Debug)]
pub(super) struct Lines {
    file: File,
    /// How much of it is known to be on disk.
    len: u64,
    /// What was written last may be there or not: nothing is written behind it.
    broken: bool,
}

/// Why a journal cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The file cannot be read or written.
    #[error("the journal's file cannot be read or written: {0}")]
    Io(#[from] io::Error),
    /// Another process has it open.
    #[error(
        "another process has the journal open: stop it first, or give this one a file of its own"
    )]
    InUse,
    /// It is of another organisation, or no journal at all.
    #[error("the file is not the journal of this organisation")]
    NotThisOne,
    /// A line in it cannot be read. Nothing is guessed: restore it from a copy.
    #[error("line {line} of the journal is damaged: {why}")]
    Damaged {
        /// Which, counted from one.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
}

/// The first line.
#[derive(Serialize, Deserialize)]
struct Head {
    journal: u32,
    organisation: String,
}

impl Lines {
    /// Opens it, or makes it; every record in it.
    pub(super) fn open(
        path: &Path,
        organisation: impl AsRef<str>,
    ) -> Result<(Self, Vec<Record>), JournalError> {
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(JournalError::InUse),
            Err(TryLockError::Error(e)) => return Err(e.into()),
        }
        let (whole, len, rest) = whole_lines(&mut file)?;
        let organisation = organisation.as_ref();
        let head = line(&Head {
            journal: 1,
            organisation: organisation.to_owned(),
        })?;
        let ours = match whole.first() {
            Some(first) => is_head_of(first, organisation),
            None => head.starts_with(&rest),
        };
        if !ours {
            return Err(JournalError::NotThisOne);
        }
        // A line without an end was being written when the power went. Nobody was told that it is there.
        if !rest.is_empty() {
            file.set_len(len)?;
            file.sync_all()?;
        }
        let mut lines = Self {
            file,
            len,
            broken: false,
        };
        if whole.is_empty() {
            lines.write(&head)?;
            // Its name has to be on disk, too.
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
            File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
            return Ok((lines, vec![]));
        }
        let mut records = vec![];
        for (n, text) in whole.iter().skip(1).enumerate() {
            let record = serde_json::from_slice(text);
            records.push(record.map_err(|e| JournalError::Damaged {
                line: n + 2,
                why: e.to_string(),
            })?);
        }
        Ok((lines, records))
    }

    /// Whether what is in memory is what is in the file.
    pub(super) fn is_sound(&self) -> bool {
        !self.broken
    }

    /// Writes a record, and waits until it is on disk.
    pub(super) fn append(&mut self, record: &Record) -> Result<(), LedgerError> {
        let unwritten = |why: &io::Error| {
            trouble(
                AdapterErrorKind::Unavailable,
                Disposition::Rejected,
                format!("the file was not written: {}", why.kind()),
            )
        };
        if self.broken {
            return Err(unsound());
        }
        let text = line(record).map_err(|e| unwritten(&e))?;
        let Err(why) = self.write(&text) else {
            return Ok(());
        };
        // Whatever is there of it must go before anything else is written.
        let undone = self
            .file
            .set_len(self.len)
            .and_then(|()| self.file.sync_all());
        if undone.is_ok() {
            return Err(unwritten(&why));
        }
        self.broken = true;
        let why = format!("the file may be written or not: {}", why.kind());
        Err(trouble(
            AdapterErrorKind::Unavailable,
            Disposition::Unknown,
            why,
        ))
    }

    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        self.file.write_all(text)?;
        self.file.sync_data()?;
        self.len += u64::try_from(text.len()).map_err(io::Error::other)?;
        Ok(())
    }
}

/// What was written last may be in the file or not.
pub(super) fn unsound() -> LedgerError {
    let why = "an earlier line may be half written: open the journal anew";
    trouble(AdapterErrorKind::Unavailable, Disposition::NeverSent, why)
}

fn is_head_of(line: &[u8], organisation: &str) -> bool {
    let head = serde_json::from_slice::<Head>(line);
    head.is_ok_and(|head| head.journal == 1 && head.organisation == organisation)
}

/// The lines that have an end, where the last of them ends, and what follows it.
fn whole_lines(file: &mut File) -> io::Result<(Vec<Vec<u8>>, u64, Vec<u8>)> {
    file.seek(SeekFrom::Start(0))?;
    let mut reader = BufReader::new(&*file);
    let (mut lines, mut len) = (vec![], 0);
    loop {
        let mut text = vec![];
        let read = reader.read_until(b'\n', &mut text)?;
        if text.last() != Some(&b'\n') {
            return Ok((lines, len, text));
        }
        len += u64::try_from(read).map_err(io::Error::other)?;
        text.pop();
        lines.push(text);
    }
}

fn line(what: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec(what)?;
    text.push(b'\n');
    Ok(text)
}
