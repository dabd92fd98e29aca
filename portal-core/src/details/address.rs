use std::fmt;

use serde::{Deserialize, Serialize};

use super::{BadText, PostalCode, Region, line};

/// Where something is sent to, or an invoice made out to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
#[non_exhaustive]
pub struct PostalAddress {
    lines: Vec<String>,
    town: String,
    district: Option<String>,
    postal_code: Option<PostalCode>,
    country: Region,
}

/// An address as somebody typed it, part by part. What is left out is empty.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddressForm {
    /// The street with its number, and what else stands above the town.
    pub lines: Vec<String>,
    /// The town.
    pub town: String,
    /// The county, state or province.
    pub district: String,
    /// The ZIP or postal code.
    pub postal_code: String,
    /// The two letters of the country.
    pub country: String,
}

/// A part of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AddressPart {
    /// The line of this number, from 1.
    Line(u8),
    /// The town.
    Town,
    /// The county, state or province.
    District,
    /// The ZIP or postal code.
    PostalCode,
    /// The country.
    Country,
}

/// What is wrong with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadAddress {
    /// A part that every address has is missing.
    #[error("the address is incomplete: its {0} is missing")]
    Missing(AddressPart),
    /// There are more lines than labels have room for.
    #[error("the address has too many lines: write at most 4 above the town")]
    TooManyLines,
    /// A part cannot be kept as it is.
    #[error("the {0} of the address: {1}")]
    Text(AddressPart, #[source] BadText),
    /// The postal code is none of that country.
    #[error(transparent)]
    PostalCode(#[from] super::BadPostalCode),
    /// The country is none.
    #[error(transparent)]
    Country(#[from] super::BadRegion),
}

impl PostalAddress {
    /// How many lines there may be above the town.
    pub const MOST_LINES: usize = 4;
    /// How many characters fit in a line, a town or a district.
    pub const LONGEST_LINE: usize = 100;

    /// An address in a town.
    ///
    /// # Errors
    /// The first of what is wrong with it; [`AddressForm::read`] tells all.
    pub fn new<L: Into<String>>(
        lines: impl IntoIterator<Item = L>,
        town: impl Into<String>,
        country: Region,
    ) -> Result<Self, BadAddress> {
        let form = AddressForm {
            lines: lines.into_iter().map(L::into).collect(),
            town: town.into(),
            country: country.into(),
            ..AddressForm::default()
        };
        form.read(None).map_err(first)
    }

    /// With its postal code.
    #[must_use]
    pub fn with_postal_code(mut self, code: PostalCode) -> Self {
        self.postal_code = Some(code);
        self
    }

    /// With its county, state or province.
    ///
    /// # Errors
    /// Text that cannot be kept as it is.
    pub fn with_district(mut self, district: &str) -> Result<Self, BadAddress> {
        let district = part(district, AddressPart::District)?;
        self.district = Some(district).filter(|d| !d.is_empty());
        Ok(self)
    }

    /// The street with its number, and what else stands above the town; from one to four lines.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The town.
    #[must_use]
    pub fn town(&self) -> &str {
        &self.town
    }

    /// The county, state or province, where the country has them.
    #[must_use]
    pub fn district(&self) -> Option<&str> {
        self.district.as_deref()
    }

    /// The postal code, where the country has them.
    #[must_use]
    pub fn postal_code(&self) -> Option<&PostalCode> {
        self.postal_code.as_ref()
    }

    /// The country.
    #[must_use]
    pub fn country(&self) -> Region {
        self.country
    }
}

impl AddressForm {
    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let parts = [&self.town, &self.district, &self.postal_code, &self.country];
        parts.into_iter().chain(&self.lines).all(|text| blank(text))
    }

    /// The address, in `home` where no country was typed; or everything that is wrong with it, at least one thing.
    ///
    /// # Errors
    /// A part that is missing, too long, or not what it should be.
    pub fn read(&self, home: Option<Region>) -> Result<PostalAddress, Vec<BadAddress>> {
        let mut wrong = vec![];
        let mut lines = vec![];
        for (text, n) in self.lines.iter().zip(1..) {
            // Far more lines than four are not worth a look each.
            if usize::from(n) > 2 * PostalAddress::MOST_LINES {
                break;
            }
            let line = note(part(text, AddressPart::Line(n)), &mut wrong);
            lines.extend(line.filter(|line| !line.is_empty()));
        }
        if lines.len() > PostalAddress::MOST_LINES
            || self.lines.len() > 2 * PostalAddress::MOST_LINES
        {
            wrong.push(BadAddress::TooManyLines);
        }
        if self.lines.iter().all(|line| blank(line)) {
            wrong.push(BadAddress::Missing(AddressPart::Line(1)));
        }
        let town = note(part(&self.town, AddressPart::Town), &mut wrong);
        if town.as_deref() == Some("") {
            wrong.push(BadAddress::Missing(AddressPart::Town));
        }
        let district = note(part(&self.district, AddressPart::District), &mut wrong);
        let country = self.country(home, &mut wrong);
        let postal_code = if blank(&self.postal_code) {
            None
        } else {
            let code = PostalCode::parse(&self.postal_code, country);
            note(code.map_err(BadAddress::from), &mut wrong)
        };
        match (country, town) {
            (Some(country), Some(town)) if wrong.is_empty() => Ok(PostalAddress {
                lines,
                town,
                district: district.filter(|d| !d.is_empty()),
                postal_code,
                country,
            }),
            _ => Err(wrong),
        }
    }

    fn country(&self, home: Option<Region>, wrong: &mut Vec<BadAddress>) -> Option<Region> {
        if !blank(&self.country) {
            return note(
                Region::parse(&self.country).map_err(BadAddress::from),
                wrong,
            );
        }
        if home.is_none() {
            wrong.push(BadAddress::Missing(AddressPart::Country));
        }
        home
    }
}

/// What is shown again for editing is what was read.
impl From<&PostalAddress> for AddressForm {
    fn from(address: &PostalAddress) -> Self {
        let code = address.postal_code.as_ref();
        Self {
            lines: address.lines.clone(),
            town: address.town.clone(),
            district: address.district.clone().unwrap_or_default(),
            postal_code: code.map_or_else(String::new, |code| code.shown(address.country)),
            country: address.country.into(),
        }
    }
}

fn part(text: &str, part: AddressPart) -> Result<String, BadAddress> {
    line(text, PostalAddress::LONGEST_LINE).map_err(|why| BadAddress::Text(part, why))
}

fn note<T>(read: Result<T, BadAddress>, wrong: &mut Vec<BadAddress>) -> Option<T> {
    read.map_err(|bad| wrong.push(bad)).ok()
}

fn first(wrong: Vec<BadAddress>) -> BadAddress {
    let missing = BadAddress::Missing(AddressPart::Line(1));
    wrong.into_iter().next().unwrap_or(missing)
}

/// Nothing but blanks at its beginning is taken for nothing, without reading on.
fn blank(text: &str) -> bool {
    text.len() <= 4 * PostalAddress::LONGEST_LINE && text.trim().is_empty()
}

/// As it is written out: read back only when it is an address.
#[derive(Deserialize)]
struct Written {
    lines: Vec<String>,
    town: String,
    #[serde(default)]
    district: Option<String>,
    #[serde(default)]
    postal_code: Option<PostalCode>,
    country: Region,
}

impl TryFrom<Written> for PostalAddress {
    type Error = BadAddress;

    fn try_from(written: Written) -> Result<Self, BadAddress> {
        let mut address = Self::new(written.lines, written.town, written.country)?;
        address.postal_code = written.postal_code;
        address.with_district(&written.district.unwrap_or_default())
    }
}

impl fmt::Display for AddressPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(n) => write!(f, "line {n}"),
            Self::Town => f.write_str("town"),
            Self::District => f.write_str("district"),
            Self::PostalCode => f.write_str("postal code"),
            Self::Country => f.write_str("country"),
        }
    }
}

/// Where people live stays out of logs.
impl fmt::Debug for PostalAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostalAddress(..)")
    }
}

/// Where people live stays out of logs.
impl fmt::Debug for AddressForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressForm(..)")
    }
}
