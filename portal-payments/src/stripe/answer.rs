use std::time::Duration;

use http::{HeaderMap, StatusCode};
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    http::Response,
    payment::{Decline, DeclineReason, RetryAdvice},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    NAME,
    response::{Expandable, Named},
};

/// What Stripe answered: what was asked for, or a "no" that is certain.
pub(super) enum Answer<T> {
    Done(T),
    Refused(Refused),
}

/// A "no": nothing happened.
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) error: Complaint,
    request: String,
}

/// The part of Stripe's error that may be repeated: codes, never its sentence, which names people and cards.
#[derive(Deserialize, Default)]
pub(super) struct Complaint {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) code: Option<String>,
    decline_code: Option<String>,
    advice_code: Option<String>,
    pub(super) param: Option<String>,
    pub(super) payment_intent: Option<Expandable<Named>>,
}

#[derive(Deserialize)]
struct Envelope {
    error: Complaint,
}

/// Reads an answer. What cannot be understood may have happened.
pub(super) fn read<T: DeserializeOwned>(
    operation: &'static str,
    response: &Response<impl AsRef<[u8]>>,
) -> Result<Answer<T>, AdapterError> {
    let (status, body) = (response.status(), response.body().as_ref());
    let request = tag(response.headers());
    if status.is_success() {
        return match serde_json::from_slice(body) {
            Ok(done) => Ok(Answer::Done(done)),
            // Serde's own text may quote the answer.
            Err(_) => Err(unintelligible(
                operation,
                format!("{status}, not understood{request}"),
            )),
        };
    }
    let error = |kind, disposition, what: &str| {
        let message = format!("{status}{what}{request}");
        AdapterError::new(kind, disposition, NAME, operation, message)
    };
    let unknown = Disposition::Unknown;
    if status.is_server_error() {
        return Err(error(AdapterErrorKind::Unavailable, unknown, ""));
    }
    let Ok(Envelope { error: complaint }) = serde_json::from_slice(body) else {
        // A proxy's page, or half an answer: nobody knows what stands behind it.
        let kind = match status {
            StatusCode::TOO_MANY_REQUESTS => limited(response.headers()),
            _ => AdapterErrorKind::Unintelligible,
        };
        return Err(error(kind, unknown, ", not Stripe's"));
    };
    let said = complaint.said();
    let rate_limited = complaint.code.as_deref() == Some("rate_limit");
    match status {
        StatusCode::TOO_MANY_REQUESTS => Err(error(
            limited(response.headers()),
            Disposition::Rejected,
            &said,
        )),
        StatusCode::BAD_REQUEST if rate_limited => Err(error(
            limited(response.headers()),
            Disposition::Rejected,
            &said,
        )),
        // This call did nothing, but another with its key did: its attempt has to be looked up, not tried anew.
        StatusCode::BAD_REQUEST if complaint.kind.as_deref() == Some("idempotency_error") => {
            Err(error(AdapterErrorKind::KeyReused, unknown, &said))
        }
        StatusCode::CONFLICT => Err(error(AdapterErrorKind::InProgress, unknown, &said)),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(error(
            AdapterErrorKind::Unauthorized,
            Disposition::Rejected,
            &said,
        )),
        StatusCode::BAD_REQUEST | StatusCode::PAYMENT_REQUIRED | StatusCode::NOT_FOUND => {
            Ok(Answer::Refused(Refused {
                status,
                error: complaint,
                request,
            }))
        }
        _ => Err(error(AdapterErrorKind::Unintelligible, unknown, &said)),
    }
}

/// The answer contradicts itself or the request: something may have happened.
pub(super) fn unintelligible(operation: &'static str, why: impl Into<String>) -> AdapterError {
    let kind = AdapterErrorKind::Unintelligible;
    AdapterError::new(kind, Disposition::Unknown, NAME, operation, why)
}

/// It was not even sent.
pub(super) fn not_sent(operation: &'static str, why: impl Into<String>) -> AdapterError {
    let kind = AdapterErrorKind::Rejected;
    AdapterError::new(kind, Disposition::NeverSent, NAME, operation, why)
}

impl<T> Answer<T> {
    /// What was asked for; a "no" is an error.
    pub(super) fn or_error(self, operation: &'static str) -> Result<T, AdapterError> {
        match self {
            Self::Done(done) => Ok(done),
            Self::Refused(refused) => Err(refused.into_error(operation)),
        }
    }
}

