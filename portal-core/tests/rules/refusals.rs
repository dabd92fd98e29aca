use std::collections::BTreeSet;

use portal_core::{
    Refusal, Refusals,
    courses::CourseRefusal,
    order::OrderRefusal,
    refusal::{Lasting, NameRefusal},
};

#[test]
fn every_refusal_is_written_out_under_its_code() {
    for refusal in Refusal::samples() {
        let json = serde_json::to_value(&refusal).unwrap();
        assert_eq!(json["code"], refusal.code());
    }
}

#[test]
fn data_is_written_out_with_its_type() {
    let samples = Refusal::samples();
    let late = samples
        .iter()
        .find(|r| r.code() == "course.too-late-to-cancel");
    assert_eq!(
        serde_json::to_value(late).unwrap(),
        serde_json::json!({
            "code": "course.too-late-to-cancel",
            "data": {"deadline": "1970-01-01T01:00:00+01:00"},
        })
    );
}

/// The codes are a promise to whoever matches on them: this list only grows.
#[cfg(feature = "accounts")]
#[test]
fn the_codes_are_these() {
    let codes: BTreeSet<_> = Refusal::samples().iter().map(Refusal::code).collect();
    let codes: Vec<_> = codes.into_iter().collect();
    insta::assert_snapshot!(codes.join("\n"));
}

#[test]
fn the_most_lasting_reason_comes_first_whatever_the_order_they_were_found_in() {
    let found: [Refusal; 4] = [
        NameRefusal::Mismatch.into(),
        OrderRefusal::InvoiceNotSent.into(),
        CourseRefusal::TransferNotAllowed.into(),
        CourseRefusal::TargetFull.into(),
    ];
    let expected = [
        "course.transfer-not-allowed",
        "order.invoice-not-sent",
        "course.target-full",
        "name.mismatch",
    ];
    let [a, b, c, d] = found;
    for order in [
        [a.clone(), b.clone(), c.clone(), d.clone()],
        [c.clone(), a.clone(), b.clone(), d.clone()],
        [b, d, a, c],
    ] {
        let mut order = order.into_iter();
        let mut refusals = Refusals::from(order.next().unwrap());
        order.for_each(|r| refusals.push(r));
        let lasting: Vec<_> = refusals.iter().map(Refusal::lasting).collect();
        assert!(lasting.is_sorted());
        assert_eq!(refusals.first().lasting(), Lasting::ForGood);
        let mut codes = refusals.codes();
        codes.sort_unstable();
        let mut wanted = expected;
        wanted.sort_unstable();
        assert_eq!(codes, wanted);
    }
}

#[test]
fn of_two_that_last_alike_the_one_found_first_stays_first() {
    let mut refusals = Refusals::from(Refusal::from(CourseRefusal::TargetClosed));
    refusals.push(CourseRefusal::TargetFull.into());
    refusals.push(CourseRefusal::TransferNotAllowed.into());
    refusals.push(CourseRefusal::NoOrder.into());
    assert_eq!(
        refusals.codes(),
        [
            "course.transfer-not-allowed",
            "course.no-order",
            "course.target-closed",
            "course.target-full",
        ]
    );
}

/// Every code written in the sources is among the samples, so that none escapes the tests of words.
#[test]
fn no_refusal_is_missing_from_the_samples() {
    let sources = [
        include_str!("../../src/refusal.rs"),
        include_str!("../../src/order/refusal.rs"),
        include_str!("../../src/documents/refusal.rs"),
        include_str!("../../src/payment/refusal.rs"),
        #[cfg(feature = "accounting")]
        include_str!("../../src/accounting/refusal.rs"),
        include_str!("../../src/courses/refusal.rs"),
        #[cfg(feature = "accounts")]
        include_str!("../../src/accounts/refusal.rs"),
        #[cfg(feature = "accounts")]
        include_str!("../../src/profile/refusal.rs"),
    ];
    let codes = sources.iter().flat_map(|text| {
        let renamed = text.split("rename = \"").skip(1);
        renamed.filter_map(|rest| rest.split_once('"'))
    });
    let written: BTreeSet<_> = codes
        .map(|(code, _)| code)
        .filter(|code| code.contains('.'))
        .collect();
    let sampled: BTreeSet<_> = Refusal::samples().iter().map(Refusal::code).collect();
    assert_eq!(written, sampled);
    assert!(written.len() > 30);
}
