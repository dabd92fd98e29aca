//! Papers to print: one page for each kind and language.
use portal_core::{
    Language,
    documents::{
        Contract, ContractLine, InvoicePaper, Movement, Paper, PaperWriter as _, Statement,
    },
};
use portal_mail::{PaperKind, Templates, papers};

use crate::{asks_nobody_for_anything, ours};

async fn page(templates: &Templates, paper: &Paper) -> String {
    let file = templates.write_paper(paper).await.unwrap();
    assert_eq!(file.content_type.as_str(), "text/html");
    String::from_utf8(file.bytes().to_vec()).unwrap()
}

fn invoice(n: usize, language: Language) -> InvoicePaper {
    let Paper::Invoice(invoice) = papers(language).remove(n) else {
        panic!("it was to be an invoice")
    };
    invoice
}

/// The full sample of each kind: an invoice, a statement, a contract.
fn full(language: Language) -> [Paper; 3] {
    let all = papers(language).into_iter();
    let mut full: Vec<Paper> = vec![];
    for paper in all {
        let known = full.iter().map(std::mem::discriminant);
        if !known
            .into_iter()
            .any(|kind| kind == std::mem::discriminant(&paper))
        {
            full.push(paper);
        }
    }
    full.try_into().unwrap()
}

/// The full statement, changed.
fn statement(edit: impl FnOnce(&mut Statement)) -> Paper {
    let [_, mut paper, _] = full(Language::En);
    let Paper::Statement(said) = &mut paper else {
        panic!("it was to be a statement")
    };
    edit(&mut said.statement);
    paper
}

/// The full contract, changed.
fn contract(language: Language, edit: impl FnOnce(&mut Contract)) -> Paper {
    let [_, _, mut paper] = full(language);
    let Paper::Contract(said) = &mut paper else {
        panic!("it was to be a contract")
    };
    edit(&mut said.contract);
    paper
}

/// 000-15, 000-46, 001-24, 001-27, 003-19
#[tokio::test]
async fn every_paper_reads_like_this_in_every_language() {
    let templates = ours();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("golden");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let mut pages = vec![];
    for (language, names) in [
        (
            Language::En,
            ["invoice SO-1042", "statement 2027-02-28", "contract C-2207"],
        ),
        (
            Language::Es,
            ["factura SO-1042", "extracto 2027-02-28", "contrato C-2207"],
        ),
    ] {
        let kinds = ["invoice", "statement", "contract"];
        for ((paper, name), kind) in full(language).iter().zip(names).zip(kinds) {
            let file = templates.write_paper(paper).await.unwrap();
            assert_eq!(file.file_name.as_str(), format!("{name}.html"));
            let again = templates.write_paper(paper).await.unwrap();
            assert_eq!(again, file, "the same is always written the same");
            pages.push((kind, language, page(&templates, paper).await));
        }
    }
    let _bound = settings.bind_to_scope();
    for (kind, language, page) in pages {
        insta::assert_snapshot!(format!("paper-{kind}.{}.html", language.tag()), page);
    }
}

/// T37
#[tokio::test]
async fn a_paper_fetches_nothing_and_does_nothing() {
    let templates = ours();
    for &language in Language::ALL {
        for paper in papers(language) {
            let page = page(&templates, &paper).await;
            asks_nobody_for_anything(&page);
            assert!(page.contains("@page {") && page.contains("@media print {"));
            assert!(page.contains(&format!("<html lang=\"{}\"", language.tag())));
            assert_eq!(page.matches("<h1").count(), 1);
        }
    }
}

