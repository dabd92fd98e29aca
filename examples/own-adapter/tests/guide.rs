//! docs/writing-a-payment-adapter.md shows this crate's code. Whoever changes one changes the other.
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
use std::{collections::BTreeSet, fs, path::Path};

/// What stands for lines that the guide leaves out.
const LEFT_OUT: &str = "// …";

#[test]
fn every_excerpt_of_the_guide_is_this_crates_code() {
    let code: Vec<String> = sources(here()).iter().map(|text| flush(text)).collect();
    let guide = guide();
    let excerpts: Vec<&str> = blocks(&guide, "rust").collect();
    assert!(excerpts.len() > 15, "the guide shows code");
    for excerpt in excerpts {
        let excerpt = flush(excerpt);
        for part in excerpt.split(&format!("\n{LEFT_OUT}\n")) {
            let known = code.iter().any(|text| text.contains(part.trim()));
            assert!(known, "the guide shows what is not in the code:\n{part}");
        }
    }
}

#[test]
fn the_guide_names_what_this_crate_depends_on() {
    let guide = guide();
    let shown = names(blocks(&guide, "toml").next().unwrap());
    let ours = fs::read_to_string(here().join("Cargo.toml")).unwrap();
    assert_eq!(shown, names(&ours));
}

#[test]
fn every_file_the_guide_links_to_is_there() {
    let guide = guide();
    let links = guide.split("](").skip(1);
    let links = links.filter_map(|rest| rest.split(')').next());
    for link in links {
        assert!(here().join("../../docs").join(link).exists(), "{link}");
    }
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn guide() -> String {
    fs::read_to_string(here().join("../../docs/writing-a-payment-adapter.md")).unwrap()
}

/// What is fenced off as this language.
fn blocks<'a>(guide: &'a str, language: &'a str) -> impl Iterator<Item = &'a str> {
    let fenced = guide.split("```").skip(1).step_by(2);
    fenced.filter_map(move |block| {
        block
            .split_once('\n')
            .filter(|(l, _)| l.starts_with(language))
            .map(|(_, code)| code)
    })
}

/// Without the indentation, which depends on where the code stands.
fn flush(code: &str) -> String {
    let lines: Vec<&str> = code.lines().map(str::trim).collect();
    lines.join("\n")
}

fn sources(folder: &Path) -> Vec<String> {
    let mut found = vec![];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(fs::read_to_string(&path).unwrap());
        }
    }
    found
}

/// The names of the crates in every table of dependencies.
fn names(manifest: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
        } else if let Some((name, _)) = line.split_once('=').filter(|_| inside) {
            names.insert(name.trim().trim_end_matches(".workspace"));
        }
    }
    names
}
