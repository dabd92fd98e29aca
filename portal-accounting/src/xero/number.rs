//! Amounts as exact numbers of JSON, both ways. None ever passes through a float.
use portal_core::rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::value::RawValue;

/// A number as it is written, with all its decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exact(pub(super) Decimal);

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(self.0.to_string()).map_err(ser::Error::custom)?;
        raw.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(from)?;
        // Xero writes numbers. A proxy, or a release to come, may quote them.
        let text = raw.get().trim_matches('"');
        let exact = if text.contains(['e', 'E']) {
            Decimal::from_scientific(text)
        } else {
            Decimal::from_str_exact(text)
        };
        exact
            .map(Self)
            .map_err(|_| de::Error::custom("not a number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_every_digit() {
        for text in [
            "0.00",
            "40.10",
            "1.000000",
            "-0.01",
            "92233720368547758.07",
            "0.1",
        ] {
            let read: Exact = serde_json::from_str(text).unwrap();
            assert_eq!(read.0.to_string(), text);
            assert_eq!(serde_json::to_string(&read).unwrap(), text);
        }
        let read = |text| serde_json::from_str::<Exact>(text).unwrap().0;
        assert_eq!(read("1.5e3"), Decimal::from(1500));
        assert_eq!(read(r#""40.10""#), Decimal::new(4010, 2));
        for odd in ["true", "[]", r#""""#, r#""ten""#, "1e99"] {
            assert!(serde_json::from_str::<Exact>(odd).is_err(), "{odd}");
        }
    }
}
