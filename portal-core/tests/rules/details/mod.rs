//! How a person is reached: every spelling is read to one, and nothing that anybody may type does harm.
mod addresses;
mod anything;
mod codes;
mod mailboxes;
mod numbers;

use portal_core::details::{
    AddressForm, AddressPart, BadAddress, BadText, EmailAddress, Phone, PostalAddress, PostalCode,
    Region, line, lines,
};
use proptest::prelude::*;

fn region(letters: &str) -> Region {
    Region::parse(letters).unwrap()
}

fn phone(text: &str, country: &str) -> Option<String> {
    let country = (!country.is_empty()).then(|| region(country));
    let phone = Phone::parse(text, country).ok()?;
    Some(phone.as_str().to_owned())
}

fn email(text: &str) -> Option<String> {
    let address = EmailAddress::parse(text).ok()?;
    Some(address.as_str().to_owned())
}

fn code(text: &str, country: &str) -> Option<String> {
    let country = (!country.is_empty()).then(|| region(country));
    let code = PostalCode::parse(text, country).ok()?;
    Some(code.as_str().to_owned())
}