impl Refused {
    pub(super) fn into_error(self, operation: &'static str) -> AdapterError {
        let kind = if self.is_missing() {
            AdapterErrorKind::NotFound
        } else {
            AdapterErrorKind::Rejected
        };
        let message = format!("{}{}{}", self.status, self.error.said(), self.request);
        AdapterError::new(kind, Disposition::Rejected, NAME, operation, message)
    }

    /// There is no such thing, or it is not theirs.
    pub(super) fn is_missing(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
            || self.error.code.as_deref() == Some("resource_missing")
    }
}

impl Complaint {
    /// Why a bank said no.
    pub(super) fn decline(&self) -> Decline {
        let code = plain(self.decline_code.as_deref())
            .or_else(|| plain(self.code.as_deref()))
            .unwrap_or("unknown");
        let (reason, usual) = meaning(code);
        let advice = match self.advice_code.as_deref() {
            Some("do_not_try_again") => RetryAdvice::Never,
            Some("try_again_later") => RetryAdvice::Later,
            Some("confirm_card_data") => RetryAdvice::OtherMethod,
            Some(_) | None => usual,
        };
        Decline::new(reason, advice, code)
    }

    /// The payer has to show who they are.
    pub(super) fn wants_the_payer(&self) -> bool {
        let codes = [self.code.as_deref(), self.decline_code.as_deref()];
        codes
            .into_iter()
            .flatten()
            .any(|code| WANTS_THE_PAYER.contains(&code))
    }

    fn said(&self) -> String {
        [&self.kind, &self.code]
            .into_iter()
            .filter_map(|word| plain(word.as_deref()))
            .fold(String::new(), |said, word| said + " " + word)
    }
}

/// The bank says the first itself. The others are Stripe's, where a charge said that it answers no question of a bank's: `error_on_requires_action`.
const WANTS_THE_PAYER: [&str; 4] = [
    "authentication_required",
    "payment_intent_action_required",
    "requires_action_not_handled",
    "authentication_not_handled",
];

fn meaning(code: &str) -> (DeclineReason, RetryAdvice) {
    use {DeclineReason as Why, RetryAdvice as Then};
    match code {
        "insufficient_funds" => (Why::InsufficientFunds, Then::Later),
        "expired_card" => (Why::ExpiredMethod, Then::OtherMethod),
        "incorrect_number"
        | "invalid_number"
        | "invalid_account"
        | "no_account"
        | "account_closed"
        | "debit_not_authorized"
        | "new_account_information_available" => (Why::InvalidMethod, Then::OtherMethod),
        "incorrect_cvc" | "invalid_cvc" | "incorrect_pin" | "incorrect_zip" => {
            (Why::IncorrectCode, Then::OtherMethod)
        }
        "authentication_required"
        | "authentication_not_handled"
        | "payment_intent_authentication_failure"
        | "requires_action_not_handled" => (Why::AuthenticationRequired, Then::PayerPresent),
        "do_not_honor" | "generic_decline" | "card_declined" | "call_issuer" => {
            (Why::DoNotHonour, Then::OtherMethod)
        }
        "lost_card" | "stolen_card" | "pickup_card" => (Why::LostOrStolen, Then::Never),
        "card_velocity_exceeded" | "withdrawal_count_limit_exceeded" | "pin_try_exceeded" => {
            (Why::LimitExceeded, Then::Later)
        }
        "fraudulent" | "merchant_blacklist" | "highest_risk_level" => {
            (Why::SuspectedFraud, Then::Never)
        }
        "revocation_of_authorization"
        | "revocation_of_all_authorizations"
        | "stop_payment_order"
        | "mandate_invalid" => (Why::MandateRevoked, Then::Never),
        "processing_error" | "try_again_later" | "issuer_not_available" | "reenter_transaction" => {
            (Why::Other, Then::Later)
        }
        _ => (Why::Other, Then::OtherMethod),
    }
}

/// A code, as Stripe writes codes; anything else is not repeated.
fn plain(word: Option<&str>) -> Option<&str> {
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    word.filter(|word| (1..=64).contains(&word.len()) && word.bytes().all(letter))
}

