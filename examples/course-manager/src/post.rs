//! Where the portal's messages go in this demonstration: into a folder, a file each, which mail programs open. A mail server is wired in the same way: `portal_mail::Smtp`.
use std::{fs, path::Path};

use portal_core::{
    mail::{EmailAddress, Mailbox},
    store::BoxError,
};
use portal_mail::{EmlFolder, Sender};

/// Messages come from the portal, and answers go to the office.
pub(crate) fn into(folder: &Path) -> Result<EmlFolder, BoxError> {
    fs::create_dir_all(folder)?;
    let at = |name: &str| EmailAddress::parse(&format!("{name}@course-manager.example"));
    let from = Mailbox::new(at("portal")?).named("Course Manager");
    let sender = Sender::new(from)
        .bounces_to(at("bounces")?)
        .answers_to(Mailbox::new(at("office")?));
    Ok(EmlFolder::new(folder, sender))
}
