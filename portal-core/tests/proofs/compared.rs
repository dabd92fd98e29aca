//! No secret is ever compared byte by byte: it is looked up by its hash, or checked by a function made for that.
use std::{fs, path::Path};

use portal_core::accounts::{
    Claim, EnterCode, FollowLink, Login, NextStep, PortalKey, SecondFactorSetup, SignIn, SignedIn,
    Token, Visitor,
};
use secrecy::SecretString;

/// Compiles only while `==` is not there for any of these types: with it there were two answers to which `never` is meant.
macro_rules! never_compared {
    ($($secret:ty),+ $(,)?) => {$(
        const _: fn() = || {
            trait Either<A> {
                fn never() {}
            }
            impl<T: ?Sized> Either<()> for T {}
            struct Comparable;
            impl<T: ?Sized + PartialEq> Either<Comparable> for T {}
            let _ = <$secret as Either<_>>::never;
        };
    )+};
}

never_compared!(
    Claim,
    EnterCode,
    FollowLink,
    Login,
    NextStep,
    PortalKey,
    SecondFactorSetup,
    SecretString,
    SignIn,
    SignedIn,
    Token,
    Visitor,
);

/// Where two secrets are compared all the same, and why nobody learns from the time it takes.
const ALLOWED: &[&str] = &[
    // Both were typed by the same person just now.
    ".is_some_and(|typed| typed.expose_secret() == chosen.secret().expose_secret());",
    // Their hashes are: how soon these differ says nothing about the secrets.
    "Sha256::digest(state) == Sha256::digest(self.state.expose_secret())",
    // The hasher of the test kit, which hashes nothing.
    "if Self::kept(password.expose_secret()) != *kept {",
];

/// T29
#[test]
fn no_exposed_secret_is_compared() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = vec![];
    for entry in fs::read_dir(workspace).unwrap() {
        let sources = entry.unwrap().path().join("src");
        if sources.is_dir() {
            compared(&sources, &mut found);
        }
    }
    found.sort_unstable();
    found.dedup();
    assert_eq!(found, ALLOWED);
}

/// Lines outside tests that expose a secret and compare.
fn compared(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            compared(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            found.extend(
                code.lines()
                    .filter(|l| compares(l))
                    .map(|l| l.trim().to_owned()),
            );
        }
    }
}

fn compares(line: &str) -> bool {
    let exposes = ["expose_secret(", ".expose("]
        .iter()
        .any(|e| line.contains(e));
    let comparing = [
        " == ",
        " != ",
        ".eq(",
        ".ne(",
        ".cmp(",
        "starts_with(",
        "contains(",
    ];
    exposes && comparing.iter().any(|c| line.contains(c))
}

/// The search is not blind.
#[test]
fn a_comparison_of_secrets_is_found() {
    assert!(compares("    if token.expose() == kept.expose() {"));
    assert!(compares("typed.expose_secret().eq(kept)"));
    assert!(!compares("let typed = form.token.expose_secret();"));
}
