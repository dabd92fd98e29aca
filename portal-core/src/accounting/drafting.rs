//! The invoice that an order is made into.
use std::sync::Arc;

use super::{
    Attention, DraftLine, Export, InvoiceDraft, LedgerCustomer, LedgerRefusal, trouble::Trouble,
};
use crate::{Contact, Error, Id, OrderDetails, portal::Wiring};

impl Wiring {
    /// The invoice of an order, or why there can be none now.
    pub(super) async fn draft(
        &self,
        export: &Export,
        details: &OrderDetails,
    ) -> Result<Result<InvoiceDraft, Trouble>, Error> {
        let ledger = self.ledger()?;
        let order = &details.order;
        let mut lines = vec![];
        for line in &details.lines {
            match ledger.codes.line(details, line) {
                Ok(codes) => lines.push(DraftLine::new(&*line.description, line.amount, codes)),
                Err(none) => return Ok(Err(unmapped(none.what))),
            }
        }
        let payer = self.directory.contact(order.payer()).await?;
        let Some(payer) = payer.map(|payer| payer.value) else {
            let why = "nobody is known who pays".to_owned();
            return Ok(Err(Trouble::Staff(Attention::Incomplete { why })));
        };
        let known = export.customer.clone();
        let customer = LedgerCustomer::new(customer_key(&payer.id), payer.full_name())
            .with_email(payer.email.clone())
            .known_as(known.filter(|_| export.payer.as_ref() == Some(&payer.id)));
        let key = export.key("customer");
        let customer = match ledger.system.customer(&customer, key).await {
            Ok(customer) => customer,
            Err(e) => return Ok(Err(self.reading(e, export.begun_at).await?)),
        };
        let draft = InvoiceDraft::new(
            Arc::clone(&export.number),
            order.id.clone(),
            customer,
            export.date,
            lines,
            order.balance.total(),
        );
        Ok(Ok(draft
            .referring_to(Arc::clone(&order.number))
            .taxed(ledger.codes.tax(details))))
    }
}

fn unmapped(what: String) -> Trouble {
    Trouble::Staff(Attention::Refused(LedgerRefusal::Unmapped { what }))
}

/// Our key for a payer: their own, or what stands for one that is too long.
fn customer_key(contact: &Id<Contact>) -> Arc<str> {
    const LONGEST: usize = 50;
    if contact.as_str().chars().count() <= LONGEST {
        return contact.as_str().into();
    }
    let key = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, contact.as_str().as_bytes());
    key.to_string().into()
}
