//! What an answer of a mail server means. Only what it says about the recipient or the content is about the message; the rest is about us, or about the day.
use std::{error::Error as _, io};

use portal_core::adapter::{AdapterError, AdapterErrorKind as Kind, Disposition};

use super::{SmtpError, wording};

/// What was asked last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Connect,
    SignIn,
    Sender,
    Recipient,
    Data,
    Content,
}

impl Step {
    pub(super) const ALL: [Self; 6] = [
        Self::Connect,
        Self::SignIn,
        Self::Sender,
        Self::Recipient,
        Self::Data,
        Self::Content,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::SignIn => "sign in",
            Self::Sender => "sender",
            Self::Recipient => "recipient",
            Self::Data => "data",
            Self::Content => "content",
        }
    }
}

/// Why a step did not end well.
#[derive(Debug)]
pub(super) enum Fault {
    Error(SmtpError),
    /// An answer that does not go with what was asked: it may have been given before, to something else.
    OutOfTurn(u16),
}

impl From<SmtpError> for Fault {
    fn from(error: SmtpError) -> Self {
        Self::Error(error)
    }
}

/// The error for an answer, or for none, while a message goes to this recipient.
pub(super) fn of(step: Step, fault: Fault, recipient: &str) -> AdapterError {
    let error = match fault {
        Fault::Error(error) => error,
        Fault::OutOfTurn(code) => return out_of_turn(step, code),
    };
    let detail = enhanced(&error);
    let (kind, disposition) = match error.status().map(u16::from) {
        Some(code) => {
            let text = wording::of(&error.to_string(), recipient);
            answered(step, code, detail.as_deref(), &text)
        }
        None => unanswered(step, &error),
    };
    // What the server says may hold an address: the numbers say as much.
    let message = match error.status() {
        Some(code) => match detail {
            Some(detail) => format!("the server answered {code} {detail}"),
            None => format!("the server answered {code}"),
        },
        None => match kind {
            Kind::Misconfigured if error.is_client() => {
                "the server does not offer what is asked of it: look at encryption and sign-in"
                    .to_owned()
            }
            Kind::Misconfigured => "the server's certificate is not accepted".to_owned(),
            _ if is_unreadable(&error) => unreadable(step).to_owned(),
            _ if step == Step::Connect && error.is_timeout() => UNREACHED.to_owned(),
            _ => "the connection broke off".to_owned(),
        },
    };
    AdapterError::new(kind, disposition, "smtp", step.name(), message).with_source(error)
}

fn answered(step: Step, code: u16, detail: Option<&str>, text: &str) -> (Kind, Disposition) {
    use Disposition::{NeverSent, Rejected};
    match (step, code) {
        // 421: it is closing, whatever was asked. Up to the sender no recipient was named.
        (_, 421) | (Step::Connect | Step::SignIn | Step::Sender, 400..=499) => {
            (Kind::Unavailable, NeverSent)
        }
        (Step::SignIn, _) | (_, 530 | 534 | 535 | 538) => (Kind::Unauthorized, NeverSent),
        // It has no service for us today.
        (Step::Connect, _) => (Kind::Unavailable, NeverSent),
        // It is full, or takes nothing at the moment: RFC 3463. Its other numbers of this kind stand for trouble with one recipient too.
        (_, 400..=499) if matches!(detail, Some("4.3.1" | "4.3.2")) => {
            (Kind::Unavailable, NeverSent)
        }
        (_, 400..=499) => (Kind::Unavailable, Rejected),
        // We have sent too many.
        _ if detail == Some("5.4.5") => (Kind::RateLimited { retry_after: None }, Rejected),
        // What it says about the sender, or that it does not know a command, it would say of every message.
        (Step::Sender, _) | (_, 500 | 502..=504) => (Kind::Misconfigured, NeverSent),
        (Step::Recipient, _) if wording::is_about_relaying(text) => {
            (Kind::Misconfigured, NeverSent)
        }
        // Many servers say only now what they think of us.
        _ if wording::is_about_us(detail, text) => (Kind::Misconfigured, NeverSent),
        (Step::Recipient | Step::Data | Step::Content, _) => (Kind::Rejected, Rejected),
    }
}

