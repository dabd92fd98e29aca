use portal_core::{
    Language,
    accounts::Applicant,
    chrono_tz::Tz,
    details::Phone,
    effect::MailKind,
    mail::{
        AccountChanged, AccountWanted, Instructions, Letter, MailedPassword, OneTimeLink,
        PortalAccess, Says, Wording,
    },
};

use super::{Desk, moment, until};

impl Desk {
    pub(super) fn accounts(&self) -> Option<Vec<Letter>> {
        let mut letters = self.instructions()?;
        letters.extend(self.links()?);
        let at = moment((2027, 2, 2), (11, 5), Tz::Europe__Madrid)?;
        for kind in [
            MailKind::EmailChanged,
            MailKind::PasswordChanged,
            MailKind::SecondFactorSetUp,
            MailKind::SecondFactorRemoved,
        ] {
            letters.push(self.letter(
                kind,
                &self.ana,
                Says::AccountChanged(AccountChanged::new(at)),
            ));
        }
        letters.push(self.letter(MailKind::AlreadyRegistered, &self.ana, Says::AccountExists));
        let mut applicant = Applicant::new(self.somebody.address.clone(), "Mika", "Sato");
        let sparse = AccountWanted::of(&applicant, at);
        applicant.organisation = Some("Sato & Daughters".to_owned());
        applicant.phone = Phone::parse("+34 600 123 456", None).ok();
        applicant.message = Some("We bought from you before.\nWhen can we start?".to_owned());
        let wanted = AccountWanted::of(&applicant, at);
        for wanted in [wanted, sparse] {
            let says = Says::AccountWanted(wanted);
            letters.push(self.letter(MailKind::AccountRequestNotice, &self.staff, says));
        }
        let declined = Says::RequestDeclined;
        letters.push(self.letter(MailKind::RequestDeclined, &self.somebody, declined));
        Some(letters)
    }

    fn instructions(&self) -> Option<Vec<Letter>> {
        let mut told = Instructions::new();
        told.event = Some(self.event(3, 3)?);
        let mut letters = vec![];
        for (kind, link, until) in [
            (MailKind::FirstTimeInstructions, &self.link, Some(until()?)),
            (MailKind::ExistingUserInstructions, &self.portal, None),
        ] {
            let mut access = PortalAccess::new(link.clone());
            access.until = until;
            let mut ours = told.clone();
            ours.access = Some(access.clone());
            let text = "Hello {given_name},\n\nbefore {course} begins ({starts}), have a look at {link}.\nBring gloves.";
            access.text = Wording::parse(text).ok();
            let mut theirs = Instructions::new();
            theirs.event.clone_from(&told.event);
            theirs.access = Some(access.clone());
            let mut anywhere = Instructions::new();
            anywhere.event.clone_from(&told.event);
            if let Some(event) = &mut anywhere.event {
                event.venue = "".into();
            }
            let mut portal_alone = Instructions::new();
            access.text = None;
            portal_alone.access = Some(access);
            let none = Instructions::new();
            for says in [ours, theirs, told.clone(), none, anywhere, portal_alone] {
                letters.push(self.letter(kind, &self.ana, Says::Instructions(says)));
            }
        }
        Some(letters)
    }

    fn links(&self) -> Option<Vec<Letter>> {
        let mut letters = vec![];
        let bare = OneTimeLink::new(self.link.clone(), until()?);
        let mut welcome = bare.clone();
        welcome.login = Some(self.ana.address.as_str().to_owned());
        let mut warm = welcome.clone();
        let text = match self.language {
            Language::Es => "¡Le damos la bienvenida a {organiser}!",
            _ => "Welcome to {organiser}!",
        };
        warm.welcome = Wording::parse(text).ok();
        for kind in [
            MailKind::Invitation,
            MailKind::Activation,
            MailKind::RequestApproved,
        ] {
            for says in [&welcome, &warm] {
                letters.push(self.letter(kind, &self.ana, Says::OneTimeLink(says.clone())));
            }
        }
        for (kind, to) in [
            (MailKind::ClaimLink, &self.ana),
            (MailKind::SignUpLink, &self.somebody),
            (MailKind::ResetLink, &self.ana),
            (MailKind::NewEmailLink, &self.somebody),
        ] {
            letters.push(self.letter(kind, to, Says::OneTimeLink(bare.clone())));
        }
        let login = self.ana.address.as_str();
        let mut mailed = MailedPassword::new("KDXQ7M2RWPAZ4VHT".into(), until()?, login);
        let plain = Says::TemporaryPassword(mailed.clone());
        mailed.welcome = Wording::parse(text).ok();
        for says in [plain, Says::TemporaryPassword(mailed)] {
            letters.push(self.letter(MailKind::TemporaryPassword, &self.ana, says));
        }
        Some(letters)
    }
}
