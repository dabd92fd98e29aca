use portal_core::{Language, effect::MailKind, mail::MailWriter as _};

use crate::{letters, ours};

/// 000-28, 000-29, 000-34, 000-35, 003-19, 004-06
#[test]
fn every_message_reads_like_this_in_every_language() {
    let templates = ours();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("golden");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    for &language in Language::ALL {
        for &kind in MailKind::ALL {
            let letters = letters(kind, language);
            assert!(!letters.is_empty(), "{kind:?} has no sample");
            let all: Vec<_> = letters
                .iter()
                .map(|l| templates.write(l).unwrap())
                .collect();
            let name = format!("{}.{}", kind.as_str(), language.tag());
            let texts = all
                .iter()
                .map(|w| folded(&format!("{}\n\n{}", w.subject, w.text)));
            let texts: Vec<_> = texts.collect();
            insta::assert_snapshot!(format!("{name}.txt"), texts.join("\n--------\n\n"));
            insta::assert_snapshot!(format!("{name}.html"), all[0].html.as_ref().unwrap());
        }
    }
}

/// With what follows itself told once, and how often: a message may have two hundred lines alike.
fn folded(text: &str) -> String {
    each_once(text, "\n\n", |part| each_once(part, "\n", str::to_owned))
}

fn each_once(text: &str, between: &str, show: impl Fn(&str) -> String) -> String {
    let parts: Vec<_> = text.split(between).collect();
    let runs = parts.chunk_by(|a, b| a == b).map(|run| match run.len() {
        1 => show(run[0]),
        n => format!("{}{between}({n} times)", show(run[0])),
    });
    runs.collect::<Vec<_>>().join(between)
}
