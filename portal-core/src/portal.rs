mod problems;

use std::sync::Arc;

use chrono::Duration;

#[cfg(feature = "accounting")]
use crate::accounting::{AccountingStore, AccountingSystem, CodeMap, Ledger};
#[cfg(feature = "accounts")]
use crate::accounts::Accounts;
#[cfg(feature = "courses")]
use crate::courses::{CourseDesk, CourseRecords};
#[cfg(feature = "payments")]
use crate::payment::{PaymentProvider, PaymentStore, Seldom};
#[cfg(feature = "accounts")]
use crate::profile::{ProfileForm, ProfileRecords, Profiles};
#[cfg(feature = "requests")]
use crate::request::RequestRecords;
use crate::{
    Clock, ConfigError, Contact, DocumentStore, Error, Id, Refusals, Settings, SystemClock, Viewer,
    documents::PaperRecords,
    outbox::{HostLink, LEASE},
    payment::PaymentLimits,
    refusal::{PortalRefusal, Reasons},
    store::{Directory, Store},
};
#[cfg(feature = "mail")]
use crate::{
    documents::PaperWriter,
    mail::{MailChoices, MailWriter, Mailer},
    outbox::Hold,
    store::MessageLog,
};

/// One portal of one host. Cheap to clone, free of type parameters, fixed once built.
#[derive(Debug, Clone)]
pub struct Portal(Arc<Wiring>);

#[derive(Debug)]
pub(crate) struct Wiring {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) clock: Arc<dyn Clock>,
    /// How long what a dispatcher claims is its own.
    pub(crate) lease: Duration,
    pub(crate) settings: Settings,
    #[cfg(feature = "payments")]
    pub(crate) payments: Vec<Arc<dyn PaymentProvider>>,
    #[cfg(feature = "payments")]
    pub(crate) payment_store: Option<Arc<dyn PaymentStore>>,
    /// How often providers are asked only to show something, as far as this process knows.
    #[cfg(feature = "payments")]
    pub(crate) seldom: Seldom,
    #[cfg(feature = "accounting")]
    pub(crate) ledger: Option<Ledger>,
    #[cfg(feature = "accounting")]
    pub(crate) accounting_store: Option<Arc<dyn AccountingStore>>,
    /// What the providers take, asked once: rules read it for every row of every list.
    pub(crate) limits: Vec<PaymentLimits>,
    pub(crate) documents: Option<Arc<dyn DocumentStore>>,
    pub(crate) paper_records: Option<Arc<dyn PaperRecords>>,
    pub(crate) host: Option<Arc<dyn HostLink>>,
    #[cfg(feature = "accounts")]
    pub(crate) accounts: Option<Accounts>,
    #[cfg(feature = "accounts")]
    pub(crate) profiles: Option<Profiles>,
    #[cfg(feature = "courses")]
    pub(crate) courses: Option<Arc<dyn CourseRecords>>,
    #[cfg(feature = "requests")]
    pub(crate) requests: Option<Arc<dyn RequestRecords>>,
    #[cfg(feature = "mail")]
    pub(crate) mail_writer: Option<Arc<dyn MailWriter>>,
    #[cfg(feature = "mail")]
    pub(crate) mail_choices: Option<Arc<dyn MailChoices>>,
    #[cfg(feature = "mail")]
    pub(crate) paper_writer: Option<Arc<dyn PaperWriter>>,
    #[cfg(feature = "mail")]
    pub(crate) mailer: Option<Arc<dyn Mailer>>,
    #[cfg(feature = "mail")]
    pub(crate) message_log: Option<Arc<dyn MessageLog>>,
    /// What keeps the post from being sent at the moment, as far as this process knows.
    #[cfg(feature = "mail")]
    pub(crate) hold: Hold,
}

/// Puts a portal together. What is required is asked for first, everything else by name.
#[derive(Debug)]
#[must_use]
pub struct PortalBuilder(Wiring);

/// Everything one customer can see and do.
#[derive(Debug, Clone)]
pub struct CustomerDesk {
    portal: Portal,
    viewer: Viewer,
}

