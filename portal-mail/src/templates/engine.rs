//! The template engine, with what a template may do and no more.
use std::{fmt::Write as _, io};

use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, Value, escape_formatter,
};

use super::{Part, filters, written};

/// Instructions one rendering may take: our longest message takes a few thousand.
const FUEL: u64 = 200_000;

/// Instructions one paper may take: an order may have thousands of lines.
pub(super) const FUEL_OF_PAPERS: u64 = 2_000_000;

/// Templates may build on each other this deep.
const DEPTH: usize = 12;

/// What one part of a message may come to, in bytes.
pub(super) const LONGEST: usize = 512 * 1024;

/// What a paper may come to, in bytes: it must go with a message.
pub(super) const LONGEST_PAPER: usize = 4 * 1024 * 1024;

/// How text is set: whoever reads it larger has its lines further apart too. Its colour is said beside it, and again for the night by its class.
const TEXT: &str = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5";

/// An engine with the two pages that messages stand on.
pub(super) fn engine() -> Result<Environment<'static>, Error> {
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(FUEL));
    engine.set_recursion_limit(DEPTH);
    engine.set_auto_escape_callback(|name| {
        if name.rsplit('.').next() == Some(Part::Html.as_str()) {
            AutoEscape::Html
        } else {
            AutoEscape::None
        }
    });
    engine.set_formatter(|out, state, value| {
        filters::there(value)?;
        escape_formatter(out, state, value)
    });
    // Whatever is not named here a template cannot do: nothing dumps what it was given, pads to a width, or marks text as safe.
    filters::add(&mut engine);
    engine.add_filter("paragraphs", |text: &str| {
        Value::from_safe_string(paragraphs(text))
    });
    engine.add_test("none", minijinja::tests::is_none);
    engine.add_test("defined", minijinja::tests::is_defined);
    engine.add_function("facts", facts);
    engine.add_function("button", button);
    engine.add_function("written", written::written);
    engine.add_function("listed", listed);
    engine.add_function("quote", quote);
    add(&mut engine, "layout.html", include_str!("layout.html"))?;
    add(&mut engine, "layout.txt", include_str!("layout.txt"))?;
    let subject = "{% block subject %}{% endblock %}";
    add(&mut engine, "layout.subject", subject)?;
    Ok(engine)
}

/// Takes a template in. However its lines end, an empty one parts two paragraphs.
pub(super) fn add(engine: &mut Environment<'_>, name: &str, source: &str) -> Result<(), Error> {
    engine.add_template_owned(name.to_owned(), source.replace("\r\n", "\n"))
}

/// Renders no further than a part of a message may go.
pub(super) fn render(engine: &Environment<'_>, name: &str, facts: Value) -> Result<String, Error> {
    render_within(engine, name, facts, LONGEST)
}

/// Renders no further than so many bytes.
pub(super) fn render_within(
    engine: &Environment<'_>,
    name: &str,
    facts: Value,
    longest: usize,
) -> Result<String, Error> {
    let out = Vec::new();
    let mut out = Bounded { out, longest };
    engine
        .get_template(name)?
        .render_captured_to(facts, &mut out)?;
    let text = String::from_utf8(out.out)
        .map_err(|e| Error::new(ErrorKind::InvalidOperation, "not text").with_source(e))?;
    Ok(written::unmarked(&text))
}

struct Bounded {
    out: Vec<u8>,
    longest: usize,
}

