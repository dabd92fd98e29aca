//! Those who ask for an account say the same things about themselves as a profile does, and are read the same way.
use super::{FieldName, ProfileRefusal};
use crate::{
    Refusals,
    accounts::Applicant,
    details::{BadText, line, lines},
    refusal::Reasons,
};

const LONGEST_NAME: usize = 100;
const LONGEST_ORGANISATION: usize = 200;
const LONGEST_MESSAGE: usize = 4_000;
const LONGEST_TOKEN: usize = 255;

impl Applicant {
    /// What they say about themselves, in its one spelling. What is empty is left out; a person with one name has a surname.
    ///
    /// # Errors
    /// Everything that cannot be kept as it is, each with its field, such as `given_name`.
    pub fn checked(mut self) -> Result<Self, Refusals> {
        let mut reasons = Reasons::default();
        let mut note = |field: &str, read: Result<String, BadText>| {
            read.map_err(|bad| {
                reasons.refuse(ProfileRefusal::text(FieldName::new(field), bad));
            })
            .unwrap_or_default()
        };
        let given_name = note("given_name", line(&self.given_name, LONGEST_NAME));
        let surname = note("surname", line(&self.surname, LONGEST_NAME));
        let mut optional = |field: &str, text: &Option<String>, longest: usize, read: Read| {
            let text = text.as_deref()?;
            Some(note(field, read(text, longest))).filter(|text| !text.is_empty())
        };
        let organisation = optional(
            "organisation",
            &self.organisation,
            LONGEST_ORGANISATION,
            line,
        );
        let message = optional("message", &self.message, LONGEST_MESSAGE, lines);
        let card = optional("card", &self.card, LONGEST_TOKEN, line);
        let bank_account = optional("bank_account", &self.bank_account, LONGEST_TOKEN, line);
        if self.surname.trim().is_empty() {
            reasons.refuse(ProfileRefusal::Required(FieldName::new("surname")));
        }
        reasons.verdict()?;
        self.given_name = given_name;
        self.surname = surname;
        self.organisation = organisation;
        self.message = message;
        self.card = card;
        self.bank_account = bank_account;
        Ok(self)
    }
}

type Read = fn(&str, usize) -> Result<String, BadText>;
