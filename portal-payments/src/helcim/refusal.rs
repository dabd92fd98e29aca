//! What a "no" of Helcim means, and whether money may have moved all the same.
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    payment::{Decline, DeclineReason, RetryAdvice},
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    NAME,
    response::{Status, Transaction, transaction},
};

/// How a call that moves money ended, where it ended.
pub(super) enum Ended {
    Approved(Transaction),
    Declined(Decline, Option<u64>),
}

#[derive(Deserialize)]
struct Errors {
    errors: Value,
}

/// Reads the answer to a call that moves money. A decline comes as 200 with a transaction, or as 500 with a sentence.
pub(super) fn ended(
    operation: &'static str,
    response: &Response<Bytes>,
) -> Result<Ended, AdapterError> {
    if response.status().is_success() {
        let found = transaction(operation, response)?;
        return match found.status {
            Status::Approved => Ok(Ended::Approved(found)),
            Status::Declined if is_suspected_duplicate(&found.warning) => {
                Err(suspected_duplicate(operation))
            }
            Status::Declined => Ok(Ended::Declined(decline(&found.warning), Some(found.id))),
            Status::Other => Err(unintelligible(operation, "its status")),
        };
    }
    let said = sentences(response.body());
    if is_suspected_duplicate(&said) {
        return Err(suspected_duplicate(operation));
    }
    if let Some(why) = declined_because(&said) {
        return Ok(Ended::Declined(decline(why), None));
    }
    Err(refused(operation, response))
}

/// An answer that is no yes, as an error. Call it for those only.
pub(super) fn refused(operation: &'static str, response: &Response<Bytes>) -> AdapterError {
    use AdapterErrorKind as K;
    use Disposition::{Rejected, Unknown};
    let status = response.status();
    let (kind, disposition) = match status {
        StatusCode::TOO_MANY_REQUESTS => {
            let retry_after = Some(come_back(response));
            (K::RateLimited { retry_after }, Rejected)
        }
        // A proxy's page: nobody knows what stands behind it.
        _ if status.is_client_error() && !is_helcims(response) => (K::Unintelligible, Unknown),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => (K::Unauthorized, Rejected),
        StatusCode::NOT_FOUND => (K::NotFound, Rejected),
        // This call did nothing; the one that had the key before may have done much.
        StatusCode::CONFLICT => (K::KeyReused, Unknown),
        StatusCode::REQUEST_TIMEOUT => (K::Unavailable, Unknown),
        _ if status.is_client_error() => (K::Rejected, Rejected),
        _ if status.is_server_error() => (K::Unavailable, Unknown),
        _ => (K::Unintelligible, Unknown),
    };
    let error = AdapterError::new(
        kind,
        disposition,
        NAME,
        operation,
        format!("answered {}", status.as_u16()),
    );
    match sentences(response.body()) {
        said if said.is_empty() => error,
        said => error.with_source(said),
    }
}

/// Whether Helcim itself said so: in JSON, or without a word.
pub(super) fn is_helcims(response: &Response<Bytes>) -> bool {
    let body = response.body();
    body.is_empty() || serde_json::from_slice::<Value>(body).is_ok()
}

/// An answer that is no answer to what was asked.
pub(super) fn unintelligible(
    operation: &'static str,
    what: impl std::fmt::Display,
) -> AdapterError {
    AdapterError::new(
        AdapterErrorKind::Unintelligible,
        Disposition::Unknown,
        NAME,
        operation,
        format!("the answer was not understood: {what}"),
    )
}

/// Not even sent.
pub(super) fn not_sent(
    kind: AdapterErrorKind,
    operation: &'static str,
    why: &'static str,
) -> AdapterError {
    AdapterError::new(kind, Disposition::NeverSent, NAME, operation, why)
}

/// An error in what had to be read first: what was asked for never went out.
pub(super) fn before_sending(error: AdapterError) -> AdapterError {
    AdapterError::new(
        error.kind(),
        Disposition::NeverSent,
        NAME,
        "read first",
        "what has to be known before could not be read",
    )
    .with_source(error)
}

