//! Papers to print: one page for each kind and language.
use portal_core::{
    Language,
    documents::{InvoicePaper, Paper, PaperWriter as _},
};
use portal_mail::{PaperKind, Templates, papers};

use crate::ours;

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

/// 000-15, 000-46
#[tokio::test]
async fn an_invoice_reads_like_this_in_every_language() {
    let templates = ours();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("golden");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let mut pages = vec![];
    for (language, name) in [(Language::En, "invoice"), (Language::Es, "factura")] {
        let paper = Paper::Invoice(invoice(0, language));
        let file = templates.write_paper(&paper).await.unwrap();
        let called = format!("{name} SO-1042.html");
        assert_eq!(file.file_name.as_str(), called);
        let again = templates.write_paper(&paper).await.unwrap();
        assert_eq!(again, file, "the same is always written the same");
        pages.push((language, page(&templates, &paper).await));
    }
    let _bound = settings.bind_to_scope();
    for (language, page) in pages {
        insta::assert_snapshot!(format!("paper-invoice.{}.html", language.tag()), page);
    }
}

/// T37
#[tokio::test]
async fn a_paper_fetches_nothing_and_does_nothing() {
    let templates = ours();
    for &language in Language::ALL {
        for paper in papers(language) {
            let page = page(&templates, &paper).await;
            for fetched in [
                "<img",
                "<link",
                "<script",
                "<iframe",
                "src=",
                "url(",
                "@import",
                "@font-face",
                "<form",
                "<base",
            ] {
                assert!(!page.contains(fetched), "{fetched}");
            }
            for link in page.split("href=\"").skip(1) {
                assert!(link.starts_with("https:"), "{link}");
            }
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
