use std::{fmt, sync::Arc};

use portal_core::{
    adapter::AdapterError,
    effect::MailKind,
    mail::{EmailAddress, Mail, Mailbox, Mailer},
};
use uuid::Uuid;

use super::{Candidate, Certificate, Ended, Fate, Skip, Taken, Trouble};
use crate::promises::{self, yes};

/// A candidate and its transport: what a case is given.
pub struct Trial {
    candidate: Box<dyn Candidate>,
    mailer: Arc<dyn Mailer>,
}

/// Whom messages go to, where it does not matter.
pub(super) const ANA: &str = "ana@acme.example";

/// What no error may repeat.
pub(super) const SUBJECT: &str = "Your invoice SO-4711";
pub(super) const TEXT: &str = "Sign in at https://acme.example/portal/link/a-secret-of-forty-three";

impl Trial {
    /// Puts a candidate on trial.
    #[must_use]
    pub fn new(candidate: impl Candidate) -> Self {
        let mailer = candidate.mailer();
        Self {
            candidate: Box::new(candidate),
            mailer,
        }
    }

    pub(super) fn candidate(&self) -> &dyn Candidate {
        &*self.candidate
    }

    pub(super) fn mailer(&self) -> &dyn Mailer {
        &*self.mailer
    }

    pub(super) fn shared(&self) -> Arc<dyn Mailer> {
        Arc::clone(&self.mailer)
    }

    /// The `n`-th message, to this address.
    pub(super) fn mail(n: u128, to: &str) -> Mail {
        let id = Uuid::from_u128(0x4711_0000 + n);
        let to = Mailbox::new(address(to)).named("Ana Cruz");
        Mail::new(id, MailKind::InvoiceCopy, to, SUBJECT, TEXT)
    }

    /// Sends it, and answers as what it arrived.
    pub(super) async fn arrives(&self, mail: &Mail) -> Taken {
        self.arrives_by(&*self.mailer, mail).await
    }

    /// The same, by this transport.
    pub(super) async fn arrives_by(&self, mailer: &dyn Mailer, mail: &Mail) -> Taken {
        if let Err(e) = mailer.send(mail).await {
            panic!("it is not sent: {e}");
        }
        let mut taken = self.candidate.taken().await;
        assert_eq!(taken.len(), 1, "sent once, it arrives once: {taken:?}");
        taken.remove(0)
    }

    /// What is answered to a message that ends like this.
    pub(super) async fn refused(&self, fate: Fate) -> Result<AdapterError, Skip> {
        let reader = self.candidate.reader(fate);
        let reader = reader.ok_or_else(|| Skip::NotPlayed(fate.what()))?;
        let mailer = match fate {
            Fate::Silent => self.candidate.hasty(),
            _ => self.shared(),
        };
        let answer = self.in_time(&*mailer, &Self::mail(1, &reader)).await;
        Ok(answer.expect_err("it did not go well, and says that it did"))
    }

    /// What is answered to a message that this transport cannot send.
    pub(super) async fn stopped(&self, trouble: Trouble) -> Result<AdapterError, Skip> {
        let mailer = self.candidate.broken(trouble);
        let mailer = mailer.ok_or_else(|| Skip::NotPlayed(trouble.what()))?;
        let answer = self.in_time(&*mailer, &Self::mail(1, ANA)).await;
        Ok(answer.expect_err("it cannot have sent it, and says that it has"))
    }

    /// Whatever the other end does, whoever sends hears of it.
    async fn in_time(&self, mailer: &dyn Mailer, mail: &Mail) -> Result<(), AdapterError> {
        let answer = tokio::time::timeout(self.candidate.patience(), mailer.send(mail));
        answer.await.expect("it still waits, and says nothing")
    }
}

impl fmt::Debug for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Trial").field(&self.candidate).finish()
    }
}

pub(super) fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

/// Runs one case on a new candidate, on a runtime of its own.
pub fn run<C: Candidate>(
    candidate: impl AsyncFnOnce() -> C,
    case: impl for<'a> AsyncFnOnce(&'a Trial) -> Ended,
) -> Ended {
    promises::run(async || Trial::new(candidate().await), case)
}

/// Tries every promise, each on a new candidate. What breaks one is printed as a test would print it.
pub fn certify<C: Candidate>(candidate: impl AsyncFn() -> C) -> Certificate {
    let mut said = None;
    let ask = async |trial: &Trial| -> Ended {
        let candidate = trial.candidate();
        let refuses = Fate::ALL.iter().any(|f| candidate.reader(*f).is_some());
        let breaks = Trouble::ALL.iter().any(|t| candidate.broken(*t).is_some());
        let can = vec![
            ("is refused messages", yes(refuses)),
            ("can be out of order", yes(breaks)),
        ];
        said = Some((candidate.name(), can));
        Ok(())
    };
    let _ = run(&candidate, ask);
    let (adapter, can) = said.expect("a candidate has a name");
    Certificate {
        adapter,
        can,
        promises: crate::__mailer_promises! { __mailer_outcomes { &candidate } },
    }
}
