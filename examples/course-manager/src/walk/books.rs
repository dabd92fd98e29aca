//! An order goes into the books: it is paid there from then on, until somebody there edits it.
use portal_core::{
    CustomerDesk, Error, Page, Verdict,
    accounting::{ExportOrder, ExportState, ForgetExport},
    order::{OrderAction, OrderView},
    rust_decimal::Decimal,
    staff::{Staff, StaffDesk, StaffRole},
};

use super::{new_form, payment::work_off, sheet::Sheet};
use crate::CourseManager;

pub(super) async fn show(
    manager: &CourseManager,
    desk: &CustomerDesk,
    sheet: &mut Sheet,
) -> Result<(), Error> {
    let Some(books) = &manager.books else {
        return Ok(());
    };
    sheet.chapter(
        "An order goes into the books",
        "Un pedido pasa a contabilidad",
    );
    let rows = desk.orders(&Page::first(Page::LARGEST)).await?.items;
    let Some(row) = rows.iter().find(|row| may_pay(row)) else {
        sheet.note(
            "Nothing that could be paid until then.",
            "Nada que se pudiera pagar hasta entonces.",
        );
        return Ok(());
    };
    let order = &row.order.id;
    let owner = manager.portal.staff(Staff::new("owner", StaffRole::Admin));
    let ended = owner
        .submit(&ExportOrder::new(new_form(), order.clone()))
        .await;
    sheet.ended(
        sheet.say("Staff export it", "Administración lo exporta"),
        ended,
    )?;
    pay_verdict(desk, row, sheet).await?;
    work_off(manager).await?;
    pay_verdict(desk, row, sheet).await?;

    // Somebody edits the invoice there: what the portal knows of it is no longer so.
    for invoice in books.fake.invoices() {
        books.fake.edit(invoice.id, |invoice| {
            if let Some(line) = invoice.lines.first_mut() {
                line.unit += Decimal::ONE;
                line.amount += Decimal::ONE;
            }
        });
    }
    owner.look_into_books(order).await?;
    stands(&owner, row, sheet).await?;
    pay_verdict(desk, row, sheet).await?;
    let ended = owner
        .submit(&ForgetExport::new(new_form(), order.clone()))
        .await;
    sheet.ended(
        sheet.say("Staff forget it", "Administración lo olvida"),
        ended,
    )?;
    pay_verdict(desk, row, sheet).await
}

/// What staff see of it.
async fn stands(owner: &StaffDesk, row: &OrderView, sheet: &mut Sheet) -> Result<(), Error> {
    let export = owner.export_of(&row.order.id).await?;
    let how = match &export.state {
        ExportState::Disconnected(reason) => reason.as_str().to_owned(),
        other => format!("{other:?}"),
    };
    sheet.field(
        sheet.say("How it stands there", "Cómo está allí"),
        &format!("{}: {how}", export.number),
    );
    Ok(())
}

async fn pay_verdict(desk: &CustomerDesk, row: &OrderView, sheet: &mut Sheet) -> Result<(), Error> {
    let now = desk.order(&row.order.id).await?.view;
    if let Some(verdict) = now.verdict(OrderAction::Pay) {
        let verdict = sheet.verdict(verdict);
        sheet.field(sheet.say("Pay", "Pagar"), &verdict);
    }
    Ok(())
}

fn may_pay(row: &OrderView) -> bool {
    row.verdict(OrderAction::Pay).is_some_and(Verdict::is_open)
}
