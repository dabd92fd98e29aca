//! Who reads a message, and in which language.
use super::{Owed, Stop, Unwritten};
#[cfg(feature = "accounts")]
use crate::accounts::AccountKey;
#[cfg(feature = "requests")]
use crate::request::Request;
use crate::{
    Contact, Id, Language, Order, StoreError,
    effect::{MailKind, Recipient},
    mail::{Addressee, Attachment, Choice, EmailAddress, Mailbox, Thread, Unsubscribe},
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
    /// Where an answer goes, when not to where the transport says.
    pub(super) reply_to: Option<Mailbox>,
    /// How they have no more of these.
    pub(super) unsubscribe: Option<Unsubscribe>,
    /// What it is about, where that said which desk reads it.
    #[cfg(feature = "requests")]
    pub(super) request: Option<Request>,
}

impl Reader {
    fn at(to: Addressee, contact: Option<Id<Contact>>) -> Self {
        Self {
            to,
            contact,
            thread: None,
            paper: None,
            reply_to: None,
            unsubscribe: None,
            #[cfg(feature = "requests")]
            request: None,
        }
    }

    /// The message is about this order.
    pub(super) fn about(&mut self, order: &Id<Order>) {
        self.thread = Some(Thread::order(order));
    }
}

impl Wiring {
    pub(super) async fn reader(&self, owed: Owed<'_>, to: &Recipient) -> Result<Reader, Stop> {
        match to {
            #[cfg(feature = "requests")]
            Recipient::Staff if owed.kind.tells_of_request() => self.desk_of_request(owed).await,
            Recipient::Contact(id) => {
                let person = self.directory.contact(id).await?;
                let person = person.ok_or(Unwritten::NobodyThere)?.value;
                let address = person.email.as_deref().map(str::trim);
                let address = address.filter(|address| !address.is_empty());
                let language = self.language_of(&person).await?;
                let address = read(address.ok_or(Unwritten::NoAddress)?)?;
                let to = Addressee::new(address, language);
                let to = to.called(person.full_name(), person.given_name);
                let unsubscribe = self.how_to_stop(owed.kind, &person.id).await?;
                let mut reader = Reader::at(to, Some(person.id));
                reader.unsubscribe = unsubscribe;
                Ok(reader)
            }
            Recipient::Staff => self.staff(None),
            #[cfg(feature = "accounts")]
            Recipient::Address(email) => {
                let to = Addressee::new(email.clone(), self.settings.language);
                Ok(Reader::at(to, None))
            }
        }
    }

    /// How they have no more of these, where that can be said. Nobody is asked about what one has to have.
    async fn how_to_stop(
        &self,
        kind: MailKind,
        who: &Id<Contact>,
    ) -> Result<Option<Unsubscribe>, Stop> {
        let Some(choices) = self.mail_choices.as_ref().filter(|_| kind.optional()) else {
            return Ok(None);
        };
        match choices.choice(who, kind).await? {
            Choice::Wanted { unsubscribe } => Ok(unsubscribe),
            Choice::Unwanted => Err(Unwritten::NotWanted.into()),
        }
    }

    /// Whoever reads at this desk of the host's; where none is named, at the one of the settings.
    pub(super) fn staff(&self, desk: Option<&str>) -> Result<Reader, Stop> {
        let named = desk.map(str::trim).filter(|address| !address.is_empty());
        let address = named.or(self.settings.mail.staff_address.as_deref());
        let address = read(address.ok_or(Unwritten::NoStaffAddress)?)?;
        let to = Addressee::new(address, self.settings.language);
        Ok(Reader::at(to, None))
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
