//! Which licences we accept.

use spdx::{Expression, ParseMode};

/// Licences that ask for no more than that their text travels along.
const ACCEPTED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// MPL-2.0 asks for the source of the files under it: crates.io keeps that for us, as long as we changed nothing.
const ACCEPTED_UNMODIFIED: &[&str] = &["MPL-2.0"];

/// This says whether a package is the very one that crates.io serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    CratesIo,
    /// A path, a git repository or another registry.
    Elsewhere,
}

/// This accepts an SPDX expression if some way of choosing among its `OR`s leaves accepted licences only.
pub(super) fn expression(text: &str, origin: Origin) -> Result<(), String> {
    // Older crates write "MIT/Apache-2.0".
    let parsed = Expression::parse_mode(text, ParseMode::LAX).map_err(|error| {
        format!(
            "licence `{text}` is not an SPDX expression: {}",
            error.reason
        )
    })?;
    let acceptable = parsed.evaluate(|required| {
        let name = required.to_string();
        ACCEPTED.contains(&name.as_str())
            || (origin == Origin::CratesIo && ACCEPTED_UNMODIFIED.contains(&name.as_str()))
    });
    if acceptable {
        Ok(())
    } else {
        Err(format!("licence `{text}` is not accepted"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_crates_io(text: &str) -> Result<(), String> {
        expression(text, Origin::CratesIo)
    }

    #[test]
    fn every_accepted_licence_is_accepted_by_itself() {
        for name in ACCEPTED {
            assert_eq!(from_crates_io(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn one_accepted_choice_is_enough() {
        assert_eq!(from_crates_io("GPL-3.0-only OR MIT"), Ok(()));
        assert_eq!(
            from_crates_io("MIT OR Apache-2.0 OR LGPL-2.1-or-later"),
            Ok(())
        );
    }

    #[test]
    fn everything_joined_by_and_must_be_accepted() {
        assert_eq!(
            from_crates_io("(MIT OR Apache-2.0) AND Unicode-3.0"),
            Ok(())
        );
        assert!(from_crates_io("MIT AND GPL-2.0-only").is_err());
    }

    #[test]
    fn a_slash_is_read_as_or() {
        assert_eq!(from_crates_io("MIT/Apache-2.0"), Ok(()));
        assert_eq!(from_crates_io("Unlicense/MIT"), Ok(()));
        assert!(from_crates_io("GPL-2.0/AGPL-3.0").is_err());
    }

    #[test]
    fn an_exception_belongs_to_its_licence() {
        assert_eq!(from_crates_io("Apache-2.0 WITH LLVM-exception"), Ok(()));
        assert!(from_crates_io("GPL-2.0-only WITH Classpath-exception-2.0").is_err());
        assert!(from_crates_io("MIT WITH LLVM-exception").is_err());
    }

    #[test]
    fn mozilla_is_accepted_from_crates_io_only() {
        assert_eq!(from_crates_io("MPL-2.0"), Ok(()));
        assert!(expression("MPL-2.0", Origin::Elsewhere).is_err());
    }

    #[test]
    fn what_is_not_an_expression_is_refused_with_its_text() {
        let reason = from_crates_io("see LICENSE file").unwrap_err();
        assert!(reason.contains("see LICENSE file"), "{reason}");
    }
}
