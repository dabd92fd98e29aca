use super::{Owed, Stop, Unwritten, reader::Reader};
#[cfg(feature = "courses")]
use crate::courses::RegistrationStatus;
use crate::{
    Contact, Error, Id, RecordRef,
    accounts::{
        Access, AccountKey, AccountRequest, AccountState, Accounts, Pass, PassHolder, RequestState,
        Verified,
        holder::{Holder, why_not},
        issue, temporary,
    },
    effect::MailKind,
    mail::{
        AccountChanged, AccountWanted, Event, Instructions, Link, MailedPassword, OneTimeLink,
        PortalAccess, Says,
    },
    portal::Wiring,
};

impl Wiring {
    /// The course takes place whatever becomes of the way into the portal: only that is left out where it leads nowhere.
    pub(super) async fn instructions(
        &self,
        owed: Owed<'_>,
        reader: &mut Reader,
    ) -> Result<Says, Stop> {
        let about = match owed.about {
            // The link is what the effect is about; what they registered for is in the audit trail.
            RecordRef::Pass(_) => self.asked_about(owed).await?,
            about => about.clone(),
        };
        let mut says = Instructions::new();
        let whose;
        (says.event, whose) = self.taking_part(&about, reader.contact.clone()).await?;
        let pass = match owed.about {
            RecordRef::Pass(id) => self.pass(id).await?,
            _ => None,
        };
        // What nobody used for long is forgotten; who it was for takes part in the course.
        let key = match pass.as_ref().map(|pass| &pass.of) {
            Some(PassHolder::Account(id)) => Some(AccountKey::Id(id.clone())),
            _ => whose.map(AccountKey::Contact),
        };
        let key = key.ok_or(Unwritten::Overtaken)?;
        let found = self.ways_in()?.store.account(&key).await?;
        let access = found.ok_or(Unwritten::Overtaken)?.value;
        let may_enter = self.on_record(&access, reader).await?;
        if let Some(front) = self.front().filter(|_| may_enter) {
            says.access = self.way_in(&access, pass.as_ref(), front).await?;
        }
        Ok(Says::Instructions(says))
    }

    /// In what they take part, where it is about that, and who does.
    #[cfg(feature = "courses")]
    async fn taking_part(
        &self,
        about: &RecordRef,
        reader: Option<Id<Contact>>,
    ) -> Result<(Option<Event>, Option<Id<Contact>>), Stop> {
        if !matches!(about, RecordRef::Registration(_)) || self.courses.is_none() {
            return Ok((None, reader));
        }
        let r = self.registration(about).await?;
        if r.status != RegistrationStatus::Active {
            return Err(Unwritten::Overtaken.into());
        }
        if reader.is_some_and(|id| id != r.registrant.id) {
            return Err(Unwritten::Overtaken.into());
        }
        let event = super::courses::event(&r, &r.session);
        Ok((Some(event), Some(r.registrant.id)))
    }

    /// Without courses nobody takes part in any.
    #[cfg(not(feature = "courses"))]
    #[expect(clippy::unused_async, reason = "with courses it looks them up")]
    async fn taking_part(
        &self,
        _: &RecordRef,
        reader: Option<Id<Contact>>,
    ) -> Result<(Option<Event>, Option<Id<Contact>>), Stop> {
        Ok((None, reader))
    }

    /// The portal for whoever has an account, the link for whoever has none yet. None where it was taken back, or ran out: then another message has the one that is good, or staff send one.
    async fn way_in(
        &self,
        access: &Access,
        pass: Option<&Pass>,
        front: Link,
    ) -> Result<Option<PortalAccess>, Stop> {
        let texts = &self.settings.mail.texts;
        if access.state == AccountState::Active {
            let mut way = PortalAccess::new(front);
            way.text.clone_from(&texts.existing_user_instructions);
            return Ok(Some(way));
        }
        let Some(pass) = pass else { return Ok(None) };
        if self.leads_to(pass).await?.is_none() {
            return Ok(None);
        }
        let mut way = PortalAccess::new(self.link_of(pass)?);
        way.text.clone_from(&texts.first_time_instructions);
        way.until = Some(self.clocks(pass.until));
        Ok(Some(way))
    }

    pub(super) async fn one_time_link(
        &self,
        owed: Owed<'_>,
        reader: &mut Reader,
    ) -> Result<Says, Stop> {
        let RecordRef::Pass(id) = owed.about else {
            return Err(Unwritten::NotUnderstood.into());
        };
        if self.front().is_none() {
            return Err(Unwritten::PortalOff.into());
        }
        let pass = self.pass(id).await?.ok_or(Unwritten::Overtaken)?;
        match self.leads_to(&pass).await?.ok_or(Unwritten::Overtaken)? {
            Holder::Account(holder) => self.named(&holder.0.value, reader).await?,
            Holder::Request(request) => {
                if let Some(language) = request.value.applicant.language {
                    reader.to.language = language;
                }
            }
        }
        // What a stranger typed is not repeated to an address that may be anybody's: it would be our message to whomever they like.
        if matches!(owed.kind, MailKind::SignUpLink | MailKind::NewEmailLink) {
            (reader.to.name, reader.to.given_name) = (None, None);
        }
        let mut says = OneTimeLink::new(self.link_of(&pass)?, self.clocks(pass.until));
        let welcomes = matches!(
            owed.kind,
            MailKind::Invitation | MailKind::Activation | MailKind::RequestApproved
        );
        if welcomes {
            says.login = Some(reader.to.address.as_str().to_owned());
            says.welcome.clone_from(&self.settings.mail.texts.welcome);
        }
        Ok(Says::OneTimeLink(says))
    }

