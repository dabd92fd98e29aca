use std::{fmt, sync::Arc};

use http::Uri;
use portal_core::{
    Id,
    accounting::tokens::Connection,
    adapter::{AdapterError, AdapterErrorKind, Disposition},
};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use super::NAME;

/// Which organisation, by which consent, and how to speak to it.
///
/// ```
/// use portal_accounting::xero::XeroConfig;
///
/// let config = XeroConfig::new("a46fcb6f-2773-40c4-a119-8aa08bca1e8e", "our-books".into())
///     .checking_webhooks_with("the key of the webhook".into());
/// assert!(!format!("{config:?}").contains("the key"));
/// ```
#[derive(Clone)]
pub struct XeroConfig {
    pub(super) tenant: Arc<str>,
    pub(super) connection: Id<Connection>,
    pub(super) webhook_keys: Vec<SecretString>,
    pub(super) api: String,
    pub(super) hosts: Vec<String>,
}

impl XeroConfig {
    /// The organisation of this tenant id, with the tokens that are kept for this connection.
    #[must_use]
    pub fn new(tenant: impl Into<Arc<str>>, connection: Id<Connection>) -> Self {
        Self {
            tenant: tenant.into(),
            connection,
            webhook_keys: vec![],
            api: "https://api.xero.com".to_owned(),
            hosts: vec!["in.xero.com".to_owned()],
        }
    }

    /// A key Xero signs webhooks with. Name several while one replaces another.
    #[must_use]
    pub fn checking_webhooks_with(mut self, key: SecretString) -> Self {
        self.webhook_keys.push(key);
        self
    }

    /// Speaks to another address: a fake, a proxy.
    #[must_use]
    pub fn at(mut self, api: impl Into<String>) -> Self {
        self.api = api.into();
        self
    }

    /// Sends payers to this host too.
    #[must_use]
    pub fn paying_at(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// Every problem at once, before anything is sent.
    pub(super) fn checked(self) -> Result<Self, AdapterError> {
        let mut problems = vec![];
        if Uuid::try_parse(&self.tenant).is_err() {
            problems.push("the organisation is not a tenant id");
        }
        if !speaks_safely(&self.api) {
            problems.push("the address of the API is not https");
        }
        let mut keys = self.webhook_keys.iter();
        if keys.any(|key| key.expose_secret().is_empty()) {
            problems.push("a webhook key is empty");
        }
        if problems.is_empty() {
            return Ok(self);
        }
        Err(misconfigured("configure", problems.join("; ")))
    }

    /// Whether a payer may be sent there: https, a host that was named, and nobody's name in front of it.
    pub(super) fn may_send_payers_to(&self, url: &str) -> bool {
        let Ok(uri) = url.parse::<Uri>() else {
            return false;
        };
        let Some(authority) = uri.authority() else {
            return false;
        };
        let named = |host: &String| host.eq_ignore_ascii_case(authority.host());
        uri.scheme_str() == Some("https")
            && authority.port().is_none_or(|port| port.as_str() == "443")
            && !authority.as_str().contains('@')
            && self.hosts.iter().any(named)
    }
}

pub(super) fn misconfigured(operation: &'static str, why: impl Into<String>) -> AdapterError {
    let (kind, never) = (AdapterErrorKind::Misconfigured, Disposition::NeverSent);
    AdapterError::new(kind, never, NAME, operation, why)
}

/// https, or this very machine.
pub(super) fn speaks_safely(api: &str) -> bool {
    let Ok(uri) = api.parse::<Uri>() else {
        return false;
    };
    let here = matches!(uri.host(), Some("127.0.0.1" | "localhost" | "[::1]"));
    let scheme = uri.scheme_str();
    uri.query().is_none() && (scheme == Some("https") || (scheme == Some("http") && here))
}

impl fmt::Debug for XeroConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XeroConfig")
            .field("tenant", &self.tenant)
            .field("connection", &self.connection)
            .field("api", &self.api)
            .field("hosts", &self.hosts)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demo() -> XeroConfig {
        XeroConfig::new("a46fcb6f-2773-40c4-a119-8aa08bca1e8e", "books".into())
    }

    #[test]
    fn every_problem_is_said_at_once_and_nothing_in_the_clear() {
        assert!(demo().at("http://127.0.0.1:4010").checked().is_ok());
        let wrong = XeroConfig::new("Demo", "books".into())
            .at("http://api.xero.com")
            .checking_webhooks_with(String::new().into());
        let said = wrong.checked().unwrap_err().to_string();
        assert!(said.matches(';').count() == 2, "{said}");
    }

    #[test]
    fn payers_are_sent_over_https_to_named_hosts_alone() {
        let config = demo().paying_at("pay.example.com");
        assert!(config.may_send_payers_to("https://in.xero.com/abc"));
        assert!(config.may_send_payers_to("https://PAY.example.com/abc"));
        for bad in [
            "http://in.xero.com/abc",
            "https://in.xero.com@evil.example/abc",
            "https://in.xero.com:8443/abc",
            "https://xero.com.evil.example/abc",
            "javascript:alert(1)",
            "",
        ] {
            assert!(!config.may_send_payers_to(bad), "{bad}");
        }
    }
}