/// T15, T37: what was typed is shown as it was typed.
#[tokio::test]
async fn nothing_that_was_typed_becomes_part_of_the_page() {
    let templates = ours();
    let mut calm = invoice(0, Language::En);
    let typed =
        "</td><script>alert(1)</script>{{ 1111*1111 }}<img src=x onerror=\"y\">'\r\n{% if %}";
    calm.organiser = Some("Somebody".to_owned());
    let marks = |page: &str| page.matches('<').count();
    let before = marks(&page(&templates, &Paper::Invoice(calm.clone())).await);
    let mut odd = calm;
    odd.organiser = Some(typed.to_owned());
    odd.billed_to = Some(typed.to_owned());
    odd.copy.order.number = typed.into();
    for line in &mut odd.copy.lines {
        line.description = typed.to_owned();
        line.registrant = Some(typed.to_owned());
    }
    let paper = Paper::Invoice(odd);
    let page = page(&templates, &paper).await;
    assert_eq!(marks(&page), before, "{page}");
    assert!(page.contains("{{ 1111*1111 }}") && !page.contains("1234321"));
    let file = templates.write_paper(&paper).await.unwrap();
    let name = file.file_name.as_str();
    let stem = name.strip_suffix(".html").unwrap();
    assert!(!stem.contains(['<', '/', '"']), "{name}");
}

/// T15, T37: on every paper, in every language.
#[tokio::test]
async fn nothing_in_the_hosts_records_becomes_part_of_a_statement_or_contract() {
    let typed = "</td><script>alert(1)</script>{{ 1111*1111 }}\0\u{202e}'\r\n{% if %}";
    let templates = ours();
    let odd = [
        statement(|said| {
            said.name = typed.to_owned();
            for moved in &mut said.movements {
                moved.description = typed.to_owned();
                moved.reference = moved.reference.as_ref().map(|_| typed.to_owned());
            }
        }),
        contract(Language::Es, |said| {
            said.number = typed.into();
            said.status = typed.to_owned();
            said.name = Some(typed.to_owned());
            said.terms = Some(typed.to_owned());
            for line in &mut said.lines {
                line.description = typed.to_owned();
                if let Some(rate) = &mut line.rate {
                    rate.per = typed.to_owned();
                }
            }
            for total in &mut said.totals {
                total.name = typed.to_owned();
            }
        }),
    ];
    let calm = [statement(|_| ()), contract(Language::Es, |_| ())];
    for (calm, odd) in calm.iter().zip(&odd) {
        let (before, after) = (page(&templates, calm).await, page(&templates, odd).await);
        let marks = |page: &str| page.matches('<').count();
        assert_eq!(marks(&after), marks(&before), "{after}");
        assert!(after.contains("{{ 1111*1111 }}") && !after.contains("1234321"));
        assert!(!after.contains(['\0', '\r', '\u{202e}']), "{after}");
        let file = templates.write_paper(odd).await.unwrap();
        let name = file.file_name.as_str();
        assert!(!name.contains(['<', '/', '"', '\n', '\0']), "{name}");
    }
}

/// T15: what is long is cut, but for what was agreed: of that there is all, or no paper.
#[tokio::test]
async fn ten_million_letters_are_cut_and_terms_never_are() {
    let (long, templates) = ("Ñ".repeat(5_000_000), ours());
    let cut = [
        statement(|said| {
            said.name.clone_from(&long);
            said.movements[0].description.clone_from(&long);
            said.movements[0].reference = Some(long.clone());
        }),
        contract(Language::En, |said| {
            said.number = long.as_str().into();
            said.status.clone_from(&long);
            said.lines[0].description.clone_from(&long);
            said.totals[0].name.clone_from(&long);
        }),
    ];
    for paper in &cut {
        assert!(page(&templates, paper).await.len() < 20_000);
    }
    let agreed = format!("{}the end", "a word of ours ".repeat(100_000));
    let all = contract(Language::En, |said| said.terms = Some(agreed.clone()));
    assert!(page(&templates, &all).await.contains(&agreed));
    let endless = contract(Language::En, |said| said.terms = Some(long));
    assert!(templates.write_paper(&endless).await.is_err());
}

