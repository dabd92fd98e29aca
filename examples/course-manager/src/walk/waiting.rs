//! My waiting list: accept what is offered, leave, and the offers that ran out.
use portal_core::{
    CustomerDesk, Error, Page, Verdict,
    courses::{
        AcceptPlace, AcceptedBy, LeaveWaitingList, WaitingAction, WaitingState, WaitingView,
    },
    words::Words,
};

use super::{new_form, sheet::Sheet};
use crate::CourseManager;

pub(super) async fn show(
    manager: &CourseManager,
    desk: &CustomerDesk,
    sheet: &mut Sheet,
) -> Result<(), Error> {
    sheet.chapter("My waiting list", "Mi lista de espera");
    let rows = list(desk).await?;
    for row in &rows {
        let when = sheet.starts(&row.place.session);
        sheet.line(&format!("{}: {when}", row.place.course.title));
        sheet.offers(&row.offers, Words::waiting_action);
    }
    if rows.is_empty() {
        sheet.note("Not waiting for anything.", "No espera nada.");
    }

    sheet.chapter("Accept, Remove me", "Aceptar, Quitarme de la lista");
    let expired = manager.portal.expire_offers().await?;
    let stand = sheet.say("still stand", "siguen en pie");
    let ended = format!("{}, {} {stand}", expired.ended, expired.standing);
    sheet.field(
        sheet.say(
            "Offers that ran out: ended",
            "Ofertas caducadas: terminadas",
        ),
        &ended,
    );
    let waits = |row: &&WaitingView| row.place.state == WaitingState::Waiting;
    match rows.iter().find(waits) {
        Some(row) => accept(desk, row, sheet).await?,
        None => sheet.note("No list without an offer.", "Ninguna lista sin oferta."),
    }
    let offered = |row: &&WaitingView| {
        let verdict = row.verdict(WaitingAction::Accept);
        verdict.is_some_and(Verdict::is_open)
    };
    match rows.iter().find(offered) {
        Some(row) => accept(desk, row, sheet).await?,
        None => sheet.note("Nothing is offered.", "No hay ninguna oferta."),
    }

    match list(desk).await?.iter().rfind(waits) {
        Some(row) => {
            let form = LeaveWaitingList::new(new_form(), row.place.id.clone());
            let ended = desk.submit(&form).await;
            let what = sheet.words.waiting_action(WaitingAction::Leave);
            sheet.ended(&format!("{what}: {}", row.place.course.title), ended)?;
        }
        None => sheet.note("No list left to leave.", "No queda ninguna lista."),
    }

    Ok(())
}

async fn list(desk: &CustomerDesk) -> Result<Vec<WaitingView>, Error> {
    let page = Page::default();
    Ok(desk.courses()?.waiting_list(&page).await?.items)
}

async fn accept(desk: &CustomerDesk, row: &WaitingView, sheet: &mut Sheet) -> Result<(), Error> {
    let form = AcceptPlace::new(new_form(), row.place.id.clone());
    let how = match desk.courses()?.accept_place(&form).await {
        Ok(AcceptedBy::CompletingAt(url)) => url,
        Ok(_) => sheet.say("registered", "inscripción hecha").to_owned(),
        Err(no @ (Error::Refused(_) | Error::NotFound)) => sheet.failure(&no),
        Err(broken) => return Err(broken),
    };
    sheet.field(&row.place.course.title, &how);
    Ok(())
}