/// What Stripe's support asks for.
fn tag(headers: &HeaderMap) -> String {
    let id = headers.get("request-id").and_then(|id| id.to_str().ok());
    id.filter(|id| id.starts_with("req_") && super::config::is_name(id))
        .map(|id| format!(" ({id})"))
        .unwrap_or_default()
}

fn limited(headers: &HeaderMap) -> AdapterErrorKind {
    let seconds = headers
        .get("retry-after")
        .and_then(|after| after.to_str().ok()?.parse().ok());
    AdapterErrorKind::RateLimited {
        retry_after: seconds.map(Duration::from_secs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Result<Answer<Named>, AdapterError> {
        let response = http::Response::builder()
            .status(status)
            .header("request-id", "req_1")
            .header("retry-after", "7");
        read("charge", &response.body(body.as_bytes().to_vec()).unwrap())
    }

    fn error(status: u16, body: &str) -> AdapterError {
        match answer(status, body).and_then(|answer| answer.or_error("charge")) {
            Ok(_) => panic!("{status} is no error"),
            Err(error) => error,
        }
    }

    const COMPLAINT: &str = r#"{"error":{"type":"invalid_request_error","code":"some_code",
        "message":"No such customer: jenny@example.com, key sk_test_1, card 4242424242424242"}}"#;

    #[test]
    fn every_status_says_whether_anything_can_have_happened() {
        use {AdapterErrorKind as Kind, Disposition as D};
        let html = "<html>Bad gateway</html>";
        let key = r#"{"error":{"type":"idempotency_error"}}"#;
        let rate = r#"{"error":{"type":"invalid_request_error","code":"rate_limit"}}"#;
        let seven = Kind::RateLimited {
            retry_after: Some(Duration::from_secs(7)),
        };
        for (status, body, kind, disposition) in [
            (400, COMPLAINT, Kind::Rejected, D::Rejected),
            (402, COMPLAINT, Kind::Rejected, D::Rejected),
            (404, COMPLAINT, Kind::NotFound, D::Rejected),
            (401, COMPLAINT, Kind::Unauthorized, D::Rejected),
            (403, COMPLAINT, Kind::Unauthorized, D::Rejected),
            (429, COMPLAINT, seven, D::Rejected),
            (400, rate, seven, D::Rejected),
            (400, key, Kind::KeyReused, D::Unknown),
            (409, COMPLAINT, Kind::InProgress, D::Unknown),
            (500, COMPLAINT, Kind::Unavailable, D::Unknown),
            (503, html, Kind::Unavailable, D::Unknown),
            (302, "", Kind::Unintelligible, D::Unknown),
            (400, html, Kind::Unintelligible, D::Unknown),
            (404, html, Kind::Unintelligible, D::Unknown),
            (
                402,
                r#"{"error":{"type":"card_er"#,
                Kind::Unintelligible,
                D::Unknown,
            ),
            (429, html, seven, D::Unknown),
            (200, html, Kind::Unintelligible, D::Unknown),
            (200, r#"{"id":"pi_1"#, Kind::Unintelligible, D::Unknown),
            (200, "{}", Kind::Unintelligible, D::Unknown),
        ] {
            let error = error(status, body);
            assert_eq!(error.kind(), kind, "{status} {body}");
            assert_eq!(error.disposition(), disposition, "{status} {body}");
        }
    }

    #[test]
    fn the_text_of_an_error_repeats_codes_and_nothing_else() {
        let error = error(404, COMPLAINT);
        assert_eq!(
            error.to_string(),
            "stripe charge: 404 Not Found invalid_request_error some_code (req_1)"
        );
        let all = format!("{error:?}");
        assert!(!all.contains("jenny") && !all.contains("sk_test") && !all.contains("4242"));
    }

    #[test]
    fn advice_of_the_network_comes_before_the_usual() {
        let decline = |json: &str| serde_json::from_str::<Complaint>(json).unwrap().decline();
        let usual = decline(r#"{"code":"card_declined","decline_code":"insufficient_funds"}"#);
        assert_eq!(usual.reason, DeclineReason::InsufficientFunds);
        assert_eq!(usual.advice, RetryAdvice::Later);
        let never =
            decline(r#"{"decline_code":"insufficient_funds","advice_code":"do_not_try_again"}"#);
        assert_eq!(never.advice, RetryAdvice::Never);
        let odd = decline(r#"{"code":"Card of Jenny <b>"}"#);
        assert_eq!(odd.code, "unknown");
    }
}
