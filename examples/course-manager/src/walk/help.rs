//! What the office sees of who came in, and of who does not.
use portal_core::{Contact, Error, Id, Page};

use super::{sheet::Sheet, way_in::reception};
use crate::CourseManager;

/// Hēmi Te Rangi, a colleague on one of her orders.
const NOT_YET: &str = "P-0008";

/// The sign-in log of this customer, newest first, and why somebody else does not get in.
pub(super) async fn show(
    manager: &CourseManager,
    customer: &Id<Contact>,
    sheet: &mut Sheet,
) -> Result<(), Error> {
    sheet.chapter(
        "What reception sees: the sign-in log",
        "Lo que ve recepción: el registro de entradas",
    );
    let reception = reception(manager);
    let account = reception.account_of(customer).await?;
    for attempt in reception.sign_ins(account, &Page::first(4)).await?.items {
        let from = attempt.ip.map_or("-".to_owned(), |ip| ip.to_string());
        let how = format!("{:<12} {from}", attempt.outcome.as_str());
        sheet.field(attempt.flow.as_str(), &how);
    }
    why_not(manager, &Id::new(NOT_YET), sheet).await
}

/// Every condition this portal sets, and what would mend those that are not met.
pub(super) async fn why_not(
    manager: &CourseManager,
    customer: &Id<Contact>,
    sheet: &mut Sheet,
) -> Result<(), Error> {
    sheet.chapter(
        &format!("Does {customer} get in?"),
        &format!("¿Puede entrar {customer}?"),
    );
    let conditions = reception(manager).explain_eligibility(customer).await?;
    for condition in conditions.iter().filter(|condition| condition.required) {
        let name = sheet.words.condition(condition.condition);
        let met = match condition.fix {
            Some(fix) => format!("no: {}", sheet.words.fix(fix)),
            None => sheet.say("yes", "sí").to_owned(),
        };
        sheet.field(&name, &met);
    }
    Ok(())
}
