//! Writing docs/requirements.md.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::catalogue::System;
use super::named_tests::NamedTest;
use super::promise_id::PromiseId;
use crate::failure::Failure;

const TOP: &str = "\
# Promises and the tests that keep them

Written by `cargo xtask requirements` from [catalogue.md](catalogue.md) and from the doc comments of the tests: do not edit
this file by hand.

| System | Promises | With a test | No test yet |
|---|---:|---:|---:|
";

/// The links by promise: `[name](../path/file.rs)`, sorted. Without line numbers, so that only a change to the tests'
/// names changes the page.
type Links = BTreeMap<PromiseId, BTreeSet<String>>;

/// This writes the page, and fails when a test names a promise the catalogue does not hold.
pub(super) fn render(systems: &[System], tests: &[NamedTest]) -> Result<String, Failure> {
    let links = links(systems, tests)?;
    let mut page = TOP.to_owned();
    let mut total = Count::default();
    for system in systems {
        let count = Count::of(system, &links);
        count.row(&system.title, &mut page);
        total.add(&count);
    }
    total.row("**all**", &mut page);
    for system in systems {
        let _ = write!(page, "\n## {}\n", system.title);
        for section in &system.sections {
            if let Some(title) = &section.title {
                let _ = write!(page, "\n### {title}\n");
            }
            page.push('\n');
            for promise in &section.promises {
                let _ = writeln!(page, "- **{}** {}", promise.id, promise.text);
                match links.get(&promise.id) {
                    None => page.push_str("  - no test yet\n"),
                    Some(links) => {
                        for link in links {
                            let _ = writeln!(page, "  - {link}");
                        }
                    }
                }
            }
        }
    }
    Ok(page)
}

fn links(systems: &[System], tests: &[NamedTest]) -> Result<Links, Failure> {
    let known: BTreeSet<PromiseId> = systems
        .iter()
        .flat_map(System::promises)
        .map(|promise| promise.id)
        .collect();
    let mut links = Links::new();
    for test in tests {
        for id in &test.promises {
            if !known.contains(id) {
                return Err(Failure::in_file(
                    &test.file,
                    format!("{} names {id}, which is not in the catalogue", test.name),
                ));
            }
            links.entry(*id).or_default().insert(link(test));
        }
    }
    Ok(links)
}

fn link(test: &NamedTest) -> String {
    let file: Vec<_> = test
        .file
        .iter()
        .map(|part| part.to_string_lossy())
        .collect();
    format!("[{}](../{})", test.name, file.join("/"))
}

#[derive(Default)]
struct Count {
    promises: usize,
    tested: usize,
}

impl Count {
    fn of(system: &System, links: &Links) -> Self {
        Self {
            promises: system.promises().count(),
            tested: system
                .promises()
                .filter(|promise| links.contains_key(&promise.id))
                .count(),
        }
    }

    fn add(&mut self, other: &Self) {
        self.promises += other.promises;
        self.tested += other.tested;
    }

    fn row(&self, title: &str, page: &mut String) {
        let Self { promises, tested } = self;
        let _ = writeln!(
            page,
            "| {title} | {promises} | {tested} | {} |",
            promises - tested
        );
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::requirements::catalogue;

    const CATALOGUE: &str = "## 000 — training\n### Cancel\n- **000-30** Cancel is offered.\n- **000-31** (neg) or not.\n";

    fn test(name: &str, promises: &str) -> NamedTest {
        NamedTest {
            name: name.to_owned(),
            file: PathBuf::from("portal-core/tests/cancel.rs"),
            promises: PromiseId::all_in(promises),
        }
    }

    #[test]
    fn a_promise_links_its_tests_and_the_others_say_no_test_yet() {
        let systems = catalogue::parse(CATALOGUE).unwrap();
        let tests = [test("b_mails", "000-30"), test("a_offers", "000-30 000-30")];
        let page = render(&systems, &tests).unwrap();
        let (top, list) = page.split_once("\n\n## ").unwrap();
        assert_eq!(
            list,
            "000 — training\n\n### Cancel\n\n- **000-30** Cancel is offered.\n  \
             - [a_offers](../portal-core/tests/cancel.rs)\n  \
             - [b_mails](../portal-core/tests/cancel.rs)\n\
             - **000-31** (neg) or not.\n  - no test yet\n"
        );
        assert!(
            top.ends_with("| 000 — training | 2 | 1 | 1 |\n| **all** | 2 | 1 | 1 |"),
            "{top}"
        );
    }

    #[test]
    fn a_promise_nobody_made_is_refused_with_the_test_that_names_it() {
        let systems = catalogue::parse(CATALOGUE).unwrap();
        let failure = render(&systems, &[test("keeps_nothing", "000-99")]).unwrap_err();
        assert_eq!(
            failure.to_string(),
            "portal-core/tests/cancel.rs: keeps_nothing names 000-99, which is not in the catalogue"
        );
    }
}
