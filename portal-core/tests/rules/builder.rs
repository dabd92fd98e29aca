use std::sync::Arc;

use portal_core::{Portal, Settings, courses::PriceRule, memory::Memory};
use portal_testkit::AnyProvider;

use super::support::*;

#[test]
fn every_problem_of_a_configuration_is_reported_at_once() {
    let memory = Memory::default();
    let mut settings = Settings::default();
    settings.courses.price_rule = PriceRule::RequireReview;
    settings.mail.staff_notice_on_cancel = true;
    let error = builder(&memory)
        .settings(settings)
        .payments(Arc::new(AnyProvider::taking(["EUR"])))
        .payments(Arc::new(AnyProvider::taking(["EUR"])))
        .build()
        .unwrap_err();
    let keys: Vec<_> = error.problems.iter().map(|p| p.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "mail.staff_notice_on_cancel",
            "payments",
            "payments",
            "payments",
            "courses.price_rule"
        ]
    );
    let text = error.to_string();
    assert!(
        text.contains("set mail.staff_address")
            && text.contains("wire .payment_store(..) too")
            && text.contains("wire .host(..) too")
            && text.contains("wire .host(..), or choose another rule"),
        "{text}"
    );
}

#[test]
fn a_portal_without_courses_says_it_does_not_offer_them() {
    let memory = Memory::default();
    let portal = Portal::builder(Arc::new(memory.clone()), Arc::new(memory))
        .build()
        .unwrap();
    let desk = portal.customer(portal_testkit::facts::viewer(
        &portal_testkit::facts::contact("ana"),
    ));
    assert_eq!(
        desk.courses().unwrap_err().to_string(),
        "this portal does not offer courses"
    );
}
