//! The statements in Rust sources, for the tests that ask a database how it finds their rows: what is in the sources is looked at, run or not.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
use std::{fs, path::Path};

/// Every statement in the sources of a folder, and where it is.
pub(crate) fn statements(folder: &Path) -> Vec<(String, String)> {
    let mut found = vec![];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(statements(&path));
        }
        let is_source = path.extension().is_some_and(|ext| ext == "rs");
        if !is_source || path.ends_with("plans.rs") {
            continue;
        }
        let texts = strings(&fs::read_to_string(&path).unwrap());
        let starts = ["select ", "insert ", "update ", "delete "];
        let sql = texts.into_iter().filter(|text| {
            starts
                .iter()
                .any(|start| text.trim_start().starts_with(start))
        });
        found.extend(sql.map(|sql| (path.display().to_string(), sql)));
    }
    found
}

/// The text of every string in Rust source.
fn strings(source: &str) -> Vec<String> {
    let mut found = vec![];
    let mut rest = source.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '/' if rest.peek() == Some(&'/') => {
                rest.by_ref().find(|c| *c == '\n');
            }
            '\'' if rest.peek() == Some(&'"') => {
                rest.next();
            }
            '"' => {
                let mut text = String::new();
                while let Some(c) = rest.next().filter(|c| *c != '"') {
                    match c {
                        '\\' => text.extend(rest.next()),
                        c => text.push(c),
                    }
                }
                found.push(text);
            }
            _ => {}
        }
    }
    found
}
