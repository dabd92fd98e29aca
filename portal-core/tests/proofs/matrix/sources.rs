//! What the sources say there is to ask a desk: every public method, and every form with the ids it names.
//!
//! They are formatted, so a block begins at the margin, and what is in it four spaces further in.
use std::{collections::BTreeSet, fs, path::Path};

/// What there is to ask: `Desk::method` for a method that takes no id, `Desk::method(id)` for one that does, `Form.field` for each id in a form, `Form` for a form without one.
pub(super) fn everything_to_ask() -> BTreeSet<String> {
    let mut text = String::new();
    read(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut text,
    );
    let blocks = blocks(&text);
    let methods = blocks.iter().flat_map(methods);
    let forms = blocks.iter().filter_map(form);
    let forms = forms.flat_map(|form| asked_by(form, &blocks));
    methods.chain(forms).collect()
}

/// A block at the margin: its first line, up to the brace, and what is in it.
struct Block<'a> {
    head: &'a str,
    body: Vec<&'a str>,
}

fn read(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, text);
        } else if path.extension().is_some_and(|e| e == "rs") {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = vec![];
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let begins = line.starts_with("impl") || line.starts_with("pub struct ");
        if let Some(head) = line.strip_suffix(" {").filter(|_| begins) {
            let body = lines.by_ref().take_while(|line| *line != "}").collect();
            blocks.push(Block { head, body });
        }
    }
    blocks
}

/// The public methods of a desk.
fn methods(block: &Block<'_>) -> Vec<String> {
    let of = block.head.split_whitespace().last().unwrap();
    let desk = of.split('<').next().unwrap();
    if !block.head.starts_with("impl") || block.head.contains(" for ") || !desk.ends_with("Desk") {
        return vec![];
    }
    let mut methods = vec![];
    for (at, line) in block.body.iter().enumerate() {
        let begins = ["    pub fn ", "    pub async fn ", "    pub const fn "];
        let Some(rest) = begins.iter().find_map(|begin| line.strip_prefix(begin)) else {
            continue;
        };
        let name = rest.split(['(', '<']).next().unwrap();
        // The arguments end where the line does that opens the body.
        let signature = block.body[at..].iter();
        let last = signature.clone().position(|line| line.ends_with('{'));
        let signature: String = signature.take(last.unwrap() + 1).copied().collect();
        let arguments = signature.split("->").next().unwrap();
        let id = if names_something(arguments) {
            "(id)"
        } else {
            ""
        };
        methods.push(format!("{desk}::{name}{id}"));
    }
    methods
}

/// What a form is called.
fn form<'a>(block: &Block<'a>) -> Option<&'a str> {
    let (is, form) = block.head.strip_prefix("impl ")?.split_once(" for ")?;
    (is == "Command" || is == "StaffCommand").then_some(form)
}

fn asked_by(form: &str, blocks: &[Block<'_>]) -> Vec<String> {
    let head = format!("pub struct {form}");
    let found = blocks.iter().find(|block| block.head == head);
    let fields = found.unwrap().body.iter().filter_map(|line| {
        let (name, of) = line.strip_prefix("    pub ")?.split_once(": ")?;
        names_something(of).then(|| format!("{form}.{name}"))
    });
    let fields: Vec<_> = fields.collect();
    if fields.is_empty() {
        return vec![form.to_owned()];
    }
    fields
}

fn names_something(types: &str) -> bool {
    let types = types.replace("CommandId", "");
    types.contains("Id<") || types.contains("RecordRef")
}
