use rust_decimal::Decimal;

use crate::{Currency, Money};

/// What one payment may be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PaymentLimits {
    /// Which currencies; `None` is any.
    pub currencies: Option<Vec<Currency>>,
    /// The least at once, in the order's currency.
    pub at_least: Option<Decimal>,
    /// The most at once, in the order's currency.
    pub at_most: Option<Decimal>,
    /// The payer pays on a page, in a form or in a frame: what the articles call a card payment. Not so where they are told how to transfer the money.
    pub online: bool,
}

impl PaymentLimits {
    /// Any amount in any currency.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            currencies: None,
            at_least: None,
            at_most: None,
            online: true,
        }
    }

    /// The payer is told how to pay, and pays elsewhere: a bank transfer.
    #[must_use]
    pub fn offline(mut self) -> Self {
        self.online = false;
        self
    }

    /// Any amount in these currencies.
    #[must_use]
    pub fn only(currencies: Vec<Currency>) -> Self {
        Self {
            currencies: Some(currencies),
            ..Self::none()
        }
    }

    /// No more than this at once.
    #[must_use]
    pub fn up_to(mut self, most: Decimal) -> Self {
        self.at_most = Some(most);
        self
    }

    /// No less than this at once.
    #[must_use]
    pub fn from(mut self, least: Decimal) -> Self {
        self.at_least = Some(least);
        self
    }

    /// Whether it takes this currency.
    #[must_use]
    pub fn takes(&self, currency: Currency) -> bool {
        self.currencies
            .as_ref()
            .is_none_or(|known| known.contains(&currency))
    }

    /// Whether it takes exactly this.
    #[must_use]
    pub fn accept(&self, amount: Money) -> bool {
        self.takes(amount.currency())
            && self.at_least.is_none_or(|least| amount.amount() >= least)
            && self.at_most.is_none_or(|most| amount.amount() <= most)
    }
}
