//! What messages say, and what goes with them. ([`Mail`])
use portal_core::{
    Id,
    mail::{Attachment, HeaderText, Mail, Mailbox, Thread, Unsubscribe},
};

use super::{
    Ended, Skip, Taken, Trial,
    run::{ANA, SUBJECT, TEXT, address},
};

/// Subject, text and HTML.
pub async fn what_it_says_arrives(trial: &Trial) -> Ended {
    let html = "<!doctype html>\n<p>It is <b>attached</b>.</p>";
    let mail = Trial::mail(1, ANA).with_html(html);
    let taken = trial.arrives(&mail).await;
    assert_eq!(taken.subject, SUBJECT);
    assert_eq!(text(&taken), TEXT);
    let found = taken.html.as_deref().map(lines);
    assert_eq!(found.as_deref(), Some(html), "HTML");
    Ok(())
}

/// Names and words are of everywhere.
pub async fn letters_of_every_script_arrive(trial: &Trial) -> Ended {
    let said = "Ñandú, Größe, Ελλάδα, 山田さん, Привет, العربية, 👩\u{200d}👧 — “quoted”";
    let subject = HeaderText::of(said);
    let mail = say(1, subject.as_str(), said).with_html(&format!("<p>{said}</p>"));
    let taken = trial.arrives(&mail).await;
    assert_eq!(taken.subject, subject.as_str());
    assert_eq!(text(&taken), said);
    let found = taken.html.as_deref().map(lines);
    assert_eq!(found.as_deref(), Some(&*format!("<p>{said}</p>")));
    Ok(())
}

/// Text is text: it ends no message and begins none.
pub async fn text_that_looks_like_commands_arrives(trial: &Trial) -> Ended {
    let said = "First.\n.\n..\n.leading\nQUIT\nMAIL FROM:<eve@evil.example>\n--boundary--\nFrom here on.\n=3D =20\nLast.";
    let taken = trial.arrives(&say(1, SUBJECT, said)).await;
    assert_eq!(text(&taken), said);
    assert_eq!(taken.to, [ANA]);
    Ok(())
}

/// A paragraph is one line, however long: servers take 998 letters in one.
pub async fn long_lines_arrive(trial: &Trial) -> Ended {
    let long = "palabra ".repeat(2_000);
    let taken = trial.arrives(&say(1, SUBJECT, &long)).await;
    assert_eq!(text(&taken), long.trim_end());
    Ok(())
}

/// Papers in order, by name and kind, and every byte of them.
pub async fn papers_arrive_byte_by_byte(trial: &Trial) -> Ended {
    let every: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    let names = ["Factura Nº 7.pdf", "plan.png"];
    let kinds = ["application/pdf", "image/png"];
    let mut mail = Trial::mail(1, ANA).with_html("<p>Two papers.</p>");
    for (name, kind) in names.into_iter().zip(kinds) {
        let paper = Attachment::new(name, kind, every.clone());
        mail = mail.with_attachment(paper).unwrap();
    }
    let taken = trial.arrives(&mail).await;
    assert_eq!(text(&taken), TEXT);
    let found = taken.papers.iter();
    let found: Vec<_> = found
        .map(|p| (p.name.as_str(), p.content_type.as_str()))
        .collect();
    assert_eq!(found, names.into_iter().zip(kinds).collect::<Vec<_>>());
    let whole = taken.papers.iter().all(|paper| paper.bytes == every);
    assert!(whole, "a paper is not what was attached");
    Ok(())
}

/// As much as may go with a message goes; a server that takes less refuses it, and nothing of it is left out on the way.
pub async fn the_largest_message_arrives_whole(trial: &Trial) -> Ended {
    let scan = vec![0xa5; Mail::MOST_ATTACHED];
    let paper = Attachment::new("scan.bin", "application/octet-stream", scan);
    let mail = Trial::mail(1, ANA).with_attachment(paper).unwrap();
    let taken = trial.arrives(&mail).await;
    let sizes: Vec<_> = taken.papers.iter().map(|p| p.bytes.len()).collect();
    assert_eq!(sizes, [Mail::MOST_ATTACHED]);
    assert!(taken.papers[0].bytes.iter().all(|byte| *byte == 0xa5));
    Ok(())
}

/// Names, subjects and papers are called what somebody typed; that makes no header, no reader and no part. Readers and papers are looked at also where no headers can be read.
pub async fn whatever_things_are_called_no_header_is_added(trial: &Trial) -> Ended {
    let called = |n, name: &str| {
        let paper = Attachment::new(name, "application/pdf", *b"%PDF");
        let office = Mailbox::new(address("office@school.example")).named(name);
        let mut mail = say(n, name, TEXT)
            .with_html("<p>Hello.</p>")
            .with_reply_to(office)
            .in_thread(Thread::order(&Id::new(name)))
            .with_unsubscribe(Unsubscribe::at("https://acme.example/stop/k").unwrap())
            .with_attachment(paper)
            .unwrap();
        mail.to = mail.to.named(name);
        mail
    };
    let plain = trial.arrives(&called(1, "Bob")).await;
    let odd = [
        "Bob\r\nBcc: eve@evil.example",
        "Bob\nX-Injected: 1\n\n<script>",
        "Bob\r\n.\r\nRCPT TO:<eve@evil.example>",
        "\"Bob\" <eve@evil.example>, eve@evil.example",
        "=?utf-8?q?Bob=0D=0ABcc:_eve@evil.example?=",
        "\u{202e}gpj.exe\u{2066}\u{2028}Bcc: eve@evil.example\u{85}",
        "%0d%0aBcc: eve@evil.example; filename=\"x\"; filename*=utf-8''y",
        "Ñandú 👩\u{200d}👧 山田 \\\" (comment)",
    ];
    for (n, name) in (2..).zip(odd) {
        let taken = trial.arrives(&called(n, name)).await;
        assert_eq!(taken.headers, plain.headers, "{name:?}");
        assert_eq!(taken.to, [ANA], "{name:?}");
        assert_eq!(taken.reply_to, plain.reply_to, "{name:?}");
        assert_eq!(taken.unsubscribe, plain.unsubscribe, "{name:?}");
        assert_eq!(taken.papers.len(), 1, "{name:?}");
        let paper = &taken.papers[0].name;
        assert!(!paper.contains(char::is_control), "{paper:?}");
    }
    if plain.headers.is_none() {
        return Err(Skip::NotOffered("headers"));
    }
    Ok(())
}

fn say(n: u128, subject: &str, text: &str) -> Mail {
    let Mail { id, kind, to, .. } = Trial::mail(n, ANA);
    Mail::new(id, kind, to, subject, text)
}

fn text(taken: &Taken) -> String {
    lines(&taken.text)
}

/// However lines end on the way, and whether the last one does.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned()
}