/// 003-20: what the host wrote is shown as written, also to whoever reads Spanish, and in no language of ours.
#[tokio::test]
async fn terms_stay_as_the_host_wrote_them() {
    let terms = "1.  No hay traducción.\n\n   2.  As is.";
    let paper = contract(Language::Es, |said| said.terms = Some(terms.to_owned()));
    let page = page(&ours(), &paper).await;
    assert!(page.contains(&format!("<div class=\"terms\" lang=\"\">{terms}</div>")));
    assert!(page.contains("<h2>Condiciones</h2>") && page.contains("lang=\"\">Open</dd>"));
}

/// 001-24, 003-19: as the reader writes them, each with its currency.
#[tokio::test]
async fn dates_and_amounts_are_written_as_the_reader_writes_them() {
    let american = Templates::builder()
        .locale(Language::En, "en-US")
        .build()
        .unwrap();
    let english = page(&american, &full(Language::En)[1]).await;
    assert!(english.contains("Feb 28, 2027") && english.contains("1,184.50\u{a0}EUR"));
    let spanish = page(&ours(), &full(Language::Es)[1]).await;
    assert!(spanish.contains("28 feb 2027") && spanish.contains("1184,50\u{a0}EUR"));
    let credit = page(
        &ours(),
        &statement(|said| said.closing = said.movements[1].amount),
    )
    .await;
    assert!(credit.contains("This amount is in your favour."));
}

/// 000-46, 001-24: a page for thousands of lines, too.
#[tokio::test]
async fn a_long_statement_and_a_long_contract_have_a_paper() {
    let busy = statement(|said| {
        let moved: Movement = said.movements[0].clone();
        said.movements = vec![moved; 5_000];
    });
    let rows = page(&ours(), &busy).await.matches("<tr><td").count();
    assert_eq!(rows, 5_001);
    let full = contract(Language::En, |said| {
        let line: ContractLine = said.lines[0].clone();
        said.lines = vec![line; 5_000];
    });
    let rows = page(&ours(), &full).await.matches("<tr><td").count();
    assert_eq!(rows, 5_000);
}

/// 000-46: an order of thousands of lines is a paper too, and a message's page has less room.
#[tokio::test]
async fn a_long_invoice_has_a_paper() {
    let mut long = invoice(0, Language::En);
    let line = long.copy.lines[0].clone();
    long.copy.lines = vec![line; 5_000];
    let page = page(&ours(), &Paper::Invoice(long)).await;
    assert_eq!(page.matches("<tr><td>").count(), 5_000);
}

/// 000-05
#[tokio::test]
async fn a_hosts_own_paper_takes_the_place_of_ours_in_its_language() {
    let source = "{% extends page %}{% block title %}Bill {{ order.number }}{% endblock %}{% block body %}{{ order.total }} {{ order.due }} <img alt=\"\" src=\"data:image/png;base64,AA==\">{% endblock %}";
    let templates = Templates::builder()
        .replace_paper(PaperKind::Invoice, Language::En, source)
        .build()
        .unwrap();
    let english = page(&templates, &Paper::Invoice(invoice(0, Language::En))).await;
    assert!(english.contains("<h1>Bill SO-1042</h1>"), "{english}");
    let spanish = Paper::Invoice(invoice(0, Language::Es));
    assert_eq!(
        page(&templates, &spanish).await,
        page(&ours(), &spanish).await
    );
}

