//! Pick another date: the choice, the name, the form sent twice, and what time will change.
use portal_core::{
    CustomerDesk, Error, Id, Verdict,
    courses::{CourseAction, Registration, Session, TransferRegistration},
};

use super::{current, new_form, sheet::Sheet, typed_name};

/// Moves the first registration that has somewhere to go, and answers which, whether or not it went.
pub(super) async fn show(
    desk: &CustomerDesk,
    sheet: &mut Sheet,
) -> Result<Option<Id<Registration>>, Error> {
    sheet.chapter("Pick another date", "Elegir otra fecha");
    let Some((r, to)) = choice(desk).await? else {
        sheet.note("Nothing left to move.", "No queda nada que cambiar.");
        return Ok(None);
    };
    let courses = desk.courses()?;
    sheet.line(&format!("{}, {}", r.course.title, sheet.starts(&r.session)));
    for date in courses.other_dates(&r.id).await? {
        let when = date.session.starts_at.with_timezone(&date.session.zone);
        let when = format!("{} {}", when.format("%F %H:%M"), date.session.venue);
        sheet.field(&when, &sheet.verdict(&date.verdict));
    }

    let form = |surname: &str| {
        let (from, to) = (r.session.id.clone(), to.id.clone());
        TransferRegistration::new(new_form(), r.id.clone(), from, to, surname)
    };
    let wrong = desk.submit(&form("Nobody")).await;
    sheet.ended(
        sheet.say("With a wrong surname", "Con otro apellido"),
        wrong,
    )?;
    let right = form(&typed_name(desk));
    let done = desk.submit(&right).await;
    sheet.ended(sheet.say("With the right one", "Con el correcto"), done)?;
    let again = desk.submit(&right).await;
    sheet.ended(
        sheet.say("The same form again", "El mismo formulario"),
        again,
    )?;
    let now = courses.registration(&r.id).await?.registration;
    sheet.field(
        sheet.say("The date is now", "La fecha es ahora"),
        &sheet.starts(&now.session),
    );
    Ok(Some(r.id))
}

async fn choice(desk: &CustomerDesk) -> Result<Option<(Registration, Session)>, Error> {
    let courses = desk.courses()?;
    for row in current(desk).await? {
        match courses.dates_to_pick(&row.registration.id).await {
            Ok(dates) => {
                let first = dates.into_iter().next();
                return Ok(first.map(|to| (row.registration, to)));
            }
            Err(Error::Refused(_)) => {}
            Err(broken) => return Err(broken),
        }
    }
    Ok(None)
}

/// What the answers will be the moment one of them changes.
pub(super) async fn what_if(
    desk: &CustomerDesk,
    chosen: Option<&Id<Registration>>,
    sheet: &mut Sheet,
) -> Result<(), Error> {
    sheet.chapter("What time will change", "Lo que cambiará con el tiempo");
    let courses = desk.courses()?;
    let Some(id) = chosen else {
        sheet.note("Nothing was chosen.", "No se ha elegido nada.");
        return Ok(());
    };
    let Some(then) = courses.next_change_at(id).await? else {
        sheet.note("Nothing will.", "Nada cambiará.");
        return Ok(());
    };
    let row = courses.registration(id).await?;
    let when = then.with_timezone(&row.registration.session.zone);
    let when = sheet.words.moment(when);
    sheet.field(sheet.say("The next change", "El próximo cambio"), &when);
    for &action in CourseAction::ALL {
        let verdict = courses.explain(id, action, then).await?;
        if row.verdict(action).is_some_and(Verdict::is_open) && !verdict.is_open() {
            let name = sheet.words.course_action(action);
            sheet.field(&name, &sheet.verdict(&verdict));
        }
    }
    Ok(())
}
