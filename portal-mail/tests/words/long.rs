//! Orders of many lines, and long descriptions, addresses and names.
use portal_core::{
    Language,
    documents::{Paper, PaperWriter as _},
    effect::MailKind,
    mail::{EmailAddress, Enclosure, InvoiceCopy, Letter, Says, Written},
};
use portal_mail::papers;

use crate::{full, ours, written};

/// Gmail shows so many bytes of a page, and cuts off the rest.
const SHOWN: usize = 102 * 1024;

/// The invoice, as somebody has made it.
fn invoice(language: Language, made: impl FnOnce(&mut InvoiceCopy)) -> Letter {
    let mut letter = full(MailKind::InvoiceCopy, language);
    let Says::Invoice(copy) = &mut letter.says else {
        panic!("it is about an invoice")
    };
    made(copy);
    letter
}

fn of_so_many(lines: usize, paper: &Enclosure, language: Language) -> Written {
    let letter = invoice(language, |copy| {
        let line = copy.lines[0].clone();
        copy.lines = vec![line; lines];
        copy.paper = paper.clone();
    });
    written(&letter)
}

/// 000-46
#[test]
fn the_invoice_of_an_order_of_thousands_of_lines_is_sent_and_says_where_they_are() {
    for (language, all) in [
        (
            Language::En,
            "This order has 5,000 lines: every one is on the invoice.",
        ),
        (
            Language::Es,
            "Este pedido tiene 5000 líneas: todas figuran en la factura.",
        ),
    ] {
        let words = of_so_many(5_000, &Enclosure::Enclosed, language);
        for part in [&words.text, words.html.as_ref().unwrap()] {
            assert!(part.contains(all), "{part}");
            assert!(
                part.contains("SO-1042") && !part.contains("Ana Cruz"),
                "{part}"
            );
            assert!(part.len() < SHOWN);
        }
    }
}

/// 000-46: where nobody has a paper, the message is all there is.
#[test]
fn without_a_paper_many_lines_are_told_in_short_and_what_is_missing_is_counted() {
    let all = of_so_many(200, &Enclosure::Nothing, Language::En);
    let some = of_so_many(5_000, &Enclosure::Nothing, Language::En);
    for (words, missing) in [(&all, None), (&some, Some("not shown here: 4,800."))] {
        for part in [&words.text, words.html.as_ref().unwrap()] {
            let line = "Carpentry for beginners (Ana Cruz): 617.25\u{a0}EUR";
            assert_eq!(part.matches(line).count(), 200, "{part}");
            assert_eq!(part.contains("not shown here"), missing.is_some());
            assert!(
                missing.is_none_or(|missing| part.contains(missing)),
                "{part}"
            );
            assert!(part.len() < SHOWN);
        }
    }
}

/// 000-46
#[test]
fn a_message_shows_as_many_lines_in_full_as_mail_programs_show() {
    let words = of_so_many(30, &Enclosure::Enclosed, Language::En);
    let html = words.html.unwrap();
    assert_eq!(html.matches("Carpentry for beginners").count(), 30);
    assert!(html.len() < SHOWN, "{}", html.len());
}

/// 000-46
#[test]
fn however_long_descriptions_are_the_invoice_is_sent() {
    for language in [Language::En, Language::Es] {
        for paper in [Enclosure::Enclosed, Enclosure::Nothing] {
            for lines in [1, 30, 31, 340, 5_000] {
                let letter = invoice(language, |copy| {
                    copy.paper = paper.clone();
                    let mut line = copy.lines[0].clone();
                    line.description = "\"".repeat(2_000);
                    line.registrant = Some("'".repeat(2_000));
                    copy.lines = vec![line; lines];
                });
                written(&letter);
            }
        }
    }
}

/// 000-46: a host may describe what it sells in a sentence or two.
#[tokio::test]
async fn a_description_of_some_sentences_is_whole_in_messages_and_on_paper() {
    let said = format!("{}, and the last of it", "a chisel and a plane".repeat(45));
    let letter = invoice(Language::En, |copy| {
        copy.lines[0].description = said.clone();
    });
    assert!(written(&letter).text.contains(&said));
    let Paper::Invoice(mut paper) = papers(Language::En).remove(0) else {
        panic!("it was to be an invoice")
    };
    paper.copy.lines[0].description = said.clone();
    let file = ours().write_paper(&Paper::Invoice(paper.clone())).await;
    let page = String::from_utf8(file.unwrap().bytes().to_vec()).unwrap();
    assert!(page.contains(&said), "{page}");
    paper.copy.lines[0].description = said.repeat(2);
    let file = ours().write_paper(&Paper::Invoice(paper)).await;
    let page = String::from_utf8(file.unwrap().bytes().to_vec()).unwrap();
    assert!(page.contains('…'), "{page}");
}

/// 002-01: whoever signs in with it types all of it.
#[test]
fn what_people_sign_in_with_is_shown_to_its_last_letter() {
    let domain = vec!["b".repeat(60); 3].join(".");
    let longest = format!("{}@{domain}.example", "a".repeat(63));
    assert_eq!(longest.len(), EmailAddress::LONGEST);
    let mut letter = full(MailKind::TemporaryPassword, Language::En);
    let Says::TemporaryPassword(mailed) = &mut letter.says else {
        panic!("it is about a password")
    };
    mailed.login.clone_from(&longest);
    let words = written(&letter);
    assert!(words.text.contains(&longest), "{}", words.text);
    assert!(words.html.unwrap().contains(&longest));
}
