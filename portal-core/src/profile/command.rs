use std::fmt;

use async_trait::async_trait;

use super::update::update;
use crate::{
    Ask, Command, CommandId, CustomerDesk, Decision, Error, Viewer, command::sealed::Sealed,
};

/// Update Profile: what was typed is written to the host's record at once. Nothing is stored before it is submitted.
///
/// Fields that are not posted stay as they are; an address is posted part by part (`billing.line1`, `billing.town`), and whole.
#[derive(Clone)]
#[non_exhaustive]
pub struct UpdateProfile {
    /// The form's own id.
    pub command: CommandId,
    /// What was typed, by the names of [`Field::inputs`](super::Field::inputs).
    pub typed: Vec<(String, String)>,
}

impl UpdateProfile {
    /// Asks for these values.
    pub fn new<N: Into<String>, T: Into<String>>(
        command: CommandId,
        typed: impl IntoIterator<Item = (N, T)>,
    ) -> Self {
        let typed = typed.into_iter();
        Self {
            command,
            typed: typed
                .map(|(name, text)| (name.into(), text.into()))
                .collect(),
        }
    }
}

impl Sealed for UpdateProfile {}

#[async_trait]
impl Command for UpdateProfile {
    fn id(&self) -> CommandId {
        self.command
    }

    fn form(&self) -> String {
        let pairs = self
            .typed
            .iter()
            .flat_map(|(name, text)| [&**name, &**text]);
        let parts: Vec<_> = std::iter::once("update-profile").chain(pairs).collect();
        crate::command::written(&parts)
    }

    async fn decide(&self, desk: &CustomerDesk, ask: &Ask<'_, Viewer>) -> Result<Decision, Error> {
        let profile = desk.profile()?;
        let facts = profile.values().await?;
        let home = desk.wiring().settings.country;
        Ok(update(profile.fields(), &facts, &self.typed, home, ask)?)
    }
}

/// What people say about themselves stays out of logs.
impl fmt::Debug for UpdateProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UpdateProfile({})", self.command)
    }
}
