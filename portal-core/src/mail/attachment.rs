use std::{fmt, sync::Arc};

use super::{Mail, mailbox::shown};

/// A paper that goes with a message.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attachment {
    /// What it is called on the reader's device.
    pub file_name: FileName,
    /// What it is.
    pub content_type: ContentType,
    bytes: Arc<[u8]>,
}

/// A name that a file can have on any device: one line, no folder, nothing hidden.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileName(Arc<str>);

/// What a file is, such as `application/pdf`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContentType(Arc<str>);

/// More than can go with a message: send a link instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{bytes} bytes are more than go with a message, which is {most}: send a link", most = Mail::MOST_ATTACHED)]
#[non_exhaustive]
pub struct TooLarge {
    /// How many bytes it came to.
    pub bytes: usize,
}

impl Attachment {
    /// A file, by whatever name and type the host has it: both are made safe.
    pub fn new(file_name: &str, content_type: &str, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self {
            file_name: FileName::of(file_name),
            content_type: ContentType::of(content_type),
            bytes: bytes.into(),
        }
    }

    /// What is in it.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many bytes it has.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }
}

impl FileName {
    /// More is cut off, before the ending.
    pub const LONGEST: usize = 100;

    /// As much of a name as any device takes; `document` where that is nothing.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let parts_folders = |c| !"/\\:*?\"<>|;%".contains(c);
        let (stem, ending) = match name.rsplit_once('.') {
            Some((stem, ending)) if ending.len() <= 8 => (stem, shown(ending, 8, parts_folders)),
            _ => (name, String::new()),
        };
        let stem = shown(stem, Self::LONGEST, parts_folders);
        let stem = match stem.trim_matches(['.', '-', ' ']) {
            "" => "document",
            stem => stem,
        };
        match ending.as_str() {
            "" => Self(stem.into()),
            ending => Self(format!("{stem}.{ending}").into()),
        }
    }

    /// As it goes into the header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ContentType {
    /// The type, if it is one that a paper can have, and else `application/octet-stream`: no part of a message, and no message in a message.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let plain = text.split(';').next().unwrap_or_default().trim();
        let known = plain.split_once('/').is_some_and(|(kind, of)| {
            ["application", "audio", "font", "image", "text", "video"].contains(&kind)
                && is_token(of)
        });
        Self(
            if known {
                plain
            } else {
                "application/octet-stream"
            }
            .into(),
        )
    }

    /// As it goes into the header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_token(text: &str) -> bool {
    let letters = |b: u8| b.is_ascii_alphanumeric() || b".+-_".contains(&b);
    !text.is_empty() && text.len() <= 100 && text.bytes().all(letters)
}

/// What is in a paper stays out of logs.
impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment")
            .field("content_type", &self.content_type)
            .field("size", &self.size())
            .finish_non_exhaustive()
    }
}
