//! What mail about accounts carries. It is worked out when the message is written, and kept nowhere.
use secrecy::SecretString;

use super::{Pass, issue, temporary};
use crate::{CommandId, Error, Id, Portal};

impl Portal {
    /// The link that a message about this [`RecordRef::Pass`](crate::RecordRef::Pass) carries: for whoever writes the mail, and nobody else.
    ///
    /// # Errors
    /// When the host signs its users in itself.
    pub fn link(&self, pass: &Id<Pass>) -> Result<SecretString, Error> {
        let token = self.link_token(pass)?;
        let base = self.settings().url.as_deref().unwrap_or_default();
        let token = secrecy::ExposeSecret::expose_secret(&token);
        Ok(format!("{base}/link/{token}").into())
    }

    /// The secret in that link, as [`FollowLink`](super::FollowLink) takes it.
    ///
    /// # Errors
    /// When the host signs its users in itself.
    pub fn link_token(&self, pass: &Id<Pass>) -> Result<SecretString, Error> {
        let accounts = self.wiring().accounts.as_ref();
        let accounts = accounts.ok_or(Error::NotWired("accounts"))?;
        Ok(issue::secret_of(pass, &accounts.key).expose().into())
    }

    /// The temporary password that a message carries which is sent because of this command.
    ///
    /// # Errors
    /// When the host signs its users in itself.
    pub fn temporary_password(&self, because: CommandId) -> Result<SecretString, Error> {
        let accounts = self.wiring().accounts.as_ref();
        let accounts = accounts.ok_or(Error::NotWired("accounts"))?;
        Ok(temporary::of(because, &accounts.key))
    }
}
