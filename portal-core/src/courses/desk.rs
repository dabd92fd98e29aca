use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    AcceptPlace, AcceptedBy, Certificate, CourseAction, CourseRecords, CourseRefusal, CourseRules,
    Module, ModuleAction, Registration, Session, Shelf, WaitingAction, WaitingPlace, actions,
    may_get_certificate, may_move_to, may_transfer, module_actions, next_change,
    next_waiting_change, shelf, waiting_actions,
};
use crate::{
    Challenge, Contact, CustomerDesk, DocumentBody, Error, Id, Loaded, Offers, Refusal, Verdict,
    order::seen_by,
    refusal::all,
    store::{Listing, Page},
};

/// Everything a customer can see and do about courses.
#[derive(Debug)]
pub struct CourseDesk<'a> {
    pub(super) desk: &'a CustomerDesk,
    pub(super) records: &'a dyn CourseRecords,
}

/// One row of My courses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RegistrationView {
    /// The facts: what More info shows.
    pub registration: Registration,
    /// What may be done with it now.
    pub offers: Offers<CourseAction>,
}

/// One date a registration might move to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DateOffer {
    /// The date.
    pub session: Session,
    /// Whether it may.
    pub verdict: Verdict,
}

/// One row of My waiting list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WaitingView {
    /// The facts.
    pub place: WaitingPlace,
    /// What may be done with it now.
    pub offers: Offers<WaitingAction>,
}

/// One row of My elearning.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModuleView {
    /// The facts.
    pub module: Module,
    /// What may be done with it now.
    pub offers: Offers<ModuleAction>,
}

impl RegistrationView {
    /// The rules' answer to one action.
    #[must_use]
    pub fn verdict(&self, action: CourseAction) -> Option<&Verdict> {
        self.offers.verdict(&action)
    }
}

impl WaitingView {
    /// The rules' answer to one action.
    #[must_use]
    pub fn verdict(&self, action: WaitingAction) -> Option<&Verdict> {
        self.offers.verdict(&action)
    }
}

impl<'a> CourseDesk<'a> {
    pub(crate) fn new(desk: &'a CustomerDesk, records: &'a dyn CourseRecords) -> Self {
        Self { desk, records }
    }

    /// My courses, one tab of it, with what may be done with each row.
    ///
    /// # Errors
    /// When the host's records cannot be read.
    pub async fn registrations(
        &self,
        tab: Shelf,
        page: &Page,
    ) -> Result<Listing<RegistrationView>, Error> {
        let now = self.now();
        let me = self.desk.me();
        let found = self.records.registrations(me, tab, now, page).await?;
        Ok(found.filter_map(|r| {
            let shown = self.is_mine(&r.registrant) && shelf(&r, now) == tab;
            shown.then(|| self.view(r, now))
        }))
    }

    /// One course opened: More info.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for somebody else's.
    pub async fn registration(&self, id: &Id<Registration>) -> Result<RegistrationView, Error> {
        let r = self.my_registration(id).await?;
        Ok(self.view(r.value, self.now()))
    }

    /// "Pick another date": the dates this registration can move to.
    ///
    /// # Errors
    /// The reasons why it can move to none; [`Error::NotFound`], also for somebody else's.
    pub async fn dates_to_pick(&self, id: &Id<Registration>) -> Result<Vec<Session>, Error> {
        let now = self.now();
        let (r, offers) = self.all_dates(id, now).await?;
        may_transfer(&r, self.rules(), now)?;
        let open: Vec<_> = offers
            .into_iter()
            .filter(|date| date.verdict.is_open())
            .map(|date| date.session)
            .collect();
        if open.is_empty() {
            return Err(Refusal::from(CourseRefusal::NoOtherDates).into());
        }
        Ok(open)
    }

    /// Every other date of the course, each with the rules' answer: why a date is missing from [`dates_to_pick`](Self::dates_to_pick).
    ///
    /// # Errors
    /// [`Error::NotFound`], also for somebody else's.
    pub async fn other_dates(&self, id: &Id<Registration>) -> Result<Vec<DateOffer>, Error> {
        Ok(self.all_dates(id, self.now()).await?.1)
    }

    /// The certificate, to download.
    ///
    /// # Errors
    /// Refused when none was sent; [`Error::NotFound`], also for somebody else's, and when the paper itself is gone.
    pub async fn certificate(&self, id: &Id<Registration>) -> Result<DocumentBody, Error> {
        let r = self.my_registration(id).await?.value;
        may_get_certificate(&r, self.rules(), self.now())?;
        let Certificate::Sent { document, .. } = &r.certificate else {
            return Err(Refusal::from(CourseRefusal::CertificateNotSent).into());
        };
        let documents = self.desk.wiring().documents.as_ref();
        let documents = documents.ok_or(Error::NotWired("documents"))?;
        let found = documents.open(document).await?.ok_or(Error::NotFound)?;
        Ok(found.checked()?)
    }

    /// What the answer to an action would be at another moment, all else unchanged.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for somebody else's.
    pub async fn explain(
        &self,
        id: &Id<Registration>,
        action: CourseAction,
        at: DateTime<Utc>,
    ) -> Result<Verdict, Error> {
        let r = self.my_registration(id).await?.value;
        let then = self.view(r, at);
        then.verdict(action).cloned().ok_or(Error::NotFound)
    }

    /// The first instant at which some answer about this registration will be another than now, if time alone will change one.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for somebody else's.
    pub async fn next_change_at(
        &self,
        id: &Id<Registration>,
    ) -> Result<Option<DateTime<Utc>>, Error> {
        let r = self.my_registration(id).await?.value;
        Ok(next_change(
            &r,
            self.desk.viewer(),
            self.rules(),
            self.now(),
        ))
    }

