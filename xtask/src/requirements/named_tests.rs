//! Finding the tests whose doc comments name promises.
//!
//! The files are split into tokens, not parsed: tests inside a macro's braces are found like any other, and text inside
//! a string is not mistaken for one.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::promise_id::PromiseId;
use crate::failure::Failure;

/// Here any function is a case: macros turn each into a test of every store.
const CONFORMANCE_CASES: &str = "portal-testkit/src";

/// This is a test and the promises it says it keeps.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NamedTest {
    pub(super) name: String,
    /// Relative to the workspace.
    pub(super) file: PathBuf,
    pub(super) promises: Vec<PromiseId>,
}

/// This finds the tests of one file that name a promise.
pub(super) fn in_file(root: &Path, file: &Path) -> Result<Vec<NamedTest>, Failure> {
    let path = root.join(file);
    let text = fs::read_to_string(&path).map_err(|error| Failure::in_file(&path, error))?;
    in_text(&text, file)
}

fn in_text(text: &str, file: &Path) -> Result<Vec<NamedTest>, Failure> {
    let tokens = text
        .parse()
        .map_err(|error| Failure::in_file(file, format!("not Rust: {error}")))?;
    let mut search = Search {
        file,
        any_function: file.starts_with(CONFORMANCE_CASES),
        found: Vec::new(),
    };
    search.look_in(tokens);
    Ok(search.found)
}

struct Search<'a> {
    file: &'a Path,
    any_function: bool,
    found: Vec<NamedTest>,
}

/// What stands above an item, as far as we have read.
#[derive(Default)]
struct Above {
    promises: Vec<PromiseId>,
    is_test: bool,
}

impl Search<'_> {
    fn look_in(&mut self, tokens: TokenStream) {
        let mut above = Above::default();
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(mark) if mark.as_char() == '#' => {
                    let attribute = tokens.next_if(|next| is_in(next, Delimiter::Bracket));
                    if let Some(TokenTree::Group(attribute)) = attribute {
                        above.read(&attribute.stream());
                    }
                }
                TokenTree::Ident(word) if word == "fn" => {
                    if let Some(TokenTree::Ident(name)) = tokens.peek() {
                        self.met(&name.to_string(), std::mem::take(&mut above));
                    }
                }
                // `pub(crate)` still belongs to the function that follows.
                TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                    self.look_in(group.stream());
                }
                TokenTree::Group(group) => {
                    above = Above::default();
                    self.look_in(group.stream());
                }
                TokenTree::Punct(mark) if mark.as_char() == ';' => above = Above::default(),
                TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    fn met(&mut self, name: &str, above: Above) {
        if above.promises.is_empty() || !(above.is_test || self.any_function) {
            return;
        }
        self.found.push(NamedTest {
            name: name.to_owned(),
            file: self.file.to_owned(),
            promises: above.promises,
        });
    }
}

impl Above {
    /// A `///` line reaches us as the attribute `doc = "…"`.
    fn read(&mut self, attribute: &TokenStream) {
        let mut path = Vec::new();
        for token in attribute.clone() {
            match token {
                TokenTree::Ident(word) => path.push(word.to_string()),
                TokenTree::Punct(mark) if mark.as_char() == ':' => {}
                TokenTree::Punct(_) | TokenTree::Literal(_) | TokenTree::Group(_) => break,
            }
        }
        match path.last().map(String::as_str) {
            // `test` and `tokio::test(…)`, but not `cfg(test)`.
            Some("test") => self.is_test = true,
            Some("doc") => self
                .promises
                .extend(PromiseId::all_in(&attribute.to_string())),
            _ => {}
        }
    }
}

fn is_in(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(file: &str, text: &str) -> Vec<String> {
        in_text(text, Path::new(file))
            .unwrap()
            .iter()
            .map(|test| {
                let ids: Vec<String> = test.promises.iter().map(ToString::to_string).collect();
                format!("{}: {}", test.name, ids.join(" "))
            })
            .collect()
    }

    #[test]
    fn a_doc_comment_above_a_test_names_promises() {
        let text = "
            /// 000-26, 000-28
            #[test]
            fn a_transfer_moves_the_registration() {}

            #[tokio::test(flavor = \"current_thread\")]
            /// 000-30 … 000-32
            async fn a_cancellation_is_mailed() {}
        ";
        assert_eq!(
            shown("portal-core/tests/transfer.rs", text),
            [
                "a_transfer_moves_the_registration: 000-26 000-28",
                "a_cancellation_is_mailed: 000-30 000-31 000-32"
            ]
        );
    }

    #[test]
    fn a_test_module_beside_the_code_counts() {
        let text = "
            /// The rule of 000-26.
            pub fn transfer() {}
            #[cfg(test)]
            mod tests {
                /// 000-27
                #[test]
                fn a_wrong_surname_changes_nothing() {}
            }
        ";
        assert_eq!(
            shown("portal-core/src/transfer.rs", text),
            ["a_wrong_surname_changes_nothing: 000-27"]
        );
    }

    #[test]
    fn a_test_in_a_macros_braces_counts() {
        let text = "
            proptest! {
                /// 001-24
                #[test]
                fn paid_never_exceeds_total(amount in 0..10u32) { helper(amount); }
            }
        ";
        assert_eq!(
            shown("a/tests/b.rs", text),
            ["paid_never_exceeds_total: 001-24"]
        );
    }

    #[test]
    fn every_conformance_case_counts_without_an_attribute() {
        let text = "
            cases! {
                /// A lost race decides again.
                /// 003-04
                pub(crate) async fn a_second_change_waits(store: &dyn Store) -> Outcome {}
            }
        ";
        assert_eq!(
            shown("portal-testkit/src/orders.rs", text),
            ["a_second_change_waits: 003-04"]
        );
        assert!(shown("portal-core/src/orders.rs", text).is_empty());
    }

    #[test]
    fn a_comment_belongs_to_the_item_below_it_only() {
        let text = "
            /// 000-01
            const X: u8 = 1;
            #[test]
            fn says_nothing() {}
            /// 000-02
            struct Y { a: u8 }
            #[test]
            fn says_nothing_either() {}
            //! 000-03
            // 000-04
            #[test]
            fn still_nothing() {}
        ";
        assert!(shown("a/tests/b.rs", text).is_empty());
    }

    #[test]
    fn a_test_inside_a_string_does_not_count() {
        let text = "const T: &str = \"/// 000-01\n#[test]\nfn fake() {}\";";
        assert!(shown("a/tests/b.rs", text).is_empty());
    }

    #[test]
    fn a_file_that_is_not_rust_is_named() {
        let failure = in_text("fn open( {", Path::new("a/tests/b.rs")).unwrap_err();
        assert!(
            failure.to_string().starts_with("a/tests/b.rs: not Rust"),
            "{failure}"
        );
    }
}
