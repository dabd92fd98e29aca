//! Amounts as Pennyroyal writes them: decimal text, two decimals at most, whatever the currency has.
use portal_core::{Currency, Money, rust_decimal::Decimal};

const DECIMALS: u32 = 2;

/// What an account can be paid in.
pub(crate) fn currencies() -> Vec<Currency> {
    let known = ["EUR", "USD", "JPY", "KWD"].into_iter();
    known.filter_map(|code| code.parse().ok()).collect()
}

/// None where Pennyroyal cannot count it: a dinar has a thousand fils, and only tens of them pass. Refused, never rounded.
pub(crate) fn written(amount: Money) -> Option<String> {
    let plain = amount.amount().normalize();
    (amount.is_positive() && plain.scale() <= DECIMALS).then(|| plain.to_string())
}

/// None where it is no amount of this currency.
pub(crate) fn read(text: &str, currency: Currency) -> Option<Money> {
    // `from_str` rounds what is too long for it.
    let amount = Decimal::from_str_exact(text).ok()?;
    Money::new(amount, currency).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(amount: &str, code: &str) -> Money {
        Money::new(amount.parse().unwrap(), code.parse().unwrap()).unwrap()
    }

    #[test]
    fn an_amount_is_written_as_it_is_or_not_at_all() {
        for (amount, code, expected) in [
            ("120.50", "EUR", Some("120.5")),
            ("500", "JPY", Some("500")),
            ("25.120", "KWD", Some("25.12")),
            ("25.123", "KWD", None),
            ("0", "EUR", None),
            ("-1", "EUR", None),
        ] {
            let amount = money(amount, code);
            assert_eq!(written(amount).as_deref(), expected, "{amount}");
        }
    }

    #[test]
    fn an_amount_is_read_exactly_or_not_at_all() {
        let eur = "EUR".parse().unwrap();
        assert_eq!(read("120.50", eur), Some(money("120.50", "EUR")));
        for no in [
            "",
            "120,50",
            "1.005",
            "12e2",
            "0.0000000000000000000000000000001",
        ] {
            assert_eq!(read(no, eur), None, "{no}");
        }
    }
}
