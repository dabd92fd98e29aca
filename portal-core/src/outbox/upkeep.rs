//! What is forgotten in time.
use chrono::Duration;

use crate::{Error, Portal};

/// So many rows in one transaction: nobody else waits long for it.
const AT_ONCE: u16 = 500;

/// So many transactions in one call: a log that nobody ever swept is forgotten within days.
const TIMES: u16 = 200;

impl Portal {
    /// Forgets messages that were sent, or found not to be needed, longer ago than [`MailSettings::log_days`](crate::settings::MailSettings::log_days). Call it once a day;
    /// safe on several processes. Answers how many went; what is owed or given up stays until it is sent.
    ///
    /// # Errors
    /// When the store fails, or the host has wired no message log.
    pub async fn sweep_messages(&self) -> Result<u64, Error> {
        let wiring = self.wiring();
        let log = wiring.message_log.as_ref();
        let log = log.ok_or(Error::NotWired("messages"))?;
        let days = Duration::days(self.settings().mail.log_days.get().into());
        let before = wiring.clock.now() - days;
        let mut forgotten = 0_u64;
        for _ in 0..TIMES {
            let went = log.forget_messages(before, AT_ONCE).await?;
            forgotten = forgotten.saturating_add(went);
            if went < AT_ONCE.into() {
                break;
            }
        }
        Ok(forgotten)
    }
}
