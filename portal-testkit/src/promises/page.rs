use std::fmt::Write as _;

use super::{Ended, Skip};

/// What one adapter can do, and which promises it kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Certificate {
    /// The adapter's name.
    pub adapter: String,
    /// What it says of itself, in words.
    pub can: Vec<(&'static str, String)>,
    /// Every promise, in the order of the kit.
    pub promises: Vec<Promise>,
}

/// One promise, and how it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Promise {
    /// Its group, such as `webhooks`.
    pub group: &'static str,
    /// Its name, as the test's.
    pub name: &'static str,
    /// How it ended; none where it was broken.
    pub ended: Option<Ended>,
}

impl Certificate {
    /// No promise was broken.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.promises.iter().all(|promise| promise.ended.is_some())
    }
}

/// What adapters can do and which promises they kept, as Markdown: a page to publish.
#[must_use]
pub fn report(certificates: &[Certificate]) -> String {
    let mut page = String::new();
    let names: Vec<&str> = certificates.iter().map(|c| c.adapter.as_str()).collect();
    head(&mut page, "What each can do", "", &names);
    for (n, (what, _)) in certificates
        .first()
        .map_or(&[][..], |c| &c.can)
        .iter()
        .enumerate()
    {
        let cells = certificates.iter().map(|c| c.can[n].1.as_str());
        row(&mut page, what, cells);
    }
    head(&mut page, "How many promises each kept", "", &names);
    for (what, counts) in COUNTED {
        let count = |c: &Certificate| c.promises.iter().filter(|p| counts(p)).count();
        let cells: Vec<String> = certificates.iter().map(|c| count(c).to_string()).collect();
        row(&mut page, what, cells.iter().map(String::as_str));
    }
    let promises = certificates.first().map_or(&[][..], |c| &c.promises);
    let mut group = "";
    for (n, promise) in promises.iter().enumerate() {
        if promise.group != group {
            group = promise.group;
            head(&mut page, &format!("`{group}`"), "promise", &names);
        }
        let cells = certificates.iter().map(|c| c.promises[n].word());
        row(&mut page, &promise.name.replace('_', " "), cells);
    }
    let why: String = certificates.iter().flat_map(unplayed).collect();
    if !why.is_empty() {
        page += "\n## What nobody could play\n\n";
        page += &why;
    }
    page.trim_start().to_owned()
}

type Counts = fn(&Promise) -> bool;

const COUNTED: [(&str, Counts); 4] = [
    ("kept", |p| p.ended == Some(Ok(()))),
    ("not offered", |p| {
        matches!(p.ended, Some(Err(Skip::NotOffered(_))))
    }),
    ("not played", |p| {
        matches!(p.ended, Some(Err(Skip::NotPlayed(_))))
    }),
    ("broken", |p| p.ended.is_none()),
];

impl Promise {
    #[doc(hidden)]
    #[must_use]
    pub fn new(group: &'static str, name: &'static str, ended: Option<Ended>) -> Self {
        Self { group, name, ended }
    }

    fn word(&self) -> &'static str {
        match self.ended {
            Some(Ok(())) => "kept",
            Some(Err(Skip::NotOffered(_))) => "–",
            Some(Err(Skip::NotPlayed(_))) => "not played",
            None => "**broken**",
        }
    }
}

fn unplayed(of: &Certificate) -> impl Iterator<Item = String> {
    of.promises.iter().filter_map(|promise| {
        let Some(Err(Skip::NotPlayed(what))) = promise.ended else {
            return None;
        };
        let name = promise.name.replace('_', " ");
        Some(format!("* {}, {what}: {name}\n", of.adapter))
    })
}

fn head(page: &mut String, title: &str, first: &str, names: &[&str]) {
    let lines = names.iter().map(|_| "---|").collect::<String>();
    let names = names.join(" | ");
    let _ = write!(
        page,
        "\n## {title}\n\n| {first} | {names} |\n|---|{lines}\n"
    );
}

fn row<'a>(page: &mut String, first: &str, cells: impl Iterator<Item = &'a str>) {
    let cells: Vec<&str> = cells.collect();
    let _ = writeln!(page, "| {first} | {} |", cells.join(" | "));
}
