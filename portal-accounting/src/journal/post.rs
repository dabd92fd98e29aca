//! Which entries something comes to.
use std::{collections::BTreeMap, sync::Arc};

use portal_core::{
    Money, MoneyError,
    accounting::{InvoiceDraft, LedgerRefusal, TaxIn},
    rust_decimal::{Decimal, RoundingStrategy},
};

use super::{
    chart::{Chart, Kind, Rate},
    entry::Entry,
};

/// The entries of an invoice: what is owed, what is earned, and what the state gets of it.
pub(super) fn invoice(chart: &Chart, draft: &InvoiceDraft) -> Result<Vec<Entry>, LedgerRefusal> {
    let mut earned: BTreeMap<Arc<str>, Money> = BTreeMap::new();
    let mut owed = Money::zero(draft.currency);
    let mut add = |account: &Arc<str>, amount: Money| -> Result<(), LedgerRefusal> {
        let sum = earned
            .entry(Arc::clone(account))
            .or_insert_with(|| Money::zero(draft.currency));
        *sum = sum.plus(amount).map_err(|e| invalid(&e))?;
        owed = owed.plus(amount).map_err(|e| invalid(&e))?;
        Ok(())
    };
    for line in &draft.lines {
        let codes = &line.codes;
        if !chart.is(&codes.account, Kind::Revenue) {
            return Err(unknown(&codes.account));
        }
        if let Some(item) = &codes.item {
            return Err(unknown(item));
        }
        let rate = match &codes.tax {
            Some(code) => Some(chart.rate(code).ok_or_else(|| unknown(code))?),
            None => None,
        };
        let (net, tax) = taxed(line.amount, rate, draft.tax)?;
        add(&codes.account, net)?;
        if let Some(rate) = rate {
            add(&rate.account, tax)?;
        }
    }
    if owed != draft.total {
        let says = format!("the lines come to {owed} and not to {}", draft.total);
        return Err(LedgerRefusal::Invalid {
            messages: vec![says],
        });
    }
    if owed.minor() < 0 {
        let says = "an invoice is of something that is owed".to_owned();
        return Err(LedgerRefusal::Invalid {
            messages: vec![says],
        });
    }
    let mut entries = vec![Entry::debit(chart.receivable(), owed)];
    for (account, amount) in earned {
        entries.extend(side(account, amount)?);
    }
    entries.retain(|entry| entry.amount.is_positive());
    Ok(entries)
}

/// The entries of a payment: it is on the bank's account, and no longer owed.
pub(super) fn payment(chart: &Chart, account: &Arc<str>, amount: Money) -> Vec<Entry> {
    vec![
        Entry::debit(Arc::clone(account), amount),
        Entry::credit(chart.receivable(), amount),
    ]
}

/// What is earned of a line and what is tax; rounded for each line, half a cent away from nothing.
fn taxed(amount: Money, rate: Option<&Rate>, tax: TaxIn) -> Result<(Money, Money), LedgerRefusal> {
    let currency = amount.currency();
    let nothing = Money::zero(currency);
    let Some(rate) = rate else {
        return Ok((amount, nothing));
    };
    let hundred = Decimal::ONE_HUNDRED;
    let exact = match tax {
        TaxIn::Amounts => (hundred + rate.percent)
            .is_sign_positive()
            .then(|| {
                amount
                    .amount()
                    .checked_mul(rate.percent)?
                    .checked_div(hundred + rate.percent)
            })
            .flatten(),
        TaxIn::OnTop => amount
            .amount()
            .checked_mul(rate.percent)
            .map(|part| part / hundred),
        _ => Some(Decimal::ZERO),
    };
    let exact = exact
        .ok_or(MoneyError::OutOfRange)
        .map_err(|e| invalid(&e))?;
    let places = u32::from(currency.exponent());
    let part = exact.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    let part = Money::new(part, currency).map_err(|e| invalid(&e))?;
    let net = match tax {
        TaxIn::Amounts => amount.minus(part).map_err(|e| invalid(&e))?,
        _ => amount,
    };
    Ok((net, part))
}

/// What is earned is a credit; a line that gives something back is a debit.
fn side(account: Arc<str>, amount: Money) -> Result<Option<Entry>, LedgerRefusal> {
    if amount.minor() >= 0 {
        return Ok(Some(Entry::credit(account, amount)));
    }
    let back = Money::zero(amount.currency())
        .minus(amount)
        .map_err(|e| invalid(&e))?;
    Ok(Some(Entry::debit(account, back)))
}

fn unknown(code: &str) -> LedgerRefusal {
    LedgerRefusal::UnknownCode {
        code: code.to_owned(),
    }
}

pub(super) fn invalid(why: &MoneyError) -> LedgerRefusal {
    LedgerRefusal::Invalid {
        messages: vec![why.to_string()],
    }
}
