//! One customer, walked through everything the portal does for them.
mod account;
mod afterwards;
mod books;
mod cancel;
mod certificate;
mod courses;
mod help;
mod learning;
mod orders;
mod payment;
mod sheet;
mod transfer;
mod waiting;
mod way_in;

use portal_core::{
    CommandId, Contact, CustomerDesk, Error, Id, Language, Page,
    courses::{RegistrationView, Shelf},
    refusal::Remedy,
};
use uuid::Uuid;

use crate::CourseManager;
use sheet::Sheet;

pub use way_in::DEMO_PASSWORD;

/// Walks through everything, doing for real what can still be done, and answers what the customer saw. Without a language, in their own. For whoever does not
/// get in it says why, and ends there.
///
/// # Errors
/// [`Error::NotFound`] when there is no such customer, and whenever the file cannot be read or written.
pub async fn walk(
    manager: &CourseManager,
    customer: &Id<Contact>,
    language: Option<Language>,
) -> Result<String, Error> {
    let found = manager.directory.contact(customer).await?;
    let contact = found.ok_or(Error::NotFound)?.value;
    let mut sheet = Sheet::new(language.unwrap_or(contact.language));
    greet(manager, &contact, &mut sheet);
    let Some(desk) = way_in::show(manager, &contact, &mut sheet).await? else {
        help::why_not(manager, customer, &mut sheet).await?;
        return Ok(sheet.into_text());
    };
    account::show(&desk, &mut sheet).await?;
    courses::show(&desk, &mut sheet).await?;
    let chosen = transfer::show(&desk, &mut sheet).await?;
    transfer::what_if(&desk, chosen.as_ref(), &mut sheet).await?;
    cancel::show(&desk, chosen.as_ref(), &mut sheet).await?;
    certificate::show(&desk, &mut sheet).await?;
    learning::show(manager, &desk, &mut sheet).await?;
    payment::show(manager, &desk, &mut sheet).await?;
    books::show(manager, &desk, &mut sheet).await?;
    waiting::show(manager, &desk, &mut sheet).await?;
    orders::show(manager, &desk, &mut sheet).await?;
    afterwards::show(manager, &mut sheet).await?;
    help::show(manager, customer, &mut sheet).await?;
    desk.account()?.sign_out().await?;
    Ok(sheet.into_text())
}

fn greet(manager: &CourseManager, contact: &Contact, sheet: &mut Sheet) {
    let name = format!("{} ({})", contact.full_name(), contact.id);
    sheet.chapter(&name, &name);
    if manager.seeded {
        sheet.note(
            "The file was new, and has been filled.",
            "El archivo era nuevo y se ha llenado.",
        );
    } else {
        sheet.note(
            "Goes on where the last run ended.",
            "Continúa donde terminó la última vez.",
        );
    }
    sheet.note(
        "* after typing the surname",
        "* después de escribir el apellido",
    );
    let ask = sheet.words.remedy(&Remedy::AskOrganiser);
    let otherwise = sheet.say(
        "Where a reason names no remedy",
        "Si un motivo no dice qué hacer",
    );
    sheet.line(&format!("{otherwise}: {ask}"));
}

/// A form's id is drawn with the form, and sent along in a hidden field.
fn new_form() -> CommandId {
    CommandId(Uuid::new_v4())
}

/// What this customer types to confirm: people of one name type that.
fn typed_name(desk: &CustomerDesk) -> String {
    let contact = &desk.viewer().contact;
    match contact.surname.as_str().trim() {
        "" => contact.full_name(),
        surname => surname.to_owned(),
    }
}

async fn current(desk: &CustomerDesk) -> Result<Vec<RegistrationView>, Error> {
    let page = Page::first(Page::LARGEST);
    let listing = desk.courses()?.registrations(Shelf::Current, &page).await?;
    Ok(listing.items)
}
