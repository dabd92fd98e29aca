//! How many crates an embedder takes on.

use std::collections::BTreeSet;
use std::path::Path;

use crate::cargo::Cargo;
use crate::failure::Failure;

/// This is one way to take portal-core, and how many crates it may come to, itself among them.
struct Taken {
    how: &'static str,
    words: &'static [&'static str],
    most: Option<usize>,
}

const WAYS: &[Taken] = &[
    Taken {
        how: "bare",
        words: &["--no-default-features"],
        most: Some(30),
    },
    Taken {
        how: "with default features",
        words: &[],
        most: Some(75),
    },
    Taken {
        how: "with accounts",
        words: &["--features", "accounts"],
        most: None,
    },
    Taken {
        how: "with every feature",
        words: &["--all-features"],
        most: None,
    },
];

/// This counts what portal-core pulls in, and prints it; a count beyond its limit fails.
pub(super) fn check(root: &Path) -> Result<(), Failure> {
    let mut beyond = Vec::new();
    for way in WAYS {
        let tree = "tree --package portal-core --edges normal --prefix none --format {p}";
        let words: Vec<_> = tree.split(' ').chain(way.words.iter().copied()).collect();
        let (text, result) = Cargo::new(root, &words).read()?;
        result?;
        let count = counted(&text);
        let limit = way
            .most
            .map_or(String::new(), |most| format!(", at most {most}"));
        println!("    portal-core {}: {count} crates{limit}", way.how);
        if way.most.is_some_and(|most| count > most) {
            beyond.push(format!("portal-core {} is {count} crates{limit}", way.how));
        }
    }
    if beyond.is_empty() {
        return Ok(());
    }
    Err(Failure::new(beyond.join("\n")))
}

/// `cargo tree` marks what it has shown before.
fn counted(tree: &str) -> usize {
    let crates = tree.lines().map(|line| line.trim_end_matches(" (*)"));
    let crates: BTreeSet<_> = crates.filter(|line| !line.is_empty()).collect();
    crates.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_counts_once_and_each_of_its_versions_does() {
        let tree =
            "portal-core v0.1.0 (/here)\nsyn v2.0.1\nserde v1.0.2\nsyn v3.0.9\nsyn v2.0.1 (*)\n\n";
        assert_eq!(counted(tree), 4);
    }
}
