//! What mail programs keep of a page, as their makers and those who tried say: Gmail, Outlook and Apple Mail were not asked themselves.
use portal_core::{
    Language,
    mail::{Letter, MailWriter as _, Written},
};
use portal_mail::samples;

use crate::{
    ours,
    page::{between, plain, unmarked},
};

/// None of them is left out, moved or shown as text by anybody.
const ELEMENTS: &[&str] = &[
    "!DOCTYPE",
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "table",
    "tr",
    "td",
    "th",
    "h1",
    "h2",
    "p",
    "a",
    "br",
    "blockquote",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "span",
];

/// Where one of these is left out, the page is plainer, and its order stays.
const PROPERTIES: &[&str] = &[
    "background-color",
    "border-left",
    "border-radius",
    "color",
    "display:inline-block",
    "font-family",
    "font-size",
    "font-weight",
    "line-height",
    "margin",
    "max-width",
    "padding",
    "text-decoration",
    "white-space",
    "width",
    "word-break",
];

/// Who says its colour has another for the night; white on the blue of buttons is read by night too.
const COLOURED: &[&str] = &["ground", "sheet", "ink", "quiet", "link", "button"];

/// Gmail shows no more of a page, in bytes.
const GMAIL: usize = 102_000;

fn every(mut look: impl FnMut(&Letter, &Written, &str)) {
    let templates = ours();
    for &language in Language::ALL {
        for letter in samples(language) {
            let written = templates.write(&letter).unwrap();
            look(&letter, &written, written.html.as_ref().unwrap());
        }
    }
}

#[test]
fn a_page_is_made_of_what_every_mail_program_keeps() {
    every(|letter, _, html| {
        for tag in tags(html) {
            let name = tag.trim_start_matches('/').split(' ').next().unwrap();
            assert!(ELEMENTS.contains(&name), "<{tag}> in {:?}", letter.kind);
            for (attribute, value) in attributes(tag) {
                assert!(!attribute.starts_with("on"), "{attribute} in <{tag}>");
                if attribute == "style" {
                    let styles = value.split(';');
                    let odd: Vec<_> = styles.filter(|style| !is_kept(style)).collect();
                    assert!(odd.is_empty(), "{odd:?} in {:?}", letter.kind);
                }
                if attribute == "href" {
                    assert!(unmarked(value).starts_with("https://"), "{value}");
                }
            }
        }
    });
}

fn is_kept(style: &str) -> bool {
    let (property, _) = style.split_once(':').unwrap();
    PROPERTIES.contains(&property) || PROPERTIES.contains(&style)
}

/// Programs that leave the style sheet out show the page as by day: nothing of it is said there alone.
#[test]
fn a_page_has_its_colours_for_the_day_in_place_and_those_for_the_night_by_class() {
    every(|letter, _, html| {
        for name in ["color-scheme", "supported-color-schemes"] {
            let meta = format!("<meta name=\"{name}\" content=\"light dark\">");
            assert!(html.contains(&meta), "{meta} in {:?}", letter.kind);
        }
        let style = between(html, "<style>", "</style>");
        assert!(style.contains(":root { color-scheme: light dark; }"));
        let (_, night) = style
            .split_once("@media (prefers-color-scheme: dark) {")
            .unwrap();
        for class in COLOURED.iter().filter(|class| **class != "button") {
            assert!(night.contains(&format!(".{class} {{")), "{class}");
        }
        assert_eq!(html.matches("<style").count(), 1);
        for tag in tags(html).filter(|tag| tag.contains("color:#")) {
            let all = attributes(tag);
            let classes = all.iter().find(|(name, _)| *name == "class");
            let classes = classes.map_or("", |(_, classes)| *classes);
            let known = classes.split(' ').any(|class| COLOURED.contains(&class));
            let button = tag.contains("bgcolor=\"#0b4f8a\"");
            assert!(known || button, "<{tag}> has no colour for the night");
        }
    });
}

#[test]
fn gmail_cuts_nothing_off() {
    every(|letter, _, html| assert!(html.len() < GMAIL, "{:?}: {}", letter.kind, html.len()));
}

/// Whoever reads text alone is told every number, date, amount and link, in the same words.
#[test]
fn the_text_says_all_that_the_page_says() {
    every(|letter, written, html| {
        let alone = said_by_the_page_alone(html, &format!("{}\n{}", written.subject, written.text));
        assert!(alone.is_empty(), "{:?}: {alone:?}", letter.kind);
        for mark in ["&amp;", "&lt;", "&#x", "</", "<br"] {
            let in_text = written.text.contains(mark);
            assert!(!in_text, "{mark} in the text of {:?}", letter.kind);
        }
    });
}

/// Those that pass prove nothing if no other would fail.
#[test]
fn what_is_not_kept_and_what_is_not_said_is_noticed() {
    for style in [
        "float:left",
        "position:absolute",
        "display:flex",
        "display:none",
        "background-image:none",
    ] {
        assert!(!is_kept(style), "{style}");
    }
    let page = "<body class=\"ground\"><p>Due: 12.50\u{a0}EUR<br>by <a href=\"https:&#x2f;&#x2f;a.example\">Monday</a></p></body>";
    let alone = |text| said_by_the_page_alone(page, text);
    assert!(alone("Due: 12.50\u{a0}EUR\nby Monday\nhttps://a.example").is_empty());
    assert_eq!(
        alone("Due: 12.00 EUR by Monday https://a.example"),
        ["Due: 12.50 EUR"]
    );
    assert_eq!(
        alone("Due: 12.50 EUR by Tuesday https://a.example"),
        ["by Monday"]
    );
    assert_eq!(alone("Due: 12.50 EUR by Monday"), ["https://a.example"]);
}

fn said_by_the_page_alone(html: &str, text: &str) -> Vec<String> {
    let unquoted = text.lines().map(|line| line.trim_start_matches("> "));
    let in_text = in_one_line(&unquoted.collect::<Vec<_>>().join(" "));
    let body = between(html, "<body", "</body>");
    let blocks = [
        "<tr",
        "<td",
        "<th",
        "<p",
        "<h1",
        "<h2",
        "<br",
        "<li",
        "<blockquote",
    ];
    let apart = blocks.iter().fold(body.to_owned(), |body, block| {
        body.replace(block, &format!("\u{0}{block}"))
    });
    let said = apart
        .split('\u{0}')
        .skip(1)
        .map(|said| in_one_line(&plain(said)));
    let attributes = tags(body).flat_map(attributes);
    let links = attributes.filter(|(name, _)| *name == "href");
    let links = links.map(|(_, link)| unmarked(link));
    said.chain(links)
        .filter(|said| !in_text.contains(said.as_str()))
        .collect()
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap())
}

fn attributes(tag: &str) -> Vec<(&str, &str)> {
    let mut found = vec![];
    let mut rest = tag.split_once(' ').map_or("", |(_, rest)| rest);
    while let Some((name, after)) = rest.split_once("=\"") {
        let (value, next) = after.split_once('"').unwrap();
        found.push((name.trim(), value));
        rest = next;
    }
    found
}
