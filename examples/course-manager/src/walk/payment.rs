//! Paying an order: the page, the provider's page, the webhook, coming back; and staff who pay some of it back.
use portal_core::{
    CustomerDesk, Error, Money, Page, Verdict,
    order::{OrderAction, OrderView},
    outbox::Round,
    payment::{
        Attempt, PayOrder, PaymentStanding, PaymentView, Received, RefundPayment, RefundReason,
    },
    rust_decimal::Decimal,
    staff::{Staff, StaffRole},
};

use super::{new_form, sheet::Sheet};
use crate::CourseManager;

pub(super) async fn show(
    manager: &CourseManager,
    desk: &CustomerDesk,
    sheet: &mut Sheet,
) -> Result<(), Error> {
    sheet.chapter("Pay an order", "Pagar un pedido");
    let rows = desk.orders(&Page::first(Page::LARGEST)).await?.items;
    let Some(row) = rows
        .iter()
        .find(|row| pay(row).is_some_and(Verdict::is_open))
    else {
        sheet.note(
            "Nothing that can be paid here.",
            "Nada que se pueda pagar aquí.",
        );
        return Ok(());
    };
    let order = &row.order.id;
    let page = desk.pay_page(order).await?;
    let due = sheet.words.money(page.due);
    sheet.field(&row.order.number, &due);
    let provider = manager.till.provider();
    let home = manager.portal.settings().url.as_deref().unwrap_or_default();
    let back = format!("{home}/paid");
    let form = |shown| {
        PayOrder::new(
            new_form(),
            order.clone(),
            provider.name(),
            shown,
            back.as_str(),
            back.as_str(),
        )
    };

    // Another page showed another amount: nothing is charged.
    let stale = format!("EUR.100.{}", new_form().0.simple());
    if let Ok(stale) = stale.parse() {
        let no = desk.pay(&form(stale)).await.err();
        let why = no.map_or_else(String::new, |no| sheet.failure(&no));
        sheet.field(sheet.say("A page of yesterday", "Una página de ayer"), &why);
    }
    let step = desk.pay(&form(page.shown.clone())).await?;
    told(&step.payment, sheet);
    let again = desk.pay(&form(page.shown)).await?;
    let same = again.payment.attempt == step.payment.attempt;
    let same = if same {
        sheet.say("the same page", "la misma página")
    } else {
        "-"
    }
    .to_owned();
    sheet.field(sheet.say("Pressed once more", "Pulsado otra vez"), &same);

    if let PaymentStanding::Open(next) = &step.payment.standing {
        let came_back = manager.till.pay(next);
        for webhook in manager.till.webhooks() {
            let answer = manager.portal.webhook(provider.name(), &webhook).await;
            sheet.field(
                sheet.say("The provider posts", "El proveedor avisa"),
                &answer.status.to_string(),
            );
        }
        if let Some(params) = came_back {
            told(&desk.pay_return(provider.name(), &params).await?, sheet);
        }
    }
    work_off(manager).await?;
    manager.hear_of_everything().await?;
    pay_back(manager, desk, row, step.payment.attempt, sheet).await
}

/// Staff pay ten of it back, and may not pay back more than came.
async fn pay_back(
    manager: &CourseManager,
    desk: &CustomerDesk,
    row: &OrderView,
    attempt: Attempt,
    sheet: &mut Sheet,
) -> Result<(), Error> {
    let owner = manager.portal.staff(Staff::new("owner", StaffRole::Admin));
    let attempts = owner.payments(&row.order.id).await?;
    let attempt = attempts.iter().find(|known| known.attempt == attempt);
    let payment = attempt.and_then(|attempt| attempt.payment.as_ref());
    let (Some(attempt), Some(payment)) = (attempt, payment) else {
        return Ok(());
    };
    let received = Received::key(&attempt.merchant, payment);
    for (amount, english, spanish) in [
        (
            Decimal::from(10),
            "Staff pay 10 back",
            "Administración devuelve 10",
        ),
        (Decimal::from(9_000), "And 9,000", "Y 9.000"),
    ] {
        let Ok(amount) = Money::new(amount, attempt.amount.currency()) else {
            continue;
        };
        let form = RefundPayment::new(
            new_form(),
            received.clone(),
            amount,
            RefundReason::RequestedByCustomer,
        );
        let ended = owner.submit(&form).await;
        sheet.ended(sheet.say(english, spanish), ended)?;
    }
    work_off(manager).await?;
    manager.hear_of_everything().await?;
    let now = desk.order(&row.order.id).await?.view.order.balance;
    let now = format!(
        "{} / {}",
        sheet.words.money(now.paid()),
        sheet.words.money(now.total())
    );
    sheet.field(sheet.say("Paid by now", "Pagado hasta ahora"), &now);
    Ok(())
}

pub(super) async fn work_off(manager: &CourseManager) -> Result<(), Error> {
    let dispatcher = manager.portal.dispatcher();
    while dispatcher.run_once().await? != Round::default() {}
    Ok(())
}

fn told(payment: &PaymentView, sheet: &mut Sheet) {
    let stands = match &payment.standing {
        PaymentStanding::Open(_) => sheet.say(
            "goes to the provider's page",
            "va a la página del proveedor",
        ),
        PaymentStanding::Pending => sheet.say("under way at the bank", "en camino en el banco"),
        PaymentStanding::Paid => sheet.say("paid", "pagado"),
        PaymentStanding::Failed { .. } => sheet.say("failed", "falló"),
        PaymentStanding::Ended => sheet.say("called off", "anulado"),
        _ => sheet.say("we are checking", "lo estamos comprobando"),
    };
    let with = payment.paid_with.as_deref().unwrap_or("");
    let amount = sheet.words.money(payment.amount);
    sheet.field(&amount, format!("{stands} {with}").trim_end());
}

fn pay(row: &OrderView) -> Option<&Verdict> {
    row.verdict(OrderAction::Pay)
}
