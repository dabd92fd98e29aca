//! Every feature, alone.

use std::path::Path;

use cargo_metadata::{Package, Target};

use crate::cargo::Cargo;
use crate::failure::Failure;
use crate::workspace;

/// This checks that no feature leans on another being on, and that a crate can be had without any.
///
/// Programs are left out: nobody depends on them, and what they are built with is what runs. Clippy denies the warnings instead of `RUSTFLAGS`, which would rebuild every dependency.
pub(super) fn check(root: &Path) -> Result<(), Failure> {
    let metadata = workspace::members()?;
    for package in metadata.workspace_packages() {
        if package.targets.iter().any(Target::is_bin) {
            continue;
        }
        for features in to_check(package) {
            let mut words = vec![
                "clippy",
                "--quiet",
                "--package",
                &package.name,
                "--no-default-features",
            ];
            if let Some(feature) = features {
                words.extend(["--features", feature]);
            }
            words.extend(["--", "-D", "warnings"]);
            println!(
                "    {} {}",
                package.name,
                features.unwrap_or("(no feature)")
            );
            Cargo::new(root, &words).run()?;
        }
    }
    Ok(())
}

/// This is what to check of one crate: `None` for no feature at all, then each feature. A crate without features has
/// been checked already, with everything else.
fn to_check(package: &Package) -> Vec<Option<&str>> {
    let single: Vec<Option<&str>> = package
        .features
        .keys()
        .map(String::as_str)
        .filter(|&name| name != "default")
        .map(Some)
        .collect();
    if single.is_empty() {
        return single;
    }
    std::iter::once(None).chain(single).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(features: &str) -> Package {
        serde_json::from_str(&format!(
            r#"{{
                "name": "portal-core", "version": "0.1.0", "id": "portal-core", "source": null,
                "dependencies": [], "targets": [], "manifest_path": "/portal-core/Cargo.toml",
                "features": {features}
            }}"#
        ))
        .unwrap()
    }

    #[test]
    fn each_feature_is_checked_alone_and_default_is_not_one() {
        let package = package(r#"{"default": ["courses"], "courses": [], "rental": ["dep:uuid"]}"#);
        assert_eq!(to_check(&package), [None, Some("courses"), Some("rental")]);
    }

    #[test]
    fn a_crate_without_features_is_left_out() {
        assert_eq!(to_check(&package("{}")), Vec::<Option<&str>>::new());
        assert_eq!(
            to_check(&package(r#"{"default": []}"#)),
            Vec::<Option<&str>>::new()
        );
    }
}
