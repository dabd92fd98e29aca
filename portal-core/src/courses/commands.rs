//! The forms a customer can send about courses.
use async_trait::async_trait;

use super::{
    CourseDesk, CourseRefusal, Registration, Session, WaitingPlace, accept_place, cancel,
    leave_waiting_list, may_cancel, may_move_to, may_transfer, transfer,
};
use crate::{
    Ask, Command, CommandId, Contact, CustomerDesk, Decision, Error, Expectation, Id, Refusal,
    Refusals, Surname, Viewer,
    command::{self, sealed::Sealed},
    refusal::all,
    surname::{self, SurnameConfirmed},
};

/// Move a registration to another date, confirmed by surname.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TransferRegistration {
    /// The form's own id.
    pub command: CommandId,
    /// Which registration.
    pub registration: Id<Registration>,
    /// The date that the page showed, unless none was.
    pub from: Option<Id<Session>>,
    /// To which date.
    pub to: Id<Session>,
    /// What was typed to confirm.
    pub surname: Surname,
}

/// Cancel a registration, confirmed by surname.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CancelRegistration {
    /// The form's own id.
    pub command: CommandId,
    /// Which registration.
    pub registration: Id<Registration>,
    /// The date that the page showed, unless none was.
    pub session: Option<Id<Session>>,
    /// What was typed to confirm.
    pub surname: Surname,
}

/// Take the place that is offered.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AcceptPlace {
    /// The form's own id.
    pub command: CommandId,
    /// Which place on a waiting list.
    pub place: Id<WaitingPlace>,
}

/// Leave a waiting list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LeaveWaitingList {
    /// The form's own id.
    pub command: CommandId,
    /// Which place on a waiting list.
    pub place: Id<WaitingPlace>,
}

impl TransferRegistration {
    /// Move this registration from the date that the page showed to that one.
    ///
    /// If it is on another date by now, the form is refused rather than followed: of a cancellation and a transfer at once, one happens.
    pub fn new(
        command: CommandId,
        registration: Id<Registration>,
        from: Id<Session>,
        to: Id<Session>,
        surname: impl Into<Surname>,
    ) -> Self {
        Self {
            command,
            registration,
            from: Some(from),
            to,
            surname: surname.into(),
        }
    }

    /// Move it whatever date it is on: for those who were shown none.
    #[must_use]
    pub fn whatever_the_date(mut self) -> Self {
        self.from = None;
        self
    }
}

impl CancelRegistration {
    /// Cancel this registration for the date that the page showed.
    ///
    /// If it is on another date by now, the form is refused rather than followed: of a cancellation and a transfer at once, one happens.
    pub fn new(
        command: CommandId,
        registration: Id<Registration>,
        session: Id<Session>,
        surname: impl Into<Surname>,
    ) -> Self {
        Self {
            command,
            registration,
            session: Some(session),
            surname: surname.into(),
        }
    }

    /// Cancel it whatever date it is on: for those who were shown none.
    #[must_use]
    pub fn whatever_the_date(mut self) -> Self {
        self.session = None;
        self
    }
}

impl AcceptPlace {
    /// Take this place.
    #[must_use]
    pub fn new(command: CommandId, place: Id<WaitingPlace>) -> Self {
        Self { command, place }
    }
}

impl LeaveWaitingList {
    /// Leave this list.
    #[must_use]
    pub fn new(command: CommandId, place: Id<WaitingPlace>) -> Self {
        Self { command, place }
    }
}

fn date(seen: Option<&Id<Session>>) -> &str {
    seen.map_or("", Id::as_str)
}

fn still_on(seen: Option<&Id<Session>>, r: &Registration) -> Result<(), Refusals> {
    match seen {
        Some(seen) if *seen != r.session.id => {
            Err(Refusal::from(CourseRefusal::DateChanged).into())
        }
        _ => Ok(()),
    }
}

