use std::sync::Arc;

use secrecy::SecretString;

use super::{
    Access, AccountKey, AccountStore, ChosenPassword, PasswordHasher, PasswordSettings, People,
    Person, PortalKey, Standing, check_password,
    turns::{Turns, WAITING, half_of_the_processors},
};
use crate::{
    Error, Loaded, Refusals, StoreError,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    details::{EmailAddress, Phone},
};

/// What the portal needs to sign customers in itself.
#[derive(Debug, Clone)]
pub struct Accounts {
    pub(crate) store: Arc<dyn AccountStore>,
    pub(crate) people: Arc<dyn People>,
    pub(crate) key: PortalKey,
    pub(crate) hasher: Arc<dyn PasswordHasher>,
    pub(crate) record_only: bool,
    /// Judging a new password takes a processor for a while, as hashing one does.
    pub(super) judging: Arc<Turns>,
}

impl Accounts {
    /// Where accounts are kept (the same store as everything else), who answers for the customer records, the portal's key, and what hashes passwords.
    pub fn new(
        store: Arc<dyn AccountStore>,
        people: Arc<dyn People>,
        key: PortalKey,
        hasher: Arc<dyn PasswordHasher>,
    ) -> Self {
        Self {
            store,
            people,
            key,
            hasher,
            record_only: false,
            judging: Arc::new(Turns::new(half_of_the_processors(), WAITING)),
        }
    }

    /// What [`check_password`] says of a new password, found out on a thread where that may take its time.
    pub(super) async fn judge(
        &self,
        password: &SecretString,
        about: Vec<String>,
        settings: &PasswordSettings,
    ) -> Result<Result<ChosenPassword, Refusals>, Error> {
        let (password, settings) = (password.clone(), settings.clone());
        let judge = move || {
            let about: Vec<_> = about.iter().map(String::as_str).collect();
            check_password(&password, &about, &settings)
        };
        let judged = self.judging.take(judge).await;
        Ok(judged.map_err(|no_turn| {
            let (kind, never) = (AdapterErrorKind::Unavailable, Disposition::NeverSent);
            AdapterError::new(kind, never, "passwords", "judge", no_turn.to_string())
        })?)
    }

    /// What of a person's address and number nobody else signs in with.
    pub(crate) async fn free_logins(
        &self,
        person: &Person,
    ) -> Result<(Option<EmailAddress>, Option<Phone>), StoreError> {
        let Standing { email, phone, .. } = &person.standing;
        let theirs = |found: &Loaded<Access>| found.value.contact == person.contact.id;
        let email = match email {
            Some(email) => {
                let found = self
                    .store
                    .account(&AccountKey::Email(email.clone()))
                    .await?;
                found.is_none_or(|f| theirs(&f)).then(|| email.clone())
            }
            None => None,
        };
        let phone = match phone {
            Some(phone) => {
                let found = self
                    .store
                    .account(&AccountKey::Phone(phone.clone()))
                    .await?;
                found.is_none_or(|f| theirs(&f)).then(|| phone.clone())
            }
            None => None,
        };
        Ok((email, phone))
    }

    /// Lets whoever knows a customer's phone number, e-mail address and postal code take over an unclaimed account, with no link sent to anybody.
    ///
    /// This is the way of one help article, word for word, and it is **not safe**: none of the three is a secret (ASVS 5.0, 6.4.2). Without it the three only have a one-time link sent
    /// to the address on record. The address on record hears of it afterwards.
    #[must_use]
    pub fn insecure_record_only(mut self) -> Self {
        self.record_only = true;
        self
    }
}
