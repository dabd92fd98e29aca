use secrecy::{ExposeSecret, SecretString};

use super::{AccountRefusal, PasswordSettings};
use crate::{Refusals, refusal::Reasons};

/// A password that may be kept.
#[derive(Debug)]
pub struct ChosenPassword(SecretString);

impl ChosenPassword {
    pub(crate) fn secret(&self) -> &SecretString {
        &self.0
    }
}

/// stand-in
pub fn check_password(
    password: &SecretString,
    _about: &[&str],
    settings: &PasswordSettings,
) -> Result<ChosenPassword, Refusals> {
    let mut reasons = Reasons::default();
    let shortest = settings.shortest.get();
    if password.expose_secret().chars().count() < usize::from(shortest) {
        reasons.refuse(AccountRefusal::PasswordTooShort { shortest });
    }
    reasons.verdict().map(|()| ChosenPassword(password.clone()))
}