    pub(super) async fn mailed_password(
        &self,
        owed: Owed<'_>,
        reader: &mut Reader,
    ) -> Result<Says, Stop> {
        let RecordRef::Contact(contact) = owed.about else {
            return Err(Unwritten::NotUnderstood.into());
        };
        if self.front().is_none() {
            return Err(Unwritten::PortalOff.into());
        }
        let accounts = self.ways_in()?;
        let key = AccountKey::Contact(contact.clone());
        let found = accounts.store.account(&key).await?;
        let access = found.ok_or(Unwritten::RecordGone)?.value;
        let kept = access.temporary.as_ref().ok_or(Unwritten::Overtaken)?;
        let until = kept.until;
        if until < self.clock.now() {
            return Err(Unwritten::Overtaken.into());
        }
        if !self.on_record(&access, reader).await? {
            return Err(Unwritten::Overtaken.into());
        }
        let password = temporary::of(owed.because, &accounts.key);
        // Another was sent since: this one opens nothing.
        let verified = accounts.hasher.verify(&password, &kept.hash).await;
        if verified.map_err(Error::from)? == Verified::Wrong {
            return Err(Unwritten::Overtaken.into());
        }
        let login = reader.to.address.as_str();
        let mut says = MailedPassword::new(password, self.clocks(until), login);
        says.welcome.clone_from(&self.settings.mail.texts.welcome);
        Ok(Says::TemporaryPassword(says))
    }

    pub(super) async fn account_changed(
        &self,
        owed: Owed<'_>,
        reader: &mut Reader,
    ) -> Result<Says, Stop> {
        if let (RecordRef::Account(id), None) = (owed.about, &reader.contact) {
            let key = AccountKey::Id(id.clone());
            if let Some(found) = self.ways_in()?.store.account(&key).await? {
                self.named(&found.value, reader).await?;
            }
        }
        let receipt = self.store.receipt(owed.because).await?;
        let at = receipt.ok_or(Unwritten::RecordGone)?.audit.at;
        Ok(Says::AccountChanged(AccountChanged::new(self.clocks(at))))
    }

    pub(super) async fn account_wanted(&self, owed: Owed<'_>) -> Result<Says, Stop> {
        let request = self.request(owed.about).await?;
        if request.state != RequestState::Pending {
            return Err(Unwritten::Overtaken.into());
        }
        let asked_at = self.clocks(request.asked_at);
        Ok(Says::AccountWanted(AccountWanted::of(
            &request.applicant,
            asked_at,
        )))
    }

    pub(super) async fn declined(&self, owed: Owed<'_>, reader: &mut Reader) -> Result<Says, Stop> {
        let request = self.request(owed.about).await?;
        if let Some(language) = request.applicant.language {
            reader.to.language = language;
        }
        Ok(Says::RequestDeclined)
    }

    fn ways_in(&self) -> Result<&Accounts, Unwritten> {
        self.accounts.as_ref().ok_or(Unwritten::NotWired)
    }

    async fn request(&self, about: &RecordRef) -> Result<AccountRequest, Stop> {
        let RecordRef::AccountRequest(id) = about else {
            return Err(Unwritten::NotUnderstood.into());
        };
        let found = self.ways_in()?.store.request(id).await?;
        Ok(found.ok_or(Unwritten::RecordGone)?.value)
    }

    async fn asked_about(&self, owed: Owed<'_>) -> Result<RecordRef, Stop> {
        let receipt = self.store.receipt(owed.because).await?;
        Ok(receipt.ok_or(Unwritten::RecordGone)?.audit.about)
    }

    async fn pass(&self, id: &Id<Pass>) -> Result<Option<Pass>, Stop> {
        let accounts = self.ways_in()?;
        let secret = issue::secret_of(id, &accounts.key).digest();
        Ok(accounts.store.pass(&secret).await?)
    }

    /// Whom this link lets in, if it still does.
    async fn leads_to(&self, pass: &Pass) -> Result<Option<Holder>, Stop> {
        if !pass.is_good(self.clock.now()) {
            return Ok(None);
        }
        Ok(self.ways_in()?.holder(pass, &self.settings).await?)
    }

    fn link_of(&self, pass: &Pass) -> Result<Link, Stop> {
        let token = issue::secret_of(&pass.id, &self.ways_in()?.key);
        let base = self.settings.url.as_deref().unwrap_or_default();
        let link = Link::new(format!("{base}/link/{}", token.expose()));
        Ok(link.ok_or(Unwritten::PortalOff)?)
    }

    /// Greets whose account it is, and answers whether they may use it. Staff may have corrected the address since: then nothing is written to the one before.
    async fn on_record(&self, access: &Access, reader: &mut Reader) -> Result<bool, Stop> {
        let found = self.ways_in()?.people.person(&access.contact).await?;
        let standing = found.ok_or(Unwritten::NobodyThere)?.standing;
        if reader.contact.is_none() && standing.email.as_ref() != Some(&reader.to.address) {
            return Err(Unwritten::Overtaken.into());
        }
        self.named(access, reader).await?;
        Ok(why_not(access, &standing, &self.settings).is_none())
    }

    async fn named(&self, access: &Access, reader: &mut Reader) -> Result<(), Stop> {
        let found = self.directory.contact(&access.contact).await?;
        let person = found.ok_or(Unwritten::NobodyThere)?.value;
        reader.to.language = access.language.unwrap_or(person.language);
        reader.to = reader
            .to
            .clone()
            .called(person.full_name(), person.given_name);
        Ok(())
    }
}
