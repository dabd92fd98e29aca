//! What the host's own people do: invite, activate, approve, close, help out whose phone is lost, and see why somebody does not get in.
mod access;
mod commands;
#[cfg(feature = "mail")]
mod messages;
mod requests;
mod role;
mod second_factor;

pub use access::{ChangeAccess, Closing};
pub use commands::{Invite, SendActivation, SendInstructions, StaffCommand};
#[cfg(feature = "mail")]
pub use messages::Message;
pub use requests::{ApproveRequest, DeclineRequest};
pub use role::{Staff, StaffAction, StaffRole};
pub use second_factor::ResetSecondFactor;

use async_trait::async_trait;
use uuid::Uuid;

use crate::{
    Account, Acting, Actor, Ask, CommandId, Contact, Decision, Done, Error, Id, Listing, Page,
    Portal, Refusal,
    accounts::{
        AccountKey, AccountRefusal, AccountRequest, Accounts, Attempt, Condition, RequestState,
        explain,
    },
    submit::Form,
};

/// Everything one member of staff can see and do.
#[derive(Debug, Clone)]
pub struct StaffDesk {
    portal: Portal,
    staff: Staff,
}

impl Portal {
    /// Everything this member of staff can see and do. It stays open while the portal is off: somebody has to mend it.
    #[must_use]
    pub fn staff(&self, staff: Staff) -> StaffDesk {
        StaffDesk {
            portal: self.clone(),
            staff,
        }
    }
}

impl StaffDesk {
    /// Asks for something, as [`CustomerDesk::submit`](crate::CustomerDesk::submit) does.
    ///
    /// # Errors
    /// `account.not-your-role` where theirs is not the role for it, and otherwise as for customers.
    pub async fn submit(&self, form: &(impl StaffCommand + ?Sized)) -> Result<Done, Error> {
        self.must(form.action())?;
        let form = InHand { desk: self, form };
        self.portal.wiring().take(&form).await
    }

    /// Where the portal is: what to hand on to customers. It is a setting of the host's, and no form changes it.
    #[must_use]
    pub fn portal_link(&self) -> Option<&str> {
        self.portal.settings().url.as_deref()
    }

    /// The sign-in log, newest first: everybody's, or one account's.
    ///
    /// # Errors
    /// `account.not-your-role`; [`Error::BadPage`].
    pub async fn sign_ins(
        &self,
        of: Option<Id<Account>>,
        page: &Page,
    ) -> Result<Listing<Attempt>, Error> {
        self.must(StaffAction::ReadSignIns)?;
        Ok(self.accounts()?.store.attempts(of, page).await?)
    }

    /// Every condition for using the portal, whether this person meets it, and what would fix it.
    ///
    /// # Errors
    /// `account.not-your-role`; [`Error::NotFound`] for somebody the host does not know.
    pub async fn explain_eligibility(&self, of: &Id<Contact>) -> Result<Vec<Condition>, Error> {
        self.must(StaffAction::ExplainEligibility)?;
        let person = self.accounts()?.people.person(of).await?;
        let person = person.ok_or(Error::NotFound)?;
        Ok(explain(&person.standing, self.portal.settings()))
    }

    /// The account of this person, if they have one.
    ///
    /// # Errors
    /// `account.not-your-role`.
    pub async fn account_of(&self, of: &Id<Contact>) -> Result<Option<Id<Account>>, Error> {
        self.must(StaffAction::ReadSignIns)?;
        let key = AccountKey::Contact(of.clone());
        let found = self.accounts()?.store.account(&key).await?;
        Ok(found.map(|access| access.value.account))
    }

    /// Those who asked for an account, in this state, the oldest first.
    ///
    /// # Errors
    /// `account.not-your-role`; [`Error::BadPage`].
    pub async fn requests(
        &self,
        state: RequestState,
        page: &Page,
    ) -> Result<Listing<AccountRequest>, Error> {
        self.must(StaffAction::AnswerRequests)?;
        Ok(self.accounts()?.store.requests(state, page).await?)
    }

    pub(crate) fn accounts(&self) -> Result<&Accounts, Error> {
        let accounts = self.portal.wiring().accounts.as_ref();
        accounts.ok_or(Error::NotWired("accounts"))
    }

    #[cfg(feature = "payments")]
    pub(crate) fn actor(&self) -> Actor {
        self.staff.actor()
    }

    pub(crate) fn portal(&self) -> &Portal {
        &self.portal
    }

    pub(crate) fn must(&self, action: StaffAction) -> Result<(), Error> {
        if self.staff.may(action) {
            return Ok(());
        }
        Err(Refusal::from(AccountRefusal::NotYourRole).into())
    }
}

/// A form of staff's in their hand.
struct InHand<'a, C: ?Sized> {
    desk: &'a StaffDesk,
    form: &'a C,
}

#[async_trait]
impl<C: StaffCommand + ?Sized> Form for InHand<'_, C> {
    fn id(&self) -> CommandId {
        self.form.id()
    }

    fn fingerprint(&self) -> Uuid {
        self.form.id().derive(&self.form.form())
    }

    fn by(&self) -> Actor {
        self.desk.staff.actor()
    }

    async fn decide(&self) -> Result<Decision, Error> {
        let now = self.desk.portal.wiring().clock.now();
        let ask = Ask::new(&self.desk.staff, now, self.form.id());
        self.form.decide(self.desk, &ask).await
    }
}
