//! What is forgotten in time, without anybody pressing a button.
use chrono::Duration;

use super::Sweep;
use crate::{Error, Portal};

/// How long an allowance is kept that nobody touches, and a request that nobody answers or that was answered.
const STALE: Duration = Duration::days(90);

impl Portal {
    /// Forgets sessions and links that have ended, and what the sign-in log need not keep. Call it once a day; safe on several processes. Answers how many rows went.
    ///
    /// # Errors
    /// When the store fails, or the host signs its users in itself.
    pub async fn sweep_accounts(&self) -> Result<u64, Error> {
        let wiring = self.wiring();
        let accounts = wiring
            .accounts
            .as_ref()
            .ok_or(Error::NotWired("accounts"))?;
        let now = wiring.clock.now();
        let settings = &self.settings().accounts;
        let longest = Duration::hours(settings.sessions.longest_hours.get().into());
        let log = Duration::days(settings.log_days.get().into());
        let sweep = Sweep::new(now - longest, now - log, now - STALE);
        Ok(accounts.store.sweep(&sweep).await?)
    }
}
