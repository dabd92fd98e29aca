//! A portal with its own ways in, and short ways to walk through them.
use std::{
    collections::BTreeSet,
    net::IpAddr,
    sync::{Arc, Mutex},
};

use portal_core::{
    CommandId, CustomerDesk, Done, EffectKind, Error, Id, Page, Portal, RecordRef, Refusals,
    Settings, Store,
    accounts::{
        AccountStore, Accounts, Answer, Attempt, Claim, Claimed, FollowLink, Followed, FrontDoor,
        Login, NextStep, PasswordHasher, Person, PortalKey, SignIn, SignedIn, Token, Visitor,
    },
    details::Region,
    effect::{MailKind, Recipient, StaffTask},
    memory::Memory,
    staff::{Invite, Staff, StaffCommand, StaffDesk, StaffRole},
};
use portal_testkit::{
    AnyCodes, AnyLedger, AnyProvider, PlainHasher, RecordingHost, StoppedClock, facts::*,
};
use secrecy::SecretString;
use uuid::Uuid;

/// What members choose.
pub(crate) const PASSWORD: &str = "quiet mint harvest 88";
/// What they choose next.
pub(crate) const ANOTHER: &str = "copper lantern orbit 41";
/// What guessers try.
pub(crate) const WRONG: &str = "purple anchor meadow 17";

/// A portal, its store and its clock.
pub(crate) struct House {
    pub(crate) memory: Memory,
    pub(crate) clock: StoppedClock,
    pub(crate) portal: Portal,
    read: Arc<Mutex<BTreeSet<Uuid>>>,
    forms: Arc<Mutex<u128>>,
}

/// A message that is owed.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub(crate) kind: MailKind,
    pub(crate) to: Recipient,
    pub(crate) about: RecordRef,
    pub(crate) because: CommandId,
}

/// A browser.
pub(crate) struct Browser {
    pub(crate) ip: IpAddr,
    pub(crate) device: Option<String>,
}

/// Everything is offered but what needs a word from the host.
pub(crate) fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.url = Some("https://rental.example/portal".to_owned());
    settings.country = Some(Region::parse("US").unwrap());
    settings.mail.staff_address = Some("owner@rental.example".to_owned());
    settings.accounts.claims = true;
    settings.accounts.requests = true;
    settings.accounts.sign_up.enabled = true;
    settings.accounts.second_factor = true;
    settings
}

/// Whether accounts can be taken over by what is on record alone.
#[derive(PartialEq, Eq)]
pub(crate) enum Proof {
    ByLink,
    RecordOnly,
}

impl House {
    pub(crate) fn new() -> Self {
        Self::with(|_| ())
    }

    pub(crate) fn with(edit: impl FnOnce(&mut Settings)) -> Self {
        Self::built(edit, &Proof::ByLink, Arc::new(PlainHasher::default()))
    }

    pub(crate) fn built(
        edit: impl FnOnce(&mut Settings),
        proof: &Proof,
        hasher: Arc<dyn PasswordHasher>,
    ) -> Self {
        let (memory, clock) = (Memory::default(), StoppedClock::default());
        let mut settings = settings();
        edit(&mut settings);
        let portal = build(&memory, &clock, settings, proof, hasher);
        Self {
            memory,
            clock,
            portal,
            read: Arc::default(),
            forms: Arc::default(),
        }
    }

    /// The same portal after the host edited its settings.
    pub(crate) fn after(&self, edit: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.portal.settings().clone();
        edit(&mut settings);
        let hasher = Arc::new(PlainHasher::default());
        let portal = build(&self.memory, &self.clock, settings, &Proof::ByLink, hasher);
        Self {
            memory: self.memory.clone(),
            clock: self.clock.clone(),
            portal,
            read: Arc::clone(&self.read),
            forms: Arc::clone(&self.forms),
        }
    }

    /// The host knows this person.
    pub(crate) fn knows(&self, person: Person) {
        self.memory.put_person(person);
    }

    /// Somebody with an account and [`PASSWORD`]: staff invited them, and they followed the link.
    pub(crate) async fn member(&self, id: &str) {
        self.knows(person(id));
        self.staff(&Invite::new(self.form(), Id::new(id)))
            .await
            .unwrap();
        let link = self.link(MailKind::Invitation).await;
        self.choose(&link, PASSWORD).await.unwrap();
    }

