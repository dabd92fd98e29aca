use portal_core::{CustomerDesk, Error, Page, courses::Shelf};

use super::sheet::Sheet;
use crate::{CourseManager, strangers};

/// Lists both tabs, opens the first module, and tries somebody else's.
pub(super) async fn show(
    manager: &CourseManager,
    desk: &CustomerDesk,
    sheet: &mut Sheet,
) -> Result<(), Error> {
    let courses = desk.courses()?;
    let mut first = None;
    sheet.chapter(
        "My elearning: Current, Completed",
        "Mi formación en línea: Actual, Completada",
    );
    for tab in [Shelf::Current, Shelf::Completed] {
        let modules = courses.modules(tab, &Page::default()).await?.items;
        for row in &modules {
            let module = &row.module;
            let percent = format!("{}%  {}", module.percent_done, module.about);
            sheet.field(&module.title, &percent);
        }
        if modules.is_empty() {
            sheet.note("None.", "Ninguno.");
        }
        first = first.or(modules.into_iter().next());
    }
    if let Some(row) = first {
        let url = courses.open_module(&row.module.id).await?;
        sheet.field(sheet.say("Access course", "Acceder al curso"), &url);
    }
    let me = desk.viewer().contact.id.clone();
    if let Some(theirs) = manager
        .db
        .read(move |conn| strangers::module(conn, &me))
        .await?
    {
        let name = sheet.say("Somebody else's", "El de otra persona");
        match courses.open_module(&theirs).await {
            Ok(url) => sheet.field(name, &url),
            Err(no) => sheet.field(name, &sheet.failure(&no)),
        }
    }
    Ok(())
}
