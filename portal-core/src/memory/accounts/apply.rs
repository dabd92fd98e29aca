use super::{State, gone, taken};
use crate::{
    Account, Id, RecordRef, StoreError,
    accounts::{
        Access, AccountChange, AccountRequest, AccountState, Digest, LoginSession, PasswordHash,
        RequestState, SealedSecret, SecondFactor, TemporaryPassword,
    },
};

impl State {
    pub(in crate::memory) fn apply_account(
        &mut self,
        change: &AccountChange,
    ) -> Result<(), StoreError> {
        match change {
            AccountChange::Opened {
                account,
                contact,
                customer,
                email,
                phone,
            } => {
                let (account, contact) = (account.clone(), contact.clone());
                let access = Access::new(account, contact, customer.clone())
                    .with_email(email.clone())
                    .with_phone(phone.clone());
                self.open(access)
            }
            AccountChange::PasswordSet {
                account,
                password,
                device,
            } => self.edit(account, |access| {
                set_password(access, password);
                if let Some(device) = *device {
                    remember(access, device);
                }
            }),
            AccountChange::TemporaryPasswordSet {
                account,
                password,
                until,
            } => self.edit(account, |access| {
                access.temporary = Some(TemporaryPassword {
                    hash: password.clone(),
                    until: *until,
                });
            }),
            AccountChange::TemporaryPasswordUsed { account } => {
                self.edit(account, |access| access.temporary = None)
            }
            AccountChange::LoginsChanged {
                account,
                email,
                phone,
            } => {
                self.edit(account, |access| {
                    access.email.clone_from(email);
                    access.phone.clone_from(phone);
                })?;
                self.stays_unique(account)
            }
            AccountChange::StateChanged { account, state } => {
                self.edit(account, |access| access.state = *state)
            }
            AccountChange::LanguageChosen { account, language } => {
                self.edit(account, |access| access.language = Some(*language))
            }
            AccountChange::SecondFactorSet { account, sealed } => {
                self.edit(account, |access| set_second_factor(access, sealed))
            }
            AccountChange::SecondFactorUsed { account, step } => {
                let access = self.edited_account(account)?;
                let factor = access.second_factor.as_mut().ok_or_else(gone)?;
                factor.last_step = factor.last_step.max(*step);
                factor.confirmed = true;
                Ok(())
            }
            AccountChange::SecondFactorRemoved { account } => {
                self.edit(account, |access| access.second_factor = None)
            }
            AccountChange::PassIssued { pass } => self.issue(pass),
            AccountChange::PassUsed { pass, of } => self.use_pass(pass, of),
            AccountChange::PassesRevoked { account } => {
                self.edited_account(account)?;
                self.revoke_passes(account);
                Ok(())
            }
            AccountChange::SessionsEnded { account, but } => {
                self.edited_account(account)?;
                let goes_on = |id: &Id<LoginSession>| but.as_ref() == Some(id);
                let sessions = &mut self.ways_in.sessions;
                sessions.retain(|_, s| s.account != *account || goes_on(&s.id));
                Ok(())
            }
            AccountChange::SessionEnded { account, session } => {
                let sessions = &mut self.ways_in.sessions;
                sessions.retain(|_, s| s.account != *account || s.id != *session);
                Ok(())
            }
            AccountChange::DevicesForgotten { account } => {
                self.edit(account, |access| access.devices.clear())
            }
            AccountChange::Requested { request } => self.ask(request),
            AccountChange::RequestSettled { request, state } => self.settle(request, *state),
        }
    }

    fn open(&mut self, access: Access) -> Result<(), StoreError> {
        let account = access.account.clone();
        let accounts = &mut self.ways_in.accounts;
        if accounts.contains_key(&account) {
            return Err(taken(RecordRef::Account(account)));
        }
        accounts.insert(account.clone(), access);
        self.edited(RecordRef::Account(account.clone()));
        self.stays_unique(&account)
    }

    /// No two accounts have the same contact, address or number. What was done until here is undone by whoever asked for it.
    fn stays_unique(&self, account: &Id<Account>) -> Result<(), StoreError> {
        let accounts = &self.ways_in.accounts;
        let one = accounts.get(account).ok_or_else(gone)?;
        let clashes = |other: &Access| {
            other.contact == one.contact
                || (one.email.is_some() && other.email == one.email)
                || (one.phone.is_some() && other.phone == one.phone)
        };
        let mut others = accounts.values().filter(|a| a.account != *account);
        if others.any(clashes) {
            return Err(taken(RecordRef::Account(account.clone())));
        }
        Ok(())
    }

    fn edit(
        &mut self,
        account: &Id<Account>,
        edit: impl FnOnce(&mut Access),
    ) -> Result<(), StoreError> {
        edit(self.edited_account(account)?);
        Ok(())
    }

    pub(super) fn edited_account(
        &mut self,
        account: &Id<Account>,
    ) -> Result<&mut Access, StoreError> {
        self.edited(RecordRef::Account(account.clone()));
        self.ways_in.accounts.get_mut(account).ok_or_else(gone)
    }

    fn ask(&mut self, request: &AccountRequest) -> Result<(), StoreError> {
        let record = RecordRef::AccountRequest(request.id.clone());
        let requests = &mut self.ways_in.requests;
        if requests.contains_key(&request.id) {
            return Err(taken(record));
        }
        requests.insert(request.id.clone(), request.clone());
        self.edited(record);
        Ok(())
    }

    fn settle(&mut self, id: &Id<AccountRequest>, state: RequestState) -> Result<(), StoreError> {
        self.edited(RecordRef::AccountRequest(id.clone()));
        let request = self.ways_in.requests.get_mut(id).ok_or_else(gone)?;
        request.state = state;
        request.password = None;
        Ok(())
    }
}

fn set_password(access: &mut Access, password: &PasswordHash) {
    access.password = Some(password.clone());
    access.temporary = None;
    if access.state == AccountState::Invited {
        access.state = AccountState::Active;
    }
}

fn set_second_factor(access: &mut Access, sealed: &SealedSecret) {
    access.second_factor = Some(SecondFactor {
        sealed: sealed.clone(),
        last_step: 0,
        confirmed: false,
    });
}

/// The browser is the newest now; the oldest beyond the most there may be is forgotten.
pub(super) fn remember(access: &mut Access, device: Digest) {
    access.devices.retain(|known| *known != device);
    access.devices.insert(0, device);
    access.devices.truncate(Access::MOST_DEVICES);
}
