use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, Duration, Utc};
use portal_core::Money;
use rust_decimal::Decimal;

use super::Fault;

/// What Helcim keeps.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) transactions: Vec<Transaction>,
    pub(super) customers: Vec<Customer>,
    pub(super) frames: HashMap<String, Frame>,
    pub(super) keys: HashMap<String, Kept>,
    pub(super) batch: u64,
    pub(super) declines: VecDeque<String>,
    pub(super) polite: bool,
    pub(super) lag: u32,
    pub(super) mails: u32,
    pub(super) faults: VecDeque<Fault>,
    pub(super) question_faults: VecDeque<Fault>,
    pub(super) requests: Vec<String>,
    told: usize,
    last_id: u64,
}

#[derive(Debug, Clone)]
pub(super) struct Transaction {
    pub(super) id: u64,
    pub(super) batch: u64,
    pub(super) at: DateTime<Utc>,
    pub(super) approved: bool,
    pub(super) kind: &'static str,
    pub(super) amount: Decimal,
    pub(super) currency: String,
    pub(super) digits: String,
    pub(super) invoice: String,
    pub(super) customer: String,
    pub(super) warning: String,
    /// Of which payment, for money paid back. Helcim does not say.
    pub(super) of: Option<u64>,
    pub(super) unseen: u32,
}

#[derive(Debug)]
pub(super) struct Customer {
    pub(super) id: u64,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) cards: Vec<Card>,
    pub(super) accounts: Vec<BankAccount>,
}

#[derive(Debug)]
pub(super) struct Card {
    pub(super) id: u64,
    pub(super) digits: String,
    pub(super) expiry: String,
    pub(super) is_default: bool,
}

#[derive(Debug)]
pub(super) struct BankAccount {
    pub(super) id: u64,
    pub(super) last4: String,
    pub(super) verified: bool,
    pub(super) is_default: bool,
}

/// What a checkout token opens.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) purchase: bool,
    pub(super) amount: Decimal,
    pub(super) currency: String,
    pub(super) invoice: String,
    pub(super) customer: String,
    pub(super) until: DateTime<Utc>,
    pub(super) paid: bool,
}

/// The first answer to a key.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) request: String,
    pub(super) status: u16,
    pub(super) body: String,
    pub(super) until: DateTime<Utc>,
}

/// What is paid with what.
pub(super) struct Purchase<'a> {
    pub(super) amount: Decimal,
    pub(super) currency: &'a str,
    pub(super) digits: &'a str,
    pub(super) invoice: &'a str,
    pub(super) customer: &'a str,
}

