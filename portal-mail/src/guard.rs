use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    mail::{EmailAddress, HeaderText, Mail, Mailbox, Mailer},
};

/// Stands before a transport, so that a test installation writes to nobody it should not.
///
/// ```
/// # use std::sync::Arc;
/// use portal_mail::{Capture, EmailAddress, Guard};
///
/// let post = Guard::before(Arc::new(Capture::default()))
///     .allow_domain("acme.example")?
///     .redirect_all_to(EmailAddress::parse("testers@acme.example")?)
///     .mark_subjects("[staging]");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Guard {
    post: Arc<dyn Mailer>,
    allowed: Option<Vec<Allowed>>,
    redirect: Option<EmailAddress>,
    mark: Option<String>,
}

/// Who may be written to.
#[derive(Debug, Clone)]
enum Allowed {
    Address(EmailAddress),
    /// Everybody there; of its subdomains, nobody.
    Domain(String),
}

/// Not a domain that mail can be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a domain of e-mail addresses: write what stands after the @, such as acme.example")]
#[non_exhaustive]
pub struct BadDomain;

impl Guard {
    /// Lets everything through until told otherwise.
    pub fn before(post: Arc<dyn Mailer>) -> Self {
        Self {
            post,
            allowed: None,
            redirect: None,
            mark: None,
        }
    }

    /// This address may be written to, and nobody who is not allowed as well.
    pub fn allow(mut self, address: EmailAddress) -> Self {
        let allowed = self.allowed.get_or_insert_default();
        allowed.push(Allowed::Address(address));
        self
    }

    /// Everybody in this domain may be written to, and nobody who is not allowed as well. It is read
    /// as in addresses: `bücher.example` is `xn--bcher-kva.example`.
    ///
    /// # Errors
    /// Anything that no address is in, such as `@acme.example` or a host without a dot: nobody would be written to.
    pub fn allow_domain(mut self, domain: &str) -> Result<Self, BadDomain> {
        let anybody = EmailAddress::parse(&format!("anybody@{}", domain.trim()));
        let anybody = anybody.map_err(|_| BadDomain)?;
        let domain = domain_of(&anybody).to_owned();
        let allowed = self.allowed.get_or_insert_default();
        allowed.push(Allowed::Domain(domain));
        Ok(self)
    }

    /// What goes to nobody who is allowed by name goes here instead; the name it is addressed to says whose it was. No answer goes to anybody
    /// but the sender, and nobody's subscription is ended by it.
    pub fn redirect_all_to(mut self, address: EmailAddress) -> Self {
        self.redirect = Some(address);
        self
    }

    /// Every subject begins with this.
    pub fn mark_subjects(mut self, mark: &str) -> Self {
        self.mark = Some(mark.to_owned());
        self
    }

    fn allows(&self, to: &EmailAddress) -> bool {
        let Some(allowed) = &self.allowed else {
            return self.redirect.is_none();
        };
        allowed.iter().any(|allowed| match allowed {
            Allowed::Address(address) => address == to,
            Allowed::Domain(name) => domain_of(to) == name,
        })
    }
}

fn domain_of(address: &EmailAddress) -> &str {
    let address = address.as_str();
    let parts = address.rsplit_once('@');
    parts.map_or(address, |(_, domain)| domain)
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Mailer for Guard {
    async fn send(&self, mail: &Mail) -> Result<(), AdapterError> {
        let mut mail = mail.clone();
        if !self.allows(mail.to.address()) {
            let Some(redirect) = &self.redirect else {
                return Err(AdapterError::new(
                    AdapterErrorKind::Rejected,
                    Disposition::NeverSent,
                    "guard",
                    "send",
                    "this installation may not write to that address: it is not on the list of those allowed",
                ));
            };
            let meant = format!("for {}", mail.to.address().as_str());
            mail.to = Mailbox::new(redirect.clone()).named(&meant);
            // Whoever tries it out would write to real people, and end what they asked for.
            (mail.reply_to, mail.unsubscribe) = (None, None);
        }
        if let Some(mark) = &self.mark {
            mail.subject = HeaderText::of(&format!("{mark} {}", mail.subject.as_str()));
        }
        self.post.send(&mail).await
    }

    fn takes_at_most(&self) -> Option<Duration> {
        self.post.takes_at_most()
    }
}
