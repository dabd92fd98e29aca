use portal_core::{
    CustomerDesk, DocumentBody, Error, Page, Verdict,
    courses::{CourseAction, RegistrationView, Shelf},
};

use super::sheet::Sheet;

/// Downloads the first certificate there is; and asks for one that was not sent.
pub(super) async fn show(desk: &CustomerDesk, sheet: &mut Sheet) -> Result<(), Error> {
    sheet.chapter("Get certificate", "Obtener el certificado");
    let courses = desk.courses()?;
    let page = Page::first(Page::LARGEST);
    let rows = courses.registrations(Shelf::Completed, &page).await?.items;
    let (sent, not_sent): (Vec<_>, Vec<_>) = rows.iter().partition(|row| is_sent(row));
    for row in [sent.first(), not_sent.first()].into_iter().flatten() {
        let r = &row.registration;
        let paper = match courses.certificate(&r.id).await {
            Ok(DocumentBody::File {
                content_type,
                filename,
                bytes,
            }) => format!("{filename}, {content_type}, {} bytes", bytes.len()),
            Ok(other) => format!("{other:?}"),
            Err(no @ (Error::Refused(_) | Error::NotFound)) => sheet.failure(&no),
            Err(broken) => return Err(broken),
        };
        sheet.field(&r.course.title, &paper);
    }
    if rows.is_empty() {
        sheet.note(
            "Nothing is completed yet.",
            "Todavía no hay nada completado.",
        );
    }
    Ok(())
}

fn is_sent(row: &RegistrationView) -> bool {
    row.verdict(CourseAction::GetCertificate)
        .is_some_and(Verdict::is_open)
}
