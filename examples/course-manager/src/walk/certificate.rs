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
            Ok(paper) => told(&paper),
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

pub(super) fn told(paper: &DocumentBody) -> String {
    let DocumentBody::File(file) = paper else {
        return format!("{paper:?}");
    };
    let (name, kind) = (file.file_name.as_str(), file.content_type.as_str());
    format!("{name}, {kind}, {} bytes", file.size())
}

fn is_sent(row: &RegistrationView) -> bool {
    row.verdict(CourseAction::GetCertificate)
        .is_some_and(Verdict::is_open)
}
