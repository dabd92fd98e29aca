use std::fmt;

use http::Uri;
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{Merchant, MethodKind, PaymentLimits},
};
use secrecy::{ExposeSecret as _, SecretString};

use super::{NAME, request::type_of};
use crate::address::speaks_safely;

/// Which account at Stripe, and how to speak to it.
///
/// ```
/// use portal_core::payment::Merchant;
/// use portal_payments::stripe::StripeConfig;
///
/// let config = StripeConfig::new("sk_test_…".into(), Merchant::test("acct_1"))
///     .checking_webhooks_with("whsec_new".into())
///     .checking_webhooks_with("whsec_old".into()) // until Stripe signs with the new one alone
///     .redirecting_to("pay.example.com");
/// assert!(!format!("{config:?}").contains("sk_test"));
/// ```
#[derive(Clone)]
pub struct StripeConfig {
    pub(super) secret_key: SecretString,
    pub(super) webhook_secrets: Vec<SecretString>,
    pub(super) merchant: Merchant,
    pub(super) connected: Option<String>,
    pub(super) api: String,
    pub(super) hosts: Vec<String>,
    pub(super) limits: PaymentLimits,
    pub(super) keeps: Vec<MethodKind>,
}

impl StripeConfig {
    /// An account, and its secret (or restricted) key. It pays in any currency on `checkout.stripe.com`, and keeps cards and bank accounts.
    #[must_use]
    pub fn new(secret_key: SecretString, merchant: Merchant) -> Self {
        Self {
            secret_key,
            webhook_secrets: vec![],
            merchant,
            connected: None,
            api: "https://api.stripe.com".to_owned(),
            hosts: vec!["checkout.stripe.com".to_owned()],
            limits: PaymentLimits::none(),
            keeps: vec![MethodKind::Card, MethodKind::UsBank, MethodKind::CaBank],
        }
    }

    /// A secret Stripe signs webhooks with (`whsec_…`). Name several while one replaces another.
    #[must_use]
    pub fn checking_webhooks_with(mut self, secret: SecretString) -> Self {
        self.webhook_secrets.push(secret);
        self
    }

    /// Acts for this connected account (`acct_…`), and takes only its webhooks.
    #[must_use]
    pub fn acting_for(mut self, account: impl Into<String>) -> Self {
        self.connected = Some(account.into());
        self
    }

    /// Speaks to another address: a fake, a proxy.
    #[must_use]
    pub fn at(mut self, api: impl Into<String>) -> Self {
        self.api = api.into();
        self
    }

    /// Sends payers to this host too: a domain of the merchant's own in front of Checkout.
    #[must_use]
    pub fn redirecting_to(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// Takes no more than this.
    #[must_use]
    pub fn within(mut self, limits: PaymentLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Keeps these for later, and nothing else.
    #[must_use]
    pub fn keeping(mut self, kinds: Vec<MethodKind>) -> Self {
        self.keeps = kinds;
        self
    }

    /// Of what is kept, what Stripe has a word for.
    pub(super) fn kept(&self) -> Vec<MethodKind> {
        let kept = self.keeps.iter().copied();
        kept.filter(|kind| type_of(*kind).is_some()).collect()
    }

    /// Every problem at once, before anything is sent.
    pub(super) fn checked(self) -> Result<Self, AdapterError> {
        let mut problems = vec![];
        let key = self.secret_key.expose_secret();
        let mode = if self.merchant.live {
            "_live_"
        } else {
            "_test_"
        };
        if !["sk", "rk"]
            .iter()
            .any(|kind| key.starts_with(&format!("{kind}{mode}")))
        {
            problems.push("the secret key is not one for this mode");
        }
        if !key.bytes().all(|b| b.is_ascii_graphic()) {
            problems.push("the secret key has characters no key has");
        }
        if !speaks_safely(&self.api) {
            problems.push("the address of the API is not https");
        }
        if self.connected.as_deref().is_some_and(|name| !is_name(name)) {
            problems.push("the connected account is not an account");
        }
        let secrets = self.webhook_secrets.iter();
        if secrets
            .into_iter()
            .any(|secret| secret.expose_secret().is_empty())
        {
            problems.push("a webhook secret is empty");
        }
        if problems.is_empty() {
            return Ok(self);
        }
        let (kind, never) = (AdapterErrorKind::Misconfigured, Disposition::NeverSent);
        Err(AdapterError::new(
            kind,
            never,
            NAME,
            "configure",
            problems.join("; "),
        ))
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

/// A name that Stripe gives: nothing in it can leave its place in an address.
pub(super) fn is_name(name: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    (1..=255).contains(&name.len()) && name.bytes().all(letter)
}

impl fmt::Debug for StripeConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StripeConfig")
            .field("merchant", &self.merchant)
            .field("connected", &self.connected)
            .field("api", &self.api)
            .field("hosts", &self.hosts)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test_account() -> StripeConfig {
        StripeConfig::new("sk_test_1".into(), Merchant::test("acct_1"))
    }

    #[test]
    fn a_key_of_the_other_mode_is_refused_before_anything_is_sent() {
        assert!(test_account().checked().is_ok());
        let live = StripeConfig::new("sk_test_1".into(), Merchant::live("acct_1"));
        let error = live.checked().unwrap_err();
        assert_eq!(error.kind(), AdapterErrorKind::Misconfigured);
        assert!(!format!("{error} {error:?}").contains("sk_test_1"));
    }

    #[test]
    fn the_key_travels_in_the_clear_to_nobody_but_this_machine() {
        assert!(test_account().at("http://127.0.0.1:8420").checked().is_ok());
        assert!(
            test_account()
                .at("http://api.stripe.com")
                .checked()
                .is_err()
        );
        assert!(
            test_account()
                .at("http://127.0.0.1.example.com")
                .checked()
                .is_err()
        );
    }

    /// 000-51
    #[test]
    fn payers_are_sent_over_https_to_named_hosts_alone() {
        let config = test_account().redirecting_to("pay.example.com");
        for good in [
            "https://checkout.stripe.com/c/pay/cs_test_1#fidkd",
            "https://PAY.example.com/c/pay/cs_test_1",
        ] {
            assert!(config.may_send_payers_to(good), "{good}");
        }
        for bad in [
            "http://checkout.stripe.com/c/pay/cs_test_1",
            "https://checkout.stripe.com@evil.example/",
            "https://evil.example/checkout.stripe.com",
            "https://checkout.stripe.com.evil.example/",
            "https://checkout.stripe.com:8443/",
            "//checkout.stripe.com/",
            "javascript:alert(1)",
            "https://evil.example\\@checkout.stripe.com/",
            "",
        ] {
            assert!(!config.may_send_payers_to(bad), "{bad}");
        }
    }
}
