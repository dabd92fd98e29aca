use std::fs;

use portal_core::{Language, effect::MailKind};
use portal_mail::{PaperKind, Part, Templates, papers, previews, samples};

/// 000-05: before anybody else does.
#[tokio::test]
async fn a_host_looks_at_its_own_templates_in_a_folder() {
    let paper = "{% extends page %}{% block body %}{{ order.number }} {{ order.total }} {{ order.due }} Ours.{% endblock %}";
    let templates = Templates::builder()
        .replace(
            MailKind::ResetLink,
            Language::Es,
            Part::Html,
            "<p>Nuestro: {{ link }}",
        )
        .replace_paper(PaperKind::Invoice, Language::En, paper)
        .build()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("not/there/yet");
    let index = previews(&templates, &folder).await.unwrap();
    // Once more, over what is there.
    assert_eq!(previews(&templates, &folder).await.unwrap(), index);
    let index = fs::read_to_string(index).unwrap();
    let named = index.split("<a href=\"").skip(1);
    let named: Vec<_> = named.map(|rest| rest.split('"').next().unwrap()).collect();
    let all = Language::ALL
        .iter()
        .map(|&language| samples(language).len() * 3 + papers(language).len());
    assert_eq!(named.len(), all.sum::<usize>());
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let theirs = |name: &&&str| read(name).contains("Nuestro: https:");
    let theirs: Vec<_> = named
        .iter()
        .filter(|name| name.contains(".html"))
        .filter(theirs)
        .collect();
    assert!(
        theirs.len() == 1 && theirs[0].ends_with("-reset-link.html"),
        "{theirs:?}"
    );
    assert!(read("en-paper-01.html").contains("Ours."));
    for name in named {
        assert!(!read(name).is_empty(), "{name}");
    }
}
