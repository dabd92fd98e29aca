//! Pages with one mistake each, and one with none: who never notices anything proves nothing.
use serde_json::{Value, json};

/// What their names begin with.
pub(crate) const MARK: &str = "planted: ";

/// A page with a mistake.
pub(crate) struct Planted {
    pub(crate) name: &'static str,
    /// By which rule it has to be noticed.
    pub(crate) rule: &'static str,
    /// In which states, of those that are looked at.
    pub(crate) at: &'static [&'static str],
    style: &'static str,
    body: &'static str,
}

const LOADING: &[&str] = &["loading"];
const LARGE: &[&str] = &["doubled-640"];
const NIGHT: &[&str] = &["dark-320", "dark-800"];
/// What was not to be had is not asked for twice.
const FIRST_NIGHT: &[&str] = &["dark-800"];
const ALWAYS: &[&str] = &["light-320", "dark-320", "light-800", "dark-800"];

#[rustfmt::skip]
pub(crate) const PLANTED: &[Planted] = &[
    Planted { name: "nothing", rule: "", at: &[], style: "", body: "<p>All is well.</p>" },
    Planted {
        name: "a picture that says nothing", rule: "image-alt", at: ALWAYS, style: "",
        body: "<img width=\"9\" height=\"9\" src=\"data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==\">",
    },
    Planted {
        name: "grey on grey by night alone", rule: "color-contrast", at: NIGHT,
        style: "@media (prefers-color-scheme: dark) { p { color: #555 } }", body: "<p>Can this be read?</p>",
    },
    Planted {
        name: "text on who knows what", rule: "color-contrast?", at: ALWAYS,
        style: "p { background-image: linear-gradient(#fff, #000) }", body: "<p>Can this be read?</p>",
    },
    Planted {
        name: "a picture from elsewhere", rule: "fetches", at: LOADING, style: "",
        body: "<img alt=\"\" src=\"https://elsewhere.example/opened.gif\">",
    },
    Planted {
        name: "a ground from elsewhere, by night alone", rule: "fetches", at: FIRST_NIGHT,
        style: "@media (prefers-color-scheme: dark) { hr { background: url(https://elsewhere.example/ground.png) } }",
        body: "<p>All is well.</p><hr>",
    },
    Planted {
        name: "a table that stays wide", rule: "reflow", at: ALWAYS, style: "",
        body: "<table role=\"presentation\" width=\"900\"><tr><td>Wide</td></tr></table>",
    },
    Planted {
        name: "lines that stay where they are", rule: "resize-text", at: LARGE, style: "p { line-height: 24px }",
        body: "<p>One line<br>and another</p>",
    },
    Planted {
        name: "a box that stays as it is", rule: "resize-text", at: LARGE,
        style: "p { width: 90px; height: 24px; overflow: hidden }", body: "<p>One word</p>",
    },
    Planted { name: "another language", rule: "lang", at: ALWAYS, style: "", body: "<p>Was this meant for me?</p>" },
    Planted {
        name: "a night as bright as day", rule: "dark-mode", at: NIGHT,
        style: "@media (prefers-color-scheme: dark) { body { background: #eef2f6; color: #1f2933 } }", body: "<p>All is bright.</p>",
    },
];

/// All of them.
pub(crate) fn pages() -> impl Iterator<Item = Value> {
    PLANTED.iter().map(|Planted { name, rule, style, body, .. }| {
        let html = format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Planted</title>\
             <style>:root {{ color-scheme: light dark }} body {{ font: 16px/1.5 sans-serif; background: #fff; color: #1f2933 }} \
             @media (prefers-color-scheme: dark) {{ body {{ background: #12181f; color: #f2f5f8 }} }} {style}</style></head>\
             <body><main><h1>Planted</h1>{body}</main></body></html>"
        );
        let language = if *rule == "lang" { "es" } else { "en" };
        json!({"name": format!("{MARK}{name}"), "language": language, "html": html})
    })
}
