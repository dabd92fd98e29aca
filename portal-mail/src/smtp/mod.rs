//! A mail server, spoken to step by step: what an answer means hangs on what was asked.
mod careful;
mod config;
mod pool;
mod reach;
mod trouble;
mod wording;

pub use config::SmtpConfig;

use std::{
    sync::atomic::{AtomicU8, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use lettre::{
    address::Envelope,
    transport::smtp::{
        client::AsyncSmtpConnection,
        commands::{Data, Mail as MailFrom, Rcpt},
        response::{Response, Severity},
    },
};
use portal_core::{
    adapter::AdapterError,
    mail::{Mail, Mailer},
};

use self::{
    pool::Pool,
    trouble::{Fault, Step},
};
use crate::mime;

/// Hands messages to a mail server.
///
/// ```no_run
/// # fn wired() -> Result<(), Box<dyn std::error::Error>> {
/// use portal_mail::{EmailAddress, Mailbox, Sender, Smtp, SmtpConfig};
///
/// let from = Mailbox::new(EmailAddress::parse("portal@acme.example")?).named("Acme Courses");
/// let sender = Sender::new(from).bounces_to(EmailAddress::parse("bounces@acme.example")?);
/// let post = Smtp::new(SmtpConfig::starttls("smtp.acme.example", sender).sign_in("portal", std::env::var("SMTP_PASSWORD")?.into()))?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Smtp {
    config: SmtpConfig,
    pool: Pool,
}

impl Smtp {
    /// A mail server as it is configured. Nobody is called yet.
    ///
    /// # Errors
    /// [`Misconfigured`](crate::AdapterErrorKind::Misconfigured), with what to do.
    pub fn new(config: SmtpConfig) -> Result<Self, AdapterError> {
        let pool = Pool::new(&config)?;
        Ok(Self { config, pool })
    }

    async fn hand_over(
        &self,
        envelope: &Envelope,
        wire: &[u8],
        at: &Progress,
    ) -> Result<(), AdapterError> {
        let _turn = self.pool.turn().await;
        if let Some(mut kept) = self.pool.kept() {
            match converse(&mut kept, envelope, wire, at).await {
                Ok(()) => {
                    self.pool.keep(kept);
                    return Ok(());
                }
                // It was hung up while nobody spoke: nothing has left yet.
                Err((Step::Sender, e)) if trouble::hung_up(&e) => {}
                Err((step, e)) => return Err(given_up(kept, step, e, envelope).await),
            }
        }
        at.reach(Step::Connect);
        let mut fresh = self.pool.connect(at).await?;
        match converse(&mut fresh, envelope, wire, at).await {
            Ok(()) => {
                self.pool.keep(fresh);
                Ok(())
            }
            Err((step, e)) => Err(given_up(fresh, step, e, envelope).await),
        }
    }
}

type SmtpError = lettre::transport::smtp::Error;

/// One message over one connection: where it broke off, if it did.
async fn converse(
    connection: &mut AsyncSmtpConnection,
    envelope: &Envelope,
    wire: &[u8],
    at: &Progress,
) -> Result<(), (Step, Fault)> {
    let in_step = |step| move |fault| (step, fault);
    at.reach(Step::Sender);
    let sender = MailFrom::new(envelope.from().cloned(), vec![]);
    let asked = done(connection.command(sender).await);
    asked.map_err(in_step(Step::Sender))?;
    at.reach(Step::Recipient);
    for to in envelope.to() {
        let asked = done(connection.command(Rcpt::new(to.clone(), vec![])).await);
        asked.map_err(in_step(Step::Recipient))?;
    }
    at.reach(Step::Data);
    let asked = exactly(354, connection.command(Data).await);
    asked.map_err(in_step(Step::Data))?;
    at.reach(Step::Content);
    let sent = done(connection.message(wire).await);
    sent.map_err(in_step(Step::Content))
}

/// An answer that says it was done, and not that more is waited for.
fn done(answer: Result<Response, SmtpError>) -> Result<(), Fault> {
    let code = answer?.code();
    if code.severity == Severity::PositiveCompletion {
        return Ok(());
    }
    Err(Fault::OutOfTurn(code.into()))
}

/// This very answer: what an earlier one may have been taken for is another.
fn exactly(wanted: u16, answer: Result<Response, SmtpError>) -> Result<(), Fault> {
    let code = u16::from(answer?.code());
    if code == wanted {
        return Ok(());
    }
    Err(Fault::OutOfTurn(code))
}

/// Says goodbye to a server that has refused, without waiting for long: its answer is the one it gave.
async fn given_up(
    mut connection: AsyncSmtpConnection,
    step: Step,
    fault: Fault,
    envelope: &Envelope,
) -> AdapterError {
    if matches!(&fault, Fault::Error(e) if e.status().is_some()) {
        let goodbye = connection.abort();
        drop(tokio::time::timeout(Duration::from_secs(1), goodbye).await);
    }
    let recipient: &str = envelope.to().first().map_or("", AsRef::as_ref);
    trouble::of(step, fault, recipient)
}

/// How far a message has come, for when the time is over.
#[derive(Debug)]
struct Progress(AtomicU8);

impl Progress {
    fn new() -> Self {
        Self(AtomicU8::new(Step::Connect as u8))
    }

    fn reach(&self, step: Step) {
        self.0.store(step as u8, Ordering::Relaxed);
    }

    fn step(&self) -> Step {
        let reached = self.0.load(Ordering::Relaxed);
        let all = Step::ALL.into_iter().rev();
        let mut so_far = all.filter(|step| reached >= *step as u8);
        so_far.next().unwrap_or(Step::Connect)
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), AdapterError> {
        let mut message = mime::message(mail, &self.config.sender, "smtp")?;
        if let Some(dkim) = &self.config.dkim {
            dkim.sign(&mut message);
        }
        let wire = message.formatted();
        let at = Progress::new();
        // The timeouts of the connection are for one answer each; a server may give many, slowly.
        let whole = self.hand_over(message.envelope(), &wire, &at);
        let ended = tokio::time::timeout(self.config.give_up_after, whole).await;
        ended.unwrap_or_else(|_| Err(trouble::took_too_long(at.step())))
    }

    fn takes_at_most(&self) -> Option<Duration> {
        Some(self.config.give_up_after)
    }
}
