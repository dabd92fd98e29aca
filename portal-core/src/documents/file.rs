use std::{fmt, sync::Arc};

use crate::details::shown;

/// A paper as a file, safe to be handed over whatever the host calls it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentFile {
    /// What it is called on the reader's device.
    pub file_name: FileName,
    /// What it is.
    pub content_type: ContentType,
    bytes: Arc<[u8]>,
}

/// A name that a file can have on any device: one line, no folder, nothing hidden, and it ends in what the file is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileName(Arc<str>);

/// What a paper is, of a closed list: nothing that runs, and no message in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContentType(Known);

/// A type, and what the names of such files end in, the usual ending first.
type Known = (&'static str, &'static [&'static str]);

/// Everything that a paper can be.
const KNOWN: [Known; 14] = [
    ("application/pdf", &["pdf"]),
    ("text/html", &["html", "htm"]),
    ("text/plain", &["txt"]),
    ("text/csv", &["csv"]),
    ("text/xml", &["xml"]),
    ("application/xml", &["xml"]),
    ("image/png", &["png"]),
    ("image/jpeg", &["jpg", "jpeg"]),
    ("image/tiff", &["tif", "tiff"]),
    ("image/webp", &["webp"]),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &["docx"],
    ),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &["xlsx"],
    ),
    ("application/vnd.oasis.opendocument.text", &["odt"]),
    ("application/zip", &["zip"]),
];

/// What everything else is.
const STRANGE: Known = ("application/octet-stream", &["bin"]);

/// What devices are called on some systems: no file can be.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

impl DocumentFile {
    /// More is no paper that anybody reads.
    pub const LARGEST: usize = 64 * 1024 * 1024;

    /// A file, by whatever name and type the host has it: both are made safe.
    pub fn new(file_name: &str, content_type: &str, bytes: impl Into<Arc<[u8]>>) -> Self {
        let content_type = ContentType::of(content_type);
        Self {
            file_name: FileName::of(file_name).ending_as(content_type),
            content_type,
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

    /// The headers it is answered with: it is saved and not shown, nothing in it runs, and it stays in no cache. T37.
    #[must_use]
    pub fn headers(&self) -> [(&'static str, String); 5] {
        let kind = match self.content_type.as_str() {
            "text/html" => "text/html; charset=utf-8",
            kind => kind,
        };
        [
            ("content-type", kind.to_owned()),
            ("content-disposition", self.file_name.disposition()),
            ("cache-control", "private, no-store".to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
            (
                "content-security-policy",
                "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:".to_owned(),
            ),
        ]
    }
}

impl FileName {
    /// More is cut off, before the ending: file systems count 255 bytes, and a character has at most four.
    pub const LONGEST: usize = 60;

    /// As much of a name as any device takes; `document` where that is nothing.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let parts_folders = |c| !"/\\:*?\"<>|;%".contains(c);
        let (stem, ending) = match name.rsplit_once('.') {
            Some((stem, ending)) if ending.len() <= 8 => (stem, shown(ending, 8, parts_folders)),
            _ => (name, String::new()),
        };
        let left = Self::LONGEST.saturating_sub(ending.chars().count() + 1);
        let stem = shown(stem, left, parts_folders);
        let stem = match stem.trim_matches(['.', '-', ' ']) {
            "" => "document".to_owned(),
            stem if is_device(stem) => format!("document {stem}"),
            stem => stem.to_owned(),
        };
        match ending.as_str() {
            "" => Self(stem.into()),
            ending => Self(format!("{stem}.{ending}").into()),
        }
    }

    /// As it goes into a header that can hold it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it ends in is believed by whoever opens it.
    fn ending_as(self, content_type: ContentType) -> Self {
        let ContentType((_, endings)) = content_type;
        let ending = self.0.rsplit_once('.').map(|(_, ending)| ending);
        let fits = |ending: &str| {
            endings
                .iter()
                .any(|known| ending.eq_ignore_ascii_case(known))
        };
        match endings.first() {
            Some(usual) if !ending.is_some_and(fits) => Self(format!("{}.{usual}", self.0).into()),
            _ => self,
        }
    }

    /// RFC 6266: the name twice, once without what old programs cannot read.
    fn disposition(&self) -> String {
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || " .-_".contains(c) {
                c
            } else {
                '_'
            }
        };
        let plain: String = self.0.chars().map(plain).collect();
        let encoded = self.0.bytes().fold(String::new(), |text, b| {
            if b.is_ascii_alphanumeric() || b".-_".contains(&b) {
                text + char::from(b).encode_utf8(&mut [0; 4])
            } else {
                text + &format!("%{b:02X}")
            }
        });
        format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
    }
}

impl ContentType {
    /// The type, if it is one that a paper can have, and else `application/octet-stream`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let plain = text.split(';').next().unwrap_or_default().trim();
        let mut known = KNOWN.iter();
        let known = known.find(|(kind, _)| plain.eq_ignore_ascii_case(kind));
        Self(known.copied().unwrap_or(STRANGE))
    }

    /// As it goes into a header.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.0.0
    }
}

fn is_device(stem: &str) -> bool {
    let name = stem.split('.').next().unwrap_or_default().trim();
    let name = name.to_lowercase();
    let name = name.trim_end_matches(|c: char| c.is_numeric());
    DEVICES.contains(&name)
}

/// What is in a paper stays out of logs, and so does what it is called: it may name somebody.
impl fmt::Debug for DocumentFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentFile")
            .field("content_type", &self.content_type.as_str())
            .field("size", &self.size())
            .finish_non_exhaustive()
    }
}
