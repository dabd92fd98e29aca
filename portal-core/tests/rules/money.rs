use std::num::NonZeroU32;

use portal_core::{Currency, Money, MoneyError, rust_decimal::Decimal};
use portal_testkit::facts::*;
use proptest::prelude::*;

fn currency(code: &str) -> Currency {
    code.parse().unwrap()
}

#[test]
fn a_currency_knows_its_decimals() {
    for (code, exponent) in [("JPY", 0), ("EUR", 2), ("KWD", 3), ("UYW", 4)] {
        assert_eq!(currency(code).exponent(), exponent, "{code}");
    }
}

#[test]
fn what_is_no_currency_says_so() {
    for code in ["", "eur", "EURO", "XAU", "ZZZ", "€"] {
        let no = code.parse::<Currency>().unwrap_err();
        assert_eq!(no, MoneyError::UnknownCurrency(code.into()));
    }
}

#[test]
fn more_decimals_than_the_currency_has_is_an_error_never_a_rounding() {
    for (amount, code, fits) in [
        ("1.50", "EUR", true),
        ("1.500", "EUR", true),
        ("1.505", "EUR", false),
        ("1.0", "JPY", true),
        ("1.5", "JPY", false),
        ("0.001", "KWD", true),
        ("0.0001", "KWD", false),
    ] {
        let amount: Decimal = amount.parse().unwrap();
        let made = Money::new(amount, currency(code));
        assert_eq!(made.is_ok(), fits, "{amount} {code}");
    }
}

#[test]
fn an_amount_beyond_64_bits_of_minor_units_is_out_of_range() {
    let edge = Decimal::new(i64::MAX, 2);
    assert!(Money::new(edge, currency("EUR")).is_ok());
    let beyond = edge + Decimal::new(1, 2);
    assert_eq!(
        Money::new(beyond, currency("EUR")),
        Err(MoneyError::OutOfRange)
    );
    assert_eq!(
        Money::new(Decimal::MAX, currency("JPY")),
        Err(MoneyError::OutOfRange)
    );
}

#[test]
fn two_currencies_do_not_add_up() {
    let mixed = eur(1).plus(money(1, "USD"));
    assert_eq!(
        mixed,
        Err(MoneyError::CurrencyMismatch(
            currency("EUR"),
            currency("USD")
        ))
    );
}

#[test]
fn a_sum_beyond_64_bits_is_out_of_range() {
    assert_eq!(eur(i64::MAX).plus(eur(1)), Err(MoneyError::OutOfRange));
    assert_eq!(eur(i64::MIN).minus(eur(1)), Err(MoneyError::OutOfRange));
}

#[test]
fn json_has_the_amount_as_text_and_refuses_a_number() {
    let json = serde_json::to_string(&eur(120_50)).unwrap();
    assert_eq!(json, r#"{"amount":"120.50","currency":"EUR"}"#);
    assert!(serde_json::from_str::<Money>(r#"{"amount":120.5,"currency":"EUR"}"#).is_err());
    assert!(serde_json::from_str::<Money>(r#"{"amount":"0.005","currency":"EUR"}"#).is_err());
    assert!(serde_json::from_str::<Money>(r#"{"amount":"1","currency":"EUR","x":1}"#).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn minor_units_and_text_come_back_exactly(
        minor: i64,
        code in prop::sample::select(vec!["JPY", "EUR", "KWD", "UYW"]),
    ) {
        let there = money(minor, code);
        prop_assert_eq!(there.minor(), minor);
        prop_assert_eq!(Money::new(there.amount(), there.currency()).unwrap(), there);
        let json = serde_json::to_string(&there).unwrap();
        prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), there);
    }

    #[test]
    fn parts_differ_by_a_unit_at_most_and_sum_up_exactly(minor: i64, parts in 1_u32..200) {
        let split = eur(minor).split(NonZeroU32::new(parts).unwrap());
        let sum = split.iter().map(|m| i128::from(m.minor())).sum::<i128>();
        prop_assert_eq!(sum, i128::from(minor));
        let (least, most) = (split.iter().map(Money::minor).min(), split.iter().map(Money::minor).max());
        prop_assert!(most.unwrap() - least.unwrap() <= 1);
    }

    #[test]
    fn adding_and_taking_away_again_changes_nothing(a in -1_i64 << 40..1 << 40, b in -1_i64 << 40..1 << 40) {
        prop_assert_eq!(eur(a).plus(eur(b)).unwrap().minus(eur(b)).unwrap(), eur(a));
        prop_assert_eq!(eur(a).plus(eur(b)), eur(b).plus(eur(a)));
    }
}
