use std::{collections::BTreeMap, sync::Arc};

use portal_core::{Currency, rust_decimal::Decimal};

/// Whose books they are, and the accounts and tax rates in them.
#[derive(Debug, Clone)]
pub struct Chart {
    id: Arc<str>,
    name: String,
    base: Currency,
    currencies: Vec<Currency>,
    receivable: Arc<str>,
    accounts: BTreeMap<Arc<str>, Kind>,
    rates: BTreeMap<Arc<str>, Rate>,
}

/// What an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Revenue,
    Bank,
}

/// A tax rate: so many percent, owed on this account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rate {
    pub(super) percent: Decimal,
    pub(super) account: Arc<str>,
}

impl Chart {
    /// The books of this organisation, kept in this currency, with this account for what customers owe. Its id never changes.
    pub fn new(
        id: impl Into<Arc<str>>,
        name: impl Into<String>,
        base: Currency,
        receivable: impl Into<Arc<str>>,
    ) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            base,
            currencies: vec![],
            receivable: receivable.into(),
            accounts: BTreeMap::new(),
            rates: BTreeMap::new(),
        }
    }

    /// An account that lines of invoices go to.
    #[must_use]
    pub fn revenue(mut self, code: impl Into<Arc<str>>) -> Self {
        self.accounts.insert(code.into(), Kind::Revenue);
        self
    }

    /// An account that money arrives on.
    #[must_use]
    pub fn bank(mut self, code: impl Into<Arc<str>>) -> Self {
        self.accounts.insert(code.into(), Kind::Bank);
        self
    }

    /// A tax rate of so many percent, and the account on which it is owed to the state. Lines that name no rate are not taxed.
    #[must_use]
    pub fn tax(
        mut self,
        code: impl Into<Arc<str>>,
        percent: Decimal,
        account: impl Into<Arc<str>>,
    ) -> Self {
        let account = account.into();
        self.rates.insert(code.into(), Rate { percent, account });
        self
    }

    /// Other currencies that are kept beside the base. Entries balance in each for itself; nothing is converted.
    #[must_use]
    pub fn keeping(mut self, currencies: impl IntoIterator<Item = Currency>) -> Self {
        self.currencies.extend(currencies);
        self
    }

    pub(super) fn id(&self) -> Arc<str> {
        Arc::clone(&self.id)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn base(&self) -> Currency {
        self.base
    }

    pub(super) fn currencies(&self) -> &[Currency] {
        &self.currencies
    }

    pub(super) fn keeps(&self, currency: Currency) -> bool {
        self.base == currency || self.currencies.contains(&currency)
    }

    pub(super) fn receivable(&self) -> Arc<str> {
        Arc::clone(&self.receivable)
    }

    pub(super) fn is(&self, code: &str, kind: Kind) -> bool {
        self.accounts.get(code) == Some(&kind)
    }

    pub(super) fn rate(&self, code: &str) -> Option<&Rate> {
        self.rates.get(code)
    }
}