impl State {
    pub(super) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        25_000_000 + self.last_id
    }

    pub(super) fn customer(&mut self, code: &str, name: &str) -> u64 {
        let id = self.next_id();
        self.customers.push(Customer {
            id,
            code: code.to_owned(),
            name: name.to_owned(),
            cards: vec![],
            accounts: vec![],
        });
        id
    }

    pub(super) fn card(&mut self, code: &str, digits: &str, expiry: &str) -> u64 {
        let id = self.next_id();
        let owner = self.customers.iter_mut().find(|c| c.code == code);
        let owner = owner.expect("put the customer first");
        owner.cards.push(Card {
            id,
            digits: digits.to_owned(),
            expiry: expiry.to_owned(),
            is_default: owner.cards.is_empty(),
        });
        id
    }

    pub(super) fn bank_account(&mut self, code: &str, last4: &str, verified: bool) -> u64 {
        let id = self.next_id();
        let owner = self.customers.iter_mut().find(|c| c.code == code);
        let owner = owner.expect("put the customer first");
        owner.accounts.push(BankAccount {
            id,
            last4: last4.to_owned(),
            verified,
            is_default: owner.accounts.is_empty(),
        });
        id
    }

    /// Asks the bank. A success of the same card and amount within five minutes makes it say no, whatever the key.
    pub(super) fn purchase(&mut self, asked: &Purchase<'_>, now: DateTime<Utc>) -> Transaction {
        let since = now - Duration::minutes(5);
        let twice = self.transactions.iter().any(|t| {
            let same = t.digits == asked.digits && t.amount == asked.amount;
            t.approved && t.kind == "purchase" && same && t.at > since
        });
        let warning = if twice {
            "Suspected duplicate transaction in the last 5 minutes".to_owned()
        } else {
            self.declines.pop_front().unwrap_or_default()
        };
        let made = Transaction {
            id: self.next_id(),
            batch: self.batch,
            at: now,
            approved: warning.is_empty(),
            kind: "purchase",
            amount: asked.amount,
            currency: asked.currency.to_owned(),
            digits: asked.digits.to_owned(),
            invoice: asked.invoice.to_owned(),
            customer: asked.customer.to_owned(),
            warning,
            of: None,
            unseen: self.lag,
        };
        self.transactions.push(made.clone());
        made
    }

    pub(super) fn pay_in_frame(
        &mut self,
        token: &str,
        digits: &str,
        now: DateTime<Utc>,
    ) -> Option<u64> {
        let frame = self.frames.get(token)?.clone();
        if now > frame.until || frame.paid {
            return None;
        }
        if !frame.purchase {
            return Some(self.card(&frame.customer, digits, "1230"));
        }
        let asked = Purchase {
            amount: frame.amount,
            currency: &frame.currency,
            digits,
            invoice: &frame.invoice,
            customer: &frame.customer,
        };
        let made = self.purchase(&asked, now);
        self.frames.get_mut(token)?.paid = made.approved;
        Some(made.id)
    }

    /// What of a payment is not paid back yet.
    pub(super) fn left(&self, payment: u64) -> Option<Decimal> {
        let paid = self.transactions.iter().find(|t| t.id == payment)?;
        let back = self.transactions.iter().filter(|t| t.of == Some(payment));
        Some(paid.amount - back.map(|t| t.amount).sum::<Decimal>())
    }

    pub(super) fn refund(&mut self, payment: u64, amount: Decimal, now: DateTime<Utc>) -> u64 {
        self.back("refund", payment, amount, now)
    }

    pub(super) fn back(
        &mut self,
        kind: &'static str,
        payment: u64,
        amount: Decimal,
        now: DateTime<Utc>,
    ) -> u64 {
        let id = self.next_id();
        let paid = self.transactions.iter().find(|t| t.id == payment);
        let mut back = paid.expect("refund what was paid").clone();
        back.id = id;
        back.kind = kind;
        back.amount = amount;
        back.at = now;
        back.batch = self.batch;
        back.of = Some(payment);
        self.transactions.push(back);
        id
    }

    pub(super) fn again(&mut self, payment: u64, now: DateTime<Utc>) -> u64 {
        let id = self.next_id();
        let paid = self.transactions.iter().find(|t| t.id == payment);
        let mut twice = paid.expect("charge again what was charged").clone();
        twice.id = id;
        twice.at = now;
        self.transactions.push(twice);
        id
    }

    /// The payments that nobody was told of yet.
    pub(super) fn untold(&mut self) -> Vec<u64> {
        let new = self.transactions.iter().skip(self.told);
        let new = new.filter(|t| t.of.is_none()).map(|t| t.id).collect();
        self.told = self.transactions.len();
        new
    }

    /// What was taken under an invoice, and what was paid back.
    pub(super) fn books(&self, invoice: &str) -> (Vec<Money>, Vec<Money>) {
        let approved = |t: &&Transaction| t.approved && t.invoice == invoice;
        let (back, taken): (Vec<_>, Vec<_>) = self
            .transactions
            .iter()
            .filter(approved)
            .partition(|t| t.of.is_some());
        let money = |t: &Transaction| Money::new(t.amount, t.currency.parse().unwrap()).unwrap();
        let all = |of: Vec<&Transaction>| of.into_iter().map(money).collect();
        (all(taken), all(back))
    }

    pub(super) fn balance(&self) -> i64 {
        let signed = self.transactions.iter().filter(|t| t.approved).map(|t| {
            let minor = (t.amount * Decimal::ONE_HUNDRED).normalize().mantissa();
            i64::try_from(minor).expect("small amounts") * if t.of.is_some() { -1 } else { 1 }
        });
        signed.sum()
    }
}
