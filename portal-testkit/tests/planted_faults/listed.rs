//! What the kit has cases for is what its macros run.
use std::{fs, path::Path};

/// A promise that nobody runs is none.
#[test]
fn every_case_is_in_the_macro_that_runs_it() {
    let folders = [
        "conformance",
        "conformance/accounting",
        "conformance/accounts",
        "conformance/payments",
        "races",
    ];
    let mut found = 0;
    for folder in folders {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src")
            .join(folder);
        let macros = fs::read_to_string(folder.join("macros.rs")).unwrap();
        for file in fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            if !file.is_file() {
                continue;
            }
            let source = fs::read_to_string(&file).unwrap();
            for case in source.lines().filter_map(case_of) {
                assert!(
                    macros.contains(case),
                    "{case} of {} is in no macro",
                    file.display()
                );
                found += 1;
            }
        }
    }
    assert!(found > 214, "only {found} cases");
}

/// A case is a public function that waits.
fn case_of(line: &str) -> Option<&str> {
    line.strip_prefix("pub async fn ")?.split(['(', '<']).next()
}
