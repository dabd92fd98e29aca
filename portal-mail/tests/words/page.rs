use portal_core::{
    Language,
    effect::MailKind,
    mail::{MailWriter as _, Says, Unsubscribe},
};
use portal_mail::samples;

use crate::{asks_nobody_for_anything, full, ours, written};

/// 003-19
#[test]
fn every_page_says_its_language_and_has_the_subject_for_a_title() {
    let templates = ours();
    for &language in Language::ALL {
        for letter in samples(language) {
            let words = templates.write(&letter).unwrap();
            let html = words.html.unwrap();
            assert!(html.contains(&format!("<html lang=\"{}\" dir=\"ltr\"", language.tag())));
            let title = between(&html, "<title>", "</title>");
            assert_eq!(plain(title), words.subject);
            assert_eq!(html.matches("<h1").count(), 1);
            assert!(html.contains("name=\"color-scheme\" content=\"light dark\""));
        }
    }
}

#[test]
fn a_page_fetches_nothing_and_links_over_https_alone() {
    let templates = ours();
    for &language in Language::ALL {
        for letter in samples(language) {
            let html = templates.write(&letter).unwrap().html.unwrap();
            asks_nobody_for_anything(&html);
        }
    }
}

#[test]
fn tables_that_are_no_tables_say_so_and_the_others_have_headed_rows() {
    let templates = ours();
    for letter in samples(Language::En) {
        let html = templates.write(&letter).unwrap().html.unwrap();
        for table in html.split("<table").skip(1) {
            let open = table.split('>').next().unwrap();
            let facts = open.contains("class=\"facts\"");
            assert_ne!(facts, open.contains("role=\"presentation\""), "{open}");
            if facts {
                let body = table.split("</table>").next().unwrap();
                assert_eq!(
                    body.matches("<tr>").count(),
                    body.matches("<th scope=\"row\"").count()
                );
            }
        }
        assert_eq!(
            html.matches("<table").count(),
            html.matches("</table>").count()
        );
        assert_eq!(
            html.matches("<p ").count(),
            html.matches("</p>").count(),
            "{html}"
        );
    }
}

#[test]
fn both_parts_say_the_same() {
    let templates = ours();
    for &language in Language::ALL {
        for letter in samples(language) {
            let words = templates.write(&letter).unwrap();
            let html = words.html.unwrap();
            // What text spells out, a page may have behind a word.
            let html = format!("{} {}", plain(&html), unmarked(&html));
            for line in words.text.lines().filter(|line| !line.is_empty()) {
                let said = line.split(": ").all(|part| {
                    let part = part.trim_start_matches("> ").trim_end_matches(':');
                    html.contains(part)
                });
                assert!(said, "{:?} says only in plain text: {line}", letter.kind);
            }
        }
    }
}

#[test]
fn what_is_one_persons_alone_is_in_no_subject() {
    let templates = ours();
    for letter in samples(Language::En) {
        let words = templates.write(&letter).unwrap();
        assert!(!words.subject.contains("https://"), "{}", words.subject);
        if let Says::TemporaryPassword(_) = letter.says {
            assert!(!words.subject.contains("KDXQ7M2RWPAZ4VHT"));
        }
    }
}

/// The least contrast that WCAG 2.2 asks of text (1.4.3), times ten.
const ENOUGH: u64 = 45;

#[test]
fn text_stands_out_from_its_ground_by_day_and_by_night() {
    let html = written(&samples(Language::En)[0]).html.unwrap();
    for (text, ground) in [
        ("#1f2933", "#ffffff"),
        ("#52606d", "#ffffff"),
        ("#0b4f8a", "#ffffff"),
        ("#ffffff", "#0b4f8a"),
        ("#f2f5f8", "#1d262f"),
        ("#b6c2cf", "#1d262f"),
        ("#8ec5ff", "#1d262f"),
    ] {
        assert!(
            html.contains(text) && html.contains(ground),
            "{text} on {ground}"
        );
        let (a, b) = (luminance(text), luminance(ground));
        let (light, dark) = (a.max(b), a.min(b));
        let contrast = (light + 50_000) * 10 / (dark + 50_000);
        assert!(contrast >= ENOUGH, "{text} on {ground}: {contrast}");
    }
    let inline = html.split("color:#").skip(1).map(|c| &c[..6]);
    for colour in inline {
        let known = [
            "1f2933", "52606d", "0b4f8a", "ffffff", "eef2f6", "12181f", "1d262f",
        ];
        let dark = ["f2f5f8", "b6c2cf", "8ec5ff"];
        assert!(
            known.contains(&colour) || dark.contains(&colour),
            "{colour} was never looked at"
        );
    }
}

/// The relative luminance of a colour, in millionths. The gamma of 2.4 is drawn from a table of sixteen steps, rounded down: near enough for colours this far apart.
fn luminance(colour: &str) -> u64 {
    let channel = |at: usize| {
        let value = u64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap());
        // Between 2 and 3 the power lies between the square and the cube of the share; the mean of both is within a hundredth of it.
        let share = value * 1_000 / 255;
        u64::midpoint(share * share, share * share * share / 1_000)
    };
    (channel(1) * 2_126 + channel(3) * 7_152 + channel(5) * 722) / 10_000
}

pub(crate) fn between<'a>(html: &'a str, open: &str, close: &str) -> &'a str {
    let (_, rest) = html.split_once(open).unwrap();
    rest.split_once(close).unwrap().0
}

/// What is read of a page, without its marks.
pub(crate) fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            '\n' if !inside => text.push(' '),
            c if !inside => text.push(c),
            _ => {}
        }
    }
    unmarked(&text)
}

pub(crate) fn unmarked(text: &str) -> String {
    let marks = [
        ("&#x2f;", "/"),
        ("&#x27;", "'"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    marks.iter().fold(text.to_owned(), |text, (mark, plain)| {
        text.replace(mark, plain)
    })
}

/// 002-13: whatever a letter was given.
#[test]
fn reminders_say_where_they_are_stopped_and_nothing_that_one_has_to_have_does() {
    let there = "https://courses.example/stop/7f3a";
    for &language in Language::ALL {
        for &kind in MailKind::ALL {
            let stop = Unsubscribe::at(there).unwrap();
            let letter = full(kind, language).with_unsubscribe(Some(stop));
            let words = ours().write(&letter).unwrap();
            let link = "href=\"https:&#x2f;&#x2f;courses.example&#x2f;stop&#x2f;7f3a\"";
            assert_eq!(words.text.contains(there), kind.optional(), "{kind:?}");
            let linked = words.html.unwrap().contains(link);
            assert_eq!(linked, kind.optional(), "{kind:?}");
        }
    }
}
