use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{Datelike, NaiveDate};

use super::Memory;
use crate::{
    Contact, Customer, Id, Money, StoreError,
    documents::{BrokenPaper, Contract, Movement, PaperRecords, Statement, StatementFor},
};

/// What is owed, and what was agreed.
#[derive(Default)]
pub(super) struct Paperwork {
    accounts: BTreeMap<Id<Customer>, Account>,
    contracts: BTreeMap<Id<Contract>, Contract>,
}

struct Account {
    name: String,
    opening: Money,
    movements: Vec<Movement>,
}

impl Memory {
    /// The host opens an account for a customer, with what is owed at first, and what happens on it.
    pub fn put_account(&self, of: Customer, opening: Money, mut movements: Vec<Movement>) {
        movements.sort_by_key(|movement| movement.date);
        let account = Account {
            name: of.name,
            opening,
            movements,
        };
        self.state().paperwork.accounts.insert(of.id, account);
    }

    /// The host adds or edits a contract.
    pub fn put_contract(&self, contract: Contract) {
        let contracts = &mut self.state().paperwork.contracts;
        contracts.insert(contract.id.clone(), contract);
    }
}

impl Account {
    /// What happened in the month of that day, up to it; what was before is in the opening balance.
    fn at(&self, asked: &StatementFor) -> Result<Statement, BrokenPaper> {
        let since = asked.day.with_day(1).unwrap_or(asked.day);
        let sum = |balance: Money, up_to: NaiveDate| {
            let counted = self.movements.iter().filter(|m| m.date < up_to);
            counted.map(|m| m.amount).try_fold(balance, Money::plus)
        };
        let shown = self.movements.iter();
        let shown = shown.filter(|m| (since..=asked.day).contains(&m.date));
        let next = asked.day.succ_opt().unwrap_or(asked.day);
        let statement = Statement::new(asked, &*self.name, since, sum(self.opening, since)?);
        Ok(statement.moved(shown.cloned().collect(), sum(self.opening, next)?))
    }
}

#[async_trait]
impl PaperRecords for Memory {
    async fn statement(&self, asked: &StatementFor) -> Result<Option<Statement>, StoreError> {
        let state = self.state();
        let account = state.paperwork.accounts.get(&asked.customer);
        Ok(account.map(|account| account.at(asked)).transpose()?)
    }

    async fn contract(
        &self,
        id: &Id<Contract>,
        _reader: &Id<Contact>,
    ) -> Result<Option<Contract>, StoreError> {
        Ok(self.state().paperwork.contracts.get(id).cloned())
    }
}