pub(super) fn decline(why: &str) -> Decline {
    use DeclineReason as R;
    use RetryAdvice::{Later, Never, OtherMethod, PayerPresent};
    let said = why.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let (reason, advice) = if is_suspected_duplicate(&said) {
        (R::Other, Later)
    } else if says(&["insufficient", "exceeds balance"]) {
        (R::InsufficientFunds, OtherMethod)
    } else if says(&["expired"]) {
        (R::ExpiredMethod, OtherMethod)
    } else if says(&["pick up", "lost", "stolen"]) {
        (R::LostOrStolen, Never)
    } else if says(&["cardholder authentication"]) {
        (R::AuthenticationRequired, PayerPresent)
    } else if says(&["cvv"]) {
        (R::IncorrectCode, OtherMethod)
    } else if says(&["invalid card", "no such", "account closed"]) {
        (R::InvalidMethod, OtherMethod)
    } else if says(&["limit"]) {
        (R::LimitExceeded, OtherMethod)
    } else if says(&["fraud"]) {
        (R::SuspectedFraud, Never)
    } else if says(&["do not honor", "do not honour", "refer to issuer"]) {
        (R::DoNotHonour, OtherMethod)
    } else if says(&["system error", "retry", "try again"]) {
        (R::Other, Later)
    } else {
        (R::Other, OtherMethod)
    };
    Decline::new(reason, advice, why.chars().take(80).collect::<String>())
}

/// Same card, holder and amount within five minutes of a success. It may be the very payment that is asked about, so it says nothing about it.
fn is_suspected_duplicate(said: &str) -> bool {
    said.to_ascii_lowercase().contains("suspected duplicate")
}

fn suspected_duplicate(operation: &'static str) -> AdapterError {
    AdapterError::new(
        AdapterErrorKind::Rejected,
        Disposition::Unknown,
        NAME,
        operation,
        "a duplicate of a payment of the last five minutes is suspected: look up what became of this one",
    )
}

fn declined_because(said: &str) -> Option<&str> {
    const WORDS: &str = "transaction declined";
    let at = said.to_ascii_lowercase().find(WORDS)?;
    let rest = said.get(at + WORDS.len()..)?;
    Some(rest.trim_start_matches([':', ' ', '-']))
}

/// `errors` is a sentence, a list of them, or a map of fields to them.
fn sentences(body: &[u8]) -> String {
    let mut found = Vec::new();
    if let Ok(said) = serde_json::from_slice::<Errors>(body) {
        gather(&said.errors, &mut found);
    }
    found.join("; ").chars().take(400).collect()
}

fn gather(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(said) if !said.is_empty() => into.push(said.clone()),
        Value::Array(several) => several.iter().for_each(|one| gather(one, into)),
        Value::Object(fields) => fields.values().for_each(|one| gather(one, into)),
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
}

