//! What lets somebody past the second step, whose password was right.
use chrono::{DateTime, Utc};

use super::{AccountChange, PortalKey, SecondFactor};
use crate::{Account, Id};

impl SecondFactor {
    /// What becomes of it when this is typed: the code of an app, or one of the recovery codes that are left. `None` for anything else.
    pub(super) fn shown(
        &self,
        typed: &str,
        key: &PortalKey,
        account: &Id<Account>,
        now: DateTime<Utc>,
    ) -> Option<Vec<AccountChange>> {
        let used = |step| AccountChange::SecondFactorUsed {
            account: account.clone(),
            step,
        };
        let (sealed, last) = (&self.sealed, self.last_step);
        if let Some(step) = sealed.accepts(key, account, typed, now, last) {
            return Some(vec![used(step)]);
        }
        let set = AccountChange::SecondFactorSet {
            account: account.clone(),
            sealed: sealed.without_code(typed, key, account)?,
        };
        // Setting it begins anew, so what was taken until now is said again.
        Some(vec![set, used(last)])
    }
}
