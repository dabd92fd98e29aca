use std::{collections::BTreeMap, sync::Arc};

use portal_core::{Currency, Money};
use serde::{Deserialize, Serialize};

/// One side of what happened: so much on this account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) account: Arc<str>,
    pub(super) side: Side,
    pub(super) amount: Money,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Side {
    Debit,
    Credit,
}

impl Entry {
    pub(super) fn debit(account: Arc<str>, amount: Money) -> Self {
        Self::of(account, Side::Debit, amount)
    }

    pub(super) fn credit(account: Arc<str>, amount: Money) -> Self {
        Self::of(account, Side::Credit, amount)
    }

    fn of(account: Arc<str>, side: Side, amount: Money) -> Self {
        Self {
            account,
            side,
            amount,
        }
    }

    /// The same the other way round.
    fn reversed(&self) -> Self {
        let side = match self.side {
            Side::Debit => Side::Credit,
            Side::Credit => Side::Debit,
        };
        Self::of(Arc::clone(&self.account), side, self.amount)
    }

    /// In minor units: a debit counts up, a credit down.
    pub(super) fn signed(&self) -> i128 {
        let minor = i128::from(self.amount.minor());
        match self.side {
            Side::Debit => minor,
            Side::Credit => -minor,
        }
    }
}

/// What takes these back.
pub(super) fn reversal(of: &[Entry]) -> Vec<Entry> {
    of.iter().map(Entry::reversed).collect()
}

/// As much on one side as on the other, in each currency.
pub(super) fn balance(entries: &[Entry]) -> bool {
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    for entry in entries {
        *sums.entry(entry.amount.currency()).or_default() += entry.signed();
    }
    sums.values().all(|sum| *sum == 0)
}
