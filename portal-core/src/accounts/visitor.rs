use std::net::IpAddr;

use super::Token;

/// Who is at the door, as far as anybody can tell.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Visitor {
    /// Where they come from: what a proxy that you trust says, never what the browser says.
    pub ip: Option<IpAddr>,
    /// What the browser calls itself.
    pub agent: Option<String>,
    /// What this browser was given when somebody last signed in from it.
    pub device: Option<Token>,
}

impl Visitor {
    /// Somebody, from this address.
    #[must_use]
    pub fn from(ip: IpAddr) -> Self {
        Self {
            ip: Some(ip),
            ..Self::default()
        }
    }

    /// With what the browser calls itself.
    #[must_use]
    pub fn with_agent(mut self, agent: &str) -> Self {
        self.agent = Some(
            agent
                .chars()
                .filter(|c| !c.is_control())
                .take(200)
                .collect(),
        );
        self
    }

    /// With the cookie of a browser that was signed in from before.
    #[must_use]
    pub fn with_device(mut self, device: Option<Token>) -> Self {
        self.device = device;
        self
    }
}
