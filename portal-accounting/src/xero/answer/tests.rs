use super::*;

fn answered(status: u16, headers: &[(&str, &str)], body: &str) -> Result<Answer, LedgerError> {
    let mut response = Response::builder().status(status).header(
        "xero-correlation-id",
        "93517e7b-5311-40f9-8047-9a4bbb3e2dc3",
    );
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    read(
        "create",
        &response
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap(),
    )
}

fn error(status: u16, headers: &[(&str, &str)], body: &str) -> AdapterError {
    match answered(status, headers, body) {
        Err(LedgerError::Adapter(error)) => error,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("{status} is no error"),
    }
}

const HTML: &str = "<html><body>We'll be right back, ana@example.com.</body></html>";

#[test]
fn every_status_says_whether_anything_can_have_happened() {
    use {AdapterErrorKind as Kind, Disposition as D};
    let reused = r#"{"ErrorNumber":0,"Type":"IdempotencyException","Message":"Idempotency Key: k is used with a different request."}"#;
    let nonsense =
        r#"{"ErrorNumber":14,"Type":"PostDataInvalidException","Message":"ana@example.com"}"#;
    let limited = |wait| Kind::RateLimited {
        retry_after: Some(Duration::from_secs(wait)),
    };
    for (status, body, kind, disposition) in [
        (400, HTML, Kind::Unintelligible, D::Unknown),
        (400, r#"{"ErrorNumb"#, Kind::Unintelligible, D::Unknown),
        (400, reused, Kind::KeyReused, D::Unknown),
        (400, nonsense, Kind::Rejected, D::Rejected),
        (404, HTML, Kind::Unintelligible, D::Unknown),
        (429, "", limited(60), D::Rejected),
        (429, HTML, limited(60), D::Rejected),
        (503, "Rate limit exceeded", limited(60), D::Rejected),
        (503, HTML, Kind::Unavailable, D::Unknown),
        (500, "", Kind::Unavailable, D::Unknown),
        (302, HTML, Kind::Unintelligible, D::Unknown),
        (409, "", Kind::Unintelligible, D::Unknown),
    ] {
        let error = error(status, &[], body);
        assert_eq!(error.kind(), kind, "{status} {body}");
        assert_eq!(error.disposition(), disposition, "{status} {body}");
        let said = format!("{error} {error:?}");
        assert!(
            said.contains("93517e7b") || kind == Kind::Unintelligible,
            "{said}"
        );
        assert!(!said.contains("ana@"), "{said}");
    }
}

/// 000-48
#[test]
fn a_limit_says_when_to_come_back_however_it_is_spelled() {
    for (problem, after, seconds) in [
        ("minute", Some("37"), 37),
        ("Minute limit", None, 60),
        ("day", Some("66975"), 66_975),
        ("DayLimit", None, 3_600),
        ("concurrent", None, 2),
        ("appminute", Some("5"), 5),
        ("something new", Some("soon"), 60),
        ("day", Some("99999999"), 86_400),
    ] {
        let mut headers = vec![("x-rate-limit-problem", problem)];
        headers.extend(after.map(|after| ("retry-after", after)));
        let wanted = AdapterErrorKind::RateLimited {
            retry_after: Some(Duration::from_secs(seconds)),
        };
        assert_eq!(error(429, &headers, "").kind(), wanted, "{problem}");
    }
}

#[test]
fn a_missing_scope_is_not_a_revoked_connection() {
    let trouble = |status, headers: &[(&str, &str)]| match answered(status, headers, "{}") {
        Err(LedgerError::Connection(trouble)) => trouble,
        _ => panic!("{status}"),
    };
    let scope = [("www-authenticate", "insufficent_scope")];
    assert_eq!(trouble(401, &scope), ConnectionTrouble::ScopeMissing);
    let scope = [("www-authenticate", r#"Bearer error="insufficient_scope""#)];
    assert_eq!(trouble(403, &scope), ConnectionTrouble::ScopeMissing);
    assert_eq!(trouble(401, &[]), ConnectionTrouble::Revoked);
    assert_eq!(trouble(403, &[]), ConnectionTrouble::Revoked);
}

#[test]
fn what_is_not_there_and_what_is_refused_are_answers() {
    let words = "The resource you're looking for cannot be found";
    assert!(matches!(answered(404, &[], words), Ok(Answer::Missing)));
    assert!(matches!(answered(404, &[], ""), Ok(Answer::Missing)));
    let body = r#"{"ErrorNumber":10,"Type":"ValidationException","Message":"A validation exception occurred",
        "Elements":[{"InvoiceID":"x","ValidationErrors":[{"Message":"One."},{"Description":"Two."}]},{"Other":1}]}"#;
    let Ok(Answer::Refused(said)) = answered(400, &[], body) else {
        panic!("it is refused")
    };
    assert_eq!(said, ["One.", "Two."]);
    let bare = r#"{"ErrorNumber":10,"Type":"ValidationException","Message":"A validation exception occurred"}"#;
    let Ok(Answer::Refused(said)) = answered(400, &[], bare) else {
        panic!("it is refused")
    };
    assert_eq!(said, ["A validation exception occurred"]);
}