fn unanswered(step: Step, error: &SmtpError) -> (Kind, Disposition) {
    use Disposition::{NeverSent, Rejected, Unknown};
    match step {
        Step::Content => (Kind::Unavailable, Unknown),
        _ if error.is_client() || error.is_tls() => (Kind::Misconfigured, NeverSent),
        // It hung up, took too long or was not understood when it heard for whom the message is: it may do so each time.
        Step::Recipient | Step::Data => (Kind::Unavailable, Rejected),
        Step::Connect if is_about_a_certificate(error) => (Kind::Misconfigured, NeverSent),
        Step::Connect | Step::SignIn | Step::Sender => (Kind::Unavailable, NeverSent),
    }
}

fn out_of_turn(step: Step, code: u16) -> AdapterError {
    let disposition = match step {
        Step::Content => Disposition::Unknown,
        Step::Recipient | Step::Data => Disposition::Rejected,
        Step::Connect | Step::SignIn | Step::Sender => Disposition::NeverSent,
    };
    let message = format!("the server answered {code}, which is no answer to that");
    AdapterError::new(
        Kind::Unintelligible,
        disposition,
        "smtp",
        step.name(),
        message,
    )
}

/// What goes wrong while encryption is agreed on comes as broken data from below.
fn is_about_a_certificate(error: &SmtpError) -> bool {
    broken_data(error).is_some_and(|said| !said.contains(NOT_TEXT))
}

/// Something was said, and it is no text.
fn is_unreadable(error: &SmtpError) -> bool {
    broken_data(error).is_some_and(|said| said.contains(NOT_TEXT))
}

fn unreadable(step: Step) -> &'static str {
    match step {
        Step::Connect => {
            "the server's greeting cannot be read, it is not UTF-8: is it a mail server that listens there, and encrypted as configured?"
        }
        Step::SignIn | Step::Sender | Step::Recipient | Step::Data | Step::Content => {
            "the server's answer cannot be read, it is not UTF-8"
        }
    }
}

/// How the error is told from one of encryption: both are broken data, and neither has a type of its own.
const NOT_TEXT: &str = "valid UTF-8";

/// What is said of data from below that is broken.
fn broken_data(error: &SmtpError) -> Option<String> {
    let mut source = error.source();
    while let Some(below) = source {
        let io = below.downcast_ref::<io::Error>();
        if let Some(io) = io.filter(|io| io.kind() == io::ErrorKind::InvalidData) {
            return Some(io.to_string());
        }
        source = below.source();
    }
    None
}

/// A connection that nobody spoke on was closed from the other side.
pub(super) fn hung_up(fault: &Fault) -> bool {
    match fault {
        Fault::Error(error) => match error.status() {
            Some(code) => u16::from(code) == 421,
            None => !error.is_client(),
        },
        Fault::OutOfTurn(_) => false,
    }
}

const UNREACHED: &str = "the server cannot be reached";

/// Nobody answered the call.
pub(super) fn unreached(error: io::Error) -> AdapterError {
    AdapterError::new(
        Kind::Unavailable,
        Disposition::NeverSent,
        "smtp",
        Step::Connect.name(),
        UNREACHED,
    )
    .with_source(error)
}

/// Time was over, in this step.
pub(super) fn took_too_long(step: Step) -> AdapterError {
    let disposition = match step {
        Step::Content => Disposition::Unknown,
        // The server may take as long each time it hears for whom the message is.
        Step::Recipient | Step::Data => Disposition::Rejected,
        Step::Connect | Step::SignIn | Step::Sender => Disposition::NeverSent,
    };
    AdapterError::new(
        Kind::Unavailable,
        disposition,
        "smtp",
        step.name(),
        "it took too long",
    )
}

/// The three numbers of RFC 3463, such as `5.1.1`, if they are there.
fn enhanced(error: &SmtpError) -> Option<String> {
    let text = error.source()?.to_string();
    let first = text.split_whitespace().next()?;
    let numbers: Vec<_> = first.split('.').collect();
    let number =
        |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    (numbers.len() == 3 && numbers.iter().all(number)).then(|| first.to_owned())
}
