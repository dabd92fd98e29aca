use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{BrokenPaper, PaperRefusal};
use crate::{Contact, Customer, Id, Money, Refusals, clock::end_of_day, refusal::Reasons};

/// Which statement somebody asks for: of their own customer's account, as it stood at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatementFor {
    /// Who reads it. Not everybody who acts for a customer need be shown its account: that is the host's to know.
    pub reader: Id<Contact>,
    /// Whose account.
    pub customer: Id<Customer>,
    /// The day, on the portal's clocks.
    pub day: NaiveDate,
    /// When that day is over: what happened then, or later, is not part of it.
    pub ends_at: DateTime<Utc>,
}

/// How a customer's account stood at the end of a day, and how it came to stand so.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement {
    /// Whose account.
    pub customer: Id<Customer>,
    /// What they are called on papers.
    pub name: String,
    /// The first day it tells of.
    pub since: NaiveDate,
    /// The last one: the day that was asked for.
    pub until: NaiveDate,
    /// What was owed before; below zero, what was to the customer's credit.
    pub opening: Money,
    /// What has happened since, the earliest first.
    pub movements: Vec<Movement>,
    /// What is owed at the end of the last day.
    pub closing: Money,
}

/// Something that happened on an account.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Movement {
    /// The day it counts for.
    pub date: NaiveDate,
    /// As the host describes it.
    pub description: String,
    /// What people look it up by, such as the number of an invoice.
    pub reference: Option<String>,
    /// What is owed grows by this: an invoice is above zero, a payment below.
    pub amount: Money,
}

/// Whether there can be a statement of this day. Draws the choice of days and guards the download.
///
/// # Errors
/// A day that has not begun.
pub fn may_get_statement(day: NaiveDate, today: NaiveDate) -> Result<(), Refusals> {
    let mut reasons = Reasons::default();
    if day > today {
        reasons.refuse(PaperRefusal::DayToCome);
    }
    reasons.verdict()
}

impl StatementFor {
    /// The account of whom this person acts for, at the end of this day on the clocks of this zone.
    #[must_use]
    pub fn new(reader: &Contact, day: NaiveDate, zone: Tz) -> Self {
        Self {
            reader: reader.id.clone(),
            customer: reader.customer.clone(),
            day,
            ends_at: end_of_day(day, zone),
        }
    }
}

impl Statement {
    /// An account on which nothing has happened since then, of whom and for the day that was asked for.
    pub fn new(
        asked: &StatementFor,
        name: impl Into<String>,
        since: NaiveDate,
        opening: Money,
    ) -> Self {
        Self {
            customer: asked.customer.clone(),
            name: name.into(),
            since,
            until: asked.day,
            opening,
            movements: vec![],
            closing: opening,
        }
    }

    /// What has happened, and what is owed after it: by the host's own books, for the portal to compare.
    #[must_use]
    pub fn moved(mut self, movements: Vec<Movement>, closing: Money) -> Self {
        self.movements = movements;
        self.closing = closing;
        self
    }

    /// Whether it adds up: every movement within its days, all in one currency, and the closing balance what they come to. What does not is never shown.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), BrokenPaper> {
        if self.since > self.until {
            return Err(BrokenPaper::EndsBeforeItBegins);
        }
        let mut comes_to = self.opening;
        for movement in &self.movements {
            if !(self.since..=self.until).contains(&movement.date) {
                return Err(BrokenPaper::AnotherDay {
                    date: movement.date,
                });
            }
            comes_to = comes_to.plus(movement.amount)?;
        }
        if comes_to.minus(self.closing)?.minor() != 0 {
            let says = self.closing;
            return Err(BrokenPaper::DoesNotAddUp { says, comes_to });
        }
        Ok(())
    }
}

impl Movement {
    /// Something that happened on a day.
    pub fn new(date: NaiveDate, description: impl Into<String>, amount: Money) -> Self {
        Self {
            date,
            description: description.into(),
            reference: None,
            amount,
        }
    }

    /// What people look it up by.
    #[must_use]
    pub fn referred_to_as(mut self, reference: impl Into<String>) -> Self {
        self.reference = Some(reference.into());
        self
    }
}

/// Names stay out of logs, and what somebody bought.
impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Statement({} at {})", self.customer, self.until)
    }
}

impl fmt::Debug for Movement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Movement({})", self.date)
    }
}
