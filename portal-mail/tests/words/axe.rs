//! What a reader with other eyes, a phone or the night needs of every message and every paper.
use std::collections::BTreeSet;

use crate::{
    browser::{is_looked_at, nothing_breaks, noticed},
    planted::{MARK, PLANTED},
};

/// Rules of our own, beside those of axe.
const FETCHES: &str = "fetches";
const REFLOW: &str = "reflow";
const RESIZE: &str = "resize-text";
const LANGUAGE: &str = "lang";
const DARK: &str = "dark-mode";

/// In light and in dark, on a phone and on a desk, and nothing that axe is not sure of either.
#[test]
fn axe_has_nothing_to_say_of_any_message_or_paper() {
    nothing_breaks(|rule| ![FETCHES, REFLOW, RESIZE, LANGUAGE, DARK].contains(&rule));
}

/// T37
#[test]
fn whoever_opens_a_message_or_a_paper_asks_nobody_for_anything() {
    nothing_breaks(|rule| rule == FETCHES);
}

/// WCAG 1.4.10
#[test]
fn no_message_or_paper_is_wider_than_a_phone() {
    nothing_breaks(|rule| rule == REFLOW);
}

/// WCAG 1.4.4
#[test]
fn letters_may_be_twice_their_size() {
    nothing_breaks(|rule| rule == RESIZE);
}

/// 003-19
#[test]
fn every_message_and_paper_is_read_aloud_in_its_readers_language() {
    nothing_breaks(|rule| rule == LANGUAGE);
}

#[test]
fn what_can_be_dark_is_dark_at_night() {
    nothing_breaks(|rule| rule == DARK);
}

/// Each by the name of its rule, where it is, and nothing else.
#[test]
fn every_planted_mistake_is_noticed() {
    let Some(noticed) = noticed(true) else {
        return;
    };
    let noticed: Vec<_> = noticed.collect();
    for planted in PLANTED {
        let page = format!("{MARK}{}", planted.name);
        let of_it = noticed.iter().filter(|one| one.page == page);
        let found: BTreeSet<_> = of_it.map(|one| (&*one.state, &*one.rule)).collect();
        let at = planted.at.iter().filter(|state| is_looked_at(state));
        let expected: BTreeSet<_> = at.map(|state| (*state, planted.rule)).collect();
        assert_eq!(found, expected, "{page}");
    }
}
