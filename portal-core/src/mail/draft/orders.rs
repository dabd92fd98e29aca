use super::{Owed, Stop, Unwritten, reader::Reader};
use crate::{
    Contact, Id, Order, OrderDetails, RecordRef,
    mail::{InvoiceCopy, InvoiceLine, Link, OrderHead, Says},
    order::{LedgerLink, OrderLine, money_is_of},
    portal::Wiring,
};

impl Wiring {
    pub(super) async fn invoice(&self, owed: Owed<'_>, reader: &mut Reader) -> Result<Says, Stop> {
        let RecordRef::Order(id) = owed.about else {
            return Err(Unwritten::NotUnderstood.into());
        };
        let found = self.directory.order(id).await?;
        let OrderDetails { order, lines } = found.ok_or(Unwritten::RecordGone)?.value;
        reader.about(id);
        let me = reader.contact.as_ref().ok_or(Unwritten::NotUnderstood)?;
        // They were taken off the order since they asked.
        if !money_is_of(&order, me, &self.settings.orders) {
            return Err(Unwritten::Overtaken.into());
        }
        let all = order.payer() == me || order.order_contact == *me;
        let lines = lines.into_iter().map(|line| shown(line, me, all));
        let mut copy = InvoiceCopy::new(self.head(&order), lines.collect());
        copy.pay = self.pay_link(&order);
        Ok(Says::Invoice(copy))
    }

    pub(super) fn head(&self, order: &Order) -> OrderHead {
        let placed_at = self.clocks(order.placed_at);
        OrderHead::new(&*order.number, placed_at, order.balance)
    }

    /// Where what is due can be paid: in the accounting system once the order is there, else in the portal, if there is a way to pay.
    fn pay_link(&self, order: &Order) -> Option<Link> {
        if !order.balance.due().is_positive() {
            return None;
        }
        match &order.ledger {
            LedgerLink::Connected { pay_link, .. } => pay_link.as_deref().and_then(Link::new),
            LedgerLink::Exporting { .. } => None,
            LedgerLink::Disconnected { reason, .. }
                if !self.settings.orders.unlocked_by.contains(reason) =>
            {
                None
            }
            LedgerLink::NotExported | LedgerLink::Disconnected { .. } => {
                let takes = self.limits.iter().any(|p| p.accept(order.balance.due()));
                let front = self.front();
                front.filter(|_| takes && self.settings.orders.card_payments)
            }
        }
    }
}

/// Who else takes part is the business of whoever ordered or pays, and nobody else's.
fn shown(line: OrderLine, me: &Id<Contact>, all: bool) -> InvoiceLine {
    let mine = line.registrant.as_ref() == Some(me);
    let mut shown = InvoiceLine::new(line.description, line.amount);
    shown.registrant = line.registrant_name.filter(|_| all || mine);
    shown
}
