//! Who reads a message, and in which language.
use super::{Stop, Unwritten};
#[cfg(feature = "accounts")]
use crate::accounts::AccountKey;
use crate::{
    Contact, Id, Language, Order, StoreError,
    effect::Recipient,
    mail::{Addressee, Attachment, EmailAddress, Thread},
    portal::Wiring,
};

/// Who reads a message, and what the portal knows of them.
pub(super) struct Reader {
    pub(super) to: Addressee,
    /// The person, where it goes to one and not to an address.
    pub(super) contact: Option<Id<Contact>>,
    /// What the message belongs with, once that is known.
    pub(super) thread: Option<Thread>,
    /// What goes with it.
    pub(super) paper: Option<Attachment>,
}

impl Reader {
    fn at(to: Addressee, contact: Option<Id<Contact>>) -> Self {
        Self {
            to,
            contact,
            thread: None,
            paper: None,
        }
    }

    /// The message is about this order.
    pub(super) fn about(&mut self, order: &Id<Order>) {
        self.thread = Some(Thread::order(order));
    }
}

impl Wiring {
    pub(super) async fn reader(&self, to: &Recipient) -> Result<Reader, Stop> {
        match to {
            Recipient::Contact(id) => {
                let person = self.directory.contact(id).await?;
                let person = person.ok_or(Unwritten::NobodyThere)?.value;
                let address = person.email.as_deref().map(str::trim);
                let address = address.filter(|address| !address.is_empty());
                let language = self.language_of(&person).await?;
                let address = read(address.ok_or(Unwritten::NoAddress)?)?;
                let to = Addressee::new(address, language);
                let to = to.called(person.full_name(), person.given_name);
                Ok(Reader::at(to, Some(person.id)))
            }
            Recipient::Staff => {
                let address = self.settings.mail.staff_address.as_deref();
                let address = read(address.ok_or(Unwritten::NoStaffAddress)?)?;
                let to = Addressee::new(address, self.settings.language);
                Ok(Reader::at(to, None))
            }
            #[cfg(feature = "accounts")]
            Recipient::Address(email) => {
                let to = Addressee::new(email.clone(), self.settings.language);
                Ok(Reader::at(to, None))
            }
        }
    }

    /// What they chose themselves, else what the host has on record.
    #[cfg_attr(not(feature = "accounts"), expect(clippy::unused_async))]
    pub(crate) async fn language_of(&self, person: &Contact) -> Result<Language, StoreError> {
        #[cfg(feature = "accounts")]
        if let Some(accounts) = &self.accounts {
            let key = AccountKey::Contact(person.id.clone());
            let access = accounts.store.account(&key).await?;
            if let Some(chosen) = access.and_then(|access| access.value.language) {
                return Ok(chosen);
            }
        }
        Ok(person.language)
    }
}

fn read(address: &str) -> Result<EmailAddress, Unwritten> {
    EmailAddress::parse(address).map_err(|_| Unwritten::BadAddress)
}