impl Portal {
    /// Starts with what every portal needs: where it keeps things, and who answers for the host's records.
    pub fn builder(store: Arc<dyn Store>, directory: Arc<dyn Directory>) -> PortalBuilder {
        PortalBuilder(Wiring {
            store,
            directory,
            clock: Arc::new(SystemClock),
            lease: LEASE,
            settings: Settings::default(),
            #[cfg(feature = "payments")]
            payments: vec![],
            #[cfg(feature = "payments")]
            seldom: Seldom::default(),
            #[cfg(feature = "payments")]
            payment_store: None,
            #[cfg(feature = "accounting")]
            ledger: None,
            #[cfg(feature = "accounting")]
            accounting_store: None,
            limits: vec![],
            documents: None,
            paper_records: None,
            host: None,
            #[cfg(feature = "accounts")]
            accounts: None,
            #[cfg(feature = "accounts")]
            profiles: None,
            #[cfg(feature = "courses")]
            courses: None,
            #[cfg(feature = "requests")]
            requests: None,
            #[cfg(feature = "mail")]
            mail_writer: None,
            #[cfg(feature = "mail")]
            mail_choices: None,
            #[cfg(feature = "mail")]
            paper_writer: None,
            #[cfg(feature = "mail")]
            mailer: None,
            #[cfg(feature = "mail")]
            message_log: None,
            #[cfg(feature = "mail")]
            hold: Hold::default(),
        })
    }

    /// Everything this customer can see and do.
    #[must_use]
    pub fn customer(&self, viewer: Viewer) -> CustomerDesk {
        CustomerDesk {
            portal: self.clone(),
            viewer,
        }
    }

    /// The host's switches, as they were when the portal was built.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn wiring(&self) -> &Wiring {
        &self.0
    }

    /// Whether anybody can use this portal at all.
    pub(crate) fn open(&self) -> Result<(), Refusals> {
        open(self.settings())
    }
}

/// Whether anybody can use a portal with these switches.
pub(crate) fn open(settings: &Settings) -> Result<(), Refusals> {
    let mut reasons = Reasons::default();
    if !settings.licensed {
        reasons.refuse(PortalRefusal::LicenceMissing);
    }
    if !settings.beta {
        reasons.refuse(PortalRefusal::FeatureInBeta);
    }
    if !settings.enabled {
        reasons.refuse(PortalRefusal::Disabled);
    }
    reasons.verdict()
}

impl PortalBuilder {
    /// The host's switches; without them, the defaults.
    pub fn settings(mut self, settings: Settings) -> Self {
        self.0.settings = settings;
        self
    }

