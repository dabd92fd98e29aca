use std::{fmt, sync::Arc};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::BrokenPaper;
use crate::{Customer, Id, Money, MoneyError, details::unseen};

/// What a contract says, as it stands now. Its words are the host's, and are shown as they are: nobody translates them.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contract {
    /// The host's key.
    pub id: Id<Contract>,
    /// Whose it is.
    pub customer: Id<Customer>,
    /// What people call it.
    pub number: Arc<str>,
    /// How it stands, as the host says it.
    pub status: String,
    /// What the customer is called on papers.
    pub name: Option<String>,
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day, where it has one.
    pub until: Option<NaiveDate>,
    /// What is on it.
    pub lines: Vec<ContractLine>,
    /// What it comes to, as the host tells it: one row or several, each by its name.
    pub totals: Vec<ContractTotal>,
    /// What was agreed, to the letter.
    pub terms: Option<String>,
}

/// One thing on a contract.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContractLine {
    /// As the host describes it.
    pub description: String,
    /// How many, or how much.
    pub quantity: Decimal,
    /// How many of these are still with the customer.
    pub out: Decimal,
    /// What it costs for as long as that.
    pub rate: Option<Rate>,
    /// What it comes to, where that is known.
    pub amount: Option<Money>,
}

/// What something costs for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rate {
    /// How much.
    pub amount: Money,
    /// For how long, as the host says it: `day`, `4 weeks`.
    pub per: String,
}

/// Something a contract comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContractTotal {
    /// What it is, as the host says it.
    pub name: String,
    /// How much.
    pub amount: Money,
}

impl Contract {
    /// A contract with nothing on it.
    pub fn new(
        id: Id<Self>,
        customer: Id<Customer>,
        number: impl Into<Arc<str>>,
        status: impl Into<String>,
    ) -> Self {
        Self {
            id,
            customer,
            number: number.into(),
            status: status.into(),
            name: None,
            from: None,
            until: None,
            lines: vec![],
            totals: vec![],
            terms: None,
        }
    }

    /// What the customer is called on papers.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// From when, and until when where that is agreed.
    #[must_use]
    pub fn running(mut self, from: NaiveDate, until: Option<NaiveDate>) -> Self {
        (self.from, self.until) = (Some(from), until);
        self
    }

    /// What is on it.
    #[must_use]
    pub fn of_lines(mut self, lines: Vec<ContractLine>) -> Self {
        self.lines = lines;
        self
    }

    /// What it comes to, as the host calls it.
    #[must_use]
    pub fn coming_to(mut self, name: impl Into<String>, amount: Money) -> Self {
        let name = name.into();
        self.totals.push(ContractTotal { name, amount });
        self
    }

    /// What was agreed.
    #[must_use]
    pub fn on_terms(mut self, terms: impl Into<String>) -> Self {
        self.terms = Some(terms.into());
        self
    }

    /// What was agreed, to the letter: lines and spaces stay, and only what leaves no mark on any page is left out. None where that is nothing.
    #[must_use]
    pub fn terms_to_show(&self) -> Option<String> {
        let ends_line = |c| matches!(c, '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
        let terms = self.terms.as_deref()?.replace("\r\n", "\n");
        let chars = terms.chars().map(|c| if ends_line(c) { '\n' } else { c });
        let shown: String = chars
            .filter(|&c| matches!(c, '\n' | '\t') || !unseen(c))
            .collect();
        (!shown.trim().is_empty()).then_some(shown)
    }

    /// Whether it can be so: one currency, an end after its beginning, and no more out than was taken. What cannot is never shown.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), BrokenPaper> {
        if let (Some(from), Some(until)) = (self.from, self.until)
            && from > until
        {
            return Err(BrokenPaper::EndsBeforeItBegins);
        }
        for &ContractLine { quantity, out, .. } in &self.lines {
            if out.is_sign_negative() && !out.is_zero() || out > quantity {
                return Err(BrokenPaper::MoreOutThanTaken { out, quantity });
            }
        }
        let rates = self.lines.iter().filter_map(|line| line.rate.as_ref());
        let amounts = self.lines.iter().filter_map(|line| line.amount);
        let totals = self.totals.iter().map(|total| total.amount);
        let all = rates.map(|rate| rate.amount).chain(amounts).chain(totals);
        let mut currencies = all.map(|amount| amount.currency());
        if let Some(first) = currencies.next()
            && let Some(other) = currencies.find(|other| *other != first)
        {
            return Err(MoneyError::CurrencyMismatch(first, other).into());
        }
        Ok(())
    }
}

impl ContractLine {
    /// So many of something, none of them out.
    pub fn new(description: impl Into<String>, quantity: impl Into<Decimal>) -> Self {
        Self {
            description: description.into(),
            quantity: quantity.into(),
            out: Decimal::ZERO,
            rate: None,
            amount: None,
        }
    }

    /// So many are still with the customer.
    #[must_use]
    pub fn with_out(mut self, out: impl Into<Decimal>) -> Self {
        self.out = out.into();
        self
    }

    /// What it costs, and for how long, as the host says it.
    #[must_use]
    pub fn at(mut self, amount: Money, per: impl Into<String>) -> Self {
        let per = per.into();
        self.rate = Some(Rate { amount, per });
        self
    }

    /// What it comes to.
    #[must_use]
    pub fn coming_to(mut self, amount: Money) -> Self {
        self.amount = Some(amount);
        self
    }
}

/// Names stay out of logs, and what somebody agreed to.
impl fmt::Debug for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contract({})", self.id)
    }
}

impl fmt::Debug for ContractLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContractLine({})", self.quantity)
    }
}
