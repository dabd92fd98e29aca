use portal_core::{
    CustomerDesk, Error, Id, Verdict,
    courses::{CancelRegistration, CourseAction, Registration, RegistrationView},
};

use super::{current, new_form, sheet::Sheet, typed_name};

/// Cancels the first that can be, but for the one chosen to move; and tries one that cannot.
pub(super) async fn show(
    desk: &CustomerDesk,
    chosen: Option<&Id<Registration>>,
    sheet: &mut Sheet,
) -> Result<(), Error> {
    sheet.chapter("Cancel registration", "Cancelar la inscripción");
    let rows = current(desk).await?;
    match rows.iter().find(|row| too_late(row)) {
        Some(row) => cancel(desk, &row.registration, sheet).await?,
        None => sheet.note(
            "None is too late to cancel.",
            "Ninguna está fuera de plazo.",
        ),
    }
    let open = |row: &&RegistrationView| {
        let verdict = row.verdict(CourseAction::Cancel);
        verdict.is_some_and(Verdict::is_open) && Some(&row.registration.id) != chosen
    };
    match rows.iter().find(open) {
        Some(row) => cancel(desk, &row.registration, sheet).await?,
        None => sheet.note("Nothing left to cancel.", "No queda nada que cancelar."),
    }
    Ok(())
}

async fn cancel(desk: &CustomerDesk, r: &Registration, sheet: &mut Sheet) -> Result<(), Error> {
    let form = CancelRegistration::new(
        new_form(),
        r.id.clone(),
        r.session.id.clone(),
        typed_name(desk),
    );
    let ended = desk.submit(&form).await;
    sheet.ended(&r.course.title, ended)
}

fn too_late(row: &RegistrationView) -> bool {
    let refusals = row
        .verdict(CourseAction::Cancel)
        .and_then(Verdict::refusals);
    refusals.is_some_and(|refusals| refusals.codes().contains(&"course.too-late-to-cancel"))
}