/// 000-05: found when the portal starts, with the line.
#[test]
fn a_paper_that_is_wrong_is_refused_at_build() {
    let good = "{{ order.number }} {{ order.total }} {{ order.due }}";
    for (kind, source, why) in [
        (PaperKind::Statement, "{{ until }} {{ opening }}", "closing"),
        (PaperKind::Contract, "{{ number }} {{ status }}", "`terms`"),
    ] {
        let built = Templates::builder()
            .replace_paper(kind, Language::Es, source)
            .build();
        let problems = built.unwrap_err().problems;
        let name = format!("{}.es.html", kind.as_str());
        assert!(problems.iter().all(|p| p.template == name), "{problems:?}");
        assert!(problems.iter().any(|p| p.why.contains(why)), "{problems:?}");
    }
    for (source, line, why) in [
        ("{{ order.number }}", 0, "order.total"),
        (
            &*format!("{good}\n{{{{ nobody }}}}"),
            2,
            "nothing is known of `nobody`",
        ),
        (&format!("{good}\n{{% if %}}"), 2, "syntax error"),
        (
            &format!("{good}{{% autoescape false %}}"),
            1,
            "always escaped",
        ),
        (&format!("{good}<script>"), 0, "`<script`"),
        (
            &format!("{good}<IMG SRC=\"https://a.example/x\">"),
            0,
            "`src=`",
        ),
        (&format!("{good}<style>@import 'x'</style>"), 0, "`@import`"),
        (
            &format!("{good}<p style=\"background:url(//a)\">"),
            0,
            "`url(`",
        ),
    ] {
        let built = Templates::builder()
            .replace_paper(PaperKind::Invoice, Language::En, source)
            .build();
        let problems = built.unwrap_err().problems;
        let told = problems
            .iter()
            .any(|p| p.template == "invoice.en.html" && p.line == line && p.why.contains(why));
        assert!(told, "{source}: {problems:?}");
    }
}

/// T37: whatever a page names, nobody fetches it, since the page says so first.
#[test]
fn a_paper_without_the_policy_that_holds_it_is_refused() {
    let refused = |source: &str| {
        let built = Templates::builder().replace_paper(PaperKind::Invoice, Language::En, source);
        let problems = built.build().err().map(|e| e.problems).unwrap_or_default();
        problems.into_iter().map(|p| p.why).collect::<Vec<_>>()
    };
    let facts = "{{ order.number }} {{ order.total }} {{ order.due }}";
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">";
    for source in [
        format!("{facts}<img srcset=\"https://a.example/x 2x\">"),
        format!("<body onload=\"fetch('https://a.example')\">{facts}"),
        format!("{facts}<video poster=\"https://a.example/x\"></video>"),
        format!("<body>{policy}{facts}"),
        format!("{policy}{facts}").replace("'none'; style", "*; style"),
        format!("<!DOCTYPE html><html><head><!-- {policy} --></head><body>{facts}"),
        format!("<!DOCTYPE html><html><head><img srcset=\"x\">{policy}</head><body>{facts}"),
        format!("Invoice{policy}{facts}"),
    ] {
        let problems = refused(&source);
        let told =
            |why: &String| why.contains("build it on `page`, or begin its <head> with <meta");
        assert!(problems.iter().any(told), "{source}: {problems:?}");
    }
    let own = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n{policy}\n<title>Invoice</title>\n</head>\n<body>{facts}</body></html>"
    );
    assert_eq!(refused(&own), Vec::<String>::new());
    for refresh in [
        "http-equiv=refresh",
        "HTTP-EQUIV='Refresh'",
        "content=0 http-equiv=\"refresh\"",
    ] {
        let away = own.replace(
            "<title>",
            &format!("<meta {refresh} content=\"0;url=https://a.example\"><title>"),
        );
        let problems = refused(&away);
        assert!(
            problems.len() == 1 && problems[0].contains("refresh"),
            "{problems:?}"
        );
    }
}

/// 000-05: an invoice may be nobody's in particular.
#[test]
fn a_paper_that_needs_to_be_signed_is_refused() {
    let source = "{% extends page %}{% block body %}{{ order.number }} {{ order.total }} {{ order.due }}\n{% if billed_to is not none %}{{ organiser }}{% endif %}{% endblock %}";
    let built = Templates::builder().replace_paper(PaperKind::Invoice, Language::En, source);
    let problems = built.build().unwrap_err().problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].line, 2);
}
