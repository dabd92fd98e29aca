//! My courses: both tabs, and More info.
use portal_core::{
    CustomerDesk, Error, Page,
    courses::{RegistrationView, Shelf},
    words::Words,
};

use super::sheet::Sheet;

pub(super) async fn show(desk: &CustomerDesk, sheet: &mut Sheet) -> Result<(), Error> {
    let courses = desk.courses()?;
    let page = Page::default();
    sheet.chapter("My courses: Current", "Mis cursos: Actuales");
    let current = courses.registrations(Shelf::Current, &page).await?.items;
    rows(&current, sheet);
    sheet.chapter("My courses: Completed", "Mis cursos: Completados");
    let completed = courses.registrations(Shelf::Completed, &page).await?.items;
    rows(&completed, sheet);

    sheet.chapter("More info", "Más información");
    if let Some(row) = current.last() {
        let opened = courses.registration(&row.registration.id).await?;
        more_info(&opened, sheet);
    } else {
        sheet.note("No current course.", "Ningún curso actual.");
    }
    Ok(())
}

fn rows(rows: &[RegistrationView], sheet: &mut Sheet) {
    for RegistrationView {
        registration: r,
        offers,
        ..
    } in rows
    {
        let when = sheet.starts(&r.session);
        sheet.line(&format!("{}, {}: {when}", r.course.title, r.session.venue));
        sheet.offers(offers, Words::course_action);
    }
    if rows.is_empty() {
        sheet.note("None.", "Ninguno.");
    }
}

fn more_info(row: &RegistrationView, sheet: &mut Sheet) {
    let r = &row.registration;
    sheet.field(r.id.as_str(), &r.course.title);
    let ends = r.session.ends_at.with_timezone(&r.session.zone);
    let (starts, ends) = (sheet.starts(&r.session), sheet.words.moment(ends));
    sheet.field(sheet.say("Begins", "Empieza"), &starts);
    sheet.field(sheet.say("Ends", "Termina"), &ends);
    if let Some(order) = &r.order {
        let price = format!("{}, {}", order.number, sheet.price(r.price));
        sheet.field(sheet.say("Order, price", "Pedido, precio"), &price);
    }
}