impl io::Write for Bounded {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if self.out.len() + more.len() > self.longest {
            return Err(io::Error::other("longer than a message may be"));
        }
        self.out.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Rows of a name and what it is; one that is not known is left out.
fn facts(state: &State<'_, '_>, rows: Vec<Value>) -> Result<Value, Error> {
    let mut shown = vec![];
    for row in rows {
        let cells: Vec<Value> = row.try_iter()?.collect();
        let [name, value] = cells.as_slice() else {
            let why = "every row of facts(..) is a name and a value";
            return Err(Error::new(ErrorKind::InvalidOperation, why));
        };
        if value.is_undefined() {
            return Err(Error::new(
                ErrorKind::UndefinedError,
                "a value of facts(..)",
            ));
        }
        if !value.is_none() {
            shown.push((name.to_string(), value.to_string()));
        }
    }
    if !is_html(state) {
        let rows = shown.iter().map(|(name, value)| format!("{name}: {value}"));
        return Ok(rows.collect::<Vec<_>>().join("\n").into());
    }
    let mut table = "<table class=\"facts\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" width=\"100%\" style=\"width:100%;margin:0 0 16px\">".to_owned();
    for (name, value) in shown {
        let (name, value) = (escaped(&name), escaped(&value));
        let _ = write!(
            table,
            "<tr><th scope=\"row\" align=\"left\" valign=\"top\" class=\"label quiet\" style=\"{TEXT};color:#52606d;font-weight:normal;padding:6px 16px 6px 0;white-space:nowrap;word-break:normal\">{name}</th><td valign=\"top\" class=\"ink\" style=\"color:#1f2933;{TEXT};padding:6px 0\">{value}</td></tr>"
        );
    }
    table.push_str("</table>");
    Ok(Value::from_safe_string(table))
}

/// What was ordered, a line each: who orders by the hundred would read pages of `facts(..)`.
fn listed(state: &State<'_, '_>, lines: Vec<Value>) -> Result<Value, Error> {
    let mut rows = vec![];
    for sold in lines {
        let (item, amount) = (sold.get_attr("description")?, sold.get_attr("amount")?);
        let who = sold.get_attr("registrant")?;
        let who = who.as_str().map(|who| format!(" ({who})"));
        let row = format!("{item}{}: {amount}", who.unwrap_or_default());
        rows.push(if is_html(state) { escaped(&row) } else { row });
    }
    if !is_html(state) {
        return Ok(rows.join("\n").into());
    }
    Ok(Value::from_safe_string(format!(
        "{}{}</p>",
        open_paragraph(),
        rows.join("<br>")
    )))
}

/// A link that is hard to miss, and that can be copied where buttons do not work.
fn button(state: &State<'_, '_>, link: &str, label: &str) -> Result<Value, Error> {
    let link = sound(link)?;
    if !is_html(state) {
        return Ok(format!("{label}:\n{link}").into());
    }
    let (link, label) = (escaped(link), escaped(label));
    Ok(Value::from_safe_string(format!(
        "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"margin:8px 0 16px\"><tr><td bgcolor=\"#0b4f8a\" style=\"border-radius:6px;background-color:#0b4f8a\"><a href=\"{link}\" class=\"button\" style=\"display:inline-block;padding:12px 24px;{TEXT};color:#ffffff;font-weight:bold;text-decoration:none\">{label}</a></td></tr></table><p class=\"quiet\" style=\"margin:0 0 16px;color:#52606d;{TEXT};font-size:14px;word-break:break-all\">{link}</p>"
    )))
}

/// What a stranger wrote, set apart from what we say.
fn quote(state: &State<'_, '_>, text: &str) -> Value {
    if !is_html(state) {
        let lines = text.lines().map(|line| format!("> {line}"));
        return lines.collect::<Vec<_>>().join("\n").into();
    }
    let lines: Vec<_> = text.lines().map(escaped).collect();
    Value::from_safe_string(format!(
        "<blockquote class=\"ink\" style=\"margin:0 0 16px;padding:0 0 0 16px;border-left:4px solid #9aa5b1;color:#1f2933;{TEXT}\">{}</blockquote>",
        lines.join("<br>")
    ))
}

/// Puts what stands between empty lines into paragraphs; what is a block already stays.
fn paragraphs(html: &str) -> String {
    let mut out = String::new();
    for part in html
        .split("\n\n")
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let block = ["<table", "<p", "<blockquote", "<h1"];
        if block.iter().any(|tag| part.starts_with(tag)) {
            out.push_str(part);
        } else {
            let _ = write!(out, "{}{}</p>", open_paragraph(), part.replace('\n', " "));
        }
        out.push('\n');
    }
    out
}

pub(super) fn open_paragraph() -> String {
    format!("<p class=\"ink\" style=\"margin:0 0 16px;color:#1f2933;{TEXT}\">")
}

/// The facts hold only links that are sound; a template of the host's may write its own.
fn sound(link: &str) -> Result<&str, Error> {
    match portal_core::mail::Link::new(link) {
        Some(_) => Ok(link),
        None => Err(Error::new(
            ErrorKind::InvalidOperation,
            "button(..) leads to https:// only",
        )),
    }
}

pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            c => out.push(c),
        }
    }
    out
}

pub(super) fn is_html(state: &State<'_, '_>) -> bool {
    matches!(state.auto_escape(), AutoEscape::Html)
}
