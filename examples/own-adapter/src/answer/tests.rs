use portal_core::http::Bytes;

use super::*;

fn answered(status: u16, body: &'static str) -> Result<Answer<u8>, AdapterError> {
    let response = Response::builder().status(status);
    let response = response.header("retry-after", "7");
    read(
        "begin",
        &response.body(Bytes::from_static(body.as_bytes())).unwrap(),
    )
}

#[test]
fn what_was_done_is_done_the_first_time_and_every_time() {
    for (status, body) in [
        (200, "1"),
        (201, "1"),
        (409, r#"{"code":"reference_taken","first":1}"#),
    ] {
        assert!(
            matches!(answered(status, body), Ok(Answer::Done(1))),
            "{status}"
        );
    }
}

#[test]
fn a_no_is_certain_where_it_is_pennyroyals_own() {
    for status in [400, 402, 404, 422] {
        let answer = answered(status, r#"{"code":"amount_too_large"}"#);
        assert!(matches!(answer, Ok(Answer::Refused(_))), "{status}");
    }
    let no = answered(401, r#"{"code":"no_such_key"}"#).unwrap_err();
    assert_eq!(no.kind(), Kind::Unauthorized);
    assert_eq!(no.disposition(), Disposition::Rejected);
}

#[test]
fn whatever_else_is_answered_nobody_knows() {
    for (status, body) in [
        (200, "<html>"),
        (200, ""),
        (302, ""),
        (400, "<html>"),
        (404, "<html>"),
        (409, r#"{"code":"in_progress"}"#),
        (418, r#"{"code":"teapot"}"#),
        (429, "<html>"),
        (500, r#"{"code":"out_of_order"}"#),
        (503, "<html>"),
    ] {
        let no = answered(status, body).unwrap_err();
        assert_eq!(no.disposition(), Disposition::Unknown, "{status} {body}");
    }
}

#[test]
fn who_asks_too_often_is_told_when_to_come_back() {
    let no = answered(429, "").unwrap_err();
    let retry_after = Some(Duration::from_secs(7));
    assert_eq!(no.kind(), Kind::RateLimited { retry_after });
}

#[test]
fn a_decline_says_why_and_a_code_that_is_new_is_one_too() {
    let body = r#"{"code":"declined","decline":"card_expired"}"#;
    let Ok(Answer::Refused(no)) = answered(402, body) else {
        panic!("it is a no");
    };
    let said = no.decline().unwrap();
    assert_eq!(said.reason, DeclineReason::ExpiredMethod);
    assert_eq!(decline("moon_is_full").reason, DeclineReason::Other);
    assert_eq!(decline("Ana Cruz, 4242").code, "unknown");
}
