//! Texts of the host's, as written: their paragraphs and lines stay, and the links in them can be clicked.
use std::fmt::Write as _;

use minijinja::{State, Value};

use super::engine::{escaped, is_html, open_paragraph};

/// What is filled into a text of the host's stands between marks that no such text holds, nor anything that is filled in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Filled {
    /// Whatever somebody typed: nothing in it can be clicked.
    Text,
    /// The way in: all of it can be clicked, whatever the host has put before and after it.
    Link,
}

const TEXT: char = '\u{1}';
const TEXT_END: char = '\u{2}';
const LINK: char = '\u{3}';
const LINK_END: char = '\u{4}';
const MARKS: [char; 4] = [TEXT, TEXT_END, LINK, LINK_END];

impl Filled {
    /// Between its marks.
    pub(super) fn marked(self, text: &str) -> String {
        let (open, close) = match self {
            Self::Text => (TEXT, TEXT_END),
            Self::Link => (LINK, LINK_END),
        };
        format!("{open}{text}{close}")
    }
}

/// What a template calls to show one.
pub(super) fn written(state: &State<'_, '_>, text: &str) -> Value {
    if !is_html(state) {
        return unmarked(text).into();
    }
    let mut html = String::new();
    for paragraph in text.split("\n\n").filter(|p| !p.trim().is_empty()) {
        let lines: Vec<_> = paragraph.trim().lines().map(linked).collect();
        let _ = write!(html, "{}{}</p>", open_paragraph(), lines.join("<br>"));
    }
    Value::from_safe_string(html)
}

/// A template of the host's may show one without calling that.
pub(super) fn unmarked(text: &str) -> String {
    text.replace(MARKS, "")
}

/// The links of a line can be clicked; what was filled in cannot, unless it is the way in.
fn linked(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, opened)) = rest.split_once([TEXT, LINK]) {
        out.push_str(&clickable(before));
        let (filled, after) = opened
            .split_once([TEXT_END, LINK_END])
            .unwrap_or((opened, ""));
        let mark = rest.strip_prefix(before);
        if mark.is_some_and(|mark| mark.starts_with(LINK)) {
            out.push_str(&anchor(filled));
        } else {
            out.push_str(&escaped(filled));
        }
        rest = after;
    }
    out + &clickable(rest)
}

/// Every `https://…` that the host typed.
fn clickable(text: &str) -> String {
    const SCHEME: &str = "https://";
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(SCHEME) {
        let (before, from) = rest.split_at(at);
        let (link, after) = from.split_at(end(from));
        out.push_str(&escaped(before));
        if link.len() > SCHEME.len() {
            out.push_str(&anchor(link));
        } else {
            out.push_str(&escaped(link));
        }
        rest = after;
    }
    out + &escaped(rest)
}

/// Where a link ends that this text begins with: before what no link holds, and before marks that belong to the sentence around it.
fn end(text: &str) -> usize {
    // Letters of any alphabet: people copy links as their browser shows them. Quotation marks could be part of a link, but hardly ever are.
    let of_a_link = |c: char| c.is_alphanumeric() || "-._~:/?#[]@!$&()*+,;=%".contains(c);
    let mut link = text.split(|c| !of_a_link(c)).next().unwrap_or_default();
    loop {
        let unopened = |open, close| link.matches(open).count() < link.matches(close).count();
        let stripped = match link.chars().next_back() {
            Some('.' | ',' | ';' | ':' | '!' | '?' | '*') => link.chars().next_back(),
            Some(')') if unopened('(', ')') => Some(')'),
            Some(']') if unopened('[', ']') => Some(']'),
            _ => None,
        };
        let Some(shorter) = stripped.and_then(|mark| link.strip_suffix(mark)) else {
            return link.len();
        };
        link = shorter;
    }
}

fn anchor(link: &str) -> String {
    let link = escaped(link);
    format!("<a href=\"{link}\" class=\"link\" style=\"color:#0b4f8a\">{link}</a>")
}
