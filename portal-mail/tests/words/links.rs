//! The links in a text of the host's: where each begins and ends.
use portal_core::{
    Language,
    effect::MailKind,
    mail::{Link, Says, Wording},
};

use crate::{full, written};

const WAY_IN: &str = "https://courses.example/portal/link/a-secret_of-forty-three?a=1&b=(2)";

/// Every link of the page that the host's text becomes.
fn links(text: &str) -> Vec<String> {
    let mut letter = full(MailKind::FirstTimeInstructions, Language::En);
    letter.portal = None;
    let Says::Instructions(told) = &mut letter.says else {
        panic!("it is about instructions")
    };
    let access = told.access.as_mut().unwrap();
    access.link = Link::new(WAY_IN).unwrap();
    access.text = Some(Wording::parse(text).unwrap());
    let html = written(&letter).html.unwrap();
    let links = html.split("<a href=\"").skip(1);
    let links = links.map(|rest| {
        let (link, rest) = rest.split_once('"').unwrap();
        let (_, shown) = rest.split_once('>').unwrap();
        assert!(shown.starts_with(&format!("{link}</a>")), "{shown}");
        link.replace("&amp;", "&")
    });
    links.collect()
}

/// 000-05: the way in is exactly what was filled in, whatever the host writes around it.
#[test]
fn the_way_in_leads_there_whatever_stands_around_it() {
    for text in [
        "{link}",
        "Go to {link}.",
        "«{link}»",
        "“{link}”",
        "'{link}'",
        "\"{link}\"",
        "[{link}]",
        "({link})",
        "<{link}>",
        "{link}…",
        "{link}, {given_name}",
        "{link}\tgracias",
        "{link}gracias",
        "aquí:{link}/",
        "*{link}*",
        "{link}。",
    ] {
        assert_eq!(links(text), [WAY_IN], "{text}");
    }
    assert_eq!(links("{link}{link}"), [WAY_IN, WAY_IN]);
}

/// 000-05
#[test]
fn a_link_that_the_host_typed_ends_where_a_reader_would_end_it() {
    for (text, link) in [
        ("https://school.example", "https://school.example"),
        (
            "see https://school.example/a?b=c&d=e#f!",
            "https://school.example/a?b=c&d=e#f",
        ),
        ("«https://school.example/a»", "https://school.example/a"),
        ("“https://school.example/a”.", "https://school.example/a"),
        ("'https://school.example/a'", "https://school.example/a"),
        ("<https://school.example/a>", "https://school.example/a"),
        ("[https://school.example/a]", "https://school.example/a"),
        ("(https://school.example/a).", "https://school.example/a"),
        (
            "https://school.example/a_(b)",
            "https://school.example/a_(b)",
        ),
        ("https://school.example/a…", "https://school.example/a"),
        (
            "https://school.example/a\tgracias",
            "https://school.example/a",
        ),
        ("https://school.example/año", "https://school.example/año"),
    ] {
        assert_eq!(links(text), [link], "{text}");
    }
    let two = links("https://a.example,\"https://b.example\"");
    assert_eq!(two, ["https://a.example", "https://b.example"]);
    assert_eq!(links("write https:// first"), Vec::<String>::new());
}

/// T15: what was typed leads nowhere, also beside the way in.
#[test]
fn what_is_filled_in_beside_the_way_in_cannot_be_clicked() {
    let mut letter = full(MailKind::FirstTimeInstructions, Language::En);
    letter.to = letter
        .to
        .called("https://evil.example", "https://evil.example");
    let Says::Instructions(told) = &mut letter.says else {
        panic!("it is about instructions")
    };
    let access = told.access.as_mut().unwrap();
    access.text = Some(Wording::parse("{name}{link}{name}").unwrap());
    let html = written(&letter).html.unwrap();
    assert!(html.contains("https://evil.example<a href="), "{html}");
    assert!(!html.contains("href=\"https://evil"), "{html}");
}
