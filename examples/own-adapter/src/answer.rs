//! Whether it was done, was refused, or nobody knows: the one place where a status is read.
use std::time::Duration;

use portal_core::{
    adapter::{AdapterError, AdapterErrorKind as Kind, Disposition},
    http::{HeaderMap, Response, StatusCode},
    payment::{Decline, DeclineReason, RetryAdvice},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::NAME;

/// What Pennyroyal answered: what was asked for, or a "no" that is certain.
#[derive(Debug)]
pub(crate) enum Answer<T> {
    Done(T),
    Refused(Complaint),
}

/// A "no": nothing happened. Its sentence is left where it is, for it may name people and cards.
#[derive(Debug, Deserialize)]
pub(crate) struct Complaint {
    code: String,
    decline: Option<String>,
}

/// 409: the reference was taken before, and this is what it was taken for.
#[derive(Deserialize)]
struct Taken<T> {
    first: T,
}

/// Reads an answer. What cannot be understood may have happened.
pub(crate) fn read<T: DeserializeOwned>(
    operation: &'static str,
    response: &Response<impl AsRef<[u8]>>,
) -> Result<Answer<T>, AdapterError> {
    let (status, body) = (response.status(), response.body().as_ref());
    let error = |kind, disposition| {
        // The status alone: the body, and what serde says of it, may quote anything.
        let message = format!("answered {status}");
        AdapterError::new(kind, disposition, NAME, operation, message)
    };
    if status.is_success() {
        let done = serde_json::from_slice(body).map(Answer::Done);
        return done.map_err(|_| error(Kind::Unintelligible, Disposition::Unknown));
    }
    if status == StatusCode::CONFLICT {
        // Done before, and so done. Without the first answer it is under way, and may be done yet.
        let first = serde_json::from_slice(body).map(|Taken { first }| Answer::Done(first));
        return first.map_err(|_| error(Kind::InProgress, Disposition::Unknown));
    }
    if status.is_server_error() {
        return Err(error(Kind::Unavailable, Disposition::Unknown));
    }
    let no = serde_json::from_slice::<Complaint>(body);
    let retry_after = seconds(response.headers());
    match (status, no) {
        (StatusCode::TOO_MANY_REQUESTS, Ok(_)) => {
            let limited = Kind::RateLimited { retry_after };
            Err(error(limited, Disposition::Rejected))
        }
        // A proxy's page, or half an answer: nobody knows what stands behind it.
        (StatusCode::TOO_MANY_REQUESTS, Err(_)) => {
            let limited = Kind::RateLimited { retry_after };
            Err(error(limited, Disposition::Unknown))
        }
        (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, Ok(_)) => {
            Err(error(Kind::Unauthorized, Disposition::Rejected))
        }
        (
            StatusCode::BAD_REQUEST
            | StatusCode::PAYMENT_REQUIRED
            | StatusCode::NOT_FOUND
            | StatusCode::UNPROCESSABLE_ENTITY,
            Ok(no),
        ) => Ok(Answer::Refused(no)),
        _ => Err(error(Kind::Unintelligible, Disposition::Unknown)),
    }
}

/// There was no answer. Only the client knows whether anything was sent.
pub(crate) fn lost(operation: &'static str, lost: AdapterError) -> AdapterError {
    let (kind, disposition) = (lost.kind(), lost.disposition());
    AdapterError::new(kind, disposition, NAME, operation, "no answer").with_source(lost)
}

/// It was not even sent.
pub(crate) fn not_sent(operation: &'static str, why: &str) -> AdapterError {
    AdapterError::new(Kind::Rejected, Disposition::NeverSent, NAME, operation, why)
}

/// The answer contradicts the request, or itself: something may have happened.
pub(crate) fn contradicts(operation: &'static str, why: &str) -> AdapterError {
    let unknown = Disposition::Unknown;
    AdapterError::new(Kind::Unintelligible, unknown, NAME, operation, why)
}

fn seconds(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get("retry-after")?.to_str().ok()?;
    seconds.parse().ok().map(Duration::from_secs)
}

impl<T> Answer<T> {
    /// What was asked for; a "no" is an error.
    pub(crate) fn or_error(self, operation: &'static str) -> Result<T, AdapterError> {
        match self {
            Self::Done(done) => Ok(done),
            Self::Refused(no) => Err(no.into_error(operation)),
        }
    }
}

impl Complaint {
    pub(crate) fn is_missing(&self) -> bool {
        self.code == "not_found"
    }

    /// A bank's "no", or Pennyroyal's: an answer, not an error.
    pub(crate) fn decline(&self) -> Option<Decline> {
        self.decline.as_deref().map(decline)
    }

    pub(crate) fn into_error(self, operation: &'static str) -> AdapterError {
        let kind = if self.is_missing() {
            Kind::NotFound
        } else {
            Kind::Rejected
        };
        let rejected = Disposition::Rejected;
        AdapterError::new(kind, rejected, NAME, operation, plain(&self.code))
    }
}

/// What Pennyroyal's codes mean. One that is new is still a decline.
pub(crate) fn decline(code: &str) -> Decline {
    let (reason, advice) = match code {
        "insufficient_funds" => (DeclineReason::InsufficientFunds, RetryAdvice::Later),
        "card_expired" => (DeclineReason::ExpiredMethod, RetryAdvice::OtherMethod),
        "confirm_identity" => (
            DeclineReason::AuthenticationRequired,
            RetryAdvice::PayerPresent,
        ),
        _ => (DeclineReason::Other, RetryAdvice::OtherMethod),
    };
    Decline::new(reason, advice, plain(code))
}

/// A code is a word: anything longer does not get into a log.
fn plain(code: &str) -> &str {
    let word = |b: u8| b.is_ascii_lowercase() || b == b'_';
    if code.len() <= 40 && code.bytes().all(word) {
        code
    } else {
        "unknown"
    }
}

#[cfg(test)]
mod tests;
