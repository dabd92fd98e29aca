use async_trait::async_trait;

use super::{State, gone, taken};
use crate::{
    Contact, Id, RecordRef, Refusals, StoreError,
    accounts::{Applicant, ContactChange, People, Person, Standing},
    details::{EmailAddress, Phone},
    memory::Memory,
};

impl Memory {
    /// The host adds or edits a person, with what their customer record says. One who was only put as a contact has [`Standing::new`].
    pub fn put_person(&self, person: Person) {
        let id = person.contact.id.clone();
        self.put_contact(person.contact);
        self.state().ways_in.standings.insert(id, person.standing);
    }

    /// From now on the host takes no change of a person, for these reasons; with none, it takes them again.
    pub fn reject_contact_changes(&self, because: Option<Refusals>) {
        self.state().door.rejects = because;
    }
}

impl State {
    pub(in crate::memory) fn apply_contact(
        &mut self,
        change: &ContactChange,
    ) -> Result<(), StoreError> {
        if let Some(refusals) = &self.door.rejects {
            return Err(StoreError::Rejected(Box::new(refusals.clone())));
        }
        match change {
            ContactChange::Added { contact, applicant } => self.add(contact, applicant),
            ContactChange::EmailChanged { contact, email } => {
                self.edited_contact(contact)?.email = Some(email.as_str().to_owned());
                let standings = &mut self.ways_in.standings;
                standings.entry(contact.clone()).or_default().email = Some(email.clone());
                Ok(())
            }
            ContactChange::ProfileUpdated { contact, fields } => {
                self.update_profile(contact, fields)
            }
        }
    }

    /// Somebody new is a customer of their own.
    fn add(&mut self, id: &Id<Contact>, applicant: &Applicant) -> Result<(), StoreError> {
        let record = RecordRef::Contact(id.clone());
        if self.contacts.contains_key(id) {
            return Err(taken(record));
        }
        let (given_name, surname) = (applicant.given_name.as_str(), applicant.surname.as_str());
        let mut contact = Contact::new(id.clone(), Id::new(id.as_str()), given_name, surname)
            .with_email(applicant.email.as_str());
        contact.language = applicant.language.unwrap_or_default();
        let mut standing = Standing::new();
        standing.email = Some(applicant.email.clone());
        let billing = applicant.billing.as_ref();
        standing.postal_code = billing.and_then(|address| address.postal_code().cloned());
        self.edited(record);
        self.contacts.insert(id.clone(), contact);
        self.ways_in.standings.insert(id.clone(), standing);
        Ok(())
    }

    fn edited_contact(&mut self, id: &Id<Contact>) -> Result<&mut Contact, StoreError> {
        self.edited(RecordRef::Contact(id.clone()));
        self.contacts.get_mut(id).ok_or_else(gone)
    }

    fn person(&self, contact: &Contact) -> Person {
        let standing = self.ways_in.standings.get(&contact.id);
        Person::new(contact.clone(), standing.cloned().unwrap_or_default())
    }

    fn those(&self, are_meant: impl Fn(&Person) -> bool) -> Vec<Person> {
        let all = self.contacts.values().map(|contact| self.person(contact));
        all.filter(are_meant).collect()
    }
}

/// Their own address, or the one on their customer's record.
fn has_email(person: &Person, email: &EmailAddress) -> bool {
    let own = person.contact.email.as_deref();
    let own = own.and_then(|own| EmailAddress::parse(own).ok());
    own.as_ref() == Some(email) || person.standing.email.as_ref() == Some(email)
}

#[async_trait]
impl People for Memory {
    async fn person(&self, id: &Id<Contact>) -> Result<Option<Person>, StoreError> {
        let state = self.state();
        Ok(state.contacts.get(id).map(|contact| state.person(contact)))
    }

    async fn by_phone(&self, phone: &Phone) -> Result<Vec<Person>, StoreError> {
        let has = |person: &Person| person.standing.phone.as_ref() == Some(phone);
        Ok(self.state().those(has))
    }

    async fn by_email(&self, email: &EmailAddress) -> Result<Vec<Person>, StoreError> {
        Ok(self.state().those(|person| has_email(person, email)))
    }
}
