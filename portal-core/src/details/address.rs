use std::fmt;

use serde::{Deserialize, Serialize};

use super::{PostalCode, Region};

/// Where something is sent to, or an invoice made out to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PostalAddress {
    /// The street with its number, and what else stands above the town; at most four lines.
    pub lines: Vec<String>,
    /// The town.
    pub town: String,
    /// The county, state or province, where the country has them.
    pub district: Option<String>,
    /// The postal code, where the country has them.
    pub postal_code: Option<PostalCode>,
    /// The country.
    pub country: Region,
}

impl PostalAddress {
    /// An address in a town.
    pub fn new(lines: Vec<String>, town: impl Into<String>, country: Region) -> Self {
        Self {
            lines,
            town: town.into(),
            district: None,
            postal_code: None,
            country,
        }
    }

    /// With its postal code.
    #[must_use]
    pub fn with_postal_code(mut self, code: PostalCode) -> Self {
        self.postal_code = Some(code);
        self
    }

    /// With its county, state or province.
    #[must_use]
    pub fn with_district(mut self, district: impl Into<String>) -> Self {
        self.district = Some(district.into());
        self
    }
}

/// Where people live stays out of logs.
impl fmt::Debug for PostalAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostalAddress(..)")
    }
}