/// Helcim counts down per minute and per hour, over the whole account.
fn come_back(response: &Response<Bytes>) -> Duration {
    let said = |name: &str| {
        response
            .headers()
            .get(name)?
            .to_str()
            .ok()?
            .parse::<u64>()
            .ok()
    };
    match (said("retry-after"), said("hour-limit-remaining")) {
        (Some(seconds), _) => Duration::from_secs(seconds),
        (None, Some(0)) => Duration::from_hours(1),
        (None, _) => Duration::from_mins(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, body: &'static str) -> Response<Bytes> {
        let response = Response::builder().status(status);
        response.body(Bytes::from_static(body.as_bytes())).unwrap()
    }

    #[test]
    fn an_error_is_a_sentence_a_list_or_a_map() {
        for (body, said) in [
            (r#"{"errors":"no such invoice"}"#, "no such invoice"),
            (r#"{"errors":["one","two"]}"#, "one; two"),
            (
                r#"{"errors":{"amount":"is missing","ip":["is odd"]}}"#,
                "is missing; is odd",
            ),
            (r#"{"errors":null}"#, ""),
            ("<html>", ""),
        ] {
            assert_eq!(sentences(body.as_bytes()), said, "{body}");
        }
    }

    #[test]
    fn each_status_says_whether_money_may_have_moved() {
        use AdapterErrorKind as K;
        let limited = K::RateLimited {
            retry_after: Some(Duration::from_mins(1)),
        };
        for (status, kind, disposition) in [
            (400, K::Rejected, Disposition::Rejected),
            (401, K::Unauthorized, Disposition::Rejected),
            (403, K::Unauthorized, Disposition::Rejected),
            (404, K::NotFound, Disposition::Rejected),
            (408, K::Unavailable, Disposition::Unknown),
            (409, K::KeyReused, Disposition::Unknown),
            (422, K::Rejected, Disposition::Rejected),
            (429, limited, Disposition::Rejected),
            (500, K::Unavailable, Disposition::Unknown),
            (503, K::Unavailable, Disposition::Unknown),
            (302, K::Unintelligible, Disposition::Unknown),
        ] {
            let no = refused("test", &answered(status, "{}"));
            assert_eq!(
                (no.kind(), no.disposition()),
                (kind, disposition),
                "{status}"
            );
        }
    }

    #[test]
    fn what_the_hour_allows_is_waited_for() {
        let mut limited = answered(429, "{}");
        limited
            .headers_mut()
            .insert("hour-limit-remaining", 0.into());
        assert_eq!(come_back(&limited), Duration::from_hours(1));
        limited.headers_mut().insert("retry-after", 7.into());
        assert_eq!(come_back(&limited), Duration::from_secs(7));
    }

    #[test]
    fn a_decline_comes_as_500_with_a_sentence() {
        for (body, reason, advice) in [
            (
                "CVV2 MISMATCH/FAILURE",
                DeclineReason::IncorrectCode,
                RetryAdvice::OtherMethod,
            ),
            (
                "EXPIRED CARD",
                DeclineReason::ExpiredMethod,
                RetryAdvice::OtherMethod,
            ),
            (
                "REQUEST EXCEEDS BALANCE",
                DeclineReason::InsufficientFunds,
                RetryAdvice::OtherMethod,
            ),
            (
                "PICK UP CARD",
                DeclineReason::LostOrStolen,
                RetryAdvice::Never,
            ),
            (
                "AMOUNT EXCEEDS SERVICE LIMIT",
                DeclineReason::LimitExceeded,
                RetryAdvice::OtherMethod,
            ),
            (
                "DO NOT HONOR",
                DeclineReason::DoNotHonour,
                RetryAdvice::OtherMethod,
            ),
            (
                "GENERAL SYSTEM ERROR",
                DeclineReason::Other,
                RetryAdvice::Later,
            ),
            (
                "DUPLICATE CHECK NUMBER",
                DeclineReason::Other,
                RetryAdvice::OtherMethod,
            ),
        ] {
            let body = format!(r#"{{"response":0,"errors":"Transaction Declined: {body}"}}"#);
            let response = Response::builder()
                .status(500)
                .body(Bytes::from(body.clone()));
            let Ok(Ended::Declined(decline, None)) = ended("charge", &response.unwrap()) else {
                panic!("{body}");
            };
            assert_eq!((decline.reason, decline.advice), (reason, advice), "{body}");
            assert!(!decline.code.contains("Declined"), "{}", decline.code);
        }
    }

    #[test]
    fn a_suspected_duplicate_is_never_a_decline() {
        let as_500 = r#"{"errors":"Transaction Declined: Suspected duplicate transaction in the last 5 minutes"}"#;
        let as_200 = r#"{"transactionId":7,"status":"DECLINED","type":"purchase","amount":1,"currency":"CAD",
            "warning":"Suspected duplicate transaction in the last 5 minutes"}"#;
        for (status, body) in [(500, as_500), (400, as_500), (200, as_200)] {
            let Err(no) = ended("charge", &answered(status, body)) else {
                panic!("{status}");
            };
            assert_eq!(no.disposition(), Disposition::Unknown);
            assert!(
                !no.is_temporary(),
                "sent again, it would be asked to charge again"
            );
        }
    }
}