    /// A form's own id, never given before.
    pub(crate) fn form(&self) -> CommandId {
        let mut forms = self.forms.lock().unwrap();
        *forms += 1;
        command(*forms)
    }

    pub(crate) fn desk_of(&self, role: StaffRole) -> StaffDesk {
        self.portal.staff(Staff::new("olga", role))
    }

    /// What an owner of the portal asks for.
    pub(crate) async fn staff(&self, form: &impl StaffCommand) -> Result<Done, Error> {
        self.desk_of(StaffRole::Admin).submit(form).await
    }

    /// The messages owed since the last time anybody looked.
    pub(crate) async fn post(&self) -> Vec<Letter> {
        let mut letters = vec![];
        for effect in self.owed().await {
            if let EffectKind::Mail {
                kind,
                to,
                about,
                because,
                ..
            } = effect
            {
                letters.push(Letter {
                    kind,
                    to,
                    about,
                    because,
                });
            }
        }
        letters
    }

    /// The kinds of messages owed since the last time anybody looked.
    pub(crate) async fn kinds(&self) -> Vec<MailKind> {
        let mut kinds: Vec<_> = self.post().await.into_iter().map(|l| l.kind).collect();
        kinds.sort();
        kinds
    }

    /// What staff are asked to look at since the last time anybody looked.
    pub(crate) async fn tasks(&self) -> Vec<StaffTask> {
        let owed = self.owed().await.into_iter();
        let task = |kind| match kind {
            EffectKind::StaffTask { kind, .. } => Some(kind),
            _ => None,
        };
        owed.filter_map(task).collect()
    }

    async fn owed(&self) -> Vec<EffectKind> {
        let (mut page, mut new) = (Page::default(), vec![]);
        loop {
            let found = self.memory.outbox(&page).await.unwrap();
            for queued in found.items {
                if self.read.lock().unwrap().insert(queued.effect.id) {
                    new.push(queued.effect.kind);
                }
            }
            match found.next {
                Some(next) => page = Page::default().following(next),
                None => return new,
            }
        }
    }

    /// The secret of the one link that was sent since the last look, in a message of this kind.
    pub(crate) async fn link(&self, kind: MailKind) -> SecretString {
        let post = self.post().await;
        let mut links = post.iter().filter(|letter| letter.kind == kind);
        let letter = links
            .next()
            .unwrap_or_else(|| panic!("no {kind:?} among {post:?}"));
        assert!(links.next().is_none(), "{post:?}");
        self.secret(letter)
    }

    /// What the link in this message carries.
    pub(crate) fn secret(&self, letter: &Letter) -> SecretString {
        let RecordRef::Pass(pass) = &letter.about else {
            panic!("no link in {letter:?}");
        };
        self.portal.link_token(pass).unwrap()
    }

    pub(crate) fn door(&self) -> FrontDoor<'_> {
        self.portal.door(Browser::new().visitor()).unwrap()
    }

    pub(crate) fn door_from(&self, browser: &Browser) -> FrontDoor<'_> {
        self.portal.door(browser.visitor()).unwrap()
    }

    pub(crate) async fn choose(
        &self,
        link: &SecretString,
        password: &str,
    ) -> Result<Followed, Error> {
        let form = FollowLink::new(link.clone()).choosing(password.into());
        self.door().follow(&form).await
    }

    pub(crate) async fn try_sign_in(&self, login: &str, password: &str) -> Result<NextStep, Error> {
        self.sign_in_from(&Browser::new(), login, password).await
    }

    pub(crate) async fn sign_in_from(
        &self,
        browser: &Browser,
        login: &str,
        password: &str,
    ) -> Result<NextStep, Error> {
        let form = SignIn::new(Login::new(login), password.into());
        self.door_from(browser).sign_in(&form).await
    }

    /// Signs this member in, by their address and [`PASSWORD`].
    pub(crate) async fn signed_in(&self, id: &str) -> SignedIn {
        let login = format!("{id}@acme.example");
        entered(self.try_sign_in(&login, PASSWORD).await)
    }

    /// Everything this browser can see and do.
    pub(crate) async fn resume(&self, session: &Token) -> Result<CustomerDesk, Error> {
        self.door().resume(session.expose()).await
    }

    /// Everything this member can see and do, signed in anew.
    pub(crate) async fn desk(&self, id: &str) -> CustomerDesk {
        let session = self.signed_in(id).await.session;
        self.resume(&session).await.unwrap()
    }

    pub(crate) async fn forgot(&self, login: &str) -> Result<Answer, Error> {
        self.door().forgot_password(&Login::new(login)).await
    }

    pub(crate) async fn claim(&self, claim: &Claim) -> Result<Claimed, Error> {
        self.door().claim(claim).await
    }

    /// The newest row of the sign-in log.
    pub(crate) async fn last_row(&self) -> Attempt {
        self.rows().await.remove(0)
    }

    /// The sign-in log, newest first.
    pub(crate) async fn rows(&self) -> Vec<Attempt> {
        let page = Page::first(Page::LARGEST);
        self.memory.attempts(None, &page).await.unwrap().items
    }
}

