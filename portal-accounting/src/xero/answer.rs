//! Answers of Xero: what the status and the headers say about what happened.
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header::WWW_AUTHENTICATE};
use portal_core::{
    accounting::{ConnectionTrouble, LedgerError},
    adapter::{AdapterError, AdapterErrorKind, Disposition},
};
use serde::Deserialize;

use super::NAME;

/// What came back, once it is clear that it is Xero's.
pub(super) enum Answer {
    /// A yes, or a 200 whose elements still say no.
    Done(Bytes),
    /// There is no such thing there.
    Missing,
    /// It was understood and refused, for these reasons.
    Refused(Vec<String>),
}

/// `{"ErrorNumber":10,"Type":"ValidationException",…,"Elements":[{"ValidationErrors":[…]}]}`
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Exception {
    #[serde(rename = "Type")]
    kind: Option<String>,
    message: Option<String>,
    #[serde(default)]
    elements: Vec<Element>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Element {
    #[serde(default)]
    validation_errors: Vec<Complaint>,
}

/// One thing that is wrong, in Xero's words.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Complaint {
    #[serde(alias = "Description")]
    message: Option<String>,
}

/// More than this no limit of Xero's takes to pass.
const LONGEST: Duration = Duration::from_hours(24);

/// Whether this answer says that the token was not taken, and another may be.
pub(super) fn wants_another_token(response: &Response<Bytes>) -> bool {
    response.status() == StatusCode::UNAUTHORIZED && !misses_scope(response.headers())
}

pub(super) fn read(
    operation: &'static str,
    response: &Response<Bytes>,
) -> Result<Answer, LedgerError> {
    let (status, headers) = (response.status(), response.headers());
    let unknown = Disposition::Unknown;
    let error = |kind, disposition, said: &str| {
        let message = format!("{status}{said}{}", tag(headers));
        Err(AdapterError::new(kind, disposition, NAME, operation, message).into())
    };
    match status {
        _ if status.is_success() => Ok(Answer::Done(response.body().clone())),
        StatusCode::BAD_REQUEST => refused(operation, response),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            let trouble = if misses_scope(headers) {
                ConnectionTrouble::ScopeMissing
            } else {
                ConnectionTrouble::Revoked
            };
            Err(trouble.into())
        }
        // A proxy that has lost its way says so with the same number.
        StatusCode::NOT_FOUND if is_xeros(response.body()) => Ok(Answer::Missing),
        StatusCode::TOO_MANY_REQUESTS => {
            let (kind, which) = limited(headers);
            error(kind, Disposition::Rejected, which)
        }
        StatusCode::SERVICE_UNAVAILABLE if says(response.body(), "rate limit") => {
            let (kind, which) = limited(headers);
            error(kind, Disposition::Rejected, which)
        }
        _ if status.is_server_error() => error(AdapterErrorKind::Unavailable, unknown, ""),
        _ => error(AdapterErrorKind::Unintelligible, unknown, ", not Xero's"),
    }
}

/// The answer contradicts itself or the request: something may have happened.
pub(super) fn unintelligible(operation: &'static str, why: impl Into<String>) -> LedgerError {
    let (kind, unknown) = (AdapterErrorKind::Unintelligible, Disposition::Unknown);
    AdapterError::new(kind, unknown, NAME, operation, why).into()
}

/// It was not even sent.
pub(super) fn not_sent(operation: &'static str, why: impl Into<String>) -> LedgerError {
    let (kind, never) = (AdapterErrorKind::Rejected, Disposition::NeverSent);
    AdapterError::new(kind, never, NAME, operation, why).into()
}

/// What serde says quotes what was sent, which may be anybody's name: it goes no further than its place.
pub(super) fn unread(operation: &'static str, error: &serde_json::Error) -> LedgerError {
    let (line, column) = (error.line(), error.column());
    unintelligible(operation, format!("at {line}:{column}"))
}

pub(super) fn messages(complaints: Vec<Complaint>) -> Vec<String> {
    complaints.into_iter().filter_map(|c| c.message).collect()
}

fn refused(operation: &'static str, response: &Response<Bytes>) -> Result<Answer, LedgerError> {
    let exception: Exception =
        serde_json::from_slice(response.body()).map_err(|error| unread(operation, &error))?;
    let message = exception.message.unwrap_or_default();
    let tag = tag(response.headers());
    if message.contains("used with a different request") {
        let (kind, unknown) = (AdapterErrorKind::KeyReused, Disposition::Unknown);
        return Err(AdapterError::new(kind, unknown, NAME, operation, tag).into());
    }
    let elements = exception.elements.into_iter();
    let mut said: Vec<String> = elements
        .flat_map(|element| messages(element.validation_errors))
        .collect();
    if exception.kind.as_deref() != Some("ValidationException") {
        // We said it wrongly: no remedy of theirs helps.
        let (kind, rejected) = (AdapterErrorKind::Rejected, Disposition::Rejected);
        let kind_said = plain(exception.kind.as_deref()).unwrap_or("400");
        let why = format!("{kind_said}{tag}");
        return Err(AdapterError::new(kind, rejected, NAME, operation, why).into());
    }
    if said.is_empty() {
        said.push(message);
    }
    Ok(Answer::Refused(said))
}

/// The spelling of the first is Xero's.
fn misses_scope(headers: &HeaderMap) -> bool {
    let said = headers.get_all(WWW_AUTHENTICATE).iter();
    said.filter_map(|said| said.to_str().ok())
        .any(|said| said.contains("insufficent_scope") || said.contains("insufficient_scope"))
}

fn is_xeros(body: &Bytes) -> bool {
    body.is_empty()
        || body.starts_with(b"{")
        || says(body, "cannot be found")
        || says(body, "not found")
}

fn says(body: &Bytes, what: &str) -> bool {
    String::from_utf8_lossy(body)
        .to_ascii_lowercase()
        .contains(what)
}

fn limited(headers: &HeaderMap) -> (AdapterErrorKind, &'static str) {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &http::HeaderValue| value.to_str().ok())
    };
    let problem = text("x-rate-limit-problem")
        .unwrap_or_default()
        .to_ascii_lowercase();
    // Spelled in more than one way: `minute`, `Minute limit`, `DayLimit`.
    let (which, usual) = if problem.contains("day") {
        (": no more today", Duration::from_hours(1))
    } else if problem.contains("concurrent") {
        (": too many at once", Duration::from_secs(2))
    } else if problem.contains("app") {
        (": too many of all organisations", Duration::from_mins(1))
    } else {
        (": too many this minute", Duration::from_mins(1))
    };
    let said = text("retry-after").and_then(|after| after.trim().parse().ok());
    let wait = said.map_or(usual, Duration::from_secs).min(LONGEST);
    let retry_after = Some(wait);
    (AdapterErrorKind::RateLimited { retry_after }, which)
}

/// What Xero's support asks for.
fn tag(headers: &HeaderMap) -> String {
    let id = headers
        .get("xero-correlation-id")
        .and_then(|id| id.to_str().ok());
    let id = id.and_then(|id| uuid::Uuid::try_parse(id).ok());
    id.map(|id| format!(" ({id})")).unwrap_or_default()
}

/// A word of Xero's, as Xero writes such words; anything else is not repeated.
fn plain(word: Option<&str>) -> Option<&str> {
    word.filter(|word| {
        (1..=64).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests;
