//! Papers to print, where neither the host nor the books have one: a page each, which fetches nothing.
mod sheet;

use async_trait::async_trait;
use minijinja::{Environment, Value};
use portal_core::{
    Language,
    documents::{DocumentFile, Paper, PaperWriter},
    mail::NotWritten,
};

use super::{
    BadTemplates, Templates,
    builder::at,
    check, engine,
    facts::{Facts, none},
};
use crate::samples::papers;
use sheet::Sheet;

/// Which paper a template is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PaperKind {
    /// The invoice of an order.
    Invoice,
    /// How a customer's account stood.
    Statement,
    /// A contract.
    Contract,
}

/// A paper's template of the host's.
#[derive(Debug, Clone)]
pub(super) struct Replaced {
    pub(super) kind: PaperKind,
    pub(super) language: Language,
    pub(super) source: String,
}

/// Our own, in English and in Spanish.
const SOURCES: [(PaperKind, [&str; 2]); 3] = [
    (
        PaperKind::Invoice,
        [
            include_str!("papers/en/invoice.jinja"),
            include_str!("papers/es/invoice.jinja"),
        ],
    ),
    (
        PaperKind::Statement,
        [
            include_str!("papers/en/statement.jinja"),
            include_str!("papers/es/statement.jinja"),
        ],
    ),
    (
        PaperKind::Contract,
        [
            include_str!("papers/en/contract.jinja"),
            include_str!("papers/es/contract.jinja"),
        ],
    ),
];

/// What a page must not hold, in small letters: it would be fetched, or would do something.
const FETCHES: [&str; 11] = [
    "<script",
    "<link",
    "<iframe",
    "<object",
    "<embed",
    "<form",
    "<base",
    "@import",
    "@font-face",
    "src=",
    "url(",
];

/// Pictures may be part of the page.
const INLINE: [&str; 3] = ["src=\"data:image/", "url(data:image/", "url(\"data:image/"];

/// What a page begins its head with, in small letters: whatever else it names, nobody fetches and nothing runs. Only where it leads by itself is not in it.
const POLICY: &str = "<meta http-equiv=\"content-security-policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">";

/// An engine with the page that papers stand on and our own papers.
pub(super) fn engine() -> Result<Environment<'static>, BadTemplates> {
    let mut engine = engine::engine().map_err(|e| BadTemplates::of(at("page", &e)))?;
    engine.set_fuel(Some(engine::FUEL_OF_PAPERS));
    let added = engine::add(&mut engine, PAGE, include_str!("papers/page.html"));
    added.map_err(|e| BadTemplates::of(at(PAGE, &e)))?;
    for (kind, sources) in SOURCES {
        for (language, source) in [Language::En, Language::Es].into_iter().zip(sources) {
            let name = name_of(kind, language);
            let added = engine::add(&mut engine, &name, source);
            added.map_err(|e| BadTemplates::of(at(&name, &e)))?;
        }
    }
    Ok(engine)
}

const PAGE: &str = "page.html";

/// Takes a host's template in, or tells what is wrong with it as it stands.
pub(super) fn take(engine: &mut Environment<'static>, replaced: &Replaced) -> Vec<NotWritten> {
    let (name, source) = (replaced.name(), &replaced.source);
    let mut problems: Vec<_> = check::before(&name, source).into_iter().collect();
    if let Err(e) = engine::add(engine, &name, source) {
        problems.push(at(&name, &e));
    }
    problems
}

/// What is wrong with it on the samples of its paper.
pub(super) fn tried(templates: &Templates, replaced: &Replaced) -> Vec<NotWritten> {
    let name = replaced.name();
    let formats = templates.formats(replaced.language);
    let samples = papers(replaced.language).into_iter();
    let sheets = samples.filter_map(|paper| Sheet::of(&paper, formats));
    let known: Vec<_> = sheets
        .filter(|sheet| sheet.kind == replaced.kind)
        .map(|sheet| sheet.facts)
        .collect();
    let mut problems = check::unknown(&templates.papers, &name, &replaced.source, &known);
    for facts in &known {
        let mut unsigned = facts.clone();
        unsigned.insert("organiser", none());
        for facts in [facts, &unsigned] {
            match render(templates, &name, facts) {
                Err(e) => problems.push(at(&name, &e)),
                Ok(page) => {
                    problems.extend(check::missing(&name, needed(replaced.kind), facts, &page));
                    problems.extend(check::says_none(&name, &replaced.source, &page));
                    problems.extend(fetches(&name, &page));
                }
            }
        }
    }
    check::once_each(problems)
}

