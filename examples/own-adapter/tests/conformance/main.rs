//! Every promise of the payment port, tried on this adapter: one named test each, and a page that says which were kept.
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
mod candidate;
mod provider;

use std::{env, fs, path::Path};

use portal_testkit::payments::{Skip, certify, report};

use candidate::at_pennyroyal;

portal_testkit::payment_conformance!(at_pennyroyal);

/// Set, the page is written instead of compared.
const WRITE: &str = "WRITE_PROMISES";

const INTRODUCTION: &str = "# What the adapter for Pennyroyal promises

Written by its tests from the report of `portal_testkit::payments`; to write it anew: `WRITE_PROMISES=1 cargo test -p own-adapter --test conformance page`.
*Kept* is a promise that was tried; *–* is one about something that the adapter does not offer, and says so. Pennyroyal is played in the process of the tests.

";

#[test]
fn the_page_of_promises_is_up_to_date() {
    let certificate = certify(at_pennyroyal);
    assert!(certificate.is_sound(), "a promise is broken: see above");
    let unplayed = |ended| matches!(ended, Some(Err(Skip::NotPlayed(_))));
    let unplayed = certificate.promises.iter().filter(|p| unplayed(p.ended));
    assert_eq!(unplayed.count(), 0, "what is offered is tried");
    let page = format!("{INTRODUCTION}{}", report(&[certificate]));
    let at = Path::new(env!("CARGO_MANIFEST_DIR")).join("PROMISES.md");
    if env::var_os(WRITE).is_some() {
        fs::write(&at, &page).unwrap();
    }
    let written = fs::read_to_string(&at).unwrap_or_default();
    assert!(written == page, "out of date: run with {WRITE}=1");
}
