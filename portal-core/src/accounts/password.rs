//! What a new password must be.
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use zxcvbn::{Score, zxcvbn};

use super::{
    AccountRefusal, AccountSettings, PasswordSettings, about_you::AboutYou, spelling::as_judged,
};
use crate::{Refusals, refusal::Reasons};

/// Shows that somebody may have this password. [`check_password`] makes it.
pub struct ChosenPassword(SecretString);

/// A password must take an attacker who stole its hash 100 million guesses: the mark from which zxcvbn calls it safe behind a slow hash.
const SAFE: Score = Score::Three;
const STRETCH: usize = 24;
const STRETCHES: usize = 4;

/// Whether this will do as a new password: long enough, not among the first that anybody tries, and not made of what is known `about` its owner.
///
/// Give it everything about them that others know: phone number, e-mail address, postal code, customer code, names, and the name of the site. What is found
/// of these in the password, in whatever spelling, counts for nothing, nor do signs then: the rest must be a password by itself. Length counts characters as
/// they are read, and any character will do.
///
/// # Errors
/// Every reason at once; for one that is too long only that, as nothing else is looked at.
pub fn check_password(
    password: &SecretString,
    about: &[&str],
    settings: &PasswordSettings,
) -> Result<ChosenPassword, Refusals> {
    let Some(password) = as_judged(password) else {
        let longest = u16::try_from(AccountSettings::LONGEST_PASSWORD).unwrap_or(u16::MAX);
        return Err(AccountRefusal::PasswordTooLong { longest }.into());
    };
    let text = password.expose_secret();
    let shortest = settings.shortest.get();
    let mut reasons = Reasons::default();
    if text.chars().count() < usize::from(shortest) {
        reasons.refuse(AccountRefusal::PasswordTooShort { shortest });
    }
    if is_guessable(text) {
        reasons.refuse(AccountRefusal::PasswordTooCommon);
    }
    if AboutYou::new(about)
        .rest_of(text)
        .is_some_and(|rest| is_guessable(rest.expose_secret()))
    {
        reasons.refuse(AccountRefusal::PasswordAboutYou);
    }
    reasons.verdict()?;
    Ok(ChosenPassword(password))
}

/// A password with a safe stretch in it is safe. Stretches are short because zxcvbn may take a second for a hundred characters, and counts past 64 bits,
/// which panics where overflow is checked, from about thirty.
fn is_guessable(text: &str) -> bool {
    let characters: Vec<char> = text.chars().take(STRETCHES * STRETCH).collect();
    let mut stretches = characters.chunks(STRETCH).map(String::from_iter);
    !stretches.any(|stretch| zxcvbn(&stretch, &[]).score() >= SAFE)
}

impl ChosenPassword {
    /// The password, as it is hashed.
    #[must_use]
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl fmt::Debug for ChosenPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChosenPassword(..)")
    }
}

#[cfg(test)]
mod tests;