/// What a paper is of no use without: of each row, one.
fn needed(kind: PaperKind) -> &'static [&'static [&'static str]] {
    match kind {
        PaperKind::Invoice => &[&["order.number"], &["order.total"], &["order.due"]],
        PaperKind::Statement => &[&["until"], &["opening"], &["closing"]],
        PaperKind::Contract => &[&["number"], &["status"], &["terms"]],
    }
}

/// What the page would fetch from somewhere, or do.
fn fetches(name: &str, page: &str) -> Vec<NotWritten> {
    let page = INLINE.iter().fold(page.to_lowercase(), |page, picture| {
        page.replace(picture, "")
    });
    let mut found: Vec<_> = FETCHES
        .into_iter()
        .filter(|what| page.contains(what))
        .map(|what| format!("take `{what}` out; pictures are data:image/.."))
        .collect();
    if leads_away(&page) {
        found.push("take `http-equiv=refresh` out".to_owned());
    }
    if !begins_with_policy(&page) {
        found.push(format!(
            "build it on `page`, or begin its <head> with {POLICY}"
        ));
    }
    let problem = |what| {
        let why = format!("a paper fetches nothing and does nothing: {what}");
        NotWritten::new(name, 0, why)
    };
    found.into_iter().map(problem).collect()
}

/// Whether it opens another page by itself, which no policy forbids.
fn leads_away(page: &str) -> bool {
    let metas = page.split("<meta").skip(1);
    let mut tags = metas.filter_map(|meta| meta.split('>').next());
    tags.any(|tag| tag.contains("refresh"))
}

/// Whether the policy holds for all of the page: in a body, or after something else, it would not.
fn begins_with_policy(page: &str) -> bool {
    let Some((before, _)) = page.split_once(POLICY) else {
        return false;
    };
    let mut tags = before.split('<');
    let blank = tags.next().is_some_and(|text| text.trim().is_empty());
    let opens = |tag: &str| {
        let Some((tag, text)) = tag.split_once('>') else {
            return false;
        };
        let name = tag.split_whitespace().next().unwrap_or_default();
        text.trim().is_empty() && ["!doctype", "html", "head", "meta"].contains(&name)
    };
    blank && tags.all(opens)
}

fn render(templates: &Templates, name: &str, facts: &Facts) -> Result<String, minijinja::Error> {
    let facts = Value::from(facts.clone());
    engine::render_within(&templates.papers, name, facts, engine::LONGEST_PAPER)
}

#[async_trait]
impl PaperWriter for Templates {
    async fn write_paper(&self, paper: &Paper) -> Result<DocumentFile, NotWritten> {
        let unknown = || NotWritten::new("paper", 0, "nothing is known of this paper");
        let formats = self.formats(sheet::language_of(paper));
        let sheet = Sheet::of(paper, formats).ok_or_else(unknown)?;
        let name = name_of(sheet.kind, sheet.language);
        let page = render(self, &name, &sheet.facts).map_err(|e| {
            // What an error tells in detail may be what the paper says.
            NotWritten::new(name, e.line().unwrap_or(0), e.kind().to_string())
        })?;
        let file_name = format!("{}.html", sheet.name);
        Ok(DocumentFile::new(
            &file_name,
            "text/html",
            page.into_bytes(),
        ))
    }
}

impl Replaced {
    pub(super) fn name(&self) -> String {
        name_of(self.kind, self.language)
    }
}

impl PaperKind {
    /// As its templates are called.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::Statement => "statement",
            Self::Contract => "contract",
        }
    }
}

/// As templates are called, such as `invoice.es.html`.
fn name_of(kind: PaperKind, language: Language) -> String {
    format!("{}.{}.html", kind.as_str(), language.tag())
}
