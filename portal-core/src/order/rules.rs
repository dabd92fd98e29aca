//! Pure. Nothing here awaits, reads a clock or draws an id.
use std::sync::Arc;

use super::{CutOff, Invoice, LedgerLink, Order, OrderAction, OrderChange, OrderRefusal};
use crate::{
    Ask, Contact, Decision, Id, Loaded, Offer, Offers, RecordRef, Refusals, Viewer,
    effect::{MailKind, Recipient},
    payment::PaymentLimits,
    refusal::{OrderRole, Reasons},
    settings::OrderSettings,
};

/// What the rules of orders know beside the order: the host's settings, and what its providers take.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct OrderRules<'a> {
    /// The host's switches.
    pub settings: &'a OrderSettings,
    /// One entry for each provider wired in.
    pub providers: &'a [PaymentLimits],
}

impl<'a> OrderRules<'a> {
    /// Rules to try settings with on facts at hand.
    #[must_use]
    pub fn new(settings: &'a OrderSettings, providers: &'a [PaymentLimits]) -> Self {
        Self {
            settings,
            providers,
        }
    }
}

/// What this viewer is to the order, the most responsible role first; none when it is no business of theirs.
#[must_use]
pub fn relation(order: &Order, by: &Viewer) -> Option<OrderRole> {
    relation_of(order, &by.contact.id)
}

fn relation_of(order: &Order, me: &Id<Contact>) -> Option<OrderRole> {
    if order.payer() == me {
        Some(OrderRole::BillingContact)
    } else if order.order_contact == *me {
        Some(OrderRole::OrderContact)
    } else if order.registrants.contains(me) {
        Some(OrderRole::Registrant)
    } else {
        None
    }
}

/// Whether the order exists for this viewer: as registrant, order contact or billing contact.
#[must_use]
pub fn may_see(order: &Order, by: &Viewer) -> bool {
    relation(order, by).is_some()
}

/// The order as this viewer may see it: whoever does not look after its money sees neither who else takes part nor where the accounts are.
#[must_use]
pub fn seen_by(mut order: Order, by: &Viewer, settings: &OrderSettings) -> Order {
    if looks_after_money(&order, by, settings) {
        return order;
    }
    order
        .registrants
        .retain(|contact| *contact == by.contact.id);
    order.ledger = match order.ledger {
        LedgerLink::Connected { system, .. } => LedgerLink::connected(system, ""),
        LedgerLink::Disconnected { system, .. } => LedgerLink::cut_off(system, CutOff::Other),
        nothing_private @ (LedgerLink::NotExported | LedgerLink::Exporting { .. }) => {
            nothing_private
        }
    };
    order
}

/// Whether the order can be paid here and now by this viewer. Draws the button and guards the payment.
///
/// # Errors
/// Every reason why not.
pub fn may_pay(order: &Order, by: &Viewer, rules: OrderRules<'_>) -> Result<(), Refusals> {
    let mut reasons = Reasons::default();
    let due = order.balance.due();
    if !due.is_positive() {
        reasons.refuse(OrderRefusal::NothingToPay);
    }
    let counts = |p: &&PaymentLimits| p.online || rules.settings.instructions_are_enough;
    let mut providers = rules.providers.iter().filter(counts);
    if !rules.settings.card_payments || providers.clone().next().is_none() {
        reasons.refuse(OrderRefusal::CardPaymentsNotAccepted);
    } else if !providers.clone().any(|p| p.takes(due.currency())) {
        reasons.refuse(OrderRefusal::CurrencyNotAccepted {
            currency: due.currency(),
        });
    } else if due.is_positive() && !providers.any(|p| p.accept(due)) {
        reasons.refuse(OrderRefusal::AmountOutsideLimits { due });
    }
    ledger_allows(order, by, rules.settings, &mut reasons);
    only_for_payers(order, by, rules.settings, &mut reasons);
    // Who opened a page can go on there; who did not is told when they press.
    if let Some(open) = order.payment.as_ref().filter(|open| !open.at_payer) {
        reasons.refuse(OrderRefusal::PaymentInProgress { since: open.since });
    }
    reasons.verdict()
}

/// Whether this viewer can have a copy of the invoice sent.
///
/// # Errors
/// Every reason why not.
pub fn may_get_invoice(order: &Order, by: &Viewer, rules: OrderRules<'_>) -> Result<(), Refusals> {
    let mut reasons = Reasons::default();
    only_for_payers(order, by, rules.settings, &mut reasons);
    if order.invoice == Invoice::NotSent {
        reasons.refuse(OrderRefusal::InvoiceNotSent);
    }
    reasons.verdict()
}

/// The rules' answer to everything that can be done with an order.
#[must_use]
pub fn actions(order: &Order, by: &Viewer, rules: OrderRules<'_>) -> Offers<OrderAction> {
    Offers::new([
        Offer::allowed(OrderAction::Pay, may_pay(order, by, rules)),
        Offer::allowed(OrderAction::EmailInvoice, may_get_invoice(order, by, rules)),
    ])
}

/// Sends a copy of the invoice to whoever asked.
pub(crate) fn invoice_copy<T>(
    facts: &Loaded<T>,
    order: &Order,
    rules: OrderRules<'_>,
    ask: &Ask<'_, Viewer>,
) -> Result<Decision, Refusals> {
    may_get_invoice(order, ask.by, rules)?;
    let about = RecordRef::Order(order.id.clone());
    let to = Recipient::Contact(ask.by.contact.id.clone());
    Ok(Decision::new(ask, "order.email-invoice", about)
        .given(facts)
        .changed(OrderChange::InvoiceCopyRequested {
            order: order.id.clone(),
            by: ask.by.contact.id.clone(),
        })
        .mail(MailKind::InvoiceCopy, to))
}

fn looks_after_money(order: &Order, by: &Viewer, settings: &OrderSettings) -> bool {
    money_is_of(order, &by.contact.id, settings)
}

/// Whether the money of the order is this person's business.
pub(crate) fn money_is_of(order: &Order, whom: &Id<Contact>, settings: &OrderSettings) -> bool {
    let role = relation_of(order, whom);
    role.is_some_and(|role| settings.money_actions.roles().contains(&role))
}

fn only_for_payers(order: &Order, by: &Viewer, settings: &OrderSettings, reasons: &mut Reasons) {
    if !looks_after_money(order, by, settings) {
        let may = settings.money_actions.roles().to_vec();
        reasons.refuse(OrderRefusal::NotBillingContact { may });
    }
}

/// Exported *and* connected locks, as the article says; while exporting the order is locked for a moment, so that no payment slips in between. Cut off, it depends on what cut it off.
fn ledger_allows(order: &Order, by: &Viewer, settings: &OrderSettings, reasons: &mut Reasons) {
    match &order.ledger {
        LedgerLink::NotExported => {}
        LedgerLink::Exporting { system } => reasons.refuse(OrderRefusal::ExportInProgress {
            system: Arc::clone(system),
        }),
        LedgerLink::Connected {
            system, pay_link, ..
        } => reasons.refuse(OrderRefusal::ExportedToAccounting {
            system: Arc::clone(system),
            // Where to pay is for those who pay.
            pay_link: pay_link
                .clone()
                .filter(|_| looks_after_money(order, by, settings)),
        }),
        LedgerLink::Disconnected { system, reason } => {
            if !settings.unlocked_by.contains(reason) {
                reasons.refuse(OrderRefusal::ExportedToAccounting {
                    system: Arc::clone(system),
                    pay_link: None,
                });
            }
        }
    }
}
