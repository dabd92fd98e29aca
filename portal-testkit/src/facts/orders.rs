use portal_core::{
    Contact, Id, Money, Order, OrderDetails,
    order::{Balance, OrderLine},
};

use super::{days, eur, today};

/// An order of `ana`'s for 120 EUR, placed a week ago: unpaid, not invoiced, not exported.
#[must_use]
pub fn order(id: &str) -> Order {
    let placed = today() - days(7);
    Order::new(
        Id::new(id),
        format!("SO-{id}"),
        placed,
        Id::new("ana"),
        eur(120_00),
    )
}

/// Reads well on an [`Order`].
pub trait OrderFacts: Sized {
    /// Who ordered it.
    #[must_use]
    fn ordered_by(self, contact: &Contact) -> Self;

    /// Somebody takes part on it.
    #[must_use]
    fn with(self, registrant: &Contact) -> Self;

    /// All of it was paid.
    #[must_use]
    fn paid(self) -> Self;

    /// It costs this, and none of it was paid.
    #[must_use]
    fn costing(self, total: Money) -> Self;

    /// With one line over all of it.
    #[must_use]
    fn details(self) -> OrderDetails;
}

impl OrderFacts for Order {
    fn ordered_by(mut self, contact: &Contact) -> Self {
        self.order_contact = contact.id.clone();
        self
    }

    fn with(mut self, registrant: &Contact) -> Self {
        self.registrants.push(registrant.id.clone());
        self
    }

    fn paid(self) -> Self {
        let total = self.balance.total();
        self.with_balance(Balance::new(total, total).unwrap())
    }

    fn costing(self, total: Money) -> Self {
        self.with_balance(Balance::unpaid(total))
    }

    fn details(self) -> OrderDetails {
        let line = OrderLine::new("One place", self.balance.total());
        OrderDetails::new(self, vec![line])
    }
}
