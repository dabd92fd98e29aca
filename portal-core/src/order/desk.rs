use serde::Serialize;

use super::{Order, OrderDetails, OrderLine, OrderRules, rules};
use crate::{
    CustomerDesk, Error, Id, Loaded, Offers, Verdict,
    refusal::OrderRole,
    store::{Listing, Page},
};

/// What can be done with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OrderAction {
    /// Pay what is due.
    Pay,
    /// Have the invoice sent.
    EmailInvoice,
}

/// One row of My orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OrderView {
    /// The facts.
    pub order: Order,
    /// What the viewer is to it.
    pub role: OrderRole,
    /// What they may do with it now.
    pub offers: Offers<OrderAction>,
}

/// An order opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OrderPage {
    /// The row it was opened from.
    pub view: OrderView,
    /// What was ordered, without other people's names where those are no business of the viewer.
    pub lines: Vec<OrderLine>,
}

impl OrderView {
    /// The rules' answer to one action.
    #[must_use]
    pub fn verdict(&self, action: OrderAction) -> Option<&Verdict> {
        self.offers.verdict(&action)
    }
}

impl CustomerDesk {
    /// My orders: every order they ordered, pay, or take part in; the newest first.
    ///
    /// # Errors
    /// When the portal is off, or the host's records cannot be read.
    pub async fn orders(&self, page: &Page) -> Result<Listing<OrderView>, Error> {
        self.open()?;
        let found = self.wiring().directory.orders(self.me(), page).await?;
        Ok(found.filter_map(|order| self.view(order)))
    }

    /// One order, opened by its id. Another's order is not found, as if it did not exist.
    ///
    /// # Errors
    /// [`Error::NotFound`], or when the host's records cannot be read.
    pub async fn order(&self, id: &Id<Order>) -> Result<OrderPage, Error> {
        let OrderDetails { order, lines } = self.visible_order(id).await?.value;
        let view = self.view(order).ok_or(Error::NotFound)?;
        let lines = match view.role {
            OrderRole::Registrant => lines.into_iter().map(|l| self.redacted(l)).collect(),
            OrderRole::BillingContact | OrderRole::OrderContact => lines,
        };
        Ok(OrderPage { view, lines })
    }

    pub(crate) async fn visible_order(
        &self,
        id: &Id<Order>,
    ) -> Result<Loaded<OrderDetails>, Error> {
        self.open()?;
        let found = self.wiring().directory.order(id).await?;
        found
            .filter(|facts| rules::may_see(&facts.value.order, self.viewer()))
            .ok_or(Error::NotFound)
    }

    pub(crate) fn order_rules(&self) -> OrderRules<'_> {
        let wiring = self.wiring();
        OrderRules::new(&wiring.settings.orders, &wiring.limits)
    }

    /// A row of somebody else's, should a host ever answer one, is dropped rather than shown.
    pub(crate) fn view(&self, order: Order) -> Option<OrderView> {
        let role = rules::relation(&order, self.viewer())?;
        let rules = self.order_rules();
        let offers = rules::actions(&order, self.viewer(), rules);
        Some(OrderView {
            order: rules::seen_by(order, self.viewer(), rules.settings),
            role,
            offers,
        })
    }

    fn redacted(&self, mut line: OrderLine) -> OrderLine {
        if line.registrant.as_ref() != Some(self.me()) {
            line.registrant = None;
            line.registrant_name = None;
        }
        line
    }
}
