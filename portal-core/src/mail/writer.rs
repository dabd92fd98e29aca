use std::fmt;

use super::Letter;

/// Puts letters into words. `portal-mail` has one with templates in English and Spanish; a host may write its own.
///
/// It says nothing about the recipient: that is the letter's, and nothing in a template can alter it.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait MailWriter: fmt::Debug + Send + Sync + 'static {
    /// Writes a letter. The same letter is always written the same way.
    ///
    /// # Errors
    /// When it cannot be written: trying the same again is of no use.
    fn write(&self, letter: &Letter) -> Result<Written, NotWritten>;
}

/// A letter in words. They may hold what is one person's alone, and stay out of logs.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// One line, without any character that could end it.
    pub subject: String,
    /// For readers of plain text.
    pub text: String,
    /// For everybody else: a whole page that fetches nothing.
    pub html: Option<String>,
}

/// Why a letter could not be written: a template of the host's failed on it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotWritten {
    /// Which template.
    pub template: String,
    /// Where in it, from 1; 0 where that is not known.
    pub line: usize,
    /// What went wrong, without anything the letter says.
    pub why: String,
}

impl Written {
    /// Words for readers of plain text.
    pub fn new(subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            text: text.into(),
            html: None,
        }
    }

    /// The same as a page.
    #[must_use]
    pub fn with_html(mut self, html: impl Into<String>) -> Self {
        self.html = Some(html.into());
        self
    }
}

impl NotWritten {
    /// A template, a line in it, and what went wrong there.
    pub fn new(template: impl Into<String>, line: usize, why: impl Into<String>) -> Self {
        Self {
            template: template.into(),
            line,
            why: why.into(),
        }
    }
}

impl fmt::Display for NotWritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            template,
            line,
            why,
        } = self;
        match line {
            0 => write!(f, "{template}: {why}"),
            line => write!(f, "{template}, line {line}: {why}"),
        }
    }
}

impl std::error::Error for NotWritten {}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Written(..)")
    }
}