    /// Another clock than the machine's.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.0.clock = clock;
        self
    }

    /// How long what a round of the dispatcher claims is its own; two minutes unless told otherwise. What is not begun in the first half of it goes back, for the next round.
    ///
    /// No one delivery should take longer than the other half, or another process may begin it too. Of a mailer that says how long it takes
    /// ([`Mailer::takes_at_most`](crate::mail::Mailer::takes_at_most)) that is looked at by [`PortalBuilder::build`]; what a host waits for at most is its own to keep below.
    pub fn outbox_lease(mut self, lease: Duration) -> Self {
        self.0.lease = lease;
        self
    }

    /// A way to pay. May be called more than once; customers choose among them by name.
    #[cfg(feature = "payments")]
    pub fn payments(mut self, provider: Arc<dyn PaymentProvider>) -> Self {
        self.0.limits.push(provider.traits().limits.clone());
        self.0.payments.push(provider);
        self
    }

    /// Where payments are kept: the same store as everything else.
    #[cfg(feature = "payments")]
    pub fn payment_store(mut self, store: Arc<dyn PaymentStore>) -> Self {
        self.0.payment_store = Some(store);
        self
    }

    /// Where orders are exported to, and where things go in these books: an order that is there is paid there.
    #[cfg(feature = "accounting")]
    pub fn accounting(
        mut self,
        system: Arc<dyn AccountingSystem>,
        codes: Arc<dyn CodeMap>,
    ) -> Self {
        self.0.ledger = Some(Ledger::new(system, codes));
        self
    }

    /// Where it is kept which orders are in the books: the same store as everything else.
    #[cfg(feature = "accounting")]
    pub fn accounting_store(mut self, store: Arc<dyn AccountingStore>) -> Self {
        self.0.accounting_store = Some(store);
        self
    }

    /// Where certificates come from, and the host's own files of invoices, statements and contracts.
    pub fn documents(mut self, documents: Arc<dyn DocumentStore>) -> Self {
        self.0.documents = Some(documents);
        self
    }

    /// Turns contracts on, and statements where the host keeps no files of them: what the host's records say of both.
    pub fn paper_records(mut self, records: Arc<dyn PaperRecords>) -> Self {
        self.0.paper_records = Some(records);
        self
    }

    /// Who hears of places that came free, and of what staff should look at.
    pub fn host(mut self, link: Arc<dyn HostLink>) -> Self {
        self.0.host = Some(link);
        self
    }

    /// Turns the portal's own accounts on; without, the host signs its users in itself.
    #[cfg(feature = "accounts")]
    pub fn accounts(mut self, accounts: Accounts) -> Self {
        self.0.accounts = Some(accounts);
        self
    }

    /// Turns profiles on: customers see and edit the fields of this form, which these records keep.
    #[cfg(feature = "accounts")]
    pub fn profile(mut self, form: ProfileForm, records: Arc<dyn ProfileRecords>) -> Self {
        self.0.profiles = Some(Profiles { form, records });
        self
    }

    /// Turns courses on: wiring a vertical's records is what does.
    #[cfg(feature = "courses")]
    pub fn courses(mut self, records: Arc<dyn CourseRecords>) -> Self {
        self.0.courses = Some(records);
        self
    }

    /// Turns requests on: whoever answers one hears of it. A host that takes none does without.
    #[cfg(feature = "requests")]
    pub fn requests(mut self, records: Arc<dyn RequestRecords>) -> Self {
        self.0.requests = Some(records);
        self
    }

    /// Who puts messages into words.
    #[cfg(feature = "mail")]
    pub fn mail_writer(mut self, writer: Arc<dyn MailWriter>) -> Self {
        self.0.mail_writer = Some(writer);
        self
    }

    /// Who knows which reminders people want. Without, everybody has them all, and no message says how to have no more.
    #[cfg(feature = "mail")]
    pub fn mail_choices(mut self, choices: Arc<dyn MailChoices>) -> Self {
        self.0.mail_choices = Some(choices);
        self
    }

    /// Who writes a paper where neither the host nor the books have one.
    #[cfg(feature = "mail")]
    pub fn papers(mut self, writer: Arc<dyn PaperWriter>) -> Self {
        self.0.paper_writer = Some(writer);
        self
    }

    /// Who sends them. Until there is one, messages wait in the outbox.
    #[cfg(feature = "mail")]
    pub fn mailer(mut self, mailer: Arc<dyn Mailer>) -> Self {
        self.0.mailer = Some(mailer);
        self
    }

    /// Where staff see what became of messages: the same store as everything else.
    #[cfg(feature = "mail")]
    pub fn message_log(mut self, log: Arc<dyn MessageLog>) -> Self {
        self.0.message_log = Some(log);
        self
    }

    /// The portal, or every problem at once, found before the first customer does.
    ///
    /// # Errors
    /// Settings that contradict themselves or the wiring, each with its key and what to do.
    pub fn build(self) -> Result<Portal, ConfigError> {
        let problems = self.problems();
        if problems.is_empty() {
            Ok(Portal(Arc::new(self.0)))
        } else {
            Err(ConfigError { problems })
        }
    }
}

impl CustomerDesk {
    /// Courses, waiting lists, e-learning.
    ///
    /// # Errors
    /// When the host has not wired courses in, or the portal is off.
    #[cfg(feature = "courses")]
    pub fn courses(&self) -> Result<CourseDesk<'_>, Error> {
        self.open()?;
        let records = self.wiring().courses.as_deref();
        let records = records.ok_or(Error::NotWired("courses"))?;
        Ok(CourseDesk::new(self, records))
    }

    /// Who is looking.
    #[must_use]
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    #[cfg(feature = "accounts")]
    pub(crate) fn portal(&self) -> &Portal {
        &self.portal
    }

    pub(crate) fn me(&self) -> &Id<Contact> {
        &self.viewer.contact.id
    }

    pub(crate) fn wiring(&self) -> &Wiring {
        self.portal.wiring()
    }

    pub(crate) fn open(&self) -> Result<(), Error> {
        Ok(self.portal.open()?)
    }
}
