//! Every message in words, and every paper that nobody else has: our own in English and Spanish, or the host's in their place.
//!
//! A template is the host's own code: it cannot read what it was not given, call out, run for ever or grow a message without end, but it is not for strangers to write. What staff write
//! are [`Wording`](portal_core::mail::Wording)s, which are no templates at all.
//!
//! Our own pages fetch nothing, fit a phone and have colours for the night: axe is asked of each in Chromium. How they look in Outlook, Gmail or Apple Mail nobody has tried; whoever
//! replaces a template looks at it there, from the files that `previews` writes of the host's own templates.
mod builder;
mod check;
mod engine;
mod facts;
mod filters;
mod formats;
mod labels;
mod orders;
mod papers;
mod requests;
mod sources;
mod written;

use std::fmt;

use minijinja::{Environment, Value};
use portal_core::{
    Language,
    effect::MailKind,
    mail::{HeaderText, Letter, MailWriter, NotWritten, Written},
};

pub use builder::{BadTemplates, Part, TemplatesBuilder};
use formats::Formats;
pub use papers::PaperKind;

/// Puts letters into words, and [writes papers](portal_core::documents::PaperWriter) as pages to print. `previews` (feature `file`) writes all of them to a folder, to look at.
///
/// ```
/// use portal_core::{Language, mail::MailWriter};
/// use portal_mail::{Templates, samples};
///
/// let templates = Templates::builder().build()?;
/// for letter in samples(Language::Es) {
///     let written = templates.write(&letter)?;
///     assert!(!written.subject.is_empty());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Templates {
    engine: Environment<'static>,
    papers: Environment<'static>,
    english: Formats,
    spanish: Formats,
}

impl Templates {
    /// Starts with our own templates; the host may put its own in their place, one by one.
    pub fn builder() -> TemplatesBuilder {
        TemplatesBuilder::default()
    }

    fn formats(&self, language: Language) -> &Formats {
        match language {
            Language::Es => &self.spanish,
            _ => &self.english,
        }
    }

    fn part(
        &self,
        letter: &Letter,
        part: Part,
        facts: &facts::Facts,
    ) -> Result<String, (String, minijinja::Error)> {
        let name = name_of(letter.kind, letter.to.language, part);
        let mut facts = facts.clone();
        facts.insert("layout", part.layout().into());
        engine::render(&self.engine, &name, Value::from(facts)).map_err(|e| (name, e))
    }
}

impl MailWriter for Templates {
    fn write(&self, letter: &Letter) -> Result<Written, NotWritten> {
        let facts = facts::of(letter, self.formats(letter.to.language));
        let part = |part| {
            let written = self.part(letter, part, &facts);
            // What an error tells in detail may be what the letter says.
            written.map_err(|(name, e)| {
                NotWritten::new(name, e.line().unwrap_or(0), e.kind().to_string())
            })
        };
        let subject = HeaderText::of(&part(Part::Subject)?);
        let text = tidy(&part(Part::Text)?);
        Ok(Written::new(subject.as_str(), text).with_html(part(Part::Html)?))
    }
}

/// As templates are called, such as `transfer-notice.es.html`.
fn name_of(kind: MailKind, language: Language, part: Part) -> String {
    format!("{}.{}.{}", kind.as_str(), language.tag(), part.as_str())
}

/// Lines end where they end, and no two empty ones follow each other.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.trim().lines().map(str::trim_end) {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Templates").finish_non_exhaustive()
    }
}
