//! What happened to an account, made so. Each statement that finds nothing to change says that somebody else was there first.
use portal_core::{
    Account, Id, RecordRef, StoreError,
    accounts::{Access, AccountChange, Digest, PasswordHash},
    details::{EmailAddress, Phone},
};
use rusqlite::{Connection, ToSql, params};

use super::{device, found, pass, request, session, stale};
use crate::{
    sqlite::statement::run,
    wire::{instant, word},
};

/// Makes this so.
pub(in crate::sqlite) fn apply(
    tx: &Connection,
    tenant: &str,
    change: &AccountChange,
) -> Result<(), StoreError> {
    let of = |account| Row {
        tx,
        tenant,
        account,
    };
    match change {
        AccountChange::Opened {
            account,
            contact,
            customer,
            email,
            phone,
        } => {
            let access = Access::new(account.clone(), contact.clone(), customer.clone());
            let access = access.with_email(email.clone()).with_phone(phone.clone());
            open(tx, tenant, &access)
        }
        AccountChange::PasswordSet {
            account,
            password,
            device,
        } => of(account).choose_password(password, device.as_ref()),
        AccountChange::TemporaryPasswordSet {
            account,
            password,
            until,
        } => of(account).set(
            "update portal_account set version = version + 1, temporary = ?3, temporary_until = ?4
             where tenant = ?1 and id = ?2",
            &[&password.expose(), &instant(*until)],
        ),
        AccountChange::TemporaryPasswordUsed { account } => of(account).set(
            "update portal_account set version = version + 1, temporary = null, temporary_until = null
             where tenant = ?1 and id = ?2",
            &[],
        ),
        AccountChange::LoginsChanged {
            account,
            email,
            phone,
        } => of(account).set(
            "update or ignore portal_account set version = version + 1, email = ?3, phone = ?4
             where tenant = ?1 and id = ?2",
            &[
                &email.as_ref().map(EmailAddress::as_str),
                &phone.as_ref().map(Phone::as_str),
            ],
        ),
        AccountChange::StateChanged { account, state } => of(account).set(
            "update portal_account set version = version + 1, state = ?3 where tenant = ?1 and id = ?2",
            &[&word(state)?],
        ),
        AccountChange::LanguageChosen { account, language } => of(account).set(
            "update portal_account set version = version + 1, language = ?3 where tenant = ?1 and id = ?2",
            &[&word(language)?],
        ),
        AccountChange::SecondFactorSet { account, sealed } => of(account).set(
            "update portal_account set version = version + 1, sealed = ?3, last_step = 0, confirmed = 0
             where tenant = ?1 and id = ?2",
            &[&sealed.as_str()],
        ),
        AccountChange::SecondFactorUsed { account, step } => of(account).set(
            "update portal_account set version = version + 1, last_step = max(last_step, ?3), confirmed = 1
             where tenant = ?1 and id = ?2 and sealed is not null",
            &[&step.cast_signed()],
        ),
        AccountChange::SecondFactorRemoved { account } => of(account).set(
            "update portal_account set version = version + 1, sealed = null, last_step = 0, confirmed = 0
             where tenant = ?1 and id = ?2",
            &[],
        ),
        AccountChange::PassIssued { pass } => pass::issue(tx, tenant, pass),
        AccountChange::PassUsed { pass, of } => pass::take(tx, tenant, pass, of),
        AccountChange::PassesRevoked { account } => {
            pass::revoke(tx, tenant, account)?;
            touch(tx, tenant, account)
        }
        AccountChange::SessionsEnded { account, but } => {
            session::end_all(tx, tenant, account, but.as_ref())?;
            touch(tx, tenant, account)
        }
        AccountChange::SessionEnded { account, session } => {
            session::end(tx, tenant, account, session)
        }
        AccountChange::DevicesForgotten { account } => {
            device::forget_all(tx, tenant, account)?;
            touch(tx, tenant, account)
        }
        AccountChange::Requested { request } => request::ask(tx, tenant, request),
        AccountChange::RequestSettled { request, state } => {
            request::settle(tx, tenant, request, *state)
        }
        _ => Err(StoreError::Unsupported("this change of an account")),
    }
}

/// The row of one account.
struct Row<'a> {
    tx: &'a Connection,
    tenant: &'a str,
    account: &'a Id<Account>,
}

impl Row<'_> {
    fn choose_password(
        &self,
        password: &PasswordHash,
        device: Option<&Digest>,
    ) -> Result<(), StoreError> {
        self.set(
            "update portal_account set version = version + 1, password = ?3, temporary = null, temporary_until = null,
                 state = case state when 'invited' then 'active' else state end
             where tenant = ?1 and id = ?2",
            &[&password.expose()],
        )?;
        let Self {
            tx,
            tenant,
            account,
        } = self;
        device.map_or(Ok(()), |new| device::remember(tx, tenant, account, new))
    }

    /// Runs an update of the account: the tenant is `?1`, the account `?2`.
    fn set(&self, sql: &str, values: &[&dyn ToSql]) -> Result<(), StoreError> {
        let id = self.account.as_str();
        let mut all: Vec<&dyn ToSql> = vec![&self.tenant, &id];
        all.extend_from_slice(values);
        let rows = run(self.tx, sql, &*all)?;
        found(rows, || RecordRef::Account(self.account.clone()))
    }
}

/// Makes it another version of the account.
pub(super) fn touch(
    tx: &Connection,
    tenant: &str,
    account: &Id<Account>,
) -> Result<(), StoreError> {
    let row = Row {
        tx,
        tenant,
        account,
    };
    let sql = "update portal_account set version = version + 1 where tenant = ?1 and id = ?2";
    row.set(sql, &[])
}

/// The unique keys say whether the contact, the address or the number is taken.
fn open(tx: &Connection, tenant: &str, access: &Access) -> Result<(), StoreError> {
    let rows = run(
        tx,
        "insert into portal_account (tenant, id, contact, customer, state, email, phone)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7) on conflict do nothing",
        params![
            tenant,
            access.account.as_str(),
            access.contact.as_str(),
            access.customer.as_str(),
            access.state.as_str(),
            access.email.as_ref().map(EmailAddress::as_str),
            access.phone.as_ref().map(Phone::as_str),
        ],
    )?;
    if rows == 0 {
        return Err(stale(RecordRef::Account(access.account.clone())));
    }
    Ok(())
}
