//! What the kit has cases for is what its macros run.
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// A promise that nobody runs is none.
#[test]
fn every_case_is_in_the_macro_that_runs_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut kits, mut found) = (0, 0);
    for folder in folders(&source) {
        let Ok(macros) = fs::read_to_string(folder.join("macros.rs")) else {
            continue;
        };
        kits += 1;
        for file in fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            if !file.is_file() {
                continue;
            }
            let cases = fs::read_to_string(&file).unwrap();
            let unrun = unrun(&cases, &macros);
            assert!(unrun.is_empty(), "{unrun:?} of {}", file.display());
            found += cases.lines().filter_map(case_of).count();
        }
    }
    assert!(kits >= 9, "only {kits} kits");
    assert!(found > 475, "only {found} cases");
}

#[test]
fn a_case_whose_name_is_part_of_anothers_is_missed_all_the_same() {
    let cases = "pub async fn a_case(world: &World) {\npub async fn a_case_of_two(world: &World) {";
    let macros = |names: &str| format!("shape {{\n    {names}\n}}");
    assert_eq!(unrun(cases, &macros("a_case_of_two")), ["a_case"]);
    assert_eq!(unrun(cases, &macros("a_case_of_two a_case")), [""; 0]);
}

/// The cases that are in no macro, by whole words.
fn unrun<'a>(cases: &'a str, macros: &str) -> Vec<&'a str> {
    let words = macros.split(|c: char| !c.is_alphanumeric() && c != '_');
    let words: BTreeSet<_> = words.collect();
    let cases = cases.lines().filter_map(case_of);
    cases.filter(|case| !words.contains(case)).collect()
}

/// A case is a public function that waits.
fn case_of(line: &str) -> Option<&str> {
    line.strip_prefix("pub async fn ")?.split(['(', '<']).next()
}

/// This one and all below it.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let within = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let below = within
        .filter(|path| path.is_dir())
        .flat_map(|path| folders(&path));
    let mut all = vec![folder.to_owned()];
    all.extend(below);
    all
}
