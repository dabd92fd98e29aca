//! Every message and every paper as a file, for people to look at.
use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

use portal_core::{
    Language,
    documents::{Paper, PaperWriter as _},
    mail::{EmailAddress, Letter, MailWriter as _, Mailbox, Mailer as _},
};

use crate::{EmlFolder, Sender, Templates, papers, samples};

/// Writes every sample of every message to a folder, as a page, as text and as a file that mail programs open, and every sample of every paper as a page to print: by these templates, so
/// that a host sees its own. Answers the page that leads to all of them.
///
/// The folder is made if it is not there; what an earlier call wrote is written over.
///
/// ```
/// use portal_core::{Language, effect::MailKind};
/// use portal_mail::{Part, Templates, previews};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let templates = Templates::builder()
///     .replace(MailKind::ResetLink, Language::En, Part::Subject, "Your new password")
///     .build()?;
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// let index = previews(&templates, folder).await?;
/// assert!(std::fs::read_to_string(index)?.contains("reset-link"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// A folder that cannot be written to.
pub async fn previews(
    templates: &Templates,
    folder: impl AsRef<Path> + Send,
) -> io::Result<PathBuf> {
    let folder = folder.as_ref();
    fs::create_dir_all(folder)?;
    let from = EmailAddress::parse("portal@school.example").map_err(io::Error::other)?;
    let sender = Sender::new(Mailbox::new(from).named("The School"));
    let shelf = Shelf {
        templates,
        folder,
        eml: EmlFolder::new(folder, sender),
    };
    let mut index = String::from(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Messages</title><h1>Messages</h1><ul>",
    );
    for &language in Language::ALL {
        let tag = language.tag();
        for (n, letter) in samples(language).iter().enumerate() {
            let name = format!("{tag}-{:02}-{}", n + 1, letter.kind.as_str());
            shelf.message(letter, &name).await?;
            let _ = write!(
                index,
                "<li lang=\"{tag}\"><a href=\"{name}.html\">{name}</a> (<a href=\"{name}.txt\">text</a>, <a href=\"{name}.eml\">eml</a>)",
            );
        }
        for (n, paper) in papers(language).iter().enumerate() {
            let name = format!("{tag}-paper-{:02}.html", n + 1);
            shelf.paper(paper, &name).await?;
            let _ = write!(index, "<li lang=\"{tag}\"><a href=\"{name}\">{name}</a>");
        }
    }
    index.push_str("</ul></html>\n");
    let page = folder.join("index.html");
    fs::write(&page, index)?;
    Ok(page)
}

/// Where previews are put.
struct Shelf<'a> {
    templates: &'a Templates,
    folder: &'a Path,
    eml: EmlFolder,
}

impl Shelf<'_> {
    async fn message(&self, letter: &Letter, name: &str) -> io::Result<()> {
        let words = self.templates.write(letter).map_err(io::Error::other)?;
        let file = |ending: &str| self.folder.join(format!("{name}.{ending}"));
        fs::write(file("txt"), format!("{}\n\n{}", words.subject, words.text))?;
        fs::write(file("html"), words.html.as_deref().unwrap_or_default())?;
        let mail = letter.finished(&words);
        self.eml.send(&mail).await.map_err(io::Error::other)?;
        let sent = self.folder.join(format!("{}.eml", letter.id));
        fs::rename(sent, file("eml"))
    }

    async fn paper(&self, paper: &Paper, name: &str) -> io::Result<()> {
        let file = self.templates.write_paper(paper).await;
        let file = file.map_err(io::Error::other)?;
        fs::write(self.folder.join(name), file.bytes())
    }
}
