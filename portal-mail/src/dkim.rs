use std::fmt;

use lettre::message::{
    Message,
    dkim::{
        DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm,
        DkimSigningKey, DkimSigningKeyError,
    },
    header::HeaderName,
};

/// Signs messages for a domain, so that receivers can tell them from forged ones. The public key stands in its DNS.
#[derive(Clone)]
pub struct Dkim(std::sync::Arc<DkimConfig>);

/// Not a key that messages can be signed with.
#[derive(Debug, thiserror::Error)]
#[error(
    "not a private key to sign mail with: write an RSA key as PKCS#1 in PEM (`BEGIN RSA PRIVATE KEY`)"
)]
#[non_exhaustive]
pub struct BadKey(#[source] DkimSigningKeyError);

/// All that a reader sees, and what their mail program acts on; a name that is absent cannot be added later either.
const SIGNED: [HeaderName; 15] = [
    HeaderName::new_from_ascii_str("From"),
    HeaderName::new_from_ascii_str("To"),
    HeaderName::new_from_ascii_str("Cc"),
    HeaderName::new_from_ascii_str("Reply-To"),
    HeaderName::new_from_ascii_str("Subject"),
    HeaderName::new_from_ascii_str("Date"),
    HeaderName::new_from_ascii_str("Message-ID"),
    HeaderName::new_from_ascii_str("MIME-Version"),
    HeaderName::new_from_ascii_str("Content-Type"),
    HeaderName::new_from_ascii_str("Content-Transfer-Encoding"),
    HeaderName::new_from_ascii_str("In-Reply-To"),
    HeaderName::new_from_ascii_str("References"),
    HeaderName::new_from_ascii_str("List-Unsubscribe"),
    HeaderName::new_from_ascii_str("List-Unsubscribe-Post"),
    HeaderName::new_from_ascii_str("Auto-Submitted"),
];

impl Dkim {
    /// Signs with an RSA key, as every receiver understands: `PKCS#1` in PEM.
    ///
    /// # Errors
    /// When it is no such key.
    pub fn rsa(selector: &str, domain: &str, pem: &str) -> Result<Self, BadKey> {
        let key = DkimSigningKey::new(pem, DkimSigningAlgorithm::Rsa).map_err(BadKey)?;
        // Simple canonicalisation comes out wrong here, and would not survive a relay that folds a header anyway.
        let relaxed = DkimCanonicalization {
            header: DkimCanonicalizationType::Relaxed,
            body: DkimCanonicalizationType::Relaxed,
        };
        let (selector, domain) = (selector.to_owned(), domain.to_owned());
        let config = DkimConfig::new(selector, domain, key, SIGNED.to_vec(), relaxed);
        Ok(Self(std::sync::Arc::new(config)))
    }

    pub(crate) fn sign(&self, message: &mut Message) {
        message.sign(&self.0);
    }
}

/// The key stays out of logs.
impl fmt::Debug for Dkim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dkim(..)")
    }
}
