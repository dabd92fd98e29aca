use super::{Owed, Stop, Unwritten, reader::Reader};
use crate::{
    Contact, DocumentBody, Id, Order, OrderDetails, RecordRef,
    mail::{Enclosure, InvoiceCopy, InvoiceLine, Link, Mail, OrderHead, Says},
    order::{LedgerLink, OrderLine, money_is_of},
    portal::Wiring,
};

impl Wiring {
    pub(super) async fn invoice(&self, owed: Owed<'_>, reader: &mut Reader) -> Result<Says, Stop> {
        let RecordRef::Order(id) = owed.about else {
            return Err(Unwritten::NotUnderstood.into());
        };
        let found = self.directory.order(id).await?;
        let details = found.ok_or(Unwritten::RecordGone)?.value;
        reader.about(id);
        let me = reader.contact.clone().ok_or(Unwritten::NotUnderstood)?;
        // They were taken off the order since they asked.
        if !money_is_of(&details.order, &me, &self.settings.orders) {
            return Err(Unwritten::Overtaken.into());
        }
        let mut copy = self.invoice_copy(&details, &me);
        let language = reader.to.language;
        let paper = self.invoice_paper(&details, &me, language).await?;
        copy.paper = self.enclose(paper, reader)?;
        Ok(Says::Invoice(copy))
    }

    /// With the message, where it fits; else where it can be downloaded after signing in. A place of the host's is for a browser that is signed in, and is not mailed.
    fn enclose(&self, paper: Option<DocumentBody>, reader: &mut Reader) -> Result<Enclosure, Stop> {
        match paper {
            None => Ok(Enclosure::Nothing),
            Some(DocumentBody::File(file)) if file.size() <= Mail::MOST_ATTACHED => {
                reader.paper = Some(file);
                Ok(Enclosure::Enclosed)
            }
            Some(_) => {
                let front = self.front().ok_or(Unwritten::PaperTooLarge)?;
                Ok(Enclosure::Behind(front))
            }
        }
    }

    /// The invoice as this reader may know it, without the paper.
    pub(crate) fn invoice_copy(&self, details: &OrderDetails, me: &Id<Contact>) -> InvoiceCopy {
        let OrderDetails { order, lines } = details;
        let all = order.payer() == me || order.order_contact == *me;
        let lines = lines.iter().map(|line| shown(line.clone(), me, all));
        let mut copy = InvoiceCopy::new(self.head(order), lines.collect());
        copy.pay = self.pay_link(order);
        copy
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
