//! The words of every message, each kind in each language.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests may stop at the first surprise too"
)]

mod axe;
mod browser;
mod golden;
mod kept;
mod links;
mod locales;
mod long;
mod missing;
mod overrides;
mod page;
mod papers;
mod payloads;
mod planted;
#[cfg(feature = "file")]
mod previews;
mod texts;

use portal_core::{
    Language,
    effect::MailKind,
    mail::{Letter, MailWriter as _, Written},
};
use portal_mail::{Templates, samples};

fn ours() -> Templates {
    Templates::builder().build().unwrap()
}

/// The samples of one kind, the full one first.
fn letters(kind: MailKind, language: Language) -> Vec<Letter> {
    let all = samples(language).into_iter();
    all.filter(|letter| letter.kind == kind).collect()
}

fn full(kind: MailKind, language: Language) -> Letter {
    letters(kind, language).remove(0)
}

fn written(letter: &Letter) -> Written {
    ours().write(letter).unwrap()
}

/// Whatever opens it shows it as it is: nothing is fetched, nothing runs, and its links are what they say.
fn asks_nobody_for_anything(html: &str) {
    for fetched in [
        "<img",
        "<link",
        "<script",
        "<iframe",
        "src=",
        "url(",
        "@import",
        "@font-face",
        "<form",
        "<base",
    ] {
        assert!(!html.contains(fetched), "{fetched} in {html}");
    }
    for link in html.split("href=\"").skip(1) {
        assert!(link.starts_with("https:"), "{link}");
    }
}