impl CourseDesk<'_> {
    /// Checks the surname typed, and answers what must hold at commit: that it was not wrong too often before.
    fn confirmed(
        &self,
        of: &Contact,
        typed: &str,
        ask: &Ask<'_, Viewer>,
    ) -> Result<(SurnameConfirmed, Expectation), Refusals> {
        let names = &self.rules().settings.names;
        let confirmed = surname::confirm(of, typed, names)?;
        let tries = Expectation::TriesLeft {
            of: self.desk.surname_tries(),
            fewer_than: names.tries.get(),
            since: ask.now - self.desk.tries_window(),
        };
        Ok((confirmed, tries))
    }
}

impl Sealed for TransferRegistration {}
impl Sealed for CancelRegistration {}
impl Sealed for AcceptPlace {}
impl Sealed for LeaveWaitingList {}

#[async_trait]
impl Command for TransferRegistration {
    fn id(&self) -> CommandId {
        self.command
    }

    fn form(&self) -> String {
        command::written(&[
            "transfer",
            self.registration.as_str(),
            date(self.from.as_ref()),
            self.to.as_str(),
        ])
    }

    async fn decide(&self, desk: &CustomerDesk, ask: &Ask<'_, Viewer>) -> Result<Decision, Error> {
        let courses = desk.courses()?;
        let found = courses
            .records
            .transfer(&self.registration, &self.to)
            .await?;
        let facts = found
            .filter(|f| courses.is_mine(&f.registration.value.registrant))
            .ok_or(Error::NotFound)?;
        let course = &facts.registration.value.course.id;
        let to = facts
            .to
            .filter(|to| to.id == self.to && to.course == *course)
            .ok_or(Error::NotFound)?;
        let r = &facts.registration;
        let rules = courses.rules();
        let checks = || {
            [
                may_transfer(&r.value, rules, ask.now),
                may_move_to(&r.value, &to, rules, ask.now),
                still_on(self.from.as_ref(), &r.value),
            ]
        };
        let named = courses.confirmed(&r.value.registrant, self.surname.as_str(), ask);
        let (confirmed, tries) = named.map_err(|name| name.after(checks()))?;
        all(checks())?;
        Ok(transfer(r, &to, &confirmed, rules, ask)?.expecting(tries))
    }
}

#[async_trait]
impl Command for CancelRegistration {
    fn id(&self) -> CommandId {
        self.command
    }

    fn form(&self) -> String {
        command::written(&[
            "cancel",
            self.registration.as_str(),
            date(self.session.as_ref()),
        ])
    }

    async fn decide(&self, desk: &CustomerDesk, ask: &Ask<'_, Viewer>) -> Result<Decision, Error> {
        let courses = desk.courses()?;
        let found = courses.records.registration(&self.registration).await?;
        let r = found
            .filter(|r| courses.is_mine(&r.value.registrant))
            .ok_or(Error::NotFound)?;
        let rules = courses.rules();
        let checks = || {
            [
                may_cancel(&r.value, rules, ask.now),
                still_on(self.session.as_ref(), &r.value),
            ]
        };
        let named = courses.confirmed(&r.value.registrant, self.surname.as_str(), ask);
        let (confirmed, tries) = named.map_err(|name| name.after(checks()))?;
        all(checks())?;
        Ok(cancel(&r, &confirmed, rules, ask)?.expecting(tries))
    }
}

#[async_trait]
impl Command for AcceptPlace {
    fn id(&self) -> CommandId {
        self.command
    }

    fn form(&self) -> String {
        command::written(&["accept-place", self.place.as_str()])
    }

    async fn decide(&self, desk: &CustomerDesk, ask: &Ask<'_, Viewer>) -> Result<Decision, Error> {
        let courses = desk.courses()?;
        let place = courses.my_place(&self.place).await?;
        Ok(accept_place(
            &place,
            &courses.rules().settings.courses,
            ask,
        )?)
    }
}

#[async_trait]
impl Command for LeaveWaitingList {
    fn id(&self) -> CommandId {
        self.command
    }

    fn form(&self) -> String {
        command::written(&["leave-waiting-list", self.place.as_str()])
    }

    async fn decide(&self, desk: &CustomerDesk, ask: &Ask<'_, Viewer>) -> Result<Decision, Error> {
        let place = desk.courses()?.my_place(&self.place).await?;
        Ok(leave_waiting_list(&place, ask)?)
    }
}