    /// My waiting list: every place still waited for, offered or not.
    ///
    /// # Errors
    /// When the host's records cannot be read.
    pub async fn waiting_list(&self, page: &Page) -> Result<Listing<WaitingView>, Error> {
        let now = self.now();
        let found = self.records.waiting(self.desk.me(), page).await?;
        Ok(found.filter_map(|place| {
            let shown = self.is_mine(&place.contact) && place.is_active();
            shown.then(|| self.waiting_view(place, now))
        }))
    }

    /// One place on a waiting list.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for somebody else's.
    pub async fn waiting_place(&self, id: &Id<WaitingPlace>) -> Result<WaitingView, Error> {
        let place = self.my_place(id).await?.value;
        Ok(self.waiting_view(place, self.now()))
    }

    /// What the answer to an action on a waiting list would be at another moment, all else unchanged.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for somebody else's.
    pub async fn explain_waiting(
        &self,
        id: &Id<WaitingPlace>,
        action: WaitingAction,
        at: DateTime<Utc>,
    ) -> Result<Verdict, Error> {
        let then = self.waiting_view(self.my_place(id).await?.value, at);
        then.verdict(action).cloned().ok_or(Error::NotFound)
    }

    /// The first instant at which some answer about this place will be another than now, if time alone will change one.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for somebody else's.
    pub async fn waiting_next_change_at(
        &self,
        id: &Id<WaitingPlace>,
    ) -> Result<Option<DateTime<Utc>>, Error> {
        let place = self.my_place(id).await?.value;
        let settings = &self.rules().settings.courses;
        Ok(next_waiting_change(&place, settings, self.now()))
    }

    /// Takes an offered place, and answers what it leads to: registered, or a page of the host's to complete.
    ///
    /// # Errors
    /// As [`CustomerDesk::submit`].
    pub async fn accept_place(&self, form: &AcceptPlace) -> Result<AcceptedBy, Error> {
        // Read before: a host may not keep what was accepted.
        let place = match self.my_place(&form.place).await {
            Ok(place) => Some(place.value),
            Err(Error::NotFound) => None,
            Err(broken) => return Err(broken),
        };
        self.desk.submit(form).await?;
        Ok(place.map_or(AcceptedBy::Registering, |place| place.accepted_by))
    }

    /// My elearning, one tab of it.
    ///
    /// # Errors
    /// When the host's records cannot be read.
    pub async fn modules(&self, tab: Shelf, page: &Page) -> Result<Listing<ModuleView>, Error> {
        let me = self.desk.me();
        let found = self.records.modules(me, tab, page).await?;
        Ok(found.filter_map(|module| {
            let shown = module.registrant == *me && module.shelf() == tab;
            shown.then(|| ModuleView {
                offers: module_actions(),
                module,
            })
        }))
    }

    /// "Access course": where the module runs.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for somebody else's.
    pub async fn open_module(&self, id: &Id<Module>) -> Result<String, Error> {
        let module = self.records.module(id).await?;
        module
            .filter(|module| module.registrant == *self.desk.me())
            .map(|module| module.launch)
            .ok_or(Error::NotFound)
    }

    pub(super) async fn my_place(
        &self,
        id: &Id<WaitingPlace>,
    ) -> Result<Loaded<WaitingPlace>, Error> {
        let found = self.records.waiting_place(id).await?;
        found
            .filter(|place| self.is_mine(&place.value.contact))
            .ok_or(Error::NotFound)
    }

    pub(super) fn is_mine(&self, contact: &Contact) -> bool {
        contact.id == *self.desk.me()
    }

    pub(super) fn rules(&self) -> CourseRules<'a> {
        let wiring = self.desk.wiring();
        let rules = CourseRules::new(&wiring.settings, &wiring.limits);
        if wiring.documents.is_some() {
            rules
        } else {
            rules.without_documents()
        }
    }

    async fn my_registration(&self, id: &Id<Registration>) -> Result<Loaded<Registration>, Error> {
        let found = self.records.registration(id).await?;
        found
            .filter(|r| self.is_mine(&r.value.registrant))
            .ok_or(Error::NotFound)
    }

    async fn all_dates(
        &self,
        id: &Id<Registration>,
        now: DateTime<Utc>,
    ) -> Result<(Registration, Vec<DateOffer>), Error> {
        let found = self.records.dates(id, now).await?;
        let found = found
            .filter(|f| self.is_mine(&f.registration.registrant))
            .ok_or(Error::NotFound)?;
        let (r, rules) = (found.registration, self.rules());
        let offer = |session: Session| {
            let checks = [
                may_transfer(&r, rules, now),
                may_move_to(&r, &session, rules, now),
            ];
            let yes = Verdict::Confirm(Challenge::Surname);
            DateOffer {
                verdict: all(checks).map_or_else(Verdict::Refused, |()| yes),
                session,
            }
        };
        let others = found.dates.into_iter();
        let others = others.filter(|s| s.id != r.session.id && s.course == r.course.id);
        let offers = others.map(offer).collect();
        Ok((r, offers))
    }

    fn view(&self, mut registration: Registration, now: DateTime<Utc>) -> RegistrationView {
        let (by, rules) = (self.desk.viewer(), self.rules());
        let offers = actions(&registration, by, rules, now);
        let order = registration.order.take();
        registration.order = order.map(|order| seen_by(order, by, &rules.settings.orders));
        RegistrationView {
            registration,
            offers,
        }
    }

    fn waiting_view(&self, place: WaitingPlace, now: DateTime<Utc>) -> WaitingView {
        let offers = waiting_actions(&place, &self.rules().settings.courses, now);
        WaitingView { place, offers }
    }

    fn now(&self) -> DateTime<Utc> {
        self.desk.wiring().clock.now()
    }
}
