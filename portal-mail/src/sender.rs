use portal_core::mail::{EmailAddress, Mailbox};

/// Who the portal's messages come from, and where answers and bounces go.
#[derive(Debug, Clone)]
#[must_use]
pub struct Sender {
    pub(crate) from: Mailbox,
    pub(crate) bounces: EmailAddress,
    pub(crate) answers: Option<Mailbox>,
}

impl Sender {
    /// Everything comes from this mailbox, and bounces go there too.
    pub fn new(from: Mailbox) -> Self {
        let bounces = from.address().clone();
        Self {
            from,
            bounces,
            answers: None,
        }
    }

    /// What cannot be delivered comes back here, where nobody's answers get lost among it.
    pub fn bounces_to(mut self, address: EmailAddress) -> Self {
        self.bounces = address;
        self
    }

    /// Answers go here, unless a message says otherwise.
    pub fn answers_to(mut self, mailbox: Mailbox) -> Self {
        self.answers = Some(mailbox);
        self
    }

    /// Message-IDs are of this domain.
    #[must_use]
    pub fn domain(&self) -> &str {
        let address = self.from.address().as_str();
        address
            .rsplit_once('@')
            .map_or(address, |(_, domain)| domain)
    }
}
