//! My orders: the list, one opened, the invoice by mail, and who may pay.
use portal_core::{
    CustomerDesk, Done, Error, Page, Verdict,
    order::{EmailInvoice, OrderAction, OrderView},
    refusal::OrderRole,
    words::Words,
};

use super::{certificate::told, new_form, sheet::Sheet};
use crate::{CourseManager, strangers};

pub(super) async fn show(
    manager: &CourseManager,
    desk: &CustomerDesk,
    sheet: &mut Sheet,
) -> Result<(), Error> {
    sheet.chapter("My orders", "Mis pedidos");
    let rows = desk.orders(&Page::default()).await?.items;
    for row in &rows {
        let balance = row.order.balance;
        let (total, due) = (
            sheet.words.money(balance.total()),
            sheet.words.money(balance.due()),
        );
        let due = format!("{} {due}", sheet.say("due", "pendiente"));
        sheet.line(&format!("{}  {total}, {due}", row.order.number));
        sheet.offers(&row.offers, Words::order_action);
    }
    if rows.is_empty() {
        sheet.note("None.", "Ninguno.");
    }

    sheet.chapter(
        "An order opened, invoices by mail",
        "Un pedido abierto, facturas por correo",
    );
    let shared = rows.iter().find(|row| row.role == OrderRole::Registrant);
    if let Some(row) = shared.or(rows.first()) {
        let page = desk.order(&row.order.id).await?;
        let placed_at = sheet.words.instant(row.order.placed_at);
        sheet.field(&row.order.number, &placed_at);
        for line in page.lines {
            let who = line.registrant_name.as_deref().unwrap_or("-");
            let what = format!("{}, {}", line.description, sheet.words.money(line.amount));
            sheet.field(who, &what);
        }
    }
    let me = desk.viewer().contact.id.clone();
    if let Some(theirs) = manager
        .db
        .read(move |conn| strangers::order(conn, &me))
        .await?
    {
        let name = sheet.say("Somebody else's", "El de otra persona");
        match desk.order(&theirs).await {
            Ok(page) => sheet.field(name, &page.view.order.number),
            Err(no) => sheet.field(name, &sheet.failure(&no)),
        }
    }

    match rows
        .iter()
        .find(|row| invoice(row).is_some_and(Verdict::is_open))
    {
        Some(row) => {
            let form = EmailInvoice::new(new_form(), row.order.id.clone());
            let ended = desk.submit(&form).await;
            emailed(row, ended, sheet)?;
            let file = sheet.say("The same to download", "Lo mismo, descargado");
            match desk.invoice(&row.order.id).await {
                Ok(paper) => sheet.field(file, &told(&paper)),
                Err(no @ (Error::NotFound | Error::Adapter(_))) => {
                    sheet.field(file, &no.to_string());
                }
                Err(broken) => return Err(broken),
            }
            let again = desk.submit(&form).await;
            sheet.ended(
                sheet.say("The same form again", "El mismo formulario"),
                again,
            )?;
        }
        None => sheet.note("No invoice to send.", "Ninguna factura que enviar."),
    }
    if let Some(row) = rows
        .iter()
        .find(|row| !invoice(row).is_some_and(Verdict::is_open))
    {
        let form = EmailInvoice::new(new_form(), row.order.id.clone());
        let ended = desk.submit(&form).await;
        emailed(row, ended, sheet)?;
    }
    Ok(())
}

fn emailed(row: &OrderView, ended: Result<Done, Error>, sheet: &mut Sheet) -> Result<(), Error> {
    let what = sheet.words.order_action(OrderAction::EmailInvoice);
    sheet.ended(&format!("{what}: {}", row.order.number), ended)
}

fn invoice(row: &OrderView) -> Option<&Verdict> {
    let mut offers = row.offers.iter();
    let offer = offers.find(|offer| offer.action == OrderAction::EmailInvoice);
    offer.map(|offer| &offer.verdict)
}
