//! Writes every message in every language to a folder: as a page, as text and as a file that mail programs open; and every paper, to print.
//!
//! `cargo run -p portal-mail --all-features --example previews [folder]`
use std::{error::Error, fmt::Write as _, fs, path::PathBuf};

use portal_core::{
    Language,
    documents::PaperWriter,
    mail::{EmailAddress, MailWriter, Mailbox, Mailer},
};
use portal_mail::{EmlFolder, Sender, Templates, papers, samples};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1);
    let folder = PathBuf::from(folder.unwrap_or_else(|| "target/previews".to_owned()));
    fs::create_dir_all(&folder)?;
    let templates = Templates::builder().build()?;
    let from = EmailAddress::parse("portal@school.example")?;
    let eml = EmlFolder::new(&folder, Sender::new(Mailbox::new(from).named("The School")));
    let mut index = String::from(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Messages</title><h1>Messages</h1><ul>",
    );
    let mut count = 0;
    for &language in Language::ALL {
        for (n, letter) in samples(language).iter().enumerate() {
            let words = templates.write(letter)?;
            let name = format!("{}-{:02}-{}", language.tag(), n + 1, letter.kind.as_str());
            fs::write(
                folder.join(format!("{name}.txt")),
                format!("{}\n\n{}", words.subject, words.text),
            )?;
            fs::write(
                folder.join(format!("{name}.html")),
                words.html.as_deref().unwrap_or_default(),
            )?;
            eml.send(&letter.finished(&words)).await?;
            fs::rename(
                folder.join(format!("{}.eml", letter.id)),
                folder.join(format!("{name}.eml")),
            )?;
            write!(
                index,
                "<li lang=\"{}\"><a href=\"{name}.html\">{name}</a> (<a href=\"{name}.txt\">text</a>, <a href=\"{name}.eml\">eml</a>)",
                language.tag(),
            )?;
            count += 1;
        }
        for (n, paper) in papers(language).iter().enumerate() {
            let file = templates.write_paper(paper).await?;
            let name = format!("{}-paper-{:02}.html", language.tag(), n + 1);
            fs::write(folder.join(&name), file.bytes())?;
            let lang = language.tag();
            write!(index, "<li lang=\"{lang}\"><a href=\"{name}\">{name}</a>")?;
            count += 1;
        }
    }
    index.push_str("</ul></html>\n");
    fs::write(folder.join("index.html"), index)?;
    println!(
        "{count} messages and papers: open {}",
        folder.join("index.html").display()
    );
    Ok(())
}
