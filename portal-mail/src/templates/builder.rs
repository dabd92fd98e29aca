use std::fmt;

use icu_locale_core::Locale;
use portal_core::{Language, effect::MailKind, mail::NotWritten};

use super::{
    PaperKind, Templates, check, engine, formats::Formats, name_of, papers, sources::SOURCES,
};

/// Puts templates together. Every problem is found here, before the first message is owed.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct TemplatesBuilder {
    replaced: Vec<Replaced>,
    papers: Vec<papers::Replaced>,
    english: Option<String>,
    spanish: Option<String>,
}

/// A part of a message, each with a template of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a message has these parts")]
pub enum Part {
    /// The line in the list of messages.
    Subject,
    /// For readers of plain text.
    Text,
    /// For everybody else.
    Html,
}

/// Everything that is wrong with the templates of a host: which, where, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BadTemplates {
    /// Each with the template it is about.
    pub problems: Vec<NotWritten>,
}

/// A template of the host's.
#[derive(Debug, Clone)]
pub(super) struct Replaced {
    pub(super) kind: MailKind,
    pub(super) language: Language,
    pub(super) part: Part,
    pub(super) source: String,
}

impl TemplatesBuilder {
    /// The host's own template for one part of one message in one language. The last one given counts.
    ///
    /// The facts it may name are those of our own template; it may be built on ours with `{% extends layout %}` and the blocks `subject` and `body`. What is not known is none and
    /// cannot be shown: `{% if portal is not none %}` asks first.
    pub fn replace(
        mut self,
        kind: MailKind,
        language: Language,
        part: Part,
        source: impl Into<String>,
    ) -> Self {
        let replaced = Replaced {
            kind,
            language,
            part,
            source: source.into(),
        };
        self.replaced.push(replaced);
        self
    }

    /// The host's own template for one paper in one language. The last one given counts.
    ///
    /// The facts it may name are those of our own template; it may be built on ours with `{% extends page %}` and the blocks `title` and `body`. It is a page to print that fetches
    /// nothing: pictures are part of it (`data:image/..`). One that is not built on ours begins its head with the same `Content-Security-Policy`, which holds it to that.
    pub fn replace_paper(
        mut self,
        kind: PaperKind,
        language: Language,
        source: impl Into<String>,
    ) -> Self {
        let source = source.into();
        self.papers.push(papers::Replaced {
            kind,
            language,
            source,
        });
        self
    }

    /// How dates and amounts are written in a language: `en-GB` and `es-ES` unless told otherwise, such as `en-US`.
    pub fn locale(mut self, language: Language, tag: impl Into<String>) -> Self {
        match language {
            Language::Es => self.spanish = Some(tag.into()),
            _ => self.english = Some(tag.into()),
        }
        self
    }

    /// The templates, or everything that is wrong with them.
    ///
    /// # Errors
    /// A template of the host's that is none, names what it is not given, leaves out what its message is for, or fails on a sample of it; a locale nobody knows.
    pub fn build(self) -> Result<Templates, BadTemplates> {
        let mut problems = vec![];
        let english = formats(self.english.as_deref().unwrap_or("en-GB"), "en");
        let spanish = formats(self.spanish.as_deref().unwrap_or("es-ES"), "es");
        let mut engine = engine::engine().map_err(|e| BadTemplates::of(at("layout", &e)))?;
        for source in SOURCES {
            for (language, text) in [("en", source.english), ("es", source.spanish)] {
                for part in Part::ALL {
                    let name = format!("{}.{language}.{}", source.kind, part.as_str());
                    let added = engine::add(&mut engine, &name, text);
                    added.map_err(|e| BadTemplates::of(at(&name, &e)))?;
                }
            }
        }
        for replaced in &self.replaced {
            let name = replaced.name();
            problems.extend(check::before(&name, &replaced.source));
            if let Err(e) = engine::add(&mut engine, &name, &replaced.source) {
                problems.push(at(&name, &e));
            }
        }
        let mut on_paper = papers::engine()?;
        for replaced in &self.papers {
            problems.extend(papers::take(&mut on_paper, replaced));
        }
        let (english, spanish) = match (english, spanish) {
            (Ok(english), Ok(spanish)) => (english, spanish),
            (english, spanish) => {
                problems.extend(english.err().into_iter().chain(spanish.err()));
                return Err(BadTemplates { problems });
            }
        };
        let templates = Templates {
            engine,
            papers: on_paper,
            english,
            spanish,
        };
        // One that is no template was told of; the others are tried all the same.
        let told: Vec<_> = problems.iter().map(|p| p.template.clone()).collect();
        for replaced in &self.replaced {
            if !told.contains(&replaced.name()) {
                problems.extend(check::tried(&templates, replaced));
            }
        }
        for replaced in &self.papers {
            if !told.contains(&replaced.name()) {
                problems.extend(papers::tried(&templates, replaced));
            }
        }
        if problems.is_empty() {
            Ok(templates)
        } else {
            Err(BadTemplates { problems })
        }
    }
}

impl Part {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Subject, Self::Text, Self::Html];

    /// What the names of its templates end in.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Text => "txt",
            Self::Html => "html",
        }
    }

    pub(super) fn layout(self) -> &'static str {
        match self {
            Self::Subject => "layout.subject",
            Self::Text => "layout.txt",
            Self::Html => "layout.html",
        }
    }
}

impl Replaced {
    pub(super) fn name(&self) -> String {
        name_of(self.kind, self.language, self.part)
    }
}

impl BadTemplates {
    pub(super) fn of(problem: NotWritten) -> Self {
        Self {
            problems: vec![problem],
        }
    }
}

/// What the engine says of a template, where nothing but samples was in it.
pub(super) fn at(name: &str, error: &minijinja::Error) -> NotWritten {
    let mut why = error.kind().to_string();
    if let Some(detail) = error.detail() {
        why = format!("{why}: {detail}");
    }
    NotWritten::new(name, error.line().unwrap_or(0), why)
}

fn formats(tag: &str, language: &str) -> Result<Formats, NotWritten> {
    let wrong = |why: String| NotWritten::new(format!("locale {tag}"), 0, why);
    let locale: Locale = tag
        .parse()
        .map_err(|_| wrong("no locale is written like this: write one such as en-GB".to_owned()))?;
    if locale.id.language.as_str() != language {
        return Err(wrong(format!("not a locale of the language `{language}`")));
    }
    Formats::of(&locale).ok_or_else(|| wrong("nothing is known of this locale".to_owned()))
}

impl fmt::Display for BadTemplates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problems: Vec<_> = self.problems.iter().map(ToString::to_string).collect();
        f.write_str(&problems.join("; "))
    }
}

impl std::error::Error for BadTemplates {}
