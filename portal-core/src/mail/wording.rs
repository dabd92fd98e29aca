use std::fmt;

use serde::{Deserialize, Serialize};

/// A text of the host's, shown as written whatever the reader's language. Only `{name}` and its like are filled in; it is no template, and what is filled in is never read again.
///
/// ```
/// use portal_core::mail::{Blank, Wording};
/// let text = Wording::parse("Hello {given_name},\nyour way in: {link}")?;
/// let filled = text.fill(|blank| match blank {
///     Blank::GivenName => "Ana {link}".into(),
///     _ => "https://courses.example/portal".into(),
/// });
/// assert_eq!(filled, "Hello Ana {link},\nyour way in: https://courses.example/portal");
///
/// let typo = Wording::parse("Hello,\n{lnik}").unwrap_err();
/// assert_eq!(typo.line, 2);
/// # Ok::<(), portal_core::mail::BadWording>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Wording {
    source: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Blank(Blank),
}

/// What a text of the host's may have filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Blank {
    /// The reader's name.
    Name,
    /// The reader's name without the surname.
    GivenName,
    /// Who writes, as the settings say.
    Organiser,
    /// Where to go: the one-time link, or the portal.
    Link,
    /// Until when the link is good.
    Until,
    /// What is taught.
    Course,
    /// Where.
    Venue,
    /// When it begins, on the clocks there.
    Starts,
}

/// Why a text of the host's cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
#[non_exhaustive]
pub struct BadWording {
    /// Where, from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub what: String,
}

impl Wording {
    /// The most characters a text may have.
    pub const LONGEST: usize = 20_000;

    /// Reads a text. Braces that are meant as such are written twice.
    ///
    /// # Errors
    /// A name that nothing is filled in for, a brace without its other, and what no mail can show.
    pub fn parse(text: &str) -> Result<Self, BadWording> {
        if text.chars().count() > Self::LONGEST {
            let what = format!("longer than {} characters: shorten it", Self::LONGEST);
            return Err(BadWording { line: 1, what });
        }
        let source = text.replace("\r\n", "\n");
        let mut pieces = vec![];
        for (n, line) in source.split_inclusive('\n').enumerate() {
            let bad = |what| BadWording { line: n + 1, what };
            read_line(line, &mut pieces).map_err(bad)?;
        }
        Ok(Self { source, pieces })
    }

    /// The text with everything filled in, each blank by what this answers for it.
    pub fn fill(&self, mut with: impl FnMut(Blank) -> String) -> String {
        let filled = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Blank(blank) => with(*blank),
        });
        filled.collect()
    }

    /// Everything it has filled in.
    pub fn blanks(&self) -> impl Iterator<Item = Blank> + '_ {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Blank(blank) => Some(*blank),
        })
    }

    /// As the host wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.source
    }
}

impl Blank {
    /// Every one there is.
    pub const ALL: &'static [Self] = &[
        Self::Name,
        Self::GivenName,
        Self::Organiser,
        Self::Link,
        Self::Until,
        Self::Course,
        Self::Venue,
        Self::Starts,
    ];

    /// As the host writes it, between braces.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::GivenName => "given_name",
            Self::Organiser => "organiser",
            Self::Link => "link",
            Self::Until => "until",
            Self::Course => "course",
            Self::Venue => "venue",
            Self::Starts => "starts",
        }
    }
}

fn read_line(line: &str, pieces: &mut Vec<Piece>) -> Result<(), String> {
    let mut text = String::new();
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '{' | '}' if rest.peek() == Some(&c) => {
                rest.next();
                text.push(c);
            }
            '}' => return Err("a } without its {: write }} for a brace".to_owned()),
            '{' => {
                let mut name = String::new();
                let closed = rest.by_ref().any(|c| {
                    if c != '}' {
                        name.push(c);
                    }
                    c == '}'
                });
                if !closed {
                    return Err("a { without its }: write {{ for a brace".to_owned());
                }
                pieces.push(Piece::Text(std::mem::take(&mut text)));
                pieces.push(Piece::Blank(known(&name)?));
            }
            c if c.is_control() && !matches!(c, '\n' | '\t') => {
                return Err("a character that no mail can show: take it out".to_owned());
            }
            c => text.push(c),
        }
    }
    pieces.push(Piece::Text(text));
    Ok(())
}

fn known(name: &str) -> Result<Blank, String> {
    let found = Blank::ALL
        .iter()
        .find(|blank| blank.as_str() == name.trim());
    let names = || Blank::ALL.iter().map(|blank| blank.as_str());
    found.copied().ok_or_else(|| {
        let known = names().collect::<Vec<_>>().join(", ");
        let name: String = name.chars().take(40).collect();
        format!("nothing is filled in for {{{name}}}: there are {known}")
    })
}

impl TryFrom<String> for Wording {
    type Error = BadWording;

    fn try_from(text: String) -> Result<Self, BadWording> {
        Self::parse(&text)
    }
}

impl From<Wording> for String {
    fn from(wording: Wording) -> Self {
        wording.source
    }
}

impl fmt::Debug for Wording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wording({:?})", self.source)
    }
}
