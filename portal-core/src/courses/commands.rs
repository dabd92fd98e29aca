//! The forms a customer can send about courses.
use async_trait::async_trait;

use super::{
    CourseDesk, CourseRefusal, Registration, Session, WaitingPlace, accept_place, cancel,
    leave_waiting_list, may_cancel, may_move_to, may_transfer, transfer,
};
use crate::{
    Ask, Command, CommandId, Contact, CustomerDesk, Decision, Error, Expectation, Id, Refusal,
    Refusals, Viewer,
    command::{self, sealed::Sealed},
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
    /// To which date.
    pub to: Id<Session>,
    /// What was typed to confirm.
    pub surname: String,
    /// The date that the page showed; see [`seen_on`](Self::seen_on).
    pub seen_on: Option<Id<Session>>,
}

/// Cancel a registration, confirmed by surname.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CancelRegistration {
    /// The form's own id.
    pub command: CommandId,
    /// Which registration.
    pub registration: Id<Registration>,
    /// What was typed to confirm.
    pub surname: String,
    /// The date that the page showed; see [`seen_on`](Self::seen_on).
    pub seen_on: Option<Id<Session>>,
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
    /// Move this registration to that date.
    pub fn new(
        command: CommandId,
        registration: Id<Registration>,
        to: Id<Session>,
        surname: impl Into<String>,
    ) -> Self {
        Self {
            command,
            registration,
            to,
            surname: surname.into(),
            seen_on: None,
        }
    }

    /// The date that the page showed. If the registration has moved since, the form is refused rather than followed: of a cancellation and a transfer
    /// at once, only one happens.
    #[must_use]
    pub fn seen_on(mut self, session: Id<Session>) -> Self {
        self.seen_on = Some(session);
        self
    }
}

impl CancelRegistration {
    /// Cancel this registration.
    pub fn new(
        command: CommandId,
        registration: Id<Registration>,
        surname: impl Into<String>,
    ) -> Self {
        Self {
            command,
            registration,
            surname: surname.into(),
            seen_on: None,
        }
    }

    /// The date that the page showed. If the registration has moved since, the form is refused rather than followed: of a cancellation and a transfer
    /// at once, only one happens.
    #[must_use]
    pub fn seen_on(mut self, session: Id<Session>) -> Self {
        self.seen_on = Some(session);
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
        command::written(&["transfer", self.registration.as_str(), self.to.as_str()])
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
        let to = facts.to.ok_or(Error::NotFound)?;
        let r = &facts.registration;
        let rules = courses.rules();
        let named = courses.confirmed(&r.value.registrant, &self.surname, ask);
        let (confirmed, tries) = named.map_err(|name| {
            name.after([
                may_transfer(&r.value, rules, ask.now),
                may_move_to(&r.value, &to, rules, ask.now),
                still_on(self.seen_on.as_ref(), &r.value),
            ])
        })?;
        still_on(self.seen_on.as_ref(), &r.value)?;
        Ok(transfer(r, &to, confirmed, rules, ask)?.expecting(tries))
    }
}

#[async_trait]
impl Command for CancelRegistration {
    fn id(&self) -> CommandId {
        self.command
    }

    fn form(&self) -> String {
        command::written(&["cancel", self.registration.as_str()])
    }

    async fn decide(&self, desk: &CustomerDesk, ask: &Ask<'_, Viewer>) -> Result<Decision, Error> {
        let courses = desk.courses()?;
        let found = courses.records.registration(&self.registration).await?;
        let r = found
            .filter(|r| courses.is_mine(&r.value.registrant))
            .ok_or(Error::NotFound)?;
        let rules = courses.rules();
        let named = courses.confirmed(&r.value.registrant, &self.surname, ask);
        let (confirmed, tries) = named.map_err(|name| {
            name.after([
                may_cancel(&r.value, rules, ask.now),
                still_on(self.seen_on.as_ref(), &r.value),
            ])
        })?;
        still_on(self.seen_on.as_ref(), &r.value)?;
        Ok(cancel(&r, confirmed, rules, ask)?.expecting(tries))
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