impl Browser {
    /// One that nobody knows.
    pub(crate) fn new() -> Self {
        Self::at("192.0.2.7")
    }

    pub(crate) fn at(ip: &str) -> Self {
        let (ip, device) = (ip.parse().unwrap(), None);
        Self { ip, device }
    }

    /// One that was signed in from before.
    pub(crate) fn known_by(device: &Token) -> Self {
        let device = Some(device.expose().to_owned());
        Self {
            device,
            ..Self::new()
        }
    }

    pub(crate) fn visitor(&self) -> Visitor {
        let device = self.device.as_deref().and_then(Token::read);
        Visitor::from(self.ip)
            .with_agent("Browser/1.0")
            .with_device(device)
    }
}

fn build(
    memory: &Memory,
    clock: &StoppedClock,
    settings: Settings,
    proof: &Proof,
    hasher: Arc<dyn PasswordHasher>,
) -> Portal {
    let [store, records] = [memory, memory].map(|m| Arc::new(m.clone()));
    let key = PortalKey::new("a key of the portal, for tests only".into()).unwrap();
    let mut accounts = Accounts::new(store, records, key, hasher);
    if *proof == Proof::RecordOnly {
        accounts = accounts.insecure_record_only();
    }
    Portal::builder(Arc::new(memory.clone()), Arc::new(memory.clone()))
        .courses(Arc::new(memory.clone()))
        .clock(Arc::new(clock.clone()))
        .host(Arc::new(RecordingHost::default()))
        .accounts(accounts)
        .payments(Arc::new(AnyProvider::taking(["EUR"])))
        .payment_store(Arc::new(memory.clone()))
        .accounting(
            Arc::new(AnyLedger::default()),
            Arc::new(AnyCodes::default()),
        )
        .accounting_store(Arc::new(memory.clone()))
        .message_log(Arc::new(memory.clone()))
        .settings(settings)
        .build()
        .unwrap()
}

pub(crate) fn entered(next: Result<NextStep, Error>) -> SignedIn {
    match next {
        Ok(NextStep::SignedIn(signed_in)) => signed_in,
        other => panic!("not signed in: {other:?}"),
    }
}

/// The codes of the refusal, whatever it was refused to.
pub(crate) fn refused<T: std::fmt::Debug>(answer: Result<T, Error>) -> Vec<&'static str> {
    let error = answer.unwrap_err();
    let codes = error.refusals().map(Refusals::codes);
    codes.unwrap_or_else(|| panic!("not refused but: {error}"))
}

/// Whether nobody is signed in there.
pub(crate) fn is_out(desk: &Result<CustomerDesk, Error>) -> bool {
    matches!(desk, Err(Error::SignInFirst))
}

/// Changes the password within this session.
pub(crate) async fn change(
    desk: &CustomerDesk,
    current: &str,
    new: &str,
) -> Result<SignedIn, Error> {
    let account = desk.account()?;
    account.change_password(&current.into(), &new.into()).await
}

/// Proves once more who they are, within this session.
pub(crate) async fn prove(desk: &CustomerDesk, password: &str) -> Result<SignedIn, Error> {
    desk.account()?.prove_again(&password.into(), None).await
}
