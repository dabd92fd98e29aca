use portal_core::{Currency, Money};

/// Stripe counts these in whole units, also where ISO 4217 has decimals (the ariary).
const WHOLE: &[&str] = &[
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF",
    "XOF", "XPF",
];
/// Stripe counts these in thousandths, and wants the last digit to be 0.
const THOUSANDTHS: &[&str] = &["BHD", "JOD", "KWD", "OMR", "TND"];

/// How Stripe counts one currency.
struct Units {
    exponent: u8,
    /// Amounts are multiples of this.
    step: i64,
}

/// None where Stripe's documents do not say, or contradict themselves: the Uganda shilling is in its list of whole units and among the exceptions. A guess would be wrong
/// by a factor of a hundred.
fn units(currency: Currency) -> Option<Units> {
    let code = currency.code();
    if WHOLE.contains(&code) {
        return Some(Units {
            exponent: 0,
            step: 1,
        });
    }
    if THOUSANDTHS.contains(&code) {
        return Some(Units {
            exponent: 3,
            step: 10,
        });
    }
    if code == "ISK" {
        // Without decimals since 2023, and still counted in hundredths.
        return Some(Units {
            exponent: 2,
            step: 100,
        });
    }
    (currency.exponent() == 2).then_some(Units {
        exponent: 2,
        step: 1,
    })
}

/// The amount as Stripe counts it; none where it cannot be said exactly.
pub(super) fn to_stripe(money: Money) -> Option<i64> {
    let units = units(money.currency())?;
    let (ours, theirs) = (money.currency().exponent(), units.exponent);
    let amount = rescaled(money.minor(), ours, theirs)?;
    (amount % units.step == 0).then_some(amount)
}

/// What Stripe counted, as money; none where it is less than the currency has, below nothing, or in another currency than its name says.
pub(super) fn from_stripe(amount: i64, code: &str) -> Option<Money> {
    let currency: Currency = code.to_ascii_uppercase().parse().ok()?;
    let units = units(currency)?;
    if amount < 0 {
        return None;
    }
    let minor = rescaled(amount, units.exponent, currency.exponent())?;
    Some(Money::from_minor(minor, currency))
}

fn rescaled(amount: i64, from: u8, to: u8) -> Option<i64> {
    let factor = 10_i64.checked_pow(u32::from(from.abs_diff(to)))?;
    if to >= from {
        return amount.checked_mul(factor);
    }
    (amount % factor == 0).then(|| amount / factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(amount: &str, code: &str) -> Money {
        Money::new(amount.parse().unwrap(), code.parse().unwrap()).unwrap()
    }

    #[test]
    fn amounts_are_counted_as_stripe_counts_them_and_come_back_the_same() {
        for (amount, code, counted) in [
            ("10.99", "USD", 10_99),
            ("0.01", "EUR", 1),
            ("500", "JPY", 500),
            ("5.120", "KWD", 5120),
            ("5", "ISK", 500),
            ("12", "MGA", 12),
        ] {
            let money = money(amount, code);
            assert_eq!(to_stripe(money), Some(counted), "{money}");
            let back = from_stripe(counted, &code.to_lowercase());
            assert_eq!(back, Some(money), "{code}");
        }
    }

    #[test]
    fn what_stripe_cannot_say_exactly_is_not_rounded() {
        assert_eq!(to_stripe(money("5.124", "KWD")), None);
        assert_eq!(to_stripe(money("12.20", "MGA")), None);
        assert_eq!(to_stripe(money("500", "UGX")), None);
        assert_eq!(from_stripe(550, "isk"), None, "half a króna");
        assert_eq!(from_stripe(-1, "usd"), None);
        assert_eq!(from_stripe(1, "xau"), None);
    }

    #[test]
    fn the_largest_amounts_do_not_overflow() {
        let most = Money::from_minor(i64::MAX, "ISK".parse().unwrap());
        assert_eq!(to_stripe(most), None);
        let most = Money::from_minor(i64::MAX, "USD".parse().unwrap());
        assert_eq!(to_stripe(most), Some(i64::MAX));
        assert_eq!(from_stripe(i64::MAX, "mga"), None);
    }
}
