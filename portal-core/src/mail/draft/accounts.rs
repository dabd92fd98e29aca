use super::{Owed, Stop, Unwritten, reader::Reader};
use crate::{
    Id, RecordRef,
    accounts::{
        Access, AccountKey, AccountRequest, Accounts, Pass, PassHolder, RequestState, issue,
        temporary,
    },
    effect::MailKind,
    mail::{
        AccountChanged, AccountWanted, Instructions, Link, MailedPassword, OneTimeLink,
        PortalAccess, Says,
    },
    portal::Wiring,
};

impl Wiring {
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
        #[cfg(feature = "courses")]
        if let RecordRef::Registration(_) = &about
            && self.courses.is_some()
        {
            let r = self.registration(&about).await?;
            says.event = Some(super::courses::event(&r, &r.session));
        }
        #[cfg(not(feature = "courses"))]
        let _ = about;
        let Some(front) = self.front() else {
            if let RecordRef::Pass(id) = owed.about {
                self.addressed(&self.pass(id).await?, reader, Named::OnRecord)
                    .await?;
            }
            return Ok(Says::Instructions(says));
        };
        let texts = &self.settings.mail.texts;
        let found = match owed.about {
            RecordRef::Pass(id) => match self.good_link(id, reader, Named::OnRecord).await {
                Ok(found) => Some(found),
                // They came in by another way meanwhile, or the link ran out before it was sent: the course takes place all the same.
                Err(Stop::Nothing(Unwritten::Overtaken)) => {
                    self.addressed(&self.pass(id).await?, reader, Named::OnRecord)
                        .await?;
                    None
                }
                Err(stop) => return Err(stop),
            },
            _ => None,
        };
        let mut access = PortalAccess::new(front);
        access.text.clone_from(&texts.existing_user_instructions);
        if let Some((pass, link)) = found {
            access.link = link;
            access.text.clone_from(&texts.first_time_instructions);
            access.until = Some(self.clocks(pass.until));
        }
        says.access = Some(access);
        Ok(Says::Instructions(says))
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
        // What a stranger typed is not repeated to an address that may be anybody's: it would be our message to whomever they like.
        let named = match owed.kind {
            MailKind::SignUpLink | MailKind::NewEmailLink => Named::Nobody,
            _ => Named::OnRecord,
        };
        let (pass, link) = self.good_link(id, reader, named).await?;
        let mut says = OneTimeLink::new(link, self.clocks(pass.until));
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
        self.named(&access, reader).await?;
        let password = temporary::of(owed.because, &accounts.key);
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

    async fn pass(&self, id: &Id<Pass>) -> Result<Pass, Stop> {
        let accounts = self.ways_in()?;
        let secret = issue::secret_of(id, &accounts.key).digest();
        let found = accounts.store.pass(&secret).await?;
        Ok(found.ok_or(Unwritten::Overtaken)?)
    }

    /// A link that leads somewhere still, and whose it is.
    async fn good_link(
        &self,
        id: &Id<Pass>,
        reader: &mut Reader,
        named: Named,
    ) -> Result<(Pass, Link), Stop> {
        let pass = self.pass(id).await?;
        if !pass.is_good(self.clock.now()) {
            return Err(Unwritten::Overtaken.into());
        }
        self.addressed(&pass, reader, named).await?;
        let token = issue::secret_of(id, &self.ways_in()?.key);
        let base = self.settings.url.as_deref().unwrap_or_default();
        let link = Link::new(format!("{base}/link/{}", token.expose()));
        Ok((pass, link.ok_or(Unwritten::PortalOff)?))
    }

    /// What is known of whoever reads at the address that a link goes to.
    async fn addressed(&self, pass: &Pass, reader: &mut Reader, named: Named) -> Result<(), Stop> {
        match &pass.of {
            PassHolder::Account(id) => {
                let key = AccountKey::Id(id.clone());
                let found = self.ways_in()?.store.account(&key).await?;
                self.named(&found.ok_or(Unwritten::Overtaken)?.value, reader)
                    .await?;
            }
            PassHolder::Request(id) => {
                let request = self.request(&RecordRef::AccountRequest(id.clone())).await?;
                if let Some(language) = request.applicant.language {
                    reader.to.language = language;
                }
            }
        }
        if matches!(named, Named::Nobody) {
            (reader.to.name, reader.to.given_name) = (None, None);
        }
        Ok(())
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

/// Whether a message to an address says whose it is.
#[derive(Clone, Copy)]
enum Named {
    OnRecord,
    Nobody,
}
