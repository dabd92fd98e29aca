use super::{FrontDoor, Read, ReadLogin};
use crate::{
    Contact, Error, Id,
    accounts::{Access, AccountKey, Person},
};

/// Whom a login leads to.
pub(super) struct Named {
    pub(super) access: Read,
    pub(super) person: Option<Person>,
}

impl Named {
    pub(super) fn access(&self) -> Option<&Access> {
        self.access.as_ref().map(|loaded| &loaded.value)
    }

    /// Both the account and the record of its owner: nobody gets further without either.
    pub(super) fn both(&self) -> Option<(&crate::Loaded<Access>, &Person)> {
        self.access.as_ref().zip(self.person.as_ref())
    }
}

impl FrontDoor<'_> {
    /// Asks the host and the store, once each, whoever is named. The host's record says whose an address is: an account whose owner has another one by now is not found by the old.
    pub(super) async fn look_up(&self, login: &ReadLogin) -> Result<Named, Error> {
        let people = &self.accounts.people;
        let mut persons = match login {
            ReadLogin::Email(email) => people.by_email(email).await?,
            ReadLogin::Phone(phone) => people.by_phone(phone).await?,
            ReadLogin::Nonsense => vec![],
        };
        let key = match &*persons {
            [one] => Some(AccountKey::Contact(one.contact.id.clone())),
            _ => login.key(),
        };
        let access = match key {
            Some(key) => self.accounts.store.account(&key).await?,
            None => None,
        };
        let owner = |of: &Id<Contact>| persons.iter().position(|p| p.contact.id == *of);
        let at = match &access {
            Some(access) => owner(&access.value.contact),
            None => (persons.len() == 1).then_some(0),
        };
        let person = at.map(|at| persons.swap_remove(at));
        let access = access.filter(|_| person.is_some());
        Ok(Named { access, person })
    }
}
